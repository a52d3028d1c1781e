"""The gaps as the desk reads them: groups with counts, the nearest entry that was weighed, and some of their words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.knowledge import release as releases
from bot.knowledge.content import LANGUAGES
from bot.knowledge.errors import GapNotFound, ReleaseNotFound
from bot.knowledge.gaps.dismissing import Dismissal, dismissals
from bot.knowledge.gaps.grouping import Group, group
from bot.knowledge.gaps.masking import masked, unmasked
from bot.knowledge.likeness import Rarity
from bot.knowledge.lint.words import folded
from bot.knowledge.render import Release
from handoff.service import Database
from handoff.service.proof.naming import names_of
from handoff.service.proof.questions import Question, unsettled

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """The entry that the engine weighed most for these questions; `score` is 0 to 1."""

    id: str
    title: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question, masked. `outcome`: refused, not_helped, asked_person, or the reason of the case that it became."""

    text: str
    language: str
    at: datetime
    reference: str | None
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A group of questions; `questions` are the newest SHOWN of its `count`. `dismissed`: it is put aside."""

    id: str
    question: str
    language: str
    count: int
    refused: int
    escalated: int
    last_at: datetime
    nearest: Nearest | None
    questions: tuple[Asked, ...]
    dismissed: Dismissal | None


@dataclass(frozen=True, kw_only=True)
class GapsAnswer:
    """The largest gaps; `total` counts the groups, `questions` what was asked in all of them.

    `aside`: how many groups are put aside, shown or not.
    """

    since: datetime
    total: int
    questions: int
    aside: int
    gaps: tuple[Gap, ...]


def list_gaps(
    database: Database, now: datetime, *, days: int, language: str | None, limit: int, dismissed: bool = False
) -> GapsAnswer:
    """The gaps of the last `days`, in one language or in both, largest first; or those that are put aside."""
    release, known = current(database, now), dismissals(database)
    groups = [one for one in _groups(database, release, now - timedelta(days=days)) if language in {None, one.language}]
    aside = {one.id: found for one in groups if (found := _dismissed(one, known)) is not None}
    shown = [one for one in groups if (one.id in aside) == dismissed]
    return GapsAnswer(
        since=now - timedelta(days=days),
        total=len(shown),
        questions=sum(len(one.questions) for one in shown),
        aside=len(aside),
        gaps=tuple(_gap(one, release, aside.get(one.id)) for one in shown[:limit]),
    )


def find_gap(database: Database, gap_id: str, now: datetime, *, days: int) -> tuple[Group[Question], Nearest | None]:
    """One group with all its questions, masked. Raises GapNotFound."""
    release = current(database, now)
    for one in _groups(database, release, now - timedelta(days=days)):
        if one.id == gap_id:
            return one, _nearest(one.questions, one.language, release)
    raise GapNotFound(fields={"id": gap_id})


def current(database: Database, now: datetime) -> Release | None:
    """The current release; None before the first."""
    try:
        return releases.current(database, now)
    except ReleaseNotFound:
        return None


def _groups(database: Database, release: Release | None, since: datetime) -> tuple[Group[Question], ...]:
    known = tuple(known_questions(release))
    settled = {(folded(text), language) for text, language in known}
    open_ = (one for one in _masked(database, unsettled(database, since)) if not _is_settled(one, settled))
    return group(open_, Rarity.of(known))


def _dismissed(one: Group[Question], known: Mapping[str, Dismissal]) -> Dismissal | None:
    """The newest that still holds of any of its wordings."""
    found = [known[each] for each in one.wordings if each in known]
    newest = max(found, key=lambda each: each.at, default=None)
    return newest if newest is not None and newest.holds(each.at for each in one.questions) else None


def _masked(database: Database, questions: Sequence[Question]) -> Iterator[Question]:
    names = names_of(database, (one.conversation_id for one in questions))
    for one in questions:
        text = masked(one.text, names.get(one.conversation_id, ()))
        if unmasked(text):
            yield replace(one, text=text)


def _is_settled(one: Question, settled: set[tuple[str, str]]) -> bool:
    """Whether an entry has its words by now: a phrasing of the current release is no gap any more."""
    return (folded(one.text), one.language) in settled or (folded(unmasked(one.text)), one.language) in settled


def known_questions(release: Release | None) -> Iterator[tuple[str, str]]:
    """(text, language) of every title and phrasing that is served."""
    for entry, _ in release.matchable() if release else ():
        for language in LANGUAGES:
            yield from ((text, language) for text in entry.questions(language))


def _gap(one: Group[Question], release: Release | None, dismissed: Dismissal | None) -> Gap:
    return Gap(
        id=one.id,
        question=one.text,
        language=one.language,
        count=len(one.questions),
        refused=sum(each.refused for each in one.questions),
        escalated=sum(each.escalated for each in one.questions),
        last_at=one.questions[0].at,
        nearest=_nearest(one.questions, one.language, release),
        questions=tuple(_asked(each) for each in one.questions[:SHOWN]),
        dismissed=dismissed,
    )


def _asked(one: Question) -> Asked:
    return Asked(text=one.text, language=one.language, at=one.at, reference=one.reference, outcome=one.outcome)


def _nearest(questions: Sequence[Question], language: str, release: Release | None) -> Nearest | None:
    """Of the entries that are in the release now, the one with the highest score."""
    entries = release.entries if release else {}
    scores = [(score, item) for one in questions for item, score in one.weighed if item in entries]
    if not scores:
        return None
    score, item = max(scores)
    title = entries[item][0].title
    return Nearest(id=item, title=title.get(language) or next(iter(title.values()), item), score=round(score, 4))
