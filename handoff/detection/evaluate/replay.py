"""Past conversations through the detectors: what would have been decided at each customer turn."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handoff.detection.detectors import Detectors
from handoff.detection.evaluate.transcripts import Transcript, needs_person
from handoff.detection.memory import Memory
from handoff.detection.signals import OutcomeFacts, PastTurn, Signal, Verdict, strongest
from handoff.detection.thresholds import thresholds

KIND_OF = {row.reason: row.kind for row in thresholds().rows}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict at one customer turn; `turn` counts all turns from 0."""

    conversation: str
    turn: int
    verdict: Verdict
    label: str | None
    language: str | None = None
    text: str = ""
    at: datetime | None = None

    @property
    def found(self) -> bool:
        """Would a person have been offered or brought?"""
        return self.verdict.kind != "continue"

    @property
    def wanted(self) -> bool | None:
        """Was a person needed, by the label? None without one."""
        return None if self.label is None else needs_person(self.label)

    @property
    def evidence(self) -> str:
        """The words behind the verdict: those of the signal that it was told for, else the message."""
        best = strongest(self.verdict.signals, KIND_OF.get(self.verdict.reason, ""))
        return (best.evidence if best else "") or self.text

    def line(self) -> str:
        signals = [{"kind": s.kind, "strength": s.strength, "evidence": s.evidence} for s in self.verdict.signals]
        return json.dumps(
            {"conversation": self.conversation, "turn": self.turn, "verdict": self.verdict.kind, "signals": signals},
            ensure_ascii=False,
        )


class OwnDetectors(Detectors):
    """The detectors, whose features a fit can read."""

    def frustration_features(self, turns: tuple[PastTurn, ...]) -> dict[str, float]:
        """The features of the last turn that are not 0."""
        return {name: value for name, value in self._frustration.features(turns)[0].items() if value}


def replay(detectors: Detectors, transcript: Transcript, only: str | None = None) -> Iterator[Judged]:
    """Each customer turn judged as on that day. Bot turns with an `entry` or `decision` take part in loops.

    With `only`, signals of any other kind are left out.
    """
    memory = Memory()
    waiting: tuple[Signal, ...] = ()
    language = transcript.language
    for index, turn in enumerate(transcript.turns):
        so_far = transcript.turns[: index + 1]
        if turn.role == "bot" and (turn.entry or turn.decision) and _customer_spoke(so_far):
            found, memory = detectors.after_engine(_until_customer(so_far), _outcome(turn), memory, language or "en")
            waiting = found
        elif turn.role == "customer":
            language = transcript.language or detectors.language_of(turn.text)[0] or language
            signals = (*waiting, *detectors.before_engine(so_far, language or "en"))
            verdict, memory = detectors.decide([s for s in signals if only in {None, s.kind}], memory)
            waiting = ()
            yield Judged(
                conversation=transcript.conversation,
                turn=index,
                verdict=verdict,
                label=transcript.labels[index],
                language=language,
                text=turn.text,
                at=turn.at,
            )


def _customer_spoke(turns: tuple[PastTurn, ...]) -> bool:
    return any(turn.role == "customer" for turn in turns)


def _until_customer(turns: tuple[PastTurn, ...]) -> tuple[PastTurn, ...]:
    last = max(index for index, turn in enumerate(turns) if turn.role == "customer")
    return turns[: last + 1]


def _outcome(turn: PastTurn) -> OutcomeFacts:
    return OutcomeFacts(decision=turn.decision or "answer", ids=(turn.entry,) if turn.entry else ())
