"""Which approved answers fit what a customer has said, or what an agent is typing. A failing engine means fewer."""

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from anyio.to_thread import run_sync

from bot.engine import EngineUnavailable, Outcome, Turn
from bot.knowledge.gaps.masking import without_proof
from bot.knowledge.render import Release, Rendered
from bot.knowledge.suggesting.book import IN_TITLE, book_of
from bot.knowledge.trial.trying import Answers
from handoff.errors import TextMissing

MOST = 3
PATIENCE = 1.0  # seconds for the engine: a later suggestion would come in the way of what is typed
TYPED = 0.55  # the share of what a line tells that an answer must have
TELLING = 5  # letters of a line that is one word
HEARD = 1000  # characters of what the customer said: the newest
log = structlog.get_logger()

By = Literal["customer", "typed", "words"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is known while somebody writes. `but`: entries that this customer was told already."""

    said: str
    typed: str
    language: str
    channel: str
    but: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """An approved answer as a customer would read it; `by`: what it fits."""

    answer: Rendered
    by: By


async def suggest(answers: Answers, asked: Asked, now: datetime) -> tuple[Suggestion, ...]:
    """At most MOST, best first: what fits the line that is being typed, then what answers the customer.

    Raises nothing when the engine is ill: what needs it is then left out.
    """
    release = answers.release
    typed = await run_sync(_by_words, release, asked)
    heard = () if len(typed) >= MOST else await _by_engine(answers, asked)
    both = [(item, "typed") for item in typed] + [(item, "customer") for item in heard if item not in asked.but]
    return tuple(_spoken(release, both, asked.language, asked.channel, now))[:MOST]


def search(release: Release, text: str, language: str, channel: str, now: datetime) -> tuple[Suggestion, ...]:
    """The answers with these words, best first; without any words all of them, by title. At most 50."""
    if text.strip():
        found = [each.item for each in book_of(release).find(text, language, 50)]
    else:
        found = sorted(release.entries, key=lambda item: release.entries[item][0].title.get(language, item))[:50]
    return tuple(_spoken(release, [(item, "words") for item in found], language, channel, now))


def _by_words(release: Release, asked: Asked) -> list[str]:
    """A line is enough when two of its words are the answer's, or when it is one word of the answer's title."""
    book = book_of(release)
    found = [each for each in book.find(asked.typed, asked.language, MOST) if each.share >= TYPED]
    if len(asked.typed.strip()) >= TELLING and len(book.wanted(asked.typed, asked.language)) == 1:
        return [each.item for each in found if each.share >= IN_TITLE]
    return [each.item for each in found if each.words > 1]


async def _by_engine(answers: Answers, asked: Asked) -> Sequence[str]:
    """What the engine would answer, or would ask about; nothing when it would refuse."""
    text = without_proof(asked.said[-HEARD:]).strip()
    if not text:
        return ()
    turn = {"id": f"suggest-{secrets.token_hex(8)}", "text": text, "language": asked.language, "channel": asked.channel}
    try:
        async with asyncio.timeout(PATIENCE):  # a cancelled turn says nothing of the engine's health
            outcome = await answers.engine.ask(Turn.model_validate(turn))
    except (EngineUnavailable, TimeoutError) as error:
        log.info("suggest.engine_unavailable", reason=getattr(error, "reason", "late"))
        return ()
    return tuple(_entries(outcome))


def _entries(outcome: Outcome) -> Iterable[str]:
    if outcome.decision not in ("answer", "ask"):
        return
    for each in outcome.say:
        if each.kind == "entry":
            yield each.id
        yield from each.choices


def _spoken(
    release: Release, items: Iterable[tuple[str, str]], language: str, channel: str, now: datetime
) -> Iterable[Suggestion]:
    """Those that have words that may be said now; an answer that needs a value of a customer has none."""
    seen: set[str] = set()
    for item, by in items:
        if item in seen:
            continue
        seen.add(item)
        try:
            answer = release.render_entry(item, language, channel, {}, now)
        except TextMissing:
            continue
        yield Suggestion(answer=answer, by=by)  # type: ignore[arg-type]
