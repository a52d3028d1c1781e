"""Try it: what the bot would do with a text and why. A turn of nobody's: no conversation, and nothing is stored."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from anyio.to_thread import run_sync

from bot.engine import EngineClient, Outcome, Turn
from bot.explaining import Explain
from bot.knowledge.content import LANGUAGES
from bot.knowledge.gaps.masking import without_proof
from bot.knowledge.phrasebook import Phrasing, phrasebook
from bot.knowledge.render import Release
from handoff.errors import TextMissing

COMPARED = 120  # phrasings that the engine is asked about
KNOWN = 0.2  # similarity below which a text has nothing in common with any phrasing
SHOWN = 5

Why = Literal["answered", "two_close", "too_unsure", "nothing_known", "small_talk", "form"]


class Answers(Protocol):
    """What turns are answered with now: the gateway's Answering."""

    @property
    def release(self) -> Release: ...
    @property
    def engine(self) -> EngineClient: ...
    @property
    def released(self) -> Callable[[int], Release | None]: ...


@dataclass(frozen=True, kw_only=True)
class TriedCandidate:
    """What was weighed, with its score in 0 to 1; the title of small talk is its name."""

    id: str
    title: str
    score: float


@dataclass(frozen=True, kw_only=True)
class NearPhrasing:
    """A phrasing of an entry; `similarity` is the cosine by the model's own features, 0 to 1."""

    text: str
    id: str
    title: str
    similarity: float


@dataclass(frozen=True, kw_only=True)
class TryAnswer:
    """`answer` is what a customer would read; None when there are no approved words for it any more."""

    release: int
    model: str
    decision: Literal["answer", "ask", "refuse", "act"]
    language: str
    score: float
    threshold: float
    candidates: tuple[TriedCandidate, ...]
    nearest: tuple[NearPhrasing, ...]
    answer: str | None
    choices: tuple[str, ...]
    why: Why


async def try_text(answers: Answers, text: str, language: str, channel: str, now: datetime) -> TryAnswer:
    """Raises EngineUnavailable. An engine that is too old to explain gives no nearest phrasings.

    An order's second fact is masked before the engine reads it: a trial never looks an order up, nor counts as an
    attempt at one.
    """
    text = without_proof(text)
    turn = {"id": f"try-{secrets.token_hex(8)}", "text": text, "language": language, "channel": channel}
    outcome = await answers.engine.ask(Turn.model_validate(turn))
    release = answers.released(outcome.release) or answers.release
    compared = await run_sync(_compared, release, outcome, text, language)
    explained = await answers.engine.explain(Explain(texts=(text,), phrasings=tuple(one.text for one in compared)))
    near = [(compared[each.at], each.similarity) for each in explained.nearest[0]] if explained else []
    return TryAnswer(
        release=outcome.release,
        model=outcome.model,
        decision=outcome.decision,
        language=language,
        score=outcome.score,
        threshold=outcome.threshold,
        candidates=tuple(
            TriedCandidate(id=each.id, title=_title(release, each.id, language), score=each.score)
            for each in outcome.candidates
        ),
        nearest=tuple(_near(release, one, similarity, language) for one, similarity in near[:SHOWN]),
        answer=_words(release, outcome, language, channel, now),
        choices=tuple(_choices(release, outcome, language)),
        why=why(outcome, [similarity for _, similarity in near] if explained else None),
    )


def why(outcome: Outcome, similarities: Sequence[float] | None) -> Why:
    """The reason in one word; `similarities` of the nearest phrasings, None when they are not known."""
    if outcome.decision == "act":
        return "form" if outcome.form else "small_talk"
    if outcome.decision == "refuse":
        strange = similarities is not None and max(similarities, default=0.0) < KNOWN
        return "nothing_known" if strange else "too_unsure"
    return "two_close" if outcome.decision == "ask" else "answered"


def _compared(release: Release, outcome: Outcome, text: str, language: str) -> list[Phrasing]:
    """Those of the best candidates, and those with the same words: the nearest of all is among them."""
    book = phrasebook(release)
    weighed: Iterable[Phrasing] = (
        one for each in outcome.candidates for one in book.of(each.id) if one.language == language
    )
    alike = book.alike(text, language, COMPARED // 2)
    return list(dict.fromkeys([*alike, *weighed]))[:COMPARED]


def _near(release: Release, one: Phrasing, similarity: float, language: str) -> NearPhrasing:
    return NearPhrasing(text=one.text, id=one.item, title=_title(release, one.item, language), similarity=similarity)


def _title(release: Release, item: str, language: str) -> str:
    entry, _ = release.entries.get(item, (None, 0))
    titles = entry.title if entry else {}
    return next((titles[one] for one in (language, *LANGUAGES) if one in titles), item)


def _words(release: Release, outcome: Outcome, language: str, channel: str, now: datetime) -> str | None:
    try:
        return "\n\n".join(release.render_said(each, language, channel, now).text for each in outcome.say)
    except TextMissing:
        return None


def _choices(release: Release, outcome: Outcome, language: str) -> Iterable[Any]:
    """The titles that would be offered; a choice that may not be said is none."""
    for each in outcome.say:
        for choice in each.choices:
            try:
                yield release.title(choice, language)
            except TextMissing:
                continue
