"""The verdict table and its numbers: the package's defaults under the business's own `[detection]` settings."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from handoff.errors import SettingsInvalid
from handoff.states import Urgency


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of signal: from which strength a person is offered or brought, and how it is told."""

    kind: str
    reason: str
    offer: float
    handoff: float
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    rows: tuple[Row, ...]  # in rank
    fuel: int
    refusals: int
    questions: int
    attempts: int


@cache
def load_toml(name: str) -> dict[str, Any]:
    """The data file `name`.toml of this package's lexicons."""
    return tomllib.loads(files("handoff.detection").joinpath("lexicons", f"{name}.toml").read_text(encoding="utf-8"))


KINDS: Final = tuple(row["kind"] for row in load_toml("table")["row"])
GUARANTEED: Final = ("request", "urgency.safety", "engine")  # these always bring a person
NEVER: Final = 2.0  # as a limit: no strength reaches it


def thresholds(settings: Mapping[str, Any] | None = None) -> Thresholds:
    """The table with the business's settings laid over it; raises SettingsInvalid for an unknown or wrong one."""
    data = load_toml("table")
    values = _checked({**data["defaults"], **(settings or {})}, data["defaults"])
    numbers = {name: int(values[name]) for name in ("fuel", "refusals", "questions", "attempts")}
    return Thresholds(rows=tuple(_row(row, values) for row in data["row"]), **numbers)


def _row(row: Mapping[str, Any], values: Mapping[str, float]) -> Row:
    def limit(name: str) -> float:
        return float(values.get(f"{row['kind']}.{name}", row.get(name, values[name])))

    return Row(
        kind=row["kind"],
        reason=row["reason"],
        offer=limit("offer"),
        handoff=limit("handoff"),
        urgency=Urgency(row.get("urgency", "normal")),
    )


def _checked(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, float]:
    known = {*defaults, *(f"{kind}.{name}" for kind in KINDS for name in ("offer", "handoff"))}
    fields = {f"detection.{name}": "there is no such setting" for name in values.keys() - known}
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            fields[f"detection.{name}"] = "set a number above 0"
        elif isinstance(defaults.get(name), int) and value != int(value):
            fields[f"detection.{name}"] = "set a whole number of 1 or more"
    if fields:
        raise SettingsInvalid(fields=fields)
    return {name: float(value) for name, value in values.items()}
