"""One text, matched: which rules hold, and which scopes take their force away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.detection.words import MARKS, Word


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
