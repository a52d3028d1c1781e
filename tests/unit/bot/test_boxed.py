"""A trained model is found again, wherever its state folder was moved to."""

from pathlib import Path

import pytest

from bot.boxed import Model, ModelMissing, model_of, record_of, write_model
from bot.settings import load_env


def store(var: Path) -> Model:
    path = var / "models" / "3" / "engine.tar.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"model")
    model = Model(path=path, sha256="ab" * 32, release=3, digest="sha256:cd", trained_from="ef" * 32)
    write_model(record_of(load_env(var=var), 3), model)
    return model


def test_the_model_moves_with_its_state_folder(tmp_path: Path) -> None:
    store(tmp_path / "var")
    (tmp_path / "var").rename(tmp_path / "moved")
    found = model_of(load_env(var=tmp_path / "moved"), 3)
    assert found.path.resolve() == tmp_path / "moved" / "models" / "3" / "engine.tar.gz"
    assert (found.release, found.sha256) == (3, "ab" * 32)


def test_a_model_whose_file_is_gone_is_missing(tmp_path: Path) -> None:
    store(tmp_path).path.unlink()
    with pytest.raises(ModelMissing):
        model_of(load_env(var=tmp_path), 3)


def test_a_broken_record_is_no_model(tmp_path: Path) -> None:
    store(tmp_path)
    (tmp_path / "models" / "3" / "model.json").write_text('{"path": 7}')
    with pytest.raises(ModelMissing):
        model_of(load_env(var=tmp_path), 3)
