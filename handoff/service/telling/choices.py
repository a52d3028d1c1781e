"""Choices in a text message: lines with numbers, where the notice itself does not say what to reply."""

from collections.abc import Sequence
from typing import Final

from handoff.models import Conversation
from handoff.service.base.views import Choice

NUMBERED: Final = frozenset(  # the others name the word to reply
    {
        "handoff_waiting",
        "handoff_waiting_closed",
        "handoff_waiting_estimate",
        "handoff_waiting_place",
        "still_waiting",
    }
)


def with_numbers(conversation: Conversation, notice: str, text: str, choices: Sequence[Choice]) -> str:
    """The notice's words with its choices below them, where it goes to a phone."""
    if conversation.spoken != "sms" or notice not in NUMBERED:
        return text
    return "\n".join([text, *(f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))])
