"""The tracker store of one turn: a tracker is made from the sent state, and dropped when the Outcome is built."""

from typing import Any, Callable, Dict, Iterable, List, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

# The kinds that a state has. Rasa's own reader looks through all of its classes for each event.
MADE: Dict[str, Callable[[Dict[str, Any]], Event]] = {
    "slot": lambda event: SlotSet(event["name"], event["value"]),
    "active_loop": lambda event: ActiveLoop(event["name"]),
    "action": lambda event: ActionExecuted(event["name"]),
}
# Shared by the channel, which opens and closes turns, and the store that Rasa makes from endpoints.yml.
_open: Dict[str, DialogueStateTracker] = {}
_sent: Dict[str, List[Dict[str, Any]]] = {}


def open_turn(sender_id: str, events: List[Dict[str, Any]]) -> None:
    """Lay the events of a sent state ready under this turn's own id."""
    _sent[sender_id] = events


def close_turn(sender_id: str) -> Optional[DialogueStateTracker]:
    """The tracker of a finished turn, which is forgotten here; None when the turn never ran."""
    _sent.pop(sender_id, None)
    return _open.pop(sender_id, None)


class TurnStore(TrackerStore):
    """Holds nothing between turns."""

    def __init__(self, domain: Domain, event_broker: Optional[EventBroker] = None, **kwargs: Any) -> None:
        """Made by Rasa from endpoints.yml."""
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker until its turn is closed."""
        if tracker.sender_id in _sent:
            _open[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The tracker of an open turn, made from the events it was sent."""
        if sender_id in _open or sender_id not in _sent:
            return _open.get(sender_id)
        events = [MADE[event["event"]](event) for event in _sent[sender_id]]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def keys(self) -> Iterable[Text]:
        """The turns open at this instant."""
        return list(_open)
