"""A turn as it arrives at the engine, checked to the last field."""

import json
from dataclasses import dataclass
from typing import Any, Dict

from bot.dialogue.state import State, StateRefused, load

LARGEST_BODY = 128 * 1024
LARGEST_TEXT = 8 * 1024
CHANNELS = ("web", "sms", "email")
LANGUAGES = ("en", "es")


class Refused(Exception):
    """A request that is not answered: an HTTP status, a stable code, and what to mend."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """The three as they are sent."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Turn:
    """One request: the customer's text and the dialogue's state before it."""

    id: str
    text: str
    language: str
    channel: str
    state: State


def parse(body: bytes, now: int) -> Turn:
    """The turn in a request's body; raises Refused."""
    if len(body) > LARGEST_BODY:
        raise Refused(413, "too_large", "The body is longer than 128 KiB.")
    raw = _object(body)
    if set(raw) != {"turn", "text", "language", "channel", "state"}:
        raise _invalid("The fields are turn, text, language, channel and state.")
    if not (isinstance(raw["turn"], str) and 0 < len(raw["turn"]) <= 100):
        raise _invalid("turn is an id of 1 to 100 characters.")
    if not isinstance(raw["text"], str):
        raise _invalid("text is a string.")
    if len(raw["text"].encode("utf-8", "replace")) > LARGEST_TEXT:
        raise Refused(413, "too_large", "The text is longer than 8 KiB.")
    if raw["language"] not in LANGUAGES or raw["channel"] not in CHANNELS:
        raise _invalid("language is en or es; channel is web, sms or email.")
    return Turn(raw["turn"], _clean(raw["text"]), raw["language"], raw["channel"], _state(raw["state"], now))


def _object(body: bytes) -> Dict[str, Any]:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "malformed_json", "Send an object encoded as UTF-8.") from None
    if not isinstance(raw, dict):
        raise _invalid("Send an object.")
    return raw


def _state(raw: Any, now: int) -> State:
    try:
        return load(raw, now)
    except StateRefused:
        raise Refused(422, "state_refused", "The state is not one that this engine returned; send null.") from None


def _clean(text: str) -> str:
    # A leading "/" would be read by Rasa as a typed intent, which is not the customer's to choose.
    kept = "".join(letter if letter.isprintable() and not 0xD800 <= ord(letter) <= 0xDFFF else " " for letter in text)
    return kept.strip().lstrip("/").strip() or " "


def _invalid(message: str) -> Refused:
    return Refused(422, "invalid_input", message)
