"""A model's content is what decides: the same for two trainings of the same, another when anything that counts is."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.release.contents import content_of

WEIGHTS = "./components/matcher/weights.npz"
LABELS = "./components/matcher/features.json"
RULES = "./components/rules/rule_policy.json"


def trained(path: Path, *, at: str = "10:00", **changes: Any) -> Path:
    """An archive as a training writes it, with its day, its id and its sets in any order."""
    files: dict[str, Any] = {
        "./metadata.json": {
            "trained_at": at,
            "model_id": f"id of {at}",
            "predict_schema": {"nodes": {"run": {"uses": "Matcher", "config": {}, "resource": {"print": at}}}},
        },
        "./components/matcher/certificates.json": {"en": {"day": at}},
        RULES: {"lookup": {"rules_not_in_stories": sorted(["a", "b"], reverse=at > "10:00")}},
        LABELS: {"labels": ["first", "second"]},
        WEIGHTS: "0.25 0.5",
        **changes,
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), hash(at) % 10_000
            archive.addfile(member, io.BytesIO(data))
    return path


def test_two_trainings_of_the_same_have_one_content(tmp_path: Path) -> None:
    one, other = trained(tmp_path / "one"), trained(tmp_path / "other", at="11:30")
    assert one.read_bytes() != other.read_bytes()
    assert content_of(one) == content_of(other)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (WEIGHTS, "0.25 0.50001"),
        (LABELS, {"labels": ["second", "first"]}),
        (RULES, {"lookup": {"rules_not_in_stories": ["a", "c"]}}),
        ("./metadata.json", {"predict_schema": {"nodes": {"run": {"uses": "Another", "config": {}}}}}),
        ("./components/matcher/more.npz", "1"),
    ],
)
def test_whatever_decides_makes_it_another(tmp_path: Path, name: str, content: Any) -> None:
    assert content_of(trained(tmp_path / "one")) != content_of(trained(tmp_path / "other", **{name: content}))


def test_what_is_no_archive_is_its_own_content(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("{}")
    (tmp_path / "other").write_text("{ }")
    assert content_of(tmp_path / "one") != content_of(tmp_path / "other")
