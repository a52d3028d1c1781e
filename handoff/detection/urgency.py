"""Is it urgent, and on which axis? Denied, past, supposed and settled things are not."""

from collections.abc import Mapping
from datetime import datetime

from handoff.detection.classifier import Classifier, Opinion, bars
from handoff.detection.grammar import Grammar
from handoff.detection.moments import Moment, soonest
from handoff.detection.opinions import weigh
from handoff.detection.reading import Reading
from handoff.detection.signals import AXES, Signal

DEADLINE = "deadline"
AT_ONCE, NEAR, FAR = 6.0, 48.0, 24.0 * 14  # hours
PRESSING, DISTANT = 0.92, 0.45  # strengths of a deadline within the first, and beyond the last


class UrgencyDetector:
    """Finds urgency in one message: at most one signal an axis."""

    def __init__(self, classifier: Classifier | None = None) -> None:
        self._grammar = Grammar("urgency")
        self._classifier = classifier or Classifier()
        self._bars = {axis: bars(axis) for axis in AXES}

    def read(self, text: str) -> Reading:
        return self._grammar.read(text)

    def signals(
        self, text: str, language: str, *, at: datetime | None = None, opinions: Mapping[str, Opinion] | None = None
    ) -> tuple[Signal, ...]:
        """One signal an axis, strongest first; `at`: when it was said, in the customer's or the business's zone."""
        reading, opinions = self.read(text), opinions or self._classifier.read(text)
        moment = soonest(text, at)
        near = moment is not None and moment.hours <= NEAR
        signals = []
        for axis in AXES:
            found = [each for each in reading.found if each.values["axis"] == axis]
            helped = near and axis == DEADLINE
            weighed = weigh(reading, found, opinions[axis], self._bars[axis], helped=helped)
            if weighed:
                strength = _timed(weighed[0], moment) if axis == DEADLINE else weighed[0]
                signals.append(
                    Signal(kind=f"urgency.{axis}", strength=strength, language=language, evidence=weighed[1])
                )
        return tuple(sorted(signals, key=lambda signal: -signal.strength))


def _timed(strength: float, moment: Moment | None) -> float:
    """The strength of a deadline by how near it is."""
    if moment is None or strength < DISTANT:
        return strength
    if moment.hours <= AT_ONCE:
        return max(strength, PRESSING)
    return min(strength, DISTANT) if moment.hours > FAR else strength
