"""What is to be mended, as a code with values: English for terminals and files, any language for who reads the code.

A `Mend` is its English sentence, so that it goes wherever a sentence goes; `parts` say the same for pages, which have
words of their own for each code (`handoff/desk/ui/src/words/mends.ts`). Values named `there` and `first` are places.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

WORDS: Mapping[str, str] = {
    # the form of what is written
    "key_missing": "this key is missing; add it",
    "key_unknown": "this key is not known; remove it or mend its spelling",
    "no_text": "write text here, in quotes when it looks like a number, a date, yes or no",
    "characters": "has characters that are not allowed here",
    "invisible": "has a control, invisible or unpaired character, or a line break where none belongs",
    "no_date": "write a date like 2027-06-30",
    "empty": "is empty; write the text",
    "id_changes": "an id never changes; write another entry instead",
    "id_taken": "{item} is already a {kind}; choose another id",
    "own_text": "the author cannot approve their own text; a second person must",
    "approver_missing": "name who approves",
    # each text by itself
    "text_missing": "this text is missing; write it",
    "language_missing": "this language is missing; write it",
    "few_phrasings": "{count} phrasings; write at least {least}, as customers write",
    "no_negatives": "this language has no negatives",
    "examples_refused": "cannot be filled with its examples: {why}",
    "segments": "{count} segments of {encoding}; at most {most}, better {good}",
    "segments_because": "{count} segments of {encoding} because of {characters}; at most {most}, better {good}",
    "invites_stop": "asks for the word {word}, which ends all texts to that phone; ask for another word",
    "html": "HTML and the signs < and > are not allowed",
    "code_marks": "code marks are not allowed",
    "headings": "headings are not allowed; use **bold**",
    "tables": "tables and rules are not allowed",
    "indented": "indented blocks are not allowed",
    "backslashes": "backslashes and HTML entities are not allowed",
    "pictures": "pictures are not allowed",
    "link_form": "a link is [words](https://…), (mailto:…) or (tel:…)",
    "link_words": "the words of a link name another address than the one it leads to",
    "bracket": "a bracket stands alone; a link is [words](https://…)",
    "bare_address": "a bare address; write [words](https://…)",
    "sms_marks": "Markdown is not shown on a phone; write plain words",
    "sms_address": "an address in a text message begins with https://",
    # places for values
    "section_empty": "an optional section [[…]] needs a {value} inside",
    "brace_alone": "a brace stands alone; a value is written {lower_case}",
    "double_bracket": "a double bracket stands alone; an optional section is written [[…]]",
    "undeclared": "{name} is not declared under values",
    "optional_place": "{name} is optional; put its words in [[…]]",
    "always_shown": "[[…]] around {name} is always shown; take the brackets away, or make {name} optional",
    "value_unused": "no text uses this value; remove it",
    "value_text": "free text is never a value of an answer",
    "labels_missing": "has no words under labels, so {name} can never be filled",
    "labels_lack": "lacks {languages}",
    "label_of_labels": "{name} has words of its own, so it can never be filled here; write its words out",
    "value_elsewhere": "{name} stands in {there} and not here; say it in both",
    "never_given": (
        "the system gives this notice {given} and never {name}, so no release can be built with it; remove it"
    ),
    "never_shown": (
        "the system gives this notice {given} and never {name}, so [[…]] around it is never shown; remove it"
    ),
    "no_values": (
        "the system gives this notice no values and never {name}, so no release can be built with it; remove it"
    ),
    "no_values_shown": (
        "the system gives this notice no values and never {name}, so [[…]] around it is never shown; remove it"
    ),
    "notice_missing": "there is no approved notice with this id",
    "notice_text_missing": "this text is missing",
    "notice_given": "this notice is given only {given}",
    "notice_label": "true for the words of a choice, and only there",
    # links
    "link_number": "{address} leads to a number instead of a name; write the site's name",
    "link_disguised": "{address} has a name in disguise (xn--), which can look like another; write a plain one",
    "link_hides": "{address} hides where it leads; write the address that it stands for",
    "link_tracks": "{address} follows the customer ({keys}); leave that out",
    "link_says": "the words say {said}, but the link leads to {address}; make them the same",
    "short_address": "a short address hides where it leads; write the address that it stands for",
    "letters_mixed": "{said} mixes letters that look alike ({scripts}); write it again by hand",
    "links_more": "leads to {more}, where {there} does not; make the two lead alike",
    "links_less": "lacks the link of {there} to {less}; make the two lead alike",
    "links_differ": (
        "leads to {more}, where {there} does not and lacks the link of {there} to {less}; make the two lead alike"
    ),
    # the same in two places
    "asked_twice": "{said} stands twice in this item; keep it in one",
    "asked_also": "{said} stands also in {other} ({there}); keep it in one",
    "asked_reordered": "{said} has the words of {like} in {other} ({there}), in another order; keep it in one",
    "asked_nearly": "asks nearly what {other} ({there}) asks: {pairs}; keep each in one, or say what differs",
    "asked_nearly_more": (
        "asks nearly what {other} ({there}) asks: {pairs} and {more} more; keep each in one, or say what differs"
    ),
    "follow_up_self": "leads to this entry itself; choose another",
    "follow_up_gone": "there is no such entry, or it is retired; choose another or take it out",
    "follow_up_twice": "has the same words twice; keep one",
    # figures
    "figures_more": "says {more}, which {there} does not; make the two agree",
    "figures_less": "lacks {less} of {there}; make the two agree",
    "figures_differ": "says {more}, which {there} does not and lacks {less} of {there}; make the two agree",
    "figures_unit": "says {said} where {there} says {theirs}; the number is the same, what it counts is not",
    "figures_order": "says {said} where {there} says {theirs}; look whether each stands in its place",
    "sms_says_more": "says {more}, which the web text ({there}) does not; say it there too, or not here",
    "contradicts": "says {said}, but {other} ({there}) says {theirs}; make them agree, or say what differs",
}


@dataclass(frozen=True)
class Part:
    """One thing to mend. `code` is stable; values are texts or numbers."""

    code: str
    values: Mapping[str, str | int]


class Mend(str):
    """A sentence to mend something by, with its coded `parts`."""

    __slots__ = ("parts",)
    parts: tuple[Part, ...]

    @classmethod
    def made(cls, sentence: str, parts: Iterable[Part]) -> Self:
        found = cls(sentence)
        found.parts = tuple(parts)
        return found


def mend(code: str, **values: str | int) -> Mend:
    """The sentence of this code with its values."""
    words = WORDS[code]
    return Mend.made(words.format(**values) if values else words, [Part(code, values)])


def parts_of(sentence: str) -> tuple[Part, ...]:
    """Of a mend its own; of one of the sentences that need no values, its code; of anything else none."""
    if isinstance(sentence, Mend):
        return sentence.parts
    code = _plain().get(sentence)
    return (Part(code, {}),) if code else ()


def together(sentences: Sequence[str]) -> str:
    """Several as one; with no part unless each has one, for a page must not leave out what it cannot say."""
    parts = [parts_of(one) for one in sentences]
    return Mend.made("; ".join(sentences), [part for some in parts for part in some] if all(parts) else [])


def coded(sentences: Iterable[str]) -> dict[str, tuple[Part, ...]]:
    """Each sentence that has parts, with them: what a page needs beside the sentences themselves."""
    return {str(one): parts for one in sentences if (parts := parts_of(one))}


@cache
def _plain() -> Mapping[str, str]:
    return {words: code for code, words in WORDS.items()}
