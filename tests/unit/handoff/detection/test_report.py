"""The owner's page: whole, in both languages, without scripts, and nothing a customer wrote can break out of it."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.clock import utc_now
from handoff.detection.evaluate import evaluate_handoff
from handoff.detection.evaluate.replay import Judged
from handoff.detection.evaluate.report import Source, page
from handoff.detection.evaluate.words import words
from handoff.detection.signals import Signal, Verdict

NASTY = "</table><script>alert(1)</script><img src=x onerror=\"a('b')\">&amp;"
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "section", "div", "table", "thead",
    "tbody", "tr", "th", "td",
}  # fmt: skip


class Seen(HTMLParser):
    """The tags, the attributes and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def report(tmp_path: Path, turns: list[dict[str, Any]], *options: str, name: str = "c1") -> str:
    source, made = tmp_path / "past.jsonl", tmp_path / "page.html"
    source.write_text(json.dumps({"conversation": name, "lang": "en", "turns": turns}), encoding="utf-8")
    result = CliRunner().invoke(
        evaluate_handoff, ["--transcripts", str(source), "--report", str(made), *options], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return made.read_text(encoding="utf-8")


def said(text: str, **more: str) -> dict[str, Any]:
    return {"role": "customer", "text": text, **more}


def judged(text: str, name: str, label: str | None) -> Judged:
    signal = Signal(kind="frustration", strength=0.9, language="en", evidence=text)
    verdict = Verdict(kind="handoff", reason="frustration", signals=(signal,))
    return Judged(conversation=name, turn=0, verdict=verdict, label=label, language=name, text=text)


@pytest.mark.parametrize(("language", "title"), [("en", "Frustration"), ("es", "Frustración")])
def test_the_page_shows_totals_reasons_days_and_quotes(tmp_path: Path, language: str, title: str) -> None:
    turns = [said("you idiot", at="2026-10-03T09:00:00Z"), said("you are an idiot", at="2026-10-03T09:01:00Z")]
    found = Seen(report(tmp_path, turns, "--language", language))
    assert title in found.text
    assert "2026-10-03" in found.text
    assert "“you are an idiot”" in found.text
    assert words(language)["private"] in found.text


def test_customers_words_can_be_left_out(tmp_path: Path) -> None:
    html = report(tmp_path, [said("you filthy idiot", label="ok")], "--no-words")
    assert "idiot" not in html
    assert words("en")["no_words"] in Seen(html).text


def test_labels_bring_the_worst_misses_and_false_alarms(tmp_path: Path) -> None:
    text = Seen(report(tmp_path, [said("where is it", label="frustrated"), said("you idiot", label="ok")])).text
    misses = text.index("Worst misses")
    false = text.index("Worst false alarms")
    assert misses < text.index("where is it") < false < text.index("you idiot")


def test_without_labels_or_times_the_page_says_so_and_shows_no_figures(tmp_path: Path) -> None:
    text = Seen(report(tmp_path, [said("hello")])).text
    assert "The turns have no times." in text
    assert "Against the labels" not in text


def test_nothing_that_was_written_breaks_out(tmp_path: Path) -> None:
    found = Seen(report(tmp_path, [said(f"you idiot {NASTY}", label=NASTY)], name=NASTY))
    assert found.tags <= TAGS
    assert "onerror" not in found.names
    assert NASTY in found.text


@given(text=st.text(max_size=80), name=st.text(min_size=1, max_size=40), label=st.sampled_from([None, "ok", "angry"]))
@settings(max_examples=80, deadline=None)
def test_any_text_stays_text(text: str, name: str, label: str | None) -> None:
    source = Source(name=name, conversations=1, made=utc_now())
    found = Seen(page(source, [judged(f"<b>{text}</b><script>", f"<i>{name}", label)], "es", words=True))
    assert found.tags <= TAGS


def test_the_page_fetches_nothing_and_runs_nothing(tmp_path: Path) -> None:
    html = report(tmp_path, [said("you idiot")])
    assert "default-src 'none'" in html
    assert not {"src", "href"} & Seen(html).names


def test_both_languages_have_words_for_every_reason_of_the_table() -> None:
    from handoff.detection.thresholds import thresholds

    for language in ("en", "es"):
        assert {f"reason.{row.reason}" for row in thresholds().rows} <= words(language).keys()
        assert all(words(language).values())
