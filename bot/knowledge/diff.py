"""What differs between two versions, place by place, so that an approver sees exactly what is new."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from bot.knowledge.content import Item


@dataclass(frozen=True, kw_only=True)
class Change:
    """One place, such as `answers.en.web`. None: it was not there, or is not there any more."""

    place: str
    before: str | None
    after: str | None


def compare(before: Item, after: Item) -> tuple[Change, ...]:
    """Every place that differs, in the order of the content; of a list, line by line."""
    return tuple(_tree(before.content(), after.content(), ""))


def _tree(before: Mapping[str, Any], after: Mapping[str, Any], root: str) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        yield from _place(before.get(key), after.get(key), f"{root}.{key}" if root else key)


def _place(before: Any, after: Any, place: str) -> Iterator[Change]:
    if before == after:
        return
    if _all_are(Mapping, before, after):
        yield from _tree(before or {}, after or {}, place)
    elif _all_are(list, before, after):
        yield from _lines(before or [], after or [], place)
    else:
        yield Change(place=place, before=_said(before), after=_said(after))


def _lines(before: Sequence[Any], after: Sequence[Any], place: str) -> Iterator[Change]:
    old, new = [_said(one) for one in before], [_said(one) for one in after]
    for kind, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            for one, other in zip_longest(old[i:j], new[k:n]):
                yield Change(place=place, before=one, after=other)


def _all_are(kind: type, *parts: Any) -> bool:
    return all(part is None or isinstance(part, kind) for part in parts)


def _said(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
