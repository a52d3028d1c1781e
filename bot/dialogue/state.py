"""The dialogue state between turns: small JSON, checked to the last field before a tracker is built from it.

{"v": 1, "events": [slot and active_loop events], "tries": {"count", "since"}, "said": [...], "offered": [...]}
`tries` counts failed attempts at an order; `since` is in whole seconds of the epoch; they lapse after an hour.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

FORM = "order_status_form"
VERSION = 1
LARGEST = 32 * 1024
WINDOW = 3600
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/\-]{0,99}")
KINDS = ("enum", "number", "money", "date", "time", "pattern")
FACTS = ("order_number", "second_fact")


class StateRefused(ValueError):
    """The state is not one that this engine returned; start the dialogue without a state."""


@dataclass(frozen=True)
class State:
    """What the dialogue remembers between two turns."""

    facts: Mapping[str, str] = field(default_factory=dict)
    asked: Optional[str] = None
    tries: int = 0
    since: int = 0
    said: Tuple[Dict[str, Any], ...] = ()
    offered: Tuple[str, ...] = ()

    @property
    def answered(self) -> List[str]:
        """The entries that were said last, whose follow-ups count now."""
        return [item["id"] for item in self.said if item["kind"] == "entry"]

    def events(self) -> List[Dict[str, Any]]:
        """The Rasa events that bring a fresh tracker to this state, waiting for the customer."""
        return [*self._kept(), {"event": "action", "name": "action_listen"}]

    def dump(self) -> Dict[str, Any]:
        """The JSON form, as it travels."""
        return {
            "v": VERSION,
            "events": self._kept(),
            "tries": {"count": self.tries, "since": self.since},
            "said": list(self.said),
            "offered": list(self.offered),
        }

    def _kept(self) -> List[Dict[str, Any]]:
        kept: List[Dict[str, Any]] = [{"event": "slot", "name": k, "value": v} for k, v in self.facts.items()]
        if self.asked:
            kept.append({"event": "active_loop", "name": FORM})
            kept.append({"event": "slot", "name": "requested_slot", "value": self.asked})
        return kept


def load(raw: Any, now: int) -> State:
    """The state sent with a turn; None is a new dialogue. Raises StateRefused on anything but our own form."""
    if raw is None:
        return State()
    _need(type(raw) is dict and raw.get("v") == VERSION and type(raw["v"]) is int)
    _need(set(raw) == {"v", "events", "tries", "said", "offered"})
    _need(len(json.dumps(raw)) <= LARGEST)
    facts, asked = _read_events(raw["events"])
    count, since = _read_tries(raw["tries"], now)
    return State(facts, asked, count, since, _list(raw["said"], check_said), _list(raw["offered"], check_id))


def check_id(value: Any) -> str:
    """An entry or notice id; raises StateRefused."""
    _need(isinstance(value, str) and ID.fullmatch(value) is not None)
    return str(value)


def check_said(item: Any) -> Dict[str, Any]:
    """One thing said, as in an Outcome: ids and typed values only; raises StateRefused."""
    _need(isinstance(item, dict) and set(item) <= {"kind", "id", "values", "choices"})
    _need(item.get("kind") in ("entry", "notice"))
    values = item.get("values", {})
    _need(isinstance(values, dict) and len(values) <= 20)
    checked = {check_id(name): check_value(value) for name, value in values.items()}
    choices = list(_list(item.get("choices", []), check_id))
    return {"kind": item["kind"], "id": check_id(item.get("id")), "values": checked, "choices": choices}


def check_value(value: Any) -> Dict[str, Any]:
    """One typed value: a kind and a short string or whole number; raises StateRefused."""
    _need(isinstance(value, dict) and set(value) == {"kind", "value"} and value["kind"] in KINDS)
    inner = value["value"]
    _need(type(inner) is int or (isinstance(inner, str) and 0 < len(inner) <= 64 and inner.isprintable()))
    return dict(value)


def _read_events(events: Any) -> Tuple[Dict[str, str], Optional[str]]:
    _need(isinstance(events, list) and len(events) <= 8)
    slots: Dict[str, str] = {}
    loop = False
    for event in events:
        _need(isinstance(event, dict))
        if event.get("event") == "active_loop":
            _need(event == {"event": "active_loop", "name": FORM} and not loop)
            loop = True
            continue
        _need(set(event) == {"event", "name", "value"} and event["event"] == "slot")
        _need(event["name"] in (*FACTS, "requested_slot") and event["name"] not in slots)
        _need(isinstance(event["value"], str) and 0 < len(event["value"]) <= 320)
        slots[event["name"]] = event["value"]
    asked = slots.pop("requested_slot", None)
    _need((asked in FACTS) if loop else asked is None)
    return slots, asked


def _read_tries(tries: Any, now: int) -> Tuple[int, int]:
    _need(isinstance(tries, dict) and set(tries) == {"count", "since"})
    count, since = tries["count"], tries["since"]
    _need(type(count) is int and type(since) is int and 0 <= count <= 99 and since >= 0)
    return (count, since) if now - since < WINDOW else (0, 0)


def _list(items: Any, check: Callable[[Any], Any]) -> Tuple[Any, ...]:
    _need(isinstance(items, list) and len(items) <= 10)
    return tuple(check(item) for item in items)


def _need(holds: bool) -> None:
    if not holds:
        raise StateRefused
