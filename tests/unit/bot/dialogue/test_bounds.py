import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import bounds
from tests.unit.bot.dialogue import simulated
from tests.unit.bot.dialogue.simulated import Source

DRAWS = 1500
SOURCES: dict[str, Callable[[float], Source]] = {
    "separated": lambda risk: simulated.separated(),
    "calibrated": lambda risk: simulated.calibrated(),
    "useless": simulated.useless,
    "tied": simulated.tied,
    "overconfident": simulated.overconfident,
    "cliff": simulated.cliff,
}


def most_by_luck(delta: float, draws: int) -> float:
    return delta + 3 * math.sqrt(delta * (1 - delta) / draws)


def test_tail_is_the_sum_of_the_binomial_chances() -> None:
    for rows, share in ((12, 0.05), (12, 0.5), (30, 0.9)):
        chances = [math.comb(rows, at) * share**at * (1 - share) ** (rows - at) for at in range(rows + 1)]
        for wrong in range(rows + 1):
            assert bounds.tail(wrong, rows, share) == pytest.approx(sum(chances[: wrong + 1]), rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "rows", "delta", "share"),
    [
        (0, 0, 0.05, 1.0),
        (7, 7, 0.05, 1.0),
        (0, 59, 0.05, 1 - 0.05 ** (1 / 59)),
        (4, 5, 0.1, 0.9**0.2),  # all but one: share**5 = 1 - delta
        (5, 100, 0.05, 0.1022533776432745),  # quantiles of the beta distribution, computed elsewhere
        (100, 1_000_000, 0.01, 0.0001258370271073755),
    ],
)
def test_upper_bound_is_clopper_and_pearsons(wrong: int, rows: int, delta: float, share: float) -> None:
    assert bounds.upper(wrong, rows, delta) == pytest.approx(share, rel=1e-9)


@given(st.integers(1, 400), st.data())
def test_upper_bound_is_where_the_tail_is_delta(rows: int, data: st.DataObject) -> None:
    wrong, delta = data.draw(st.integers(0, rows - 1)), data.draw(st.floats(0.001, 0.5))
    bound = bounds.upper(wrong, rows, delta)
    assert wrong / rows < bound <= 1
    assert bounds.tail(wrong, rows, bound) == pytest.approx(delta, rel=1e-6)


@pytest.mark.parametrize(("wrong", "rows", "delta"), [(-1, 5, 0.1), (6, 5, 0.1), (1, 5, 0.0), (1, 5, 1.0)])
def test_counts_that_cannot_be_have_no_bound(wrong: int, rows: int, delta: float) -> None:
    with pytest.raises(ValueError, match="not a sample"):
        bounds.upper(wrong, rows, delta)


@pytest.mark.parametrize(("risk", "delta"), [(0.02, 0.05), (0.1, 0.003), (0.5, 0.1)])
def test_allowed_errors_are_those_whose_bound_holds_the_risk(risk: float, delta: float) -> None:
    most = bounds.allowed(1200, risk, delta).tolist()
    assert most[0] == -1
    assert next(rows for rows, wrong in enumerate(most) if wrong >= 0) == bounds.needed(risk, delta)
    for rows in range(1, 1200, 17):
        assert most[rows] < 0 or bounds.upper(most[rows], rows, delta) <= risk
        assert bounds.upper(most[rows] + 1, rows, delta) > risk


def test_allowed_errors_stay_exact_over_many_rows() -> None:
    most, rows = int(bounds.allowed(200_000, 0.02, 0.01)[-1]), 200_000
    assert bounds.tail(most, rows, 0.02) <= 0.01 < bounds.tail(most + 1, rows, 0.02)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.booleans()), min_size=1, max_size=40))
def test_count_is_how_many_score_at_least_each_threshold(rows: list[tuple[int, bool]]) -> None:
    scores, hits = np.array([row[0] / 10_000 for row in rows]), np.array([row[1] for row in rows])
    expected = [int((hits & (scores >= threshold)).sum()) for threshold in bounds.GRID]
    assert bounds.count(scores, hits).tolist() == expected
    assert bounds.count(np.stack([scores, scores]), np.stack([hits, ~hits]))[0].tolist() == expected


@pytest.mark.parametrize("start", [0.0, 0.5, 0.9, 1.0])
def test_every_start_gives_out_all_the_parts_and_no_more(start: float) -> None:
    assert bounds._parts(start).sum() == bounds.PARTS


@pytest.mark.parametrize("delta", [0.05, 0.1])
@pytest.mark.parametrize("risk", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("name", SOURCES)
def test_risk_is_above_the_bound_in_at_most_delta_of_the_draws(name: str, risk: float, delta: float) -> None:
    source = SOURCES[name](risk)
    place = simulated.outcome(source, 7, DRAWS, 500, risk=risk, delta=delta)
    violated = (place >= 0) & (source.risk[place] > risk)
    assert violated.mean() <= most_by_luck(delta, DRAWS)


def test_delta_is_used_where_safe_answers_end_at_a_cliff() -> None:
    """The bound is not merely loose: most of delta is at hand when the first threshold that is too bold is tested."""
    source = simulated.cliff(0.1)
    place = simulated.outcome(source, 11, DRAWS, 1000, risk=0.1, delta=0.1)
    assert ((place >= 0) & (source.risk[place] > 0.1)).mean() >= 0.1 / 3


@pytest.mark.parametrize("delta", [0.05, 0.1])
@pytest.mark.parametrize("risk", [0.02, 0.05, 0.1])
def test_two_thousand_good_rows_answer_most_of_what_may_be_answered(risk: float, delta: float) -> None:
    source = simulated.separated()
    place = simulated.outcome(source, 5, 200, 2000, risk=risk, delta=delta)
    answered = np.where(place >= 0, source.coverage[place], 0).mean()
    assert answered >= 0.8 * source.coverage[source.risk <= risk].max()


def test_nothing_passes_without_answers() -> None:
    none = np.zeros((3, len(bounds.GRID)), np.int64)
    assert bounds.boldest(none, none, risk=0.5, delta=0.5).tolist() == [-1, -1, -1]


def test_guess_is_bold_where_the_training_side_hardly_errs_and_usual_where_nothing_is_known() -> None:
    scores, wrong = simulated.separated().draw(3, 1, 2000)
    found = bounds.guess(scores[0], ~wrong[0], 0.1)
    answered = scores[0] >= found
    assert found < 0.7
    assert wrong[0][answered].mean() <= 0.1 / 3
    assert bounds.guess(np.array([0.4]), np.array([True]), 0.1) == bounds.START


@pytest.mark.parametrize(("rows", "risk", "more"), [(300, 0.05, 0.0), (1000, 0.02, 0.1), (2000, 0.05, -0.01)])
def test_sequence_answers_no_less_than_bisection(rows: int, risk: float, more: float) -> None:
    source = simulated.separated()
    scores, wrong = source.draw(9, 150, rows)
    past, erred = source.draw(10, 1, 400)
    place = simulated.outcome(source, 9, 150, rows, risk=risk, delta=0.05, start=bounds.guess(past[0], ~erred[0], risk))
    answered = np.where(place >= 0, source.coverage[place], 0).mean()
    assert answered >= np.mean([by_bisection(*pair, risk) for pair in zip(scores, wrong, strict=True)]) + more


def by_bisection(scores: np.ndarray, wrong: np.ndarray, risk: float) -> float:
    """SGR at delta 0.05: the share answered of these rows, an upper estimate of what it would answer."""
    rows = len(scores)
    most = bounds.allowed(rows, risk, 0.05 / math.ceil(math.log2(rows)))
    errors = wrong[np.argsort(-scores)].cumsum()
    least, best = 1, 0
    last = rows
    for _ in range(math.ceil(math.log2(rows))):
        middle = (least + last + 1) // 2
        if errors[middle - 1] <= most[middle]:
            best = least = middle
        else:
            last = middle
    return best / rows


@pytest.mark.parametrize("delta", [0.05, 0.1])
def test_outside_bound_holds_at_a_threshold_chosen_from_the_same_rows(delta: float) -> None:
    rng = np.random.default_rng(2)
    outside = rng.beta(1, 3, size=(DRAWS, 150))
    # The worst choice: where the share of outside questions answered lies furthest below the truth.
    passed = bounds.count(outside, np.ones_like(outside))
    truth = (1 - bounds.GRID) ** 3
    error = np.sqrt(truth * (1 - truth) / 150)
    place = ((truth - passed / 150) / error).argmax(axis=1)
    found = [bounds.upper_anywhere(int(counts[at]), 150, delta) for counts, at in zip(passed, place, strict=True)]
    assert (np.array(found) < truth[place]).mean() <= most_by_luck(delta, DRAWS)
    plain = [bounds.upper(int(counts[at]), 150, delta) for counts, at in zip(passed, place, strict=True)]
    assert (np.array(plain) < truth[place]).mean() > 2 * delta
