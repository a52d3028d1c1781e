"""Coefficients are data: checked when they are read, and their signs mean what the features say."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.detection.coefficients import (
    CALMING,
    FEATURES,
    Coefficients,
    coefficients,
    logistic,
    read_coefficients,
    shipped,
)
from handoff.errors import SettingsInvalid

GOOD: dict[str, Any] = {"bias": -4, "window": 6, "decay": 0.4, "weights": {"insult": 4.0, "thanks": -1.0}}
FEATURE_VALUES = st.dictionaries(st.sampled_from(FEATURES), st.floats(0, 3))


def test_the_shipped_ones_have_every_feature() -> None:
    assert set(shipped().weights) == set(FEATURES)


def test_one_sign_alone_offers_a_person_at_most() -> None:
    model = shipped()
    assert all(model.strength({name: 1.0}) < 0.8 for name in FEATURES)
    assert model.strength({"insult": 1.0}) >= 0.5
    assert model.strength({"complaint": 1.0}) >= 0.5


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bias": "low"}, "bias"),
        ({"bias": float("nan")}, "bias"),
        ({"window": 0}, "window"),
        ({"window": True}, "window"),
        ({"decay": 1.5}, "decay"),
        ({"weights": 3}, "weights"),
        ({"weights": {"insults": 1.0}}, "weights.insults"),
        ({"weights": {"insult": -0.1}}, "weights.insult"),
        ({"weights": {"thanks": 0.1}}, "weights.thanks"),
        ({"weights": {"insult": float("inf")}}, "weights.insult"),
        ({"slope": 1}, "slope"),
    ],
)
def test_a_wrong_one_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingsInvalid) as error:
        coefficients({**GOOD, **change})
    assert list(error.value.fields) == [f"frustration.{field}"]


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("bias = ", encoding="utf-8")
    with pytest.raises(SettingsInvalid) as error:
        read_coefficients(path)
    assert list(error.value.fields) == ["own.toml"]


@given(features=FEATURE_VALUES, name=st.sampled_from(FEATURES), more=st.floats(0, 2))
def test_more_of_a_sign_never_means_less_and_more_thanks_never_more(
    features: dict[str, float], name: str, more: float
) -> None:
    model: Coefficients = shipped()
    before, after = model.strength(features), model.strength({**features, name: features.get(name, 0.0) + more})
    assert after <= before if name in CALMING else after >= before


@given(st.floats(allow_nan=False))
def test_the_logistic_stays_within_0_and_1(logit: float) -> None:
    assert 0.0 <= logistic(logit) <= 1.0
