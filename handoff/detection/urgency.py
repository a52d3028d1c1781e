"""Is it urgent, and on which axis? Denied, past, supposed and settled things are not."""

from handoff.detection.grammar import Grammar
from handoff.detection.reading import Reading
from handoff.detection.signals import Signal


class UrgencyDetector:
    """Finds urgency in one message: at most one signal an axis."""

    def __init__(self) -> None:
        self._grammar = Grammar("urgency")

    def read(self, text: str) -> Reading:
        return self._grammar.read(text)

    def signals(self, text: str, language: str) -> tuple[Signal, ...]:
        """The strongest standing pattern of each axis, strongest axis first."""
        axes: dict[str, Signal] = {}
        for found in self.read(text).standing():
            kind = f"urgency.{found.values['axis']}"
            axes.setdefault(
                kind, Signal(kind=kind, strength=found.strength, language=language, evidence=found.evidence)
            )
        return tuple(axes.values())
