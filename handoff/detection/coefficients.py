"""The coefficients of the frustration model: data with their provenance, the package's own or a business's."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handoff.detection.thresholds import load_toml
from handoff.errors import SettingsInvalid

PHRASES = (
    "insult", "sexual", "flirt", "swear", "mild", "harsh", "insult_word", "complaint", "give_up", "sarcasm", "again",
    "sigh", "waited", "denial", "thanks",
)  # fmt: skip
COURSE = ("rephrase", "same_answer", "unfilled", "refusals", "capitals", "shortening", "sustained")
TONE = ("marks", "stretched", "emoji", "emphasis")
FEATURES = (*PHRASES, *COURSE, *TONE)
CALMING = frozenset({"thanks"})  # more of it never means more frustration; of any other, never less


@dataclass(frozen=True, kw_only=True)
class Coefficients:
    """`window` customer turns are looked at, and a phrase counts `decay` for each turn that it is old."""

    bias: float
    window: int
    decay: float
    weights: Mapping[str, float]

    def strength(self, features: Mapping[str, float]) -> float:
        """The probability, 0 to 1."""
        return logistic(self.bias + sum(self.contributions(features).values()))

    def contributions(self, features: Mapping[str, float]) -> dict[str, float]:
        """What each feature that is there gives to the logit."""
        return {name: self.weights.get(name, 0.0) * value for name, value in features.items() if value}


def logistic(logit: float) -> float:
    """1 / (1 + e^-logit), without overflow."""
    return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


@cache
def shipped() -> Coefficients:
    """The package's own."""
    return coefficients(load_toml("frustration"))


def read_coefficients(path: Path) -> Coefficients:
    """Those of a file of the form of lexicons/frustration.toml; raises SettingsInvalid that names what is wrong."""
    try:
        return coefficients(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(fields={path.name: f"this is not TOML: {error}"}) from error


def coefficients(data: Mapping[str, Any]) -> Coefficients:
    """Checked: known names, finite numbers, and signs that mean what the features say; raises SettingsInvalid."""
    weights = data.get("weights", {})
    fields = dict.fromkeys(data.keys() - {"bias", "window", "decay", "weights"}, "there is no such setting")
    if not _is_number(data.get("bias")):
        fields["bias"] = "set a number"
    window, decay = data.get("window"), data.get("decay")
    if isinstance(window, bool) or not isinstance(window, int) or not 1 <= window <= 20:
        fields["window"] = "set a whole number from 1 to 20"
    if not _is_number(decay) or not 0 <= decay <= 1:  # type: ignore[operator]
        fields["decay"] = "set a number from 0 to 1"
    fields |= _wrong(weights) if isinstance(weights, Mapping) else {"weights": "write a table"}
    if fields:
        raise SettingsInvalid(fields={f"frustration.{name}": what for name, what in fields.items()})
    weights = {name: float(weights.get(name, 0.0)) for name in FEATURES}
    return Coefficients(bias=float(data["bias"]), window=data["window"], decay=float(data["decay"]), weights=weights)


def _wrong(weights: Mapping[str, Any]) -> dict[str, str]:
    fields = {f"weights.{name}": "there is no such feature" for name in weights.keys() - set(FEATURES)}
    for name in weights.keys() & set(FEATURES):
        bound = "at most 0" if name in CALMING else "0 or more"
        if not _is_number(weights[name]) or (weights[name] > 0 if name in CALMING else weights[name] < 0):
            fields[f"weights.{name}"] = f"set a number, {bound}"
    return fields


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
