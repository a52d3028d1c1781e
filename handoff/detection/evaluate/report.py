"""A page for the owner: which past chats would have gone to a person, when and why. No script, nothing fetched."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from handoff.detection.evaluate.figures import Figures, Share, by_conversation, figures, is_labelled
from handoff.detection.evaluate.replay import Judged
from handoff.detection.evaluate.words import words

LISTED = 500  # conversations
WORST = 25
QUOTED = 280  # characters of a customer's message
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8886}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.q{overflow-wrap:anywhere;min-width:12rem}.note{border-left:3px solid #8888;padding-left:.8rem}
"""
Row = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Source:
    """What the page is about: the file's name, its conversations, and when the page was made."""

    name: str
    conversations: int
    made: datetime


class Page:
    """The parts of the page in one language; every text that is not ours is escaped."""

    def __init__(self, source: Source, judged: Sequence[Judged], language: str, *, words_shown: bool) -> None:
        self.source, self.judged, self.language, self.words_shown = source, judged, language, words_shown
        self.say = words(language)
        self.talks = by_conversation(judged)
        self.firsts = [first for talk in self.talks if (first := _first(talk))]

    def html(self) -> str:
        """The whole document."""
        say = self.say
        title = escape(f"{say['title']}: {self.source.name}")
        head = (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
            f"<title>{title}</title><style>{STYLE}</style></head>"
        )
        labelled = self._labelled() if is_labelled(self.judged) else ""
        parts = [
            self._notes(),
            self._totals(),
            self._reasons(),
            self._languages(),
            self._days(),
            labelled,
            self._list(),
        ]
        return f"{head}<body><main><h1>{title}</h1>{''.join(parts)}</main></body></html>\n"

    def _notes(self) -> str:
        private = self.say["private" if self.words_shown else "no_words"]
        made = self.say["made"].format(day=f"{self.source.made:%Y-%m-%d %H:%M} UTC")
        return f"<p>{escape(made)} {escape(self.say['about'])}</p><p class=note>{escape(private)}</p>"

    def _totals(self) -> str:
        of = self.source.conversations
        kinds = Counter(
            "handoff" if _has(talk, "handoff") else "offer" if _has(talk, "offer") else "" for talk in self.talks
        )
        rows = [self._counted(self.say[kind], Share(count=kinds[kind], of=of)) for kind in ("handoff", "offer")]
        rest = of - kinds["handoff"] - kinds["offer"]
        rows.append(self._counted(self.say["alone"], Share(count=rest, of=of)))
        return self._section("totals", self._table(("what", "share", "counts", "interval"), rows, numbers=1))

    def _reasons(self) -> str:
        counts = Counter((each.verdict.reason, each.verdict.kind) for each in self.firsts)
        names = Counter(each.verdict.reason for each in self.firsts)
        rows = [
            (self._reason(name), str(counts[name, "handoff"]), str(counts[name, "offer"]), str(total))
            for name, total in names.most_common()
        ]
        return self._section("by_reason", self._table(("reason", "brought", "offered", "total"), rows, numbers=1))

    def _languages(self) -> str:
        rows = self._grouped((talk[0].language or "?", talk) for talk in self.talks)
        return self._section("by_language", self._table(("language", "chats", "brought", "offered"), rows, numbers=1))

    def _days(self) -> str:
        dated = [(f"{talk[0].at:%Y-%m-%d}", talk) for talk in self.talks if talk[0].at]
        if not dated:
            return self._section("by_day", f"<p>{escape(self.say['no_times'])}</p>")
        rows = self._grouped(dated)
        return self._section("by_day", self._table(("day", "chats", "brought", "offered"), rows, numbers=1))

    def _grouped(self, keyed: Iterable[tuple[str, Sequence[Judged]]]) -> list[Row]:
        """(key, chats, with a person brought, with one only offered), by key."""
        groups: dict[str, list[Sequence[Judged]]] = {}
        for key, talk in keyed:
            groups.setdefault(key, []).append(talk)
        rows: list[Row] = []
        for key, talks in sorted(groups.items()):
            brought = sum(_has(talk, "handoff") for talk in talks)
            offered = sum(_has(talk, "offer") and not _has(talk, "handoff") for talk in talks)
            rows.append((key, str(len(talks)), str(brought), str(offered)))
        return rows

    def _labelled(self) -> str:
        found = figures(self.judged)
        low, high = found.f1_interval
        rows = [
            self._counted(self.say["precision"], found.precision),
            self._counted(self.say["recall"], found.recall),
            ("F1", self._percent(found.f1), "", f"{self._percent(low)} – {self._percent(high)}"),
            self._counted(self.say["alarms"], found.alarms),
            self._counted(self.say["false_handoffs"], found.false_handoffs),
            self._counted(self.say["false_offers"], found.false_offers),
        ]
        table = self._table(("what", "share", "counts", "interval"), rows, numbers=1)
        return self._section("labels", table + self._lateness(found)) + self._worst()

    def _lateness(self, found: Figures) -> str:
        say = self.say
        rows: list[Row] = []
        for turns, count in sorted(found.late.turns.items()):
            name = say["on_time"] if not turns else say["late" if turns > 0 else "early"].format(turns=abs(turns))
            rows.append((name, str(count)))
        rows.append((say["never"], str(found.late.never)))
        return f"<h3>{escape(say['lateness'])}</h3>" + self._table(("when", "chats"), rows, numbers=1)

    def _worst(self) -> str:
        missed = [each for each in self.judged if each.wanted and not each.found]
        false = [each for each in self.judged if each.wanted is False and each.found]
        missed.sort(key=_strength)
        false.sort(key=lambda each: (each.verdict.kind != "handoff", -_strength(each)))
        parts = []
        for name, found in (("missed", missed), ("false", false)):
            body = self._table(("chat", "turn", "verdict", "reason", "quote"), map(self._line, found[:WORST]))
            parts.append(self._section(name, body if found else f"<p>{escape(self.say['none'])}</p>"))
        return "".join(parts)

    def _list(self) -> str:
        more = len(self.firsts) - LISTED
        rest = f"<p>{escape(self.say['more'].format(count=more))}</p>" if more > 0 else ""
        body = self._table(("chat", "turn", "verdict", "reason", "quote"), map(self._line, self.firsts[:LISTED]))
        return self._section("list", body + rest if self.firsts else f"<p>{escape(self.say['none'])}</p>")

    def _line(self, each: Judged) -> Row:
        quote = each.evidence if each.found else each.text
        reason = self._reason(each.verdict.reason) if each.found else "–"
        return (
            each.conversation,
            str(each.turn),
            self.say[each.verdict.kind],
            reason,
            f"“{quote[:QUOTED]}”" if self.words_shown else "–",
        )

    def _reason(self, name: str) -> str:
        return self.say.get(f"reason.{name}", name)

    def _counted(self, name: str, share: Share) -> Row:
        low, high = share.interval
        counts = self.say["of"].format(count=share.count, of=share.of)
        return (
            name,
            self._percent(share.value) if share.of else "–",
            counts,
            f"{self._percent(low)} – {self._percent(high)}" if share.of else "–",
        )

    def _percent(self, value: float) -> str:
        written = f"{100 * value:.1f}"
        return f"{written.replace('.', ',')}\N{NO-BREAK SPACE}%" if self.language == "es" else f"{written}%"

    def _section(self, name: str, body: str) -> str:
        return f"<section><h2>{escape(self.say[name])}</h2>{body}</section>"

    def _table(self, heads: Sequence[str], rows: Iterable[Row], numbers: int = 0) -> str:
        """`numbers` is the first column that holds numbers; without it the last one holds quotes."""
        kinds = ["n" if numbers and index >= numbers else "" for index in range(len(heads))]
        if not numbers:
            kinds[-1] = "q"
        head = "".join(_cell("th", self.say[name], kind) for name, kind in zip(heads, kinds, strict=True))
        body = "".join(
            f"<tr>{''.join(_cell('td', cell, kind) for cell, kind in zip(row, kinds, strict=True))}</tr>"
            for row in rows
        )
        return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def page(source: Source, judged: Sequence[Judged], language: str, *, words: bool) -> str:
    """The whole page in "en" or "es"; without `words` no customer's words are on it."""
    return Page(source, judged, language, words_shown=words).html()


def _cell(tag: str, text: str, kind: str) -> str:
    return f'<{tag} class="{kind}">{escape(text)}</{tag}>' if kind else f"<{tag}>{escape(text)}</{tag}>"


def _first(talk: Sequence[Judged]) -> Judged | None:
    """The turn at which a person is brought, or else first offered."""
    brought = next((each for each in talk if each.verdict.kind == "handoff"), None)
    return brought or next((each for each in talk if each.found), None)


def _has(talk: Sequence[Judged], kind: str) -> bool:
    return any(each.verdict.kind == kind for each in talk)


def _strength(each: Judged) -> float:
    return max((signal.strength for signal in each.verdict.signals), default=0.0)
