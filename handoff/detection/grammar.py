"""A grammar over words, kept as data: classes of words, patterns of classes, and what takes a pattern's force away.

A pattern is one line: `WANT to? TALK with|to DET* PERSON`. CAPITALS name a class, lower case a word, `|` is or,
`_` any word, `~` any but a denial, `_{0,3}` up to three; `? * +` as usual; `^ . , ! $` are marks. START and END are
any mark, QUESTION is the question mark.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from handoff.detection.patterns import PatternIndex
from handoff.detection.reading import Reading
from handoff.detection.spelling import NUMBER, UNKNOWN, Spelling
from handoff.detection.words import MARKS, clean, words_of

START = ("^", ".", ",", "?", "!", '"')
END = ("$", ".", ",", "?", "!", '"')
NO_SCOPES: Mapping[str, Any] = {"scopes": {}, "terminators": []}


@cache
def load_lexicon(name: str) -> dict[str, Any]:
    """The lexicon file `name`.yml of this package."""
    text = files("handoff.detection").joinpath("lexicons", f"{name}.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


class Grammar:
    """A compiled grammar file. Building takes some tens of milliseconds; use one a process."""

    def __init__(self, name: str) -> None:
        data, shared = load_lexicon(name), load_lexicon("common")
        common = shared if data.get("common_scopes", True) else NO_SCOPES
        classes = {key: _word_list(words) for key, words in {**shared["classes"], **data["classes"]}.items()}
        classes |= {"START": START, "END": END, "QUESTION": ("?",)}
        self._rules: dict[str, Mapping[str, Any]] = {rule["name"]: rule for rule in data["rules"]}
        self._wide = frozenset(data.get("wide", ()))
        self._patterns = PatternIndex(classes)
        for rule in data["rules"]:
            self._patterns.add(rule["name"], rule["any"])
        for key, lines in {**common["scopes"], **data.get("scopes", {})}.items():
            self._patterns.add(f"scope:{key}", lines)
        self._patterns.add("stop", [*common["terminators"], *data.get("terminators", [])])
        self._spelling = self._speller(data, shared)

    def _speller(self, data: Mapping[str, Any], shared: Mapping[str, Any]) -> Spelling:
        expansions = {str(short): str(full) for short, full in shared["expansions"].items()}
        lexicon = {NUMBER, *self._patterns.words, *(word for full in expansions.values() for word in full.split())}
        other = _word_list(shared["other"]) + _word_list(data.get("other", "")) + _real_words()
        return Spelling(lexicon - MARKS - {UNKNOWN}, expansions, other, fuzzy=data.get("fuzzy", True))

    def read(self, text: str) -> Reading:
        """The text's patterns and scopes."""
        text = clean(text)
        tokens = self._spelling.correct(words_of(text))
        spans = self._patterns.match([form for form, _ in tokens])
        return Reading(text, tokens, spans, self._rules, self._wide)


@cache
def _real_words() -> tuple[str, ...]:
    """Common words of our languages and of every grammar: none of them is another one misspelt."""
    words = load_lexicon("language")["words"]
    classes = (load_lexicon(name)["classes"] for name in ("request", "urgency"))
    every = [words["en"], words["es"], *classes]
    return tuple(word for each in every for word in _word_list(each) if word.isalpha())


def _word_list(words: object) -> tuple[str, ...]:
    if isinstance(words, Mapping):
        return tuple(word for part in words.values() for word in _word_list(part))
    return tuple(str(words).split())
