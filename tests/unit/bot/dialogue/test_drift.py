import math
from itertools import product

import numpy as np
import pytest

from bot.dialogue import bounds, drift
from bot.dialogue.drift import Tally, look

BINS = len(drift.EDGES) + 1
USUAL = np.diff([0, *drift.EDGES, 1])  # scores spread evenly over 0 to 1


def traffic(rng: np.random.Generator, rows: int, shift: float = 0.0, refused: float = 0.4) -> Tally:
    """So many messages; `shift` moves that share of them from the lower half of the scores to the upper."""
    chances = USUAL.copy()
    chances[:6] -= shift * chances[:6] / chances[:6].sum()
    chances[6:] += shift * chances[6:] / chances[6:].sum()
    bins = rng.multinomial(rows, chances)
    return Tally(tuple(bins.tolist()), int(rng.binomial(rows, refused)))


def test_tally_counts_each_score_in_its_bin_and_refusals_below_the_threshold() -> None:
    found = Tally.of([0.0, 0.0499, 0.05, 0.5, 0.98, 0.99, 1.0], 0.5)
    assert found.bins == (2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2)
    assert (found.rows, found.refused) == (7, 3)
    assert Tally.parse(found.dump()) == found
    assert Tally.of([], 0.5) == Tally()


@pytest.mark.parametrize(("bins", "refused"), [((1,) * 5, 0), ((-1, *[1] * (BINS - 1)), 0), ((1,) * BINS, BINS + 1)])
def test_a_tally_that_cannot_be_is_refused(bins: tuple[int, ...], refused: int) -> None:
    with pytest.raises(ValueError, match="a tally needs"):
        Tally(bins, refused)


def test_chance_is_fishers_exact_one() -> None:
    for new, old in product(range(9), range(13)):
        below = [by_hand(at, 8, new + old - at, 12) for at in range(new + 1)]
        above = [by_hand(at, 8, new + old - at, 12) for at in range(new, 9)]
        one = sum(above) if new * 20 >= (new + old) * 8 else sum(below)
        assert drift._chance(new, 8, old, 12) == pytest.approx(min(1.0, 2 * one), rel=1e-9)


def by_hand(new: int, rows: int, old: int, rows_then: int) -> float:
    if old < 0 or old > rows_then:
        return 0.0
    return math.comb(rows, new) * math.comb(rows_then, old) / math.comb(rows + rows_then, new + old)


def test_chance_of_many_messages_is_finite_and_small() -> None:
    assert drift._chance(510_000, 1_000_000, 500_000, 1_000_000) < 1e-40
    assert drift._chance(500_000, 1_000_000, 500_000, 1_000_000) == 1.0


@pytest.mark.parametrize(
    ("then", "now", "named"), [(99, 500, "calibration"), (500, 99, "traffic"), (500, 0, "traffic")]
)
def test_too_few_messages_are_named(then: int, now: int, named: str) -> None:
    rng = np.random.default_rng(1)
    found = look(traffic(rng, then), traffic(rng, now, shift=0.4))
    assert found.state == "too_few"
    assert named in found.why


@pytest.mark.parametrize(("then", "now"), [(150, 100), (500, 300), (300, 3000)])
def test_false_alarms_are_no_more_than_the_level(then: int, now: int) -> None:
    rng, looks = np.random.default_rng(then), 700
    alarms = sum(look(traffic(rng, then), traffic(rng, now), level=0.1).state == "drifted" for _ in range(looks))
    assert alarms / looks <= 0.1 + 3 * math.sqrt(0.1 * 0.9 / looks)


def test_refusals_at_a_threshold_that_fits_the_calibration_rows_badly_raise_no_false_alarm() -> None:
    """The worst that rows can do by choosing the threshold: where they lie furthest from the truth."""
    rng, looks = np.random.default_rng(5), 500
    alarms = 0
    for _ in range(looks):
        then, now = rng.random(300), rng.random(2000)
        error = np.abs((then[:, None] < bounds.GRID).mean(axis=0) - bounds.GRID) / np.sqrt(bounds.GRID)
        threshold = float(bounds.GRID[error.argmax()])
        alarms += (
            look(Tally.of(then.tolist(), threshold), Tally.of(now.tolist(), threshold), level=0.1).state == "drifted"
        )
    assert alarms / looks <= 0.1 + 3 * math.sqrt(0.1 * 0.9 / looks)


def test_two_years_of_daily_looks_at_one_calibration_are_quiet() -> None:
    """Each year has a false alarm with a probability of at most 5%; this seed has none."""
    rng = np.random.default_rng(8)
    then = traffic(rng, 800)
    assert {look(then, traffic(rng, 400)).state for _ in range(2 * 366)} == {"quiet"}


def test_shift_of_the_scores_is_seen_and_told() -> None:
    rng = np.random.default_rng(4)
    found = [look(traffic(rng, 1000), traffic(rng, 1000, shift=0.13)) for _ in range(300)]
    drifted = [one for one in found if one.state == "drifted"]
    assert len(drifted) / 300 >= 0.85
    assert any("Scores below 0.5: " in one.why for one in drifted)
    assert all(one.chance <= drift.LEVEL for one in drifted)


def test_change_of_the_refusal_rate_alone_is_seen_and_told() -> None:
    rng = np.random.default_rng(4)
    found = [look(traffic(rng, 1000), traffic(rng, 500, refused=0.6)) for _ in range(200)]
    drifted = [one for one in found if one.state == "drifted"]
    assert len(drifted) / 200 >= 0.9
    assert all("Refused: " in one.why for one in drifted)


def test_reason_states_both_shares() -> None:
    told = look(Tally((0,) * 12 + (400,), 40), Tally((0,) * 12 + (200,), 80)).why
    assert told == (
        "The certificate no longer describes the traffic. Refused: 40.0% of 200 messages now, 10.0% of 400 then."
    )
