"""A canned reply as it is written, and what must be mended before it is kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handoff.errors import InvalidInput
from handoff.service.base.inbound import check_plain
from handoff.service.base.placeholders import PLACES, unknown

LANGUAGES: Final = ("en", "es")
MOST: Final = 500  # of one owner
LONGEST: Final = 2000  # characters of one text
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A reply as it is written. `texts`: language → text; the team's replies have every language of the business."""

    name: str  # what is typed after the slash: small letters, figures, hyphens
    topic: str
    texts: Mapping[str, str]


def check_draft(draft: Draft, languages: Iterable[str]) -> Draft:
    """The draft without white space around its texts. Raises InvalidInput naming every place to mend."""
    texts = {language: text.strip() for language, text in draft.texts.items() if text.strip()}
    fields = dict(_faults(draft, texts, tuple(languages)))
    if fields:
        raise InvalidInput(fields=fields)
    return Draft(name=draft.name, topic=" ".join(draft.topic.split()), texts=texts)


def _faults(draft: Draft, texts: Mapping[str, str], languages: Sequence[str]) -> Iterable[tuple[str, str]]:
    if not _NAME.fullmatch(draft.name) or len(draft.name) > 40:
        yield "name", "small letters, figures and hyphens, at most 40"
    if len(draft.topic) > 40 or not draft.topic.isprintable():
        yield "topic", "one line, at most 40 characters"
    yield from (
        (f"texts.{language}", "write it in this language too") for language in languages if language not in texts
    )
    if not texts:
        yield "texts", "write it in one language at least"
    for language, text in texts.items():
        yield from ((f"texts.{language}", fault) for fault in _text_faults(language, text))


def _text_faults(language: str, text: str) -> Iterable[str]:
    if language not in LANGUAGES:
        yield "a language is one of " + ", ".join(LANGUAGES)
    if len(text) > LONGEST:
        yield f"at most {LONGEST} characters"
    strange = ", ".join(f"{{{name}}}" for name in unknown(text))
    if strange:
        yield f"{strange} is not known; known are " + ", ".join(f"{{{name}}}" for name in PLACES)
    check_plain(text, f"texts.{language}")


def check_drafts(drafts: Sequence[Draft], languages: Sequence[str]) -> dict[str, Draft]:
    """The drafts by name. Raises InvalidInput naming every place to mend, such as `replies[0].texts.es`."""
    checked: dict[str, Draft] = {}
    fields: dict[str, str] = {}
    for index, draft in enumerate(drafts):
        try:
            one_of_them = check_draft(draft, languages)
        except InvalidInput as fault:
            fields |= {f"replies[{index}].{place}": what for place, what in fault.fields.items()}
            continue
        if draft.name in checked:
            fields[f"replies[{index}].name"] = "is there twice"
        checked[draft.name] = one_of_them
    if len(drafts) > MOST:
        fields["replies"] = f"{MOST} at most"
    if fields:
        raise InvalidInput(fields=fields)
    return checked
