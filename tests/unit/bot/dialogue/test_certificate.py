import json
import math
from typing import Any

import numpy as np
import pytest

from bot.dialogue import bounds
from bot.dialogue.certificate import BadCertificate, Certificate, certify, data_digest, distinct
from tests.unit.bot.dialogue import simulated

NAMED: dict[str, Any] = {"language": "es", "digest": "d", "day": "2026-11-20", "release": "r", "model": "m"}


def certified(rows: int = 1000, seed: int = 1, **changed: Any) -> Certificate:
    """Of rows half of which are outside; those are never right."""
    scores, wrong = simulated.separated().draw(seed, 1, rows)
    outside = wrong[0] & (np.arange(rows) % 2 == 0)
    return certify(scores[0].tolist(), ~wrong[0], outside, **{"risk": 0.1, "delta": 0.05, **NAMED, **changed})


def test_certificate_holds_the_figures_at_its_threshold() -> None:
    scores, wrong = simulated.separated().draw(1, 1, 1000)
    made = certified()
    answered = scores[0] >= made.threshold
    assert (made.status, made.bound, made.language, made.rows) == ("certified", 0.1, "es", 1000)
    assert (made.answered, made.wrong) == (answered.sum(), (answered & wrong[0]).sum())
    outside = wrong[0] & (np.arange(1000) % 2 == 0)
    assert (made.outside, made.outside_answered) == (outside.sum(), (answered & outside).sum())
    assert made.outside_bound == bounds.upper_anywhere(made.outside_answered, made.outside, 0.05)
    assert (made.tally.rows, made.tally.refused) == (1000, 1000 - made.answered)
    assert made.why.startswith("With confidence 95% at most 10% of the answers are wrong: ")


def test_words_round_neither_the_confidence_nor_the_risk() -> None:
    made = certified(2000, risk=0.0975, delta=0.025)
    assert made.why.startswith("With confidence 97.5% at most 9.75% of the answers are wrong: ")


def test_certificate_uses_the_threshold_that_the_bound_chose() -> None:
    places = simulated.outcome(simulated.separated(), 3, 1, 700, risk=0.05, delta=0.1, start=0.8)
    assert certified(700, 3, risk=0.05, delta=0.1, start=0.8).threshold == bounds.GRID[places[0]]


@pytest.mark.parametrize(
    ("rows", "risk", "status", "told"),
    [
        (0, 0.05, "too_few", "Too few questions: 0, where 59 answers without a fault are the least."),
        (58, 0.05, "too_few", "Too few questions: 58, where 59 answers without a fault are the least."),
        (300, 0.01, "not_reached", "No threshold shows at most 1% wrong answers with confidence 95%."),
    ],
)
def test_without_a_bound_it_says_so_and_is_cautious(rows: int, risk: float, status: str, told: str) -> None:
    made = certified(rows, risk=risk)
    assert (made.status, made.bound, made.outside_bound, made.threshold) == (status, None, None, 0.95)
    assert told in made.why
    assert "Nothing is guaranteed" in made.why
    assert certified(rows, risk=risk, cautious=0.97).threshold == 0.97


def test_one_of_two_tests_has_half_of_delta_and_the_claim_all_of_it() -> None:
    places = simulated.outcome(simulated.separated(), 3, 1, 700, risk=0.05, delta=0.05, start=0.8)
    made = certified(700, 3, risk=0.05, delta=0.1, start=0.8, tests=2)
    assert made.threshold == bounds.GRID[places[0]]
    assert made.why.startswith("With confidence 90% at most 5%")
    assert "where 72 answers without a fault are the least" in certified(71, tests=2, risk=0.05).why


def test_the_better_of_two_claims_holds_as_often_as_it_says() -> None:
    draws, delta = 1500, 0.1
    source = simulated.separated()
    scores, wrong = source.draw(21, draws, 500)
    counts = bounds.count(scores, wrong), bounds.count(scores, np.ones_like(wrong))
    fine, coarse = (bounds.boldest(*counts, risk=risk, delta=delta / 2) for risk in (0.05, 0.1))
    broken = np.where(fine >= 0, source.risk[fine] > 0.05, (coarse >= 0) & (source.risk[coarse] > 0.1))
    assert (fine >= 0).any()
    assert broken.mean() <= delta


def test_without_questions_outside_nothing_is_said_about_them() -> None:
    made = certify([0.99] * 200, [True] * 200, [False] * 200, risk=0.05, delta=0.05, **NAMED)
    assert (made.status, made.outside_bound) == ("certified", None)


def test_rows_that_would_be_asked_about_are_no_answers_but_count_for_drift() -> None:
    scores, right, outside = [0.99] * 300, [True] * 200 + [False] * 100, [False] * 300
    assert certify(scores, right, outside, risk=0.1, delta=0.05, **NAMED).status == "not_reached"
    asked = certify(scores, right, outside, asked=[not fine for fine in right], risk=0.1, delta=0.05, **NAMED)
    assert (asked.status, asked.answered, asked.wrong, asked.rows) == ("certified", 200, 0, 300)
    assert (asked.tally.rows, asked.tally.refused) == (300, 0)


def test_a_score_at_the_threshold_is_answered() -> None:
    scores, right = [0.5] * 200 + [0.49] * 100, [True] * 200 + [False] * 100
    made = certify(scores, right, [False] * 300, risk=0.1, delta=0.05, start=0.5, **NAMED)
    assert (made.threshold, made.answered, made.wrong) == (0.5, 200, 0)


@pytest.mark.parametrize(
    ("scores", "right", "outside"),
    [
        ([0.5, 0.5], [True], [False, False]),
        ([0.5], [True], [True]),
        ([1.5], [True], [False]),
        ([math.nan], [True], [False]),
    ],
)
def test_rows_that_cannot_be_are_refused(scores: list[float], right: list[bool], outside: list[bool]) -> None:
    with pytest.raises(ValueError, match=r"score|outside"):
        certify(scores, right, outside, risk=0.1, delta=0.1, **NAMED)


@pytest.mark.parametrize("rows", [0, 1000])
def test_json_and_back_is_the_same(rows: int) -> None:
    made = certified(rows)
    assert Certificate.parse(json.loads(json.dumps(made.dump()))) == made


@pytest.mark.parametrize(
    "changed",
    [
        {"bound": 0.01},
        {"outside_bound": 0.001},
        {"wrong": 400},
        {"wrong": 60, "answered": 500},
        {"risk": 0.02, "bound": 0.02},
        {"rows": 999},
        {"status": "not_reached"},
        {"status": "splendid"},
        {"tally": {}},
        {"surplus": 1},
        {"rows": None},
    ],
)
def test_certificate_that_claims_what_it_does_not_show_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadCertificate):
        Certificate.parse({**certified().dump(), **changed})


def test_certificate_describes_the_model_it_was_made_for_and_no_other() -> None:
    made = certified(model="ab12")
    assert made.describes("ab12")
    assert not made.describes("cd34")
    assert not certified(model="").describes("")


def test_digest_of_the_rows_does_not_depend_on_their_order() -> None:
    rows = [("¿dónde está?", "order", "es"), ("hello", "talk:greet", "en")]
    assert data_digest(rows) == data_digest(reversed(rows))
    assert data_digest(rows) != data_digest(rows[:1])
    assert data_digest(rows[:1]).startswith("sha256:")
    assert len(data_digest([])) == len("sha256:") + 64


def test_texts_with_the_same_words_count_once() -> None:
    assert distinct(["Where is it?", "where IS it", "¿Dónde está?", "donde esta", "where"]) == [0, 2, 4]


def test_copied_rows_break_the_bound_and_distinct_ones_keep_it() -> None:
    draws, copies, rows = 1500, 5, 200
    texts = [f"question number {at // copies}" for at in range(copies * rows)]
    source = simulated.cliff(0.1)
    scores, wrong = (np.repeat(drawn, copies, axis=1) for drawn in source.draw(6, draws, rows))
    rates = []
    for kept in (distinct(texts), list(range(len(texts)))):
        sure, bad = scores[:, kept], wrong[:, kept]
        place = bounds.boldest(bounds.count(sure, bad), bounds.count(sure, sure > 0), risk=0.1, delta=0.1)
        rates.append(float(((place >= 0) & (source.risk[place] > 0.1)).mean()))
    most = 0.1 + 3 * math.sqrt(0.1 * 0.9 / draws)
    assert rates[0] <= most < rates[1]


@pytest.mark.parametrize("delta", [0.05, 0.1])
def test_both_claims_hold_together_as_often_as_they_say(delta: float) -> None:
    """All that is wrong is outside, so the threshold is chosen where too little of the outside shows."""
    draws, source = 1000, simulated.separated()
    scores, outside = source.draw(12, draws, 400)
    passed = bounds.count(scores, outside)
    place = bounds.boldest(passed, bounds.count(scores, np.ones_like(outside)), risk=0.1, delta=delta)
    counts = passed[np.arange(draws), place].tolist()
    bound = [bounds.upper_anywhere(*pair, delta) for pair in zip(counts, outside.sum(1).tolist(), strict=True)]
    truth = source.risk * source.coverage / (source.errors @ source.chances)
    assert (place >= 0).mean() > 0.9
    broken = (place >= 0) & ((np.array(bound) < truth[place]) | (source.risk[place] > 0.1))
    assert broken.mean() <= 2 * delta
    assert np.median(bound) < 0.25
