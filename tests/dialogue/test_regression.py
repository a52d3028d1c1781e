"""How sure an answer is, from its evidence: in the engine's own Python, which has what fits it."""

from typing import Any

import pytest

from tests.dialogue.engines import told_by

pytestmark = pytest.mark.timeout(120)
SCRIPT = """
import json
import numpy as np
from bot.dialogue.linear import SENSE
from bot.dialogue.regression import fit
from bot.dialogue.selective import Selection

draw = np.random.default_rng(1)
right = draw.random(400) < 0.6
evidence = np.column_stack([right + draw.normal(size=400), draw.normal(size=400) - right, np.ones(400)])
ways = np.array([1, 1, 1])
first = np.arange(400) < 200
told = {
    "plain": fit(evidence, right, ways),
    "against": fit(evidence, right, np.array([1, -1, 1])),
    "held": fit(evidence, right, ways, ridge=1e4),
    "half": fit(evidence[first], right[first], ways, ridge=0.0),
    "weighed": fit(evidence, right, ways, first.astype(float), ridge=0.0),
}
speaks = np.array([[0.5, 0.2, 0.4, 0.5, 0.5, 0.8, -0.5, 0.2, 0.7, 0.3, 0.8, 0.8]])
more = speaks + 0.1 * np.array([way for _, way in SENSE])
cautious = Selection()
told["surer"] = [float(cautious.sureness(each)[0]) for each in (speaks, more)]
told["vectors"] = [float(cautious.help(np.append(speaks, [[at, at]], axis=1))[0]) for at in (0.0, 1.0)]
told["kept"] = Selection.parse(json.loads(json.dumps(cautious.dump()))) == cautious
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    told: dict[str, Any] = told_by(SCRIPT)
    return told


def test_evidence_that_would_speak_the_wrong_way_does_not_count(told: dict[str, Any]) -> None:
    weights, _ = told["plain"]
    assert weights[0] > 0.5
    assert weights[1:] == [0.0, 0.0]
    assert told["against"][0][1] < -0.5


def test_a_ridge_holds_the_weights_back(told: dict[str, Any]) -> None:
    assert 0 < told["held"][0][0] < 0.1 * told["plain"][0][0]


def test_rows_that_weigh_nothing_are_as_if_they_were_not_there(told: dict[str, Any]) -> None:
    # Their spread is still taken, which changes no optimum.
    assert told["weighed"][0][0] == pytest.approx(told["half"][0][0], rel=0.02)


def test_more_evidence_makes_surer(told: dict[str, Any]) -> None:
    less, more = told["surer"]
    assert less < more


def test_a_cautious_selection_knows_of_no_vectors_and_is_kept_as_it_is(told: dict[str, Any]) -> None:
    assert told["vectors"][0] == told["vectors"][1]
    assert told["kept"]
