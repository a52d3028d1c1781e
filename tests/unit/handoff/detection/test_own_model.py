"""A business's own coefficients, in its settings."""

import tomllib
from importlib.resources import files

import pytest
from pydantic import ValidationError

from handoff.detection import Detectors, PastTurn
from handoff.detection.coefficients import shipped
from handoff.detection_settings import Detection

TURNS = [PastTurn(role="customer", text="you idiot")]


def own(bias: float) -> Detection:
    text = files("handoff.detection").joinpath("lexicons", "frustration.toml").read_text(encoding="utf-8")
    return Detection.model_validate({"frustration": {**tomllib.loads(text), "bias": bias}})


def test_a_businesss_own_coefficients_decide() -> None:
    model = own(-20.0).frustration_model()
    assert Detectors(frustration=model).explain_frustration(TURNS).strength < 0.1
    assert Detectors(frustration=own(shipped().bias).frustration_model()).explain_frustration(TURNS).strength >= 0.5


def test_without_them_the_shipped_ones_do() -> None:
    assert Detection().frustration_model() is None


def test_wrong_ones_are_refused_with_the_settings() -> None:
    with pytest.raises(ValidationError, match=r"frustration\.decay"):
        Detection.model_validate({"frustration": {"bias": 1, "window": 6, "decay": 7, "weights": {}}})
