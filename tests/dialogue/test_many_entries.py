"""Hundreds of entries: fitted another way than a few, with decisions as good, in the engine's own Python."""

from typing import Any

import pytest

from tests.dialogue.engines import told_by

pytestmark = pytest.mark.timeout(180)
SCRIPT = """
import json, tempfile
from pathlib import Path
from bench.answers import invented
from bot.dialogue import linear
from bot.dialogue.matcher import ENTRY, Matcher
from bot.dialogue.selective import Selection

(texts, labels), (asked, truth) = invented(60)
told = {}
for name, many in (("few", 300), ("many", 10)):
    linear.MANY = many
    matcher = Matcher(linear.Linear.fit(texts, labels), Selection())
    with tempfile.TemporaryDirectory() as folder:
        matcher.save(Path(folder))
        kept = Matcher.load(Path(folder))
        sizes = sum(file.stat().st_size for file in Path(folder).iterdir())
    made = [matcher.decide(text) for text in asked]
    told[name] = {
        "right": [each.label == label for each, label in zip(made, truth) if label.startswith(ENTRY)],
        "same": made == [kept.decide(text) for text in asked] == [matcher.decide(text) for text in asked],
        "candidates": [len(each.candidates) for each in made],
        "of nothing": matcher.decide("zzzz").decision,
    }
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    told: dict[str, Any] = told_by(SCRIPT)
    return told


def test_many_are_named_about_as_well_as_few(told: dict[str, Any]) -> None:
    few, many = (sum(told[name]["right"]) / len(told[name]["right"]) for name in ("few", "many"))
    assert few > 0.75
    assert many > few - 0.05


@pytest.mark.parametrize("name", ["few", "many"])
def test_a_kept_model_decides_the_same_each_time(told: dict[str, Any], name: str) -> None:
    assert told[name]["same"]
    assert min(told[name]["candidates"]) >= 2
    assert told[name]["of nothing"] == "refuse"
