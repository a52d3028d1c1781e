"""Pattern lines compiled for spaCy's Matcher, and only those run that the words of a text can satisfy."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.detection.words import MARKS

_ITEM = re.compile(r"(?P<names>[^\s{}*+?]+)(?P<op>[?*+]|\{\d*,?\d*\})?")
_OPTIONAL = re.compile(r"[?*]|\{0?,\d*\}")


@dataclass(frozen=True, slots=True)
class _Line:
    """One compiled pattern line; every set of `required` must meet the text's words."""

    key: str
    required: tuple[frozenset[str], ...]
    matcher: Any


class PatternIndex:
    """All patterns of a grammar. `words` are the words that they name.

    A Matcher tests every predicate of every pattern at every token, which costs milliseconds at a thousand patterns;
    so each line has its own, and an index from words to lines picks the few that can match.
    """

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        from spacy.matcher import Matcher
        from spacy.tokens import Doc
        from spacy.vocab import Vocab

        self.words: set[str] = {word for words in classes.values() for word in words}
        self._classes = classes
        self._vocab, self._doc, self._matcher = Vocab(), Doc, Matcher
        self._by_word: dict[str, list[_Line]] = defaultdict(list)

    def add(self, key: str, lines: Iterable[str]) -> None:
        """Pattern lines whose matches are reported under `key`; ValueError for one that no word is needed for."""
        for text in lines:
            items = [(match["names"], self._names(match["names"]), match["op"]) for match in _ITEM.finditer(text)]
            required = [words for _, words, op in items if words and not (op and _OPTIONAL.fullmatch(op))]
            if not required:
                raise ValueError(f"pattern without a needed word: {text}")
            line = _Line(key, tuple(required), self._compile(items))
            rarest = min(required, key=lambda words: (bool(words & MARKS), len(words)))
            for word in rarest:
                self._by_word[word].append(line)

    def match(self, forms: Sequence[str]) -> list[tuple[str, int, int]]:
        """(key, start, end) of every line's longest matches."""
        present = frozenset(forms)
        lines = (line for word in present for line in self._by_word.get(word, ()))
        able = {id(line): line for line in lines if not any(words.isdisjoint(present) for words in line.required)}
        if not able:
            return []
        doc = self._doc(self._vocab, words=list(forms))
        return [(line.key, start, end) for line in able.values() for _, start, end in line.matcher(doc)]

    def _names(self, names: str) -> frozenset[str]:
        """The words an item stands for; empty for the wildcards."""
        if names in {"_", "~"}:
            return frozenset()
        words = {word for name in names.split("|") for word in (self._classes[name] if name.isupper() else (name,))}
        self.words |= words
        return frozenset(words)

    def _compile(self, items: Sequence[tuple[str, frozenset[str], str | None]]) -> Any:
        specs = []
        for name, words, op in items:
            barred = MARKS | frozenset(self._classes["NOT"] if name == "~" else ())
            orth = {"IN": sorted(words)} if words else {"NOT_IN": sorted(barred)}
            specs.append({"ORTH": orth, "OP": op} if op else {"ORTH": orth})
        matcher = self._matcher(self._vocab, validate=False)
        matcher.add("line", [specs], greedy="LONGEST")
        return matcher
