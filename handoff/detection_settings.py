"""The business's own word on when the bot steps aside: limits, what mistakes cost, and its frustration model."""

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, field_validator, model_validator

from handoff.detection.coefficients import Coefficients, coefficients
from handoff.detection.thresholds import GUARANTEED, KINDS, NEVER
from handoff.errors import SettingsInvalid
from handoff.parts import Part


def parse_limit(value: object) -> object:
    return NEVER if value == "never" else value


def check_limit(limit: float) -> float:
    if not (0 < limit <= 1 or limit == NEVER):
        raise ValueError('is no limit; write a number above 0 and up to 1, or "never"')
    return limit


def format_limit(limit: float | None) -> float | str | None:
    return "never" if limit == NEVER else limit


Strength = Annotated[float, Field(gt=0, le=1)]
Limit = Annotated[float, BeforeValidator(parse_limit), AfterValidator(check_limit)]
MOST_GUARANTEED = 0.9
Cost = Annotated[float, Field(gt=0, le=1000)]


class Costs(Part):
    """What mistakes cost, in any unit: an offer or a person that was not needed, and one that was and did not come."""

    false_offer: Cost = 1
    false_handoff: Cost = 4
    missed: Cost = 1

    def limits(self) -> tuple[float, float]:
        """From which strength, read as a probability, an offer and a handoff cost less than to go on."""
        return tuple(false / (false + self.missed) for false in (self.false_offer, self.false_handoff))  # type: ignore[return-value]


class SignalLimits(Part):
    """One kind of signal: its own limits, or its own costs. "never" leaves it at an offer."""

    offer: Strength | None = None
    handoff: Annotated[Limit | None, PlainSerializer(format_limit)] = None
    false_offer: Cost | None = None
    false_handoff: Cost | None = None
    missed: Cost | None = None


class Detection(Part):
    """When the bot steps aside. Limits that are not given follow from the costs."""

    offer: Strength | None = None
    handoff: Strength | None = None
    costs: Costs = Costs()
    fuel: int = Field(default=3, ge=1, le=20)
    refusals: int = Field(default=2, ge=1, le=10)
    questions: int = Field(default=2, ge=1, le=10)
    attempts: int = Field(default=3, ge=1, le=10)
    signals: dict[str, SignalLimits] = Field(default_factory=dict)
    frustration: dict[str, Any] | None = None  # coefficients, as `relevo evaluate handoff --fit` writes them

    @field_validator("signals")
    @classmethod
    def _known(cls, signals: dict[str, SignalLimits]) -> dict[str, SignalLimits]:
        for kind, given in signals.items():
            if kind not in KINDS:
                raise ValueError(f"{kind} is no kind of signal; known here: {', '.join(KINDS)}")
            if kind in GUARANTEED and (given.handoff or 0) > MOST_GUARANTEED:
                raise ValueError(f"{kind} always brings a person; set a handoff of at most {MOST_GUARANTEED}")
        return signals

    @field_validator("frustration")
    @classmethod
    def _fitted(cls, given: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            if given is not None:
                coefficients(given)
        except SettingsInvalid as error:
            raise ValueError("; ".join(f"{name}: {what}" for name, what in error.fields.items())) from error
        return given

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        limits = self.settings()
        for prefix in ("", *(f"{kind}." for kind in self.signals)):
            offer, handoff = (limits.get(prefix + name, limits[name]) for name in ("offer", "handoff"))
            if offer > handoff:
                where = f"{prefix[:-1]}: " if prefix else ""
                raise ValueError(
                    f"{where}offer is above handoff; a person is offered at less than is needed to bring one"
                )
        return self

    def frustration_model(self) -> Coefficients | None:
        """The business's own frustration model; None is the package's."""
        return coefficients(self.frustration) if self.frustration is not None else None

    def settings(self) -> dict[str, float]:
        """As the detectors take them: limits, those of single kinds as `kind.offer`, and counts."""
        offer, handoff = self.costs.limits()
        found: dict[str, float] = {"offer": self.offer or offer, "handoff": self.handoff or handoff}
        found |= {name: getattr(self, name) for name in ("fuel", "refusals", "questions", "attempts")}
        for kind, given in self.signals.items():
            found |= {f"{kind}.{name}": limit for name, limit in self._own(given)}
        return found

    def _own(self, given: SignalLimits) -> Iterator[tuple[str, float]]:
        costs = given.model_dump(include={"false_offer", "false_handoff", "missed"}, exclude_none=True)
        for name, by_cost in zip(("offer", "handoff"), self.costs.model_copy(update=costs).limits(), strict=True):
            own = getattr(given, name)
            if own is not None or costs:
                yield name, own or by_cost
