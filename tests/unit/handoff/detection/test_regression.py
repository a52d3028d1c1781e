"""The fit is the least penalized loss under its signs, and the same each time."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.detection.coefficients import logistic
from handoff.detection.regression import Line, Row, fit, log_loss

NAMES = ("anger", "calm", "noise")
CALMS = frozenset({"calm"})
ZERO = Line(bias=0.0, weights=dict.fromkeys(NAMES, 0.0))
TRUE = Line(bias=-2.0, weights={"anger": 3.0, "calm": -1.5, "noise": 0.0})


def drawn(count: int, seed: int = 1) -> list[Row]:
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        features = {name: float(rng.random() < 0.4) for name in NAMES}
        rows.append(Row(features=features, positive=float(rng.random() < logistic(TRUE.logit(features)))))
    return rows


def test_it_finds_the_coefficients_that_made_the_data() -> None:
    found = fit(drawn(6000), ZERO, 0.01, CALMS)
    assert found.bias == pytest.approx(TRUE.bias, abs=0.3)
    for name in NAMES:
        assert found.weights[name] == pytest.approx(TRUE.weights[name], abs=0.3)


def test_without_rows_or_under_a_heavy_penalty_it_stays_where_it_was() -> None:
    assert fit([], TRUE, 1.0, CALMS) == TRUE
    assert fit(drawn(200), TRUE, 1e9, CALMS).weights == pytest.approx(TRUE.weights, abs=1e-3)


def test_a_row_that_counts_twice_is_two_rows() -> None:
    rows = drawn(80)
    twice = [Row(features=row.features, positive=row.positive, count=2.0) for row in rows]
    assert fit(twice, ZERO, 1.0, CALMS).weights == pytest.approx(
        fit([*rows, *rows], ZERO, 1.0, CALMS).weights, abs=1e-4
    )


def test_data_that_are_told_apart_without_error_stay_finite() -> None:
    rows = [Row(features={"anger": 1.0}, positive=1.0), Row(features={}, positive=0.0)] * 20
    assert 0.0 < fit(rows, ZERO, 0.1, CALMS).weights["anger"] < 50


ROWS = st.lists(
    st.builds(
        Row,
        features=st.dictionaries(st.sampled_from(NAMES), st.floats(0, 2)),
        positive=st.sampled_from([0.0, 1.0]),
        count=st.sampled_from([1.0, 3.0]),
    ),
    min_size=1,
    max_size=25,
)


@given(rows=ROWS, penalty=st.sampled_from([0.5, 3.0, 30.0]))
@settings(max_examples=60, deadline=None)
def test_signs_hold_it_is_no_worse_than_its_start_and_repeats_itself(rows: list[Row], penalty: float) -> None:
    found = fit(rows, ZERO, penalty, CALMS)
    assert all(weight <= 0 if name in CALMS else weight >= 0 for name, weight in found.weights.items())
    total = sum(row.count for row in rows)
    penalized = log_loss(rows, found) * total + penalty / 2 * sum(weight**2 for weight in found.weights.values())
    assert penalized <= log_loss(rows, ZERO) * total + 1e-6
    assert fit(rows, ZERO, penalty, CALMS) == found
