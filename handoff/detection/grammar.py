"""A grammar over words, kept as data: classes of words, patterns of classes, and what takes a pattern's force away.

A pattern is written in one line: `WANT to? TALK with|to DET* PERSON`. CAPITALS name a class, lower case a word,
`|` is or, `_` any word, `_{0,3}` up to three; `? * +` as usual; `^ . , ! $` are marks (START and END name them all, QUESTION the question mark).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml

from handoff.detection.spelling import NUMBER, UNKNOWN, Spelling
from handoff.detection.words import MARKS, Word, clean, words_of

_ITEM = re.compile(r"(?P<names>[^\s{}*+?]+)(?P<op>[?*+]|\{\d*,?\d*\})?")
START = ("^", ".", ",", "?", "!", '"')
END = ("$", ".", ",", "?", "!", '"')


@dataclass(frozen=True, kw_only=True)
class Found:
    """One pattern that holds in a text: the rule's data and the customer's own words."""

    rule: str
    strength: float
    evidence: str
    start: int  # first and last token, marks left out
    end: int
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A stretch of a clause inside which patterns have no force: denied, supposed, past, quoted."""

    name: str
    start: int
    end: int


def load_lexicon(name: str) -> dict[str, Any]:
    """The lexicon file `name`.yml of this package."""
    text = files("handoff.detection").joinpath("lexicons", f"{name}.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


class Grammar:
    """A compiled grammar file. Building takes some tens of milliseconds; use one a process."""

    def __init__(self, name: str) -> None:
        from spacy.matcher import Matcher
        from spacy.tokens import Doc
        from spacy.vocab import Vocab

        data, shared = load_lexicon(name), load_lexicon("common")
        self._classes = {key: _word_list(words) for key, words in {**shared["classes"], **data["classes"]}.items()}
        self._classes |= {"START": START, "END": END, "QUESTION": ("?",)}
        self._rules: dict[str, Mapping[str, Any]] = {rule["name"]: rule for rule in data["rules"]}
        common = shared if data.get("common_scopes", True) else {"scopes": {}, "terminators": []}
        scopes = {f"scope:{key}": lines for key, lines in {**common["scopes"], **data.get("scopes", {})}.items()}
        stops = [*common["terminators"], *data.get("terminators", [])]
        self._vocab, self._doc = Vocab(), Doc
        self._matcher = Matcher(self._vocab)
        lexicon: set[str] = {NUMBER, *(word for words in self._classes.values() for word in words)}
        lexicon |= {word for line in shared["expansions"].values() for word in str(line).split()}
        for key, lines in {**{k: r["any"] for k, r in self._rules.items()}, **scopes, "stop": stops or ["but"]}.items():
            self._matcher.add(key, [self._pattern(line, lexicon) for line in lines], greedy="LONGEST")
        self._wide = frozenset(data.get("wide", ()))
        other = _word_list(shared["other"]) + _word_list(data.get("other", ""))
        expansions = {str(short): str(full) for short, full in shared["expansions"].items()}
        self._spelling = Spelling(lexicon - MARKS - {UNKNOWN}, expansions, other, fuzzy=data.get("fuzzy", True))

    def _pattern(self, line: str, lexicon: set[str]) -> list[dict[str, Any]]:
        items = []
        for match in _ITEM.finditer(line):
            item = self._item(match["names"], lexicon)
            if match["op"]:
                item["OP"] = match["op"]
            items.append(item)
        return items

    def _item(self, names: str, lexicon: set[str]) -> dict[str, Any]:
        if names == "_":
            return {"ORTH": {"NOT_IN": sorted(MARKS)}}
        words: set[str] = set()
        for name in names.split("|"):
            words |= set(self._classes[name]) if name.isupper() else {name}
        lexicon |= words
        return {"ORTH": {"IN": sorted(words)}}

    def read(self, text: str) -> "Reading":
        """The text's patterns and scopes."""
        text = clean(text)
        tokens = self._spelling.correct(words_of(text))
        doc = self._doc(self._vocab, words=[form for form, _ in tokens])
        spans = [(self._vocab.strings[key], start, end) for key, start, end in self._matcher(doc)]
        return Reading(text, tokens, spans, self._rules, self._wide)


class Reading:
    """One text, matched: which rules hold, and which scopes lie over them."""

    def __init__(
        self,
        text: str,
        tokens: tuple[tuple[str, Word], ...],
        spans: Iterable[tuple[str, int, int]],
        rules: Mapping[str, Mapping[str, Any]],
        wide: frozenset[str],
    ) -> None:
        self.text, self._wide = text, wide
        self.forms = [form for form, _ in tokens]
        self._words = [word for _, word in tokens]
        spans = list(spans)
        self._stops = sorted(start for key, start, _ in spans if key == "stop")
        self.found = sorted(
            (self._found(rules[key], start, end) for key, start, end in spans if key in rules),
            key=lambda found: (-found.strength, found.start - found.end),
        )
        self.scopes = [
            self._scope(key.removeprefix("scope:"), start, end) for key, start, end in spans if key.startswith("scope:")
        ]
        self.scopes += self._quotes()

    def _found(self, rule: Mapping[str, Any], start: int, end: int) -> Found:
        inner = [index for index in range(start, end) if self.forms[index] not in MARKS] or [start]
        first, last = self._words[inner[0]], self._words[inner[-1]]
        return Found(
            rule=rule["name"],
            strength=rule["strength"],
            evidence=self.text[first.start : last.end],
            start=inner[0],
            end=inner[-1] + 1,
            values=rule,
        )

    def _scope(self, name: str, start: int, end: int) -> Scope:
        """From the trigger to the end of its clause, or to a word that begins a thought of its own.

        A wide one lies over its whole sentence, before the trigger too.
        """
        if name in self._wide:
            return self._sentence(name, start)
        close = (
            end
            if self.forms[end - 1] in MARKS
            else next(
                (index for index in range(end, len(self.forms)) if self.forms[index] in MARKS or index in self._stops),
                len(self.forms),
            )
        )
        return Scope(name=name, start=start, end=max(close, end))

    def _sentence(self, name: str, at: int) -> Scope:
        ends = [index for index, form in enumerate(self.forms) if form in {"^", ".", "!", "$"}]
        return Scope(
            name=name,
            start=max((i for i in ends if i < at), default=0),
            end=min((i for i in ends if i > at), default=len(self.forms)),
        )

    def _quotes(self) -> list[Scope]:
        """What stands in quotation marks, when something else is said beside it."""
        at = [index for index, form in enumerate(self.forms) if form == '"']
        pairs = list(zip(at[::2], at[1::2], strict=False))
        outside = len([form for form in self.forms if form not in MARKS]) - sum(b - a - 1 for a, b in pairs)
        return [Scope(name="quoted", start=a, end=b) for a, b in pairs] if outside >= 2 else []

    def over(self, found: Found, but: Iterable[str] = ()) -> str | None:
        """The name of a scope that takes this pattern's force away, or None."""
        excused = {*found.values.get("despite", ()), *but}
        for scope in self.scopes:
            if scope.start < found.end and scope.start <= found.start < scope.end and scope.name not in excused:
                return scope.name
        return None

    def standing(self) -> list[Found]:
        """The patterns that keep their force, strongest first."""
        return [found for found in self.found if self.over(found) is None]

    def clause_has(self, found: Found, marks: str) -> bool:
        """Does the clause around `found` end with one of these marks?"""
        for form in self.forms[found.end :]:
            if form in MARKS:
                return form in marks
        return False


def _word_list(words: object) -> tuple[str, ...]:
    if isinstance(words, Mapping):
        return tuple(word for part in words.values() for word in _word_list(part))
    return tuple(str(words).split())
