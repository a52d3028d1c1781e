"""Knowing when a person is needed. Pure: no network, no clock, no database; spaCy is loaded by `Detectors()`."""

from handoff.detection.detectors import Detectors
from handoff.detection.memory import Memory
from handoff.detection.signals import OutcomeFacts, PastTurn, Signal, Verdict

__all__ = ["Detectors", "Memory", "OutcomeFacts", "PastTurn", "Signal", "Verdict"]
