"""Puts questions to an engine beside the customers: a few at a time, without a conversation."""

import asyncio
from collections.abc import Sequence

from bot.engine import EngineClient, EngineUnavailable, RequestRefused, Turn
from bot.knowledge.questions import Question
from bot.release.grading import REFUSED, Found

AT_ONCE = 2  # customers are served by the same machine meanwhile
TIMEOUT = 15.0
TRIES = 3


async def ask_all(url: str, secret: str, questions: Sequence[Question]) -> list[Found]:
    """What the engine decides about each, in their order. Raises EngineUnavailable."""
    found: list[Found] = []
    async with EngineClient(url, secret, timeout=TIMEOUT) as client:
        for begin in range(0, len(questions), AT_ONCE):
            some = enumerate(questions[begin : begin + AT_ONCE], begin)
            found += await asyncio.gather(*(_ask(client, number, each) for number, each in some))
    return found


async def _ask(client: EngineClient, number: int, question: Question) -> Found:
    asked = {"id": f"test-{number}", "text": question.text, "language": question.language, "channel": "web"}
    turn = Turn.model_validate(asked)
    for left in reversed(range(TRIES)):
        try:
            return Found.of(await client.ask(turn))
        except RequestRefused:
            return REFUSED
        except EngineUnavailable:
            if not left:
                raise
            await asyncio.sleep(0.2)
    raise AssertionError("the last try raises")
