"""What the detectors read and what they say: past turns, the engine's facts, signals, verdicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handoff.states import Urgency

Role = Literal["customer", "bot", "agent", "system"]
VerdictKind = Literal["continue", "offer", "handoff"]

REQUEST = "request"
DECLINE = "decline"  # the customer refuses the offer of a person
FRUSTRATION = "frustration"
LOOP = "loop"
REFUSAL = "refusal"
FUEL = "fuel"
ENGINE = "engine"
AXES = ("safety", "fraud", "outage", "deadline", "vulnerable")


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One finding: `strength` is 0 to 1, `evidence` quotes the customer (or names what the bot did)."""

    kind: str
    strength: float
    language: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class PastTurn:
    """One thing said before, in order; `entry` and `decision` only on the bot's turns."""

    role: Role
    text: str
    entry: str | None = None
    decision: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeFacts:
    """What the engine chose, without any prose. `decision`: answer, ask, refuse, act or unavailable."""

    decision: str
    intent: str = ""
    ids: tuple[str, ...] = ()
    form: str | None = None
    form_filled: int = 0
    form_attempts: int = 0
    facts: str = ""  # the values told, in any stable form: the same entry with a changed status is news


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the policy decides, why (a stable slug), how urgently, and from which signals."""

    kind: VerdictKind
    reason: str
    urgency: Urgency = Urgency.NORMAL
    signals: tuple[Signal, ...] = ()


def strongest(signals: Iterable[Signal], kind: str) -> Signal | None:
    """The strongest signal of this kind, or None."""
    return max((signal for signal in signals if signal.kind == kind), key=lambda signal: signal.strength, default=None)
