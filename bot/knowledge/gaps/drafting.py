"""From a gap to the beginning of an entry: the customers' own words, and what an agent replied to one of them.

It is stored nowhere: whoever sends it to the drafts has read it, and it goes through review like everything else.
"""

import string
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.knowledge import reading
from bot.knowledge.content import Entry
from bot.knowledge.gaps.grouping import Group
from bot.knowledge.gaps.masking import masked, unmasked
from bot.knowledge.gaps.reading import Nearest, find_gap
from bot.knowledge.lint.words import folded
from bot.knowledge.review import list_versions
from handoff.service import Database
from handoff.service.proof.naming import names_of
from handoff.service.proof.questions import AgentReply, Question, replies_to

MOST_PHRASINGS = 12
MOST_REPLIES = 10
LONGEST_PHRASING, LONGEST_TITLE, LONGEST_ANSWER, LONGEST_ID = 300, 120, 4000, 48
WORTH_READING = 6  # words: a greeting is shorter
YEAR = timedelta(days=365)
TOPIC = "questions"
SOURCE = {"en": "What our team replied", "es": "Lo que respondió nuestro equipo"}
SECTION = {"en": "Customer service", "es": "Atención al cliente"}  # customers read it: it names no case
_PLAIN = frozenset(string.ascii_lowercase + string.digits)


@dataclass(frozen=True, kw_only=True)
class GapDraft:
    """`content` is ready to be sent as a new entry; `replies` are the agents' own, masked, the starting text first."""

    content: Mapping[str, Any]
    replies: tuple[AgentReply, ...]


def draft_of(database: Database, gap_id: str, now: datetime, *, days: int, owner: str) -> GapDraft:
    """The beginning of an entry for this gap. Raises GapNotFound."""
    found, nearest = find_gap(database, gap_id, now, days=days)
    replies = ordered(found.questions, _replies(database, found.questions))
    text = next((one.text for one in replies if is_worth_reading(one)), None)
    content = {
        "id": _free_id(database, found),
        "topic": _topic(database, nearest),
        "owner": owner,
        "review_by": (now.date() + YEAR).isoformat(),
        "title": {found.language: unmasked(found.text)[:LONGEST_TITLE].strip()},
        "phrasings": {found.language: phrasings(found.questions)},
        "answers": {found.language: {"web": text, "sms": text}} if text else {},
        "source": {"document": SOURCE, "section": SECTION},
    }
    return GapDraft(content=content, replies=tuple(replies[:MOST_REPLIES]))


def phrasings(questions: Iterable[Question]) -> list[str]:
    """At most MOST_PHRASINGS of the customers' own, without what was masked; what was asked most comes first."""
    said = [text for one in questions if (text := unmasked(one.text)[:LONGEST_PHRASING].strip())]
    counts = Counter(folded(text) for text in said)
    different = {folded(text): text for text in said if folded(text)}
    return sorted(different.values(), key=lambda text: -counts[folded(text)])[:MOST_PHRASINGS]


def ordered(questions: Iterable[Question], replies: Iterable[AgentReply]) -> list[AgentReply]:
    """What came after the question: of each case the first worth reading, the newest case first; then the rest."""
    asked = {one.reference: one.at for one in questions}
    after = [one for one in replies if one.at >= asked[one.reference]]
    first: dict[str, AgentReply] = {}
    for one in after:
        if is_worth_reading(one):
            first.setdefault(one.reference, one)
    best = sorted(first.values(), key=lambda one: one.at, reverse=True)
    return [*best, *(one for one in after if one is not first.get(one.reference))]


def is_worth_reading(reply: AgentReply) -> bool:
    """Whether it may be an answer: not a greeting, and not only a question back."""
    return len(reply.text.split()) >= WORTH_READING and not reply.text.rstrip().endswith("?")


def _replies(database: Database, questions: Iterable[Question]) -> list[AgentReply]:
    cases = {one.reference: one.conversation_id for one in questions if one.reference}
    names = names_of(database, cases.values())
    found = replies_to(database, cases)
    return [replace(one, text=_lines(one.text, names.get(cases[one.reference], ()))) for one in found]


def _lines(text: str, names: Collection[str]) -> str:
    return "\n".join(masked(line, names) for line in text.splitlines())[:LONGEST_ANSWER].strip()


def _topic(database: Database, nearest: Nearest | None) -> str:
    item = reading.read_version(database, nearest.id).item if nearest else None
    return item.topic if isinstance(item, Entry) else TOPIC


def _free_id(database: Database, found: Group[Question]) -> str:
    """From the question's words, unless another item has that id."""
    words = "".join(c if c in _PLAIN else " " for c in folded(unmasked(found.text))).split()
    base = "-".join(words)[:LONGEST_ID].strip("-") or f"question-{found.id}"
    taken = bool(list_versions(database, base))
    return f"{base}-{found.id}" if taken else base
