"""Reads a message in the light of what was asked: an order's facts, a choice, a correction, a change of topic."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue import facts
from bot.dialogue.text import fold

MOST_TRIES = 3
ORDINALS = {"1": 0, "2": 1, "first": 0, "second": 1, "primera": 0, "segunda": 1, "primero": 0, "segundo": 1,
            "one": 0, "two": 1, "uno": 0, "una": 0, "dos": 1}  # fmt: skip
AROUND_ORDINAL = frozenset("the la el one option opcion number numero please por favor".split())
ABOUT_ORDERS = ("order_status", "give_order_number", "give_second_fact")
STARTS_FORM = ("order_status", "give_order_number")
# In the form these are unclear facts, not a refusal: the customer is answering what was asked.
REFUSED = ("refuse", "refuse_near", "unreadable", "other_language")
NOT_A_TOPIC = (*REFUSED, "give_order_number", "give_second_fact")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FormReader(GraphComponent, EntityExtractorMixin):
    """Turns the matcher's finding into what it means in this dialogue."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FormReader:
        """The component; it has nothing to train."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Reads each message."""
        for message in messages:
            self._read(message, message.get("metadata") or {})
        return messages

    def _read(self, message: Message, turn: Dict[str, Any]) -> None:
        text = message.get(TEXT) or ""
        offered = chosen(text, turn.get("offered") or [], message.get("relevo") or {})
        if offered:
            _set(message, "answer", {"answer_id": offered})
            return
        intent = (message.get(INTENT) or {}).get("name") or "refuse"
        asked = turn.get("asked")
        found = _facts(text, asked, intent)
        name = meaning(intent, asked, found, int(turn.get("tries") or 0))
        if name in STARTS_FORM or name == "give_second_fact":
            _set(message, name, found)
        elif name != intent:
            _set(message, name, {})


def meaning(intent: str, asked: Optional[str], found: Dict[str, str], tries: int) -> str:
    """The intent in this dialogue: `asked` is the fact waited for, `found` the facts in the message."""
    if asked is None:
        if "order_number" in found and intent in (*REFUSED, "ask", *ABOUT_ORDERS):
            intent = "give_order_number"
        locked = intent in STARTS_FORM and tries >= MOST_TRIES
        return "too_many_tries" if locked else intent
    if "order_number" in found:
        return "give_order_number"
    if "second_fact" in found:
        return "give_second_fact"
    if intent not in NOT_A_TOPIC:
        return intent
    return f"unclear_{asked}" if tries + 1 < MOST_TRIES else "too_many_tries"


def chosen(text: str, offered: List[str], weighed: Dict[str, Any]) -> Optional[str]:
    """The offered entry that the customer picked by place, by id or by asking again, or None."""
    if not offered:
        return None
    named = weighed.get("titled") or text.strip()
    if named in offered:
        return str(named)
    said = [word for word in re.findall(r"\w+", fold(text)) if word not in AROUND_ORDINAL]
    if len(said) == 1 and ORDINALS.get(said[0], len(offered)) < len(offered):
        return offered[ORDINALS[said[0]]]
    return _meant(offered, weighed)


def _meant(offered: List[str], weighed: Dict[str, Any]) -> Optional[str]:
    """The offered entry nearest to the words; a pressed choice arrives as its title, which no phrasing need repeat."""
    candidates = weighed.get("candidates") or []
    if weighed.get("decision") == "answer" and candidates and candidates[0]["id"] not in offered:
        return None
    enough = float(weighed.get("enough") or 1.0)
    near = (each["id"] for each in candidates if each["id"] in offered and each["score"] >= enough)
    return next(near, None)


def _facts(text: str, asked: Optional[str], intent: str) -> Dict[str, str]:
    number = facts.order_number(text, bare=asked == "order_number" or intent in ABOUT_ORDERS)
    second = facts.second_fact(text) if asked or number else None
    return {name: value for name, value in (("order_number", number), ("second_fact", second)) if value}


def _set(message: Message, name: str, found: Dict[str, str]) -> None:
    message.set(INTENT, {"name": name, "confidence": 1.0}, add_to_output=True)
    message.set(ENTITIES, [{"entity": k, "value": v} for k, v in found.items()], add_to_output=True)
