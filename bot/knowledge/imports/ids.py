"""Ids of imported entries: made from the question, the same each time, and never another entry's."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.knowledge.content import Entry, Item, Submitted
from bot.knowledge.imports.drafts import Ready
from bot.knowledge.imports.files import invalid
from bot.knowledge.imports.slugs import MOST, slug
from bot.knowledge.lint import folded

Known = Mapping[str, Sequence[Item]]


def settle(found: Sequence[Ready], known: Known) -> list[Submitted]:
    """The drafts under their ids. `known`: every version of every item, oldest first.

    A question that came from the same document before keeps its id; another gets one that nothing has. A draft that
    says what a version says already becomes exactly that version, whatever was merely assumed. Raises KnowledgeInvalid
    when a file names the id of a notice.
    """
    if wrong := dict(_of_others(found, known)):
        raise invalid(wrong)
    before = _origins(known)
    taken = {one.item.id for one in found if one.named}
    settled = []
    for one in found:
        item_id = one.item.id if one.named else _own(one.item, before, taken) or _free(one.item, known, taken)
        taken.add(item_id)
        item = _as_before(one, item_id, known.get(item_id, ()))
        settled.append(Submitted(item=item, approval=None, where=one.where))
    return settled


def _of_others(found: Sequence[Ready], known: Known) -> Iterator[tuple[str, str]]:
    for one in found:
        before = known.get(one.item.id, ()) if one.named else ()
        if any(not isinstance(old, Entry) for old in before):
            yield f"{one.where} id", f"{one.item.id} is already a {before[0].kind}; choose another id"


def _as_before(one: Ready, item_id: str, versions: Sequence[Item]) -> Entry:
    for old in reversed(versions):
        assumed = {name: getattr(old, name, None) for name in one.assumed}
        same = one.item.model_copy(update={"id": item_id, **assumed})
        if same.digest() == old.digest():
            return same
    return one.item.model_copy(update={"id": item_id})


def _origins(known: Known) -> dict[tuple[str, str, str], str]:
    origins: dict[tuple[str, str, str], str] = {}
    for item_id, versions in sorted(known.items()):
        for old in versions:
            for origin in _from(old) if isinstance(old, Entry) else ():
                origins.setdefault(origin, item_id)
    return origins


def _from(item: Entry) -> Iterator[tuple[str, str, str]]:
    for language, words in item.title.items():
        if document := item.source.document.get(language):
            yield language, document, folded(words) or words


def _own(item: Entry, before: Mapping[tuple[str, str, str], str], taken: Iterable[str]) -> str | None:
    return next((before[one] for one in _from(item) if one in before and before[one] not in taken), None)


def _free(item: Entry, known: Known, taken: Iterable[str]) -> str:
    question = item.title.get("en") or next(iter(item.title.values()))
    base = slug(question) or f"question-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    number, name = 1, base
    while name in known or name in taken:
        number += 1
        name = f"{base[: MOST - len(str(number)) - 1].rstrip('-')}-{number}"
    return name
