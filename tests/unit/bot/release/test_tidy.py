"""Old models go; those that are kept, used or half made are left, and a death in the middle leaves no half model."""

import fcntl
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.boxed import Model, model_of, read_model, record_of, write_model
from bot.release import tidy as tidying
from bot.release.tidy import tidy
from bot.settings import Env, load_env
from bot.training import lock_of

MODEL = Model(path=Path(), sha256="a" * 64, release=1, digest="d", trained_from="t")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tidy")


def state_in(folder: Path) -> Env:
    return load_env(var=folder, database_url=f"sqlite:///{folder / 'x.db'}")


def trained(env: Env, release: int, *names: str) -> Path:
    """Trained once for each name, the last in force; its folder."""
    for name in names:
        folder = record_of(env, release).parent / name
        folder.mkdir(parents=True)
        (folder / "engine.tar.gz").write_text(name)
        write_model(record_of(env, release), replace(MODEL, path=folder / "engine.tar.gz", release=release))
    return folder


def left(env: Env) -> set[tuple[int, str]]:
    return {(int(each.parent.name), each.name) for each in (env.var / "models").glob("*/*") if each.is_dir()}


def test_what_is_not_kept_goes_and_of_what_is_kept_the_older_trainings(tmp_path: Path) -> None:
    env = state_in(tmp_path)
    for number in (1, 2, 3):
        trained(env, number, "older", "newer")
    assert tidy(env, {2, 3}, [env.var / "models/3/older"]) == 2
    assert left(env) == {(2, "newer"), (3, "older"), (3, "newer")}
    assert model_of(env, 2).path.read_text() == "newer"
    assert read_model(record_of(env, 1)) is None
    assert tidy(env, {2, 3}, [env.var / "models/3/older"]) == 0


def test_an_engine_that_runs_keeps_its_model_though_its_release_is_no_longer_wanted(tmp_path: Path) -> None:
    env = state_in(tmp_path)
    used = trained(env, 1, "older", "newer")
    assert tidy(env, set(), [used]) == 1
    assert left(env) == {(1, "newer")}


def test_nothing_goes_while_something_is_trained(tmp_path: Path) -> None:
    env = state_in(tmp_path)
    trained(env, 1, "one")
    with lock_of(env).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert tidy(env, set(), []) == 0
    assert left(env) == {(1, "one")}
    assert tidy(env, set(), []) == 1


def test_no_models_at_all_and_what_is_no_release_are_left_alone(tmp_path: Path) -> None:
    env = state_in(tmp_path)
    assert tidy(env, {1}, []) == 0
    (env.var / "models" / "mine").mkdir(parents=True)
    assert tidy(env, {1}, []) == 0
    assert (env.var / "models" / "mine").is_dir()


def test_one_that_is_killed_in_the_middle_leaves_nothing_that_passes_for_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = state_in(tmp_path)
    trained(env, 1, "one")

    def killed(folder: Path, **_: object) -> None:
        (folder / "one" / "engine.tar.gz").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(tidying, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        tidy(env, set(), [])
    assert read_model(record_of(env, 1)) is None
    monkeypatch.undo()
    assert tidy(env, set(), []) == 1
    assert left(env) == set()


@given(
    made=st.dictionaries(st.integers(1, 5), st.integers(1, 3), max_size=4),
    keep=st.sets(st.integers(1, 5)),
    used=st.sets(st.tuples(st.integers(1, 5), st.integers(0, 2)), max_size=2),
    number=st.integers(0, 10**9),
)
def test_whatever_is_kept_or_used_is_there_afterwards(
    room: Path, made: dict[int, int], keep: set[int], used: set[tuple[int, int]], number: int
) -> None:
    env = state_in(Path(str(room / f"{number}-{len(list(room.iterdir()))}")))
    for release, times in made.items():
        trained(env, release, *(f"t{at}" for at in range(times)))
    running = {(release, f"t{at}") for release, at in used if at < made.get(release, 0)}
    tidy(env, keep, [env.var / "models" / str(release) / name for release, name in running])
    served = {(release, f"t{times - 1}") for release, times in made.items() if release in keep}
    if made:
        assert left(env) == served | running
