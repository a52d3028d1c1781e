"""Does the customer ask for a person? Verbs and targets, bare words, refusals of the bot, and a small classifier."""

from handoff.detection.classifier import Classifier, Opinion, bars
from handoff.detection.grammar import Grammar
from handoff.detection.opinions import HEARD, HINDERED, weigh
from handoff.detection.reading import Reading
from handoff.detection.signals import REQUEST, Signal
from handoff.detection.words import fold

HINDERED_REQUEST = HINDERED | {"denied", "wantnot"}
OPERATOR_KEY = "0"  # what one presses on a telephone


class RequestDetector:
    """Finds requests for a person in one message."""

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._grammar = Grammar("request")
        self._classifier = classifier or Classifier()
        self._bars = bars(REQUEST)

    def read(self, text: str) -> Reading:
        return self._grammar.read(text)

    def signals(
        self, text: str, language: str, *, asked: bool = False, opinion: Opinion | None = None
    ) -> tuple[Signal, ...]:
        """At most one signal. `asked`: the bot waits for an answer; `opinion`: the classifier's, if it has read it."""
        if fold(text).strip(" .!") == OPERATOR_KEY:
            strength = 0.6 if asked else 0.9
            return (Signal(kind=REQUEST, strength=strength, language=language, evidence=text.strip()),)
        reading = self.read(text)
        opinion = opinion or self._classifier.read(text)[REQUEST]
        weighed = weigh(reading, reading.found, opinion, self._bars, hindering=HINDERED_REQUEST)
        if weighed is None or weighed[0] < HEARD:
            return ()
        return (Signal(kind=REQUEST, strength=weighed[0], language=language, evidence=weighed[1]),)
