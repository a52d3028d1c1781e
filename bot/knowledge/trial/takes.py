"""Which questions would this answer take? An estimate: what customers and other entries ask, and who is nearer to it.

A question would be drawn to the content when one of its phrasings is nearer to it than anything that answers it now,
and near enough: a cosine of at least NEAR by the features of the model that is running. The model that is trained after
the release weighs all phrasings anew, so the trial of a release decides, not this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio.to_thread import run_sync

from bot.engine import EngineClient
from bot.explaining import Explain
from bot.knowledge.content import LANGUAGES, Entry, Item
from bot.knowledge.gaps.masking import masked, unmasked
from bot.knowledge.likeness import Index
from bot.knowledge.lint.words import folded
from bot.knowledge.phrasebook import Phrasebook, phrasebook
from bot.knowledge.render import Release
from bot.knowledge.trial.trying import Answers
from handoff.service import Database
from handoff.service.proof.naming import names_of
from handoff.service.proof.questions import asked_lately

NEAR = 0.45  # see docs/knowledge.md
SHOWN = 50
LATELY = timedelta(days=30)
MOST_ASKED = 3000  # of customers
MOST_COMPARED = 600  # of them and of other entries' phrasings: those with the most words in common
WORDS = 0.1  # likeness by words below which nothing is compared
AT_ONCE, PHRASINGS, ROOM = 40, 400, 60_000  # of one request; the last in bytes of phrasings
RIVALS = 8  # phrasings that may answer a question now


@dataclass(frozen=True, kw_only=True)
class Known:
    """A question that is known: of a customer (masked) with the case's reference if any, or of the entry `id`."""

    text: str
    language: str
    kind: str
    id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Take:
    """A question that the content would draw to itself."""

    question: Known
    similarity: float


async def takes_of(answers: Answers, database: Database, item: Item, now: datetime) -> tuple[Take, ...]:
    """The nearest first, at most SHOWN; none for a notice, and none when the engine is too old to say.

    Raises EngineUnavailable.
    """
    if not isinstance(item, Entry):
        return ()
    release = answers.release
    known = await run_sync(_worth_comparing, database, release, item, now)
    found: list[Take] = []
    for language in LANGUAGES:
        own = _fitting(item.questions(language))
        asked = [one for one in known if one.language == language]
        near = await _nearest(answers.engine, asked, own)
        drawn = [(one, similarity) for one, similarity in zip(asked, near, strict=True) if similarity >= NEAR]
        rivals = await _rivals(answers.engine, phrasebook(release), [one for one, _ in drawn], item.id)
        found += [
            Take(question=one, similarity=similarity)
            for (one, similarity), rival in zip(drawn, rivals, strict=True)
            if similarity > rival
        ]
    return tuple(sorted(found, key=lambda one: (-one.similarity, one.question.text))[:SHOWN])


def _worth_comparing(database: Database, release: Release, item: Entry, now: datetime) -> list[Known]:
    """The known questions that have words of the content, most alike first: the engine is busy with customers."""
    book = phrasebook(release)
    indexes = {language: Index(WORDS) for language in LANGUAGES}
    for language, index in indexes.items():
        for text in item.questions(language):
            index.add(book.rarity.weigh(text, language))
    scored = []
    for one in (*_of_customers(database, now), *_of_entries(book, item.id)):
        found = indexes[one.language].nearest(book.rarity.weigh(one.text, one.language), 1)
        scored += [(found[0][1], one)] if found else []
    scored.sort(key=lambda each: (-each[0], each[1].kind, each[1].text))
    return [one for _, one in scored[:MOST_COMPARED]]


def _of_customers(database: Database, now: datetime) -> Iterable[Known]:
    """Different texts of the last days, masked."""
    seen: dict[tuple[str, str], Known] = {}
    lately = asked_lately(database, now - LATELY, MOST_ASKED)
    names = names_of(database, (one.conversation_id for one in lately))
    for one in lately:
        text = masked(one.text, names.get(one.conversation_id, ()))[:300].strip()
        if unmasked(text) and one.language in LANGUAGES:
            known = Known(text=text, language=one.language, kind="customer", reference=one.reference)
            seen.setdefault((one.language, folded(text)), known)
    return seen.values()


def _of_entries(book: Phrasebook, but: str) -> Iterable[Known]:
    return (
        Known(text=one.text, language=one.language, kind="entry", id=one.item)
        for one in book.phrasings
        if one.item != but
    )


async def _nearest(engine: EngineClient, asked: Sequence[Known], phrasings: tuple[str, ...]) -> list[float]:
    """How near each question is to the nearest of the phrasings; in small requests, so that turns go between them."""
    near: list[float] = []
    for at in range(0, len(asked), AT_ONCE):
        some = tuple(one.text for one in asked[at : at + AT_ONCE])
        explained = await engine.explain(Explain(texts=some, phrasings=phrasings))
        if explained is None:
            return [0.0] * len(asked)
        near += [each[0].similarity if each else 0.0 for each in explained.nearest]
    return near


async def _rivals(engine: EngineClient, book: Phrasebook, asked: Sequence[Known], but: str) -> list[float]:
    """How near each question is to what answers it now, itself aside."""
    near: list[float] = []
    for at in range(0, len(asked), AT_ONCE):
        some = asked[at : at + AT_ONCE]
        rivals = await run_sync(_candidates, book, some, but)
        explained = await engine.explain(Explain(texts=tuple(one.text for one in some), phrasings=rivals))
        answered = explained.nearest if explained else [()] * len(some)
        for one, found in zip(some, answered, strict=True):
            others = (each.similarity for each in found if one.kind == "customer" or rivals[each.at] != one.text)
            near.append(max(others, default=0.0))
    return near


def _candidates(book: Phrasebook, asked: Sequence[Known], but: str) -> tuple[str, ...]:
    found: list[str] = []
    for one in asked:
        alike = (each for each in book.alike(one.text, one.language, 4 * RIVALS) if each.item != but)
        found += [each.text for each in alike][:RIVALS]
    return _fitting(dict.fromkeys(found))


def _fitting(phrasings: Iterable[str]) -> tuple[str, ...]:
    """As many as one request may hold."""
    fitting: list[str] = []
    room = ROOM
    for text in phrasings:
        room -= len(text.encode("utf-8", "replace")) + 4
        if room >= 0 and len(fitting) < PHRASINGS:
            fitting.append(text)
    return tuple(fitting)
