"""All detectors behind one door. Build once a process; every call is pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from handoff.detection import verdict
from handoff.detection.classifier import Classifier
from handoff.detection.coefficients import Coefficients
from handoff.detection.frustration import FrustrationDetector, Score
from handoff.detection.language import LanguageDetector
from handoff.detection.loops import Said, after_outcome
from handoff.detection.memory import Memory
from handoff.detection.needs import Tank
from handoff.detection.replies import Replies
from handoff.detection.request import RequestDetector
from handoff.detection.signals import DECLINE, REQUEST, OutcomeFacts, PastTurn, Signal, Verdict
from handoff.detection.thresholds import thresholds
from handoff.detection.urgency import UrgencyDetector


class Detectors:
    """Request, urgency, frustration, loops, and the policy over them.

    One turn: `before_engine`, then `decide`. A handoff ends it: keep that memory. Otherwise ask the engine, give
    `after_engine` the memory the turn began with, and `decide` again over the signals of both; keep only that memory.
    """

    def __init__(
        self,
        languages: Sequence[str] = ("en", "es"),
        settings: Mapping[str, Any] | None = None,
        *,
        zone: tzinfo | None = None,
        classifier: Classifier | None = None,
        frustration: Coefficients | None = None,
    ) -> None:
        """`zone`: the business's, in which a customer's "at 8" is read; without it the turn's own."""
        self.limits = thresholds(settings)
        self._zone = zone
        self._replies = Replies()
        self._classifier = classifier or Classifier()
        self._request = RequestDetector(self._classifier)
        self._urgency = UrgencyDetector(self._classifier)
        self._frustration = FrustrationDetector(self._replies, frustration)
        self._language = LanguageDetector(languages)

    def before_engine(
        self, turns: Sequence[PastTurn], language: str, memory: Memory | None = None
    ) -> tuple[Signal, ...]:
        """Signals of the customer's words; the last turn is the customer's. `memory` tells of an offer just made."""
        text = turns[-1].text
        opinions = self._classifier.read(text)
        reply = self._reply_to_offer(text, language) if memory and memory.offered else ()
        found = reply or self._request.signals(text, language, asked=_was_asked(turns), opinion=opinions[REQUEST])
        urgent = self._urgency.signals(text, language, at=self._local(turns[-1].at), opinions=opinions)
        return (*found, *urgent, *self._frustration.signals(turns, language))

    def after_engine(
        self,
        turns: Sequence[PastTurn],
        outcome: OutcomeFacts,
        memory: Memory,
        language: str,
        tank: Tank | None = None,
    ) -> tuple[tuple[Signal, ...], Memory]:
        """Signals of the bot's own doing (loops, refusals, fuel, a dead engine), and the next memory.

        `tank` is that of the need which the outcome is for, where the customer has had it before.
        """
        text = turns[-1].text
        said = Said(
            text=text,
            language=language,
            content=self._replies.read(text) in {None, "no"},
            complaint=self._frustration.complains(text),
            rephrased=bool(self._frustration.features(turns)[0]["rephrase"]),
        )
        return after_outcome(outcome, memory, said, self.limits, tank)

    def decide(self, signals: Sequence[Signal], memory: Memory) -> tuple[Verdict, Memory]:
        """The verdict by the table of thresholds, and the memory that knows of the offer."""
        return verdict.decide(signals, memory, self.limits)

    def language_of(self, text: str) -> tuple[str | None, float]:
        """(language, confidence); None when it is no language of ours, or too little to tell."""
        return self._language.read(text)

    def explain_frustration(self, turns: Sequence[PastTurn]) -> Score:
        """The frustration score of the last turn, with what each feature gave to it."""
        return self._frustration.score(turns)

    def _local(self, at: datetime | None) -> datetime | None:
        return at.astimezone(self._zone) if at and self._zone else at

    def _reply_to_offer(self, text: str, language: str) -> tuple[Signal, ...]:
        kinds = {"yes": REQUEST, "no": DECLINE}
        kind = kinds.get(self._replies.read(text) or "")
        return (Signal(kind=kind, strength=0.95, language=language, evidence=text.strip()),) if kind else ()


def _was_asked(turns: Sequence[PastTurn]) -> bool:
    """Did the bot's last word ask for something, so that a bare "0" may be the answer?"""
    bot = next((turn for turn in reversed(turns[:-1]) if turn.role == "bot"), None)
    if bot is None:
        return len(turns) > 1
    return bot.decision == "ask" or "?" in bot.text
