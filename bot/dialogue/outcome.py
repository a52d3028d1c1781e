"""From a finished turn's tracker to the Outcome: ids and typed values, never prose."""

import logging
from typing import Any, Dict, List, Optional, Tuple

from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.form_reader import REFUSED
from bot.dialogue.state import FACTS, State, StateRefused, check_said

logger = logging.getLogger(__name__)
FAILED_TRIES = ("unclear_order_number", "unclear_second_fact", "too_many_tries")
REFERENCES = ({"kind": "repeat"}, {"kind": "ask_again"})
QUESTIONS = {"order_number": "ask_order_number", "second_fact": "ask_order_email"}
LOOKUP = "action_look_up_order"


def outcome(
    turn: str, model: str, before: State, tracker: DialogueStateTracker, spoken: List[Dict[str, Any]], now: int
) -> Dict[str, Any]:
    """The Outcome of one turn; `spoken` is what the dialogue sent out, `now` whole seconds of the epoch."""
    parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
    weighed = parsed.get("relevo") or {}
    intent = (parsed.get("intent") or {}).get("name") or "refuse"
    asked = _asked(tracker)
    say = _say(spoken, weighed, before) or [_notice(_silent(tracker))]
    after = _after(before, tracker, intent, asked, say, now)
    return {
        "turn": turn,
        "release": weighed.get("release", 0),
        "digest": weighed.get("digest", ""),
        "model": model,
        "decision": _decision(intent),
        "intent": intent,
        "say": say,
        "candidates": weighed.get("candidates", []),
        "score": weighed.get("score", 0.0),
        "threshold": weighed.get("threshold", 0.0),
        "form": _form(after),
        "state": after.dump(),
    }


def _decision(intent: str) -> str:
    if intent in REFUSED:
        return "refuse"
    return intent if intent in ("answer", "ask") else "act"


def _asked(tracker: DialogueStateTracker) -> Optional[str]:
    """The fact waited for next; after facts that do not match, the form stays at its last question."""
    if tracker.get_slot("order_lookup") == "wrong":
        return "second_fact"
    return tracker.get_slot("requested_slot") if tracker.active_loop_name else None


def _say(spoken: List[Dict[str, Any]], weighed: Dict[str, Any], before: State) -> List[Dict[str, Any]]:
    say: List[Dict[str, Any]] = []
    for piece in spoken:
        payload = piece.get("custom")
        if payload in REFERENCES:
            say.extend(_referred(payload["kind"], before))
            continue
        try:
            said = check_said(payload)
        except StateRefused:
            # Whatever this was, it is not an id: it must not leave the engine.
            logger.error("engine.speech_dropped")  # noqa: TRY400 - a trace would carry the words
            continue
        if said["id"] == "ask_choices":
            said["choices"] = list(weighed.get("choices", []))
        say.append(said)
        if said["kind"] == "entry" and said["id"] == _best(weighed):
            say.extend(_second(weighed))
    return say


def _best(weighed: Dict[str, Any]) -> Optional[str]:
    """The entry that the matcher answers with."""
    return weighed.get("answered") if weighed.get("decision") == "answer" else None


def _second(weighed: Dict[str, Any]) -> List[Dict[str, Any]]:
    """What goes with the answer to the first of two questions: the other's answer, or choices for it."""
    answers = [{"kind": "entry", "id": id_, "values": {}, "choices": []} for id_ in weighed.get("also", [])]
    offered = list(weighed.get("offered", []))
    return [*answers, *([{**_notice("ask_choices"), "choices": offered}] if offered else [])]


def _referred(kind: str, before: State) -> List[Dict[str, Any]]:
    """What a response that only points at earlier words stands for."""
    if kind == "repeat":
        return list(before.said) or [_notice("repeat_nothing")]
    return [_notice(QUESTIONS[before.asked])] if before.asked else []


def _silent(tracker: DialogueStateTracker) -> str:
    """The notice for a turn in which nothing was said: a look-up that broke off, or a dialogue without a rule."""
    acted = any(event.type_name == "action" and event.action_name == LOOKUP for event in tracker.events)
    return "lookup_failed" if acted else "refuse"


def _after(
    before: State,
    tracker: DialogueStateTracker,
    intent: str,
    asked: Optional[str],
    say: List[Dict[str, Any]],
    now: int,
) -> State:
    facts = {name: tracker.get_slot(name) for name in FACTS if tracker.get_slot(name)} if asked else {}
    tries, since = _tries(before, tracker, intent, now)
    offered = tuple(choice for said in say for choice in said["choices"])
    said = before.said if intent == "repeat" else tuple(say)
    return State(facts, asked, tries, since, said, offered)


def _tries(before: State, tracker: DialogueStateTracker, intent: str, now: int) -> Tuple[int, int]:
    looked_up = tracker.get_slot("order_lookup")
    if looked_up == "found":
        return 0, 0
    if intent in FAILED_TRIES or looked_up in ("wrong", "locked"):
        return min(before.tries + 1, 99), before.since or now
    return before.tries, before.since


def _form(after: State) -> Optional[Dict[str, Any]]:
    if not after.asked:
        return None
    return {"name": "order_status", "asked": after.asked, "filled": list(after.facts), "attempts": after.tries}


def _notice(name: str) -> Dict[str, Any]:
    return {"kind": "notice", "id": name, "values": {}, "choices": []}
