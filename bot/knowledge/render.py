"""A release in memory: the only way to words that a customer may read.

Whatever comes in, what goes out is an approved template of this release with checked values, or an error.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from bot.knowledge.content import LANGUAGES, Entry, Negatives, Notice
from bot.knowledge.errors import EntryExpired, ValueRefused
from bot.knowledge.values import Value, checked, clean_word
from handoff.clock import check_aware
from handoff.errors import TextMissing
from handoff.service import Text


@dataclass(frozen=True, kw_only=True)
class Rendered(Text):
    """A text for a customer. `source` is a line such as "Delivery guide · Delivery times"; None for a notice."""

    title: str | None = None
    source: str | None = None


class Said(Protocol):
    """What an engine names: `kind` is entry or notice, `values` are objects of kind and value."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Release:
    """An immutable, numbered set of approved entries and notices, each with its version number."""

    number: int
    digest: str
    loaded_at: datetime
    entries: Mapping[str, tuple[Entry, int]]
    notices: Mapping[str, tuple[Notice, int]]
    negatives: Negatives | None = None
    retired: frozenset[str] = frozenset()

    def render_entry(
        self, entry_id: str, language: str, channel: str, values: Mapping[str, Value], now: datetime
    ) -> Rendered:
        """The answer of one entry. Raises TextMissing: unknown, retired, expired, no such text, or a wrong value."""
        entry, version = self._entry(entry_id)
        if expired(entry.review_by, now):
            raise EntryExpired(fields={"id": entry.id, "owner": entry.owner})
        text = entry.text(language, channel)
        if text is None:
            raise TextMissing(fields={"id": entry.id, "language": language, "channel": channel})
        return Rendered(
            text=checked(entry.values, values, language)(text),
            id=entry.id,
            version=version,
            release=self.number,
            title=entry.title.get(language),
            source=entry.source.label(language),
        )

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, Any]) -> Text:
        """The port of the core: a notice with the core's own words. A notice is served past its review-by date.

        Words for places that the notice does not have are ignored. Raises TextMissing.
        """
        found, version, text = self._notice(notice, language, channel)
        spec_text = {name for name, spec in found.values.items() if spec.kind == "text"}
        words = {name: clean_word(str(values[name])) for name in spec_text & set(values)}
        typed = {name: _typed(value) for name, value in values.items() if name in set(found.values) - spec_text}
        typed_specs = {name: spec for name, spec in found.values.items() if name not in spec_text}
        absent = [name for name in spec_text - set(words) if not found.values[name].optional]
        if absent:
            raise ValueRefused(fields=dict.fromkeys(absent, f"missing for {found.id}"))
        filled = checked(typed_specs, typed, language, words)(text)
        return Text(text=filled, id=found.id, version=version, release=self.number)

    def render_said(self, said: "Said", language: str, channel: str, now: datetime) -> Rendered:
        """One `say` of an engine's Outcome, whatever it holds. The engine may name an entry, or a notice marked
        `engine`, with typed values as `{"kind", "value"}`. Raises TextMissing."""
        if not isinstance(said.values, Mapping):
            raise ValueRefused("values is not an object")
        typed = {str(name): _typed(value) for name, value in said.values.items()}
        if said.kind == "entry":
            return self.render_entry(said.id, language, channel, typed, now)
        notice, version, text = self._notice(said.id, language, channel)
        if said.kind != "notice" or not notice.engine:
            raise TextMissing("the engine may not say this", fields={"id": notice.id})
        filled = checked(notice.values, typed, language)(text)
        return Rendered(text=filled, id=notice.id, version=version, release=self.number)

    def title(self, entry_id: str, language: str) -> str:
        """The words of the choice that stands for an entry. Raises TextMissing."""
        entry, _ = self._entry(entry_id)
        title = entry.title.get(language)
        if title is None:
            raise TextMissing(fields={"id": entry.id})
        return title

    def label(self, label_id: str, language: str) -> str:
        """The words of a choice such as `talk_to_person`. Raises TextMissing."""
        return self.render(label_id, language, "web", {}).text

    def suggested(self, now: datetime) -> tuple[str, ...]:
        """Ids of the entries to suggest in a first view, by id."""
        return tuple(entry.id for entry, _ in self.matchable(now) if entry.suggested)

    def export(self, path: Path) -> None:
        """Writes release.json for the engine: what may be matched, never a word of an answer.

        An entry past its review-by date is in it: who asks for it gets a person, and the person is told which it is.
        """
        document = {
            "release": self.number,
            "digest": self.digest,
            "entries": [
                {
                    "id": entry.id,
                    "version": version,
                    "titles": dict(entry.title),
                    "phrasings": {k: list(v) for k, v in entry.phrasings.items()},
                    **self._follow_ups(entry),
                }
                for entry, version in self._kept()
            ],
            "negatives": {language: list(self._negatives(language)) for language in LANGUAGES},
        }
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(path)

    def matchable(self, now: datetime | None = None) -> tuple[tuple[Entry, int], ...]:
        """The entries that are served, by id: neither retired nor past their review-by date."""
        at = now or self.loaded_at
        return tuple(pair for pair in self._kept() if not expired(pair[0].review_by, at))

    def _kept(self) -> tuple[tuple[Entry, int], ...]:
        return tuple(pair for id_, pair in sorted(self.entries.items()) if id_ not in self.retired)

    def _follow_ups(self, entry: Entry) -> dict[str, Any]:
        """Those that lead to an entry of this release which is not retired; no key when there are none."""
        kept = {to: asked for to, asked in entry.follow_ups.items() if to in self.entries and to not in self.retired}
        return {"follow_ups": kept} if kept else {}

    def _negatives(self, language: str) -> tuple[str, ...]:
        return self.negatives.of(language) if self.negatives else ()

    def _entry(self, id_: object) -> tuple[Entry, int]:
        found = self.entries.get(id_) if isinstance(id_, str) and id_ not in self.retired else None
        if found is None:
            raise TextMissing("there is no such entry in this release", fields={"id": str(id_)[:64]})
        return found

    def _notice(self, id_: object, language: str, channel: str) -> tuple[Notice, int, str]:
        found = self.notices.get(id_) if isinstance(id_, str) else None
        text = found[0].text(language, channel) if found else None
        if found is None or text is None:
            raise TextMissing(fields={"id": str(id_)[:64], "language": str(language)[:8], "channel": str(channel)[:8]})
        return found[0], found[1], text


def expired(review_by: date, now: datetime) -> bool:
    """Whether the last day (in UTC) on which an entry may be served is over."""
    return check_aware(now).date() > review_by


def _typed(value: object) -> Value:
    if isinstance(value, Value | Mapping):
        return value if isinstance(value, Value) else Value.parse(value)
    return Value.parse({"kind": getattr(value, "kind", None), "value": getattr(value, "value", None)})
