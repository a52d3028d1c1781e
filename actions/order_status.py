"""The look-up as a Rasa action: reads the form's facts, answers with an id and typed values."""

import os
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.orders import Lookup, Order, OrderBook

MOST_TRIES = 3


class LookUpOrder(Action):
    """Sets order_lookup to found, wrong or locked; the dialogue's rules say what follows."""

    def name(self) -> Text:
        """The action's name in domain.yml."""
        return "action_look_up_order"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        """One look-up; a wrong one that is the conversation's last try is locked."""
        number, second = tracker.get_slot("order_number"), tracker.get_slot("second_fact")
        found = order_book().look_up(number, second, int(time.time()))
        if found.order:
            dispatcher.utter_message(json_message=spoken(found.order))
        return [
            SlotSet("order_lookup", result(found, _tries(tracker))),
            SlotSet("second_fact", None),
        ]


def result(found: Lookup, tries: int) -> str:
    """The look-up's result for this conversation, in which `tries` attempts failed before."""
    return "locked" if found.result == "wrong" and tries + 1 >= MOST_TRIES else found.result


def spoken(order: Order) -> Dict[str, Any]:
    """The notice order_status with the order's typed values."""
    values = {"order": _value("pattern", order.number), "status": _value("enum", order.status)}
    if order.expected:
        values["date"] = _value("date", order.expected)
    return {"kind": "notice", "id": "order_status", "values": values}


def order_book() -> OrderBook:
    """The book at RELEVO_ORDERS, else orders.db in RELEVO_VAR."""
    folder = Path(os.environ.get("RELEVO_VAR", "var"))
    return OrderBook(Path(os.environ.get("RELEVO_ORDERS") or folder / "orders.db"))


def _tries(tracker: Tracker) -> int:
    tries: Optional[int] = (tracker.latest_message.get("metadata") or {}).get("tries")
    return tries or 0


def _value(kind: str, value: str) -> Dict[str, str]:
    return {"kind": kind, "value": value}
