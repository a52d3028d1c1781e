"""A dense featurizer upstream, through the real graph: its sentence vectors are heard, and learnt how far."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.engines import RELEASE, told_by

pytestmark = pytest.mark.timeout(240)
CONFIG = """
recipe: default.v1
assistant_id: relevo
language: en
importers:
  - name: bot.dialogue.importer.ReleaseImporter
pipeline:
  - name: tests.dialogue.vectors.MeaningFeaturizer
  - name: bot.dialogue.component.AnswerMatcher
"""
# Nobody wrote these words in a phrasing; the featurizer knows what they mean.
ASKED = ["porte y acarreo", "se desperezan", "rotura y breakage"]
SCRIPT = """
import asyncio, json, os, sys
os.environ["RELEVO_RELEASE"], config, out, asked = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
os.environ["RASA_CACHE_DIRECTORY"] = out + "/cache"
import rasa.model_training
from rasa.core.agent import Agent
import tests.dialogue.vectors
from bot.dialogue.quiet import quiet
quiet()
result = rasa.model_training.train("domain.yml", config, ["data/nlu"], output=out, force_training=True)
agent = Agent.load(result.model)
heard = [asyncio.run(agent.parse_message(text)) for text in asked]
print(json.dumps({"model": result.model, "heard": [each["relevo"]["candidates"] for each in heard]}))
"""
KEPT = """
import json, sys
from pathlib import Path
import tempfile
from bot.dialogue.evaluate import served
with tempfile.TemporaryDirectory() as folder:
    matcher = served(Path(sys.argv[1]), Path(folder))
    deaf = [matcher.decide(text).label for text in json.loads(sys.argv[2])]
    selection = matcher.selection
    print(json.dumps({"hears": matcher.hears_vectors, "strength": selection.strength, "deaf": deaf,
        "evidence": len(selection.weights)}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("vectors")
    (folder / "config.yml").write_text(CONFIG)
    made = told_by(SCRIPT, str(RELEASE), str(folder / "config.yml"), str(folder), json.dumps(ASKED))
    return {**made, **told_by(KEPT, made["model"], json.dumps(ASKED))}


def test_how_far_vectors_are_heard_is_learnt(told: dict[str, Any]) -> None:
    assert told["hears"]
    assert told["strength"] > 0


def test_words_that_only_the_featurizer_knows_find_their_entries(told: dict[str, Any]) -> None:
    best = [candidates[0]["id"] for candidates in told["heard"]]
    assert best == ["delivery-cost", "shop-hours", "warranty"]
    assert [label.removeprefix("entry:") for label in told["deaf"]] != best


def test_a_model_without_a_featurizer_has_no_vectors(model: Path) -> None:
    assert told_by(KEPT, str(model), json.dumps(ASKED)) | {"deaf": []} == {
        "hears": False,
        "strength": 0.0,
        "deaf": [],
        "evidence": 12,
    }
