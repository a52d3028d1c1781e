"""What the customer's page hears and says beside its messages: that the agent types, that the page is there."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence

from fastapi import Request
from sse_starlette import ServerSentEvent

from bot.channels.web.access import core_of
from handoff.service.cases.hints import WHO, desk_topic

HERE_SECONDS = 10.0
TYPING_SECONDS = 3.0  # the agent's typing is shown anew at most this often
TYPING = "typing:"


class PageHints:
    """One page's hints. Nothing of them is stored, and losing one loses nothing."""

    def __init__(self, request: Request, conversation_id: str) -> None:
        self._request = request
        self._topic = desk_topic(conversation_id)
        self._page = secrets.token_hex(4)
        self._said = self._typed = -HERE_SECONDS

    def take(self, words: Sequence[str]) -> Iterator[ServerSentEvent]:
        """What the page is to be shown of these words; tells agents now and then that the page is there."""
        now = time.monotonic()
        if WHO in words or now - self._said >= HERE_SECONDS:
            self._said = now
            self._tell("here")
        typing = next((word for word in words if word.startswith(TYPING)), None)
        if typing is not None and now - self._typed >= TYPING_SECONDS:
            self._typed = now
            yield ServerSentEvent(event="typing", data=json.dumps({"agent": typing.removeprefix(TYPING)}))

    def leave(self) -> None:
        self._tell("left")

    def _tell(self, what: str) -> None:
        core_of(self._request).wake.notify(f"{self._topic} {what}:customer:{self._page}")
