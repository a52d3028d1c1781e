"""Does the customer ask for a person? Verbs and targets, bare words, and refusals of the bot."""

from handoff.detection.grammar import Grammar
from handoff.detection.reading import Reading
from handoff.detection.signals import REQUEST, Signal
from handoff.detection.words import fold

OPERATOR_KEY = "0"  # what one presses on a telephone


class RequestDetector:
    """Finds requests for a person in one message."""

    def __init__(self) -> None:
        self._grammar = Grammar("request")

    def read(self, text: str) -> Reading:
        return self._grammar.read(text)

    def signals(self, text: str, language: str, *, asked: bool = False) -> tuple[Signal, ...]:
        """At most one signal: the strongest pattern that keeps its force. `asked`: the bot waits for an answer."""
        if fold(text).strip(" .!") == OPERATOR_KEY:
            strength = 0.6 if asked else 0.9
            return (Signal(kind=REQUEST, strength=strength, language=language, evidence=text.strip()),)
        return tuple(
            Signal(kind=REQUEST, strength=found.strength, language=language, evidence=found.evidence)
            for found in self.read(text).standing()[:1]
        )
