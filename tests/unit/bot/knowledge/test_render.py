"""Whatever goes in, what comes out is an approved template with checked values, or an error."""

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.content import Negatives
from bot.knowledge.errors import EntryExpired, ValueRefused
from bot.knowledge.render import Release
from bot.knowledge.values import Value
from handoff.errors import NaiveDatetime, TextMissing
from tests.support.knowledge import NOW, entry, notice

VALUES = {
    "order": {"kind": "pattern", "pattern": "A-[0-9]{6}"},
    "price": {"kind": "money", "currency": "EUR"},
    "day": {"kind": "date", "optional": True},
    "status": {"kind": "enum", "labels": {"sent": {"en": "sent[[ on {day}]]", "es": "enviado[[ el {day}]]"}}},
}
WORDS = {
    "en": {"web": "**{order}** is {status}: {price}.[[ Due {day}.]]", "sms": "{order} {status} {price}"},
    "es": {"web": "**{order}** está {status}: {price}.[[ Para el {day}.]]", "sms": "{order} {status} {price}"},
}
TYPED = entry("with-values", values=VALUES, answers=WORDS)

SAYABLE = notice(
    "order_status", values={"order": VALUES["order"]}, engine=True,
    texts={"en": {"web": "Order {order}.", "sms": "Order {order}."}, "es": {"web": "{order}", "sms": "{order}"}},
)  # fmt: skip


def release(**changes: Any) -> Release:
    entries = {one.id: (one, 3) for one in (entry(), TYPED, entry("old", review_by=date(2026, 11, 19)))}
    notices = {
        one.id: (one, 2)
        for one in (
            notice("greeting", engine=True),
            notice("promised", ("reference", "due"), review_by=date(2026, 1, 1)),
            notice("yes", label=True),
            SAYABLE,
        )
    }
    parts: dict[str, Any] = {
        "number": 7,
        "digest": "sha256:0",
        "loaded_at": NOW,
        "entries": MappingProxyType(entries),
        "notices": MappingProxyType(notices),
    }
    return Release(**{**parts, **changes})


RELEASE = release()
GOOD = {"order": Value("pattern", "A-104820"), "price": Value("money", "1234.5"), "status": Value("enum", "sent")}


def test_an_answer_comes_with_its_proof_of_origin() -> None:
    said = RELEASE.render_entry("shop-hours", "en", "web", {}, NOW)
    assert (said.text, said.id, said.version, said.release) == ("Open **every day**.", "shop-hours", 3, 7)
    assert (said.title, said.source) == ("Opening hours", "Guide · 1")


def test_values_are_said_in_each_language() -> None:
    english = RELEASE.render_entry("with-values", "en", "web", {**GOOD, "day": Value("date", "2026-11-24")}, NOW)
    spanish = RELEASE.render_entry("with-values", "es", "web", GOOD, NOW)
    assert english.text == "**A-104820** is sent on 24 November 2026: €1,234.50. Due 24 November 2026."
    assert spanish.text == "**A-104820** está enviado: 1234,50 €."


@pytest.mark.parametrize(
    ("item_id", "language", "channel"),
    [("nothing", "en", "web"), ("shop-hours", "fr", "web"), ("shop-hours", "en", "email"), ("greeting", "en", "web"),
     ("old", "en", "web"), ("with-values", "en", "web")],
)  # fmt: skip
def test_everything_unknown_or_incomplete_is_refused(item_id: str, language: str, channel: str) -> None:
    with pytest.raises(TextMissing):
        RELEASE.render_entry(item_id, language, channel, {}, NOW)


def test_an_entry_is_served_through_its_last_day_and_then_names_its_owner() -> None:
    last = datetime.combine(date(2027, 6, 30), NOW.timetz())
    assert RELEASE.render_entry("shop-hours", "en", "sms", {}, last).text
    with pytest.raises(EntryExpired) as refused:
        RELEASE.render_entry("shop-hours", "en", "sms", {}, last + timedelta(days=1))
    assert refused.value.fields == {"id": "shop-hours", "owner": "Carmen"}


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        RELEASE.render_entry("shop-hours", "en", "sms", {}, NOW.replace(tzinfo=None))


def test_a_retired_entry_is_refused_whatever_the_release() -> None:
    with pytest.raises(TextMissing):
        release(retired=frozenset({"shop-hours"})).render_entry("shop-hours", "en", "web", {}, NOW)


def test_a_notice_is_served_past_its_review_by_date() -> None:
    values = {"reference": "R-7K3M9Q", "due": "today by 18:30", "business": "not asked for"}
    said = RELEASE.render("promised", "en", "sms", values)
    assert (said.text, said.id, said.version, said.release) == ("promised R-7K3M9Q today by 18:30", "promised", 2, 7)


def test_a_notice_without_its_words_is_refused() -> None:
    with pytest.raises(ValueRefused):
        RELEASE.render("promised", "en", "sms", {"reference": "R-7K3M9Q"})


def test_markup_in_a_name_does_not_reach_the_customer() -> None:
    said = RELEASE.render("promised", "en", "web", {"reference": "<img src=x>", "due": "[a](http://x)\u202e\n"})
    assert said.text == "promised img src=x a(http://x)"


def test_the_core_may_pass_typed_values_to_a_typed_notice() -> None:
    order = {"kind": "pattern", "value": "A-104820"}
    assert RELEASE.render("order_status", "en", "sms", {"order": order}).text == "Order A-104820."
    with pytest.raises(ValueRefused):
        RELEASE.render("order_status", "en", "sms", {"order": "A-104820 and anything"})


def test_words_of_choices() -> None:
    assert RELEASE.label("yes", "es") == "yes"
    assert RELEASE.title("shop-hours", "es") == "Horario"


@dataclass
class FromEngine:
    kind: Any
    id: Any
    values: Any = field(default_factory=dict)


def test_the_engine_may_say_entries_and_the_notices_meant_for_it() -> None:
    assert RELEASE.render_said(FromEngine("entry", "shop-hours"), "en", "web", NOW).title == "Opening hours"
    assert RELEASE.render_said(FromEngine("notice", "greeting"), "en", "web", NOW).text == "greeting"


@pytest.mark.parametrize(
    "said",
    [
        FromEngine("notice", "promised", {"reference": {"kind": "text", "value": "R-1"}}),
        FromEngine("notice", "promised"),
        FromEngine("notice", "yes"),
        FromEngine("entry", "greeting"),
        FromEngine("notice", "shop-hours"),
        FromEngine("text", "shop-hours"),
        FromEngine("notice", "greeting", {"more": {"kind": "number", "value": 1}}),
        FromEngine("notice", "greeting", "values"),
        FromEngine("entry", ["shop-hours"]),
        FromEngine("entry", None),
        FromEngine(None, "greeting"),
        FromEngine("notice", "order_status", {"order": {"kind": "pattern", "value": "A-104820<b>"}}),
        FromEngine("notice", "order_status", {"order": "A-104820"}),
    ],
)
def test_the_engine_may_say_nothing_else(said: FromEngine) -> None:
    with pytest.raises(TextMissing):
        RELEASE.render_said(said, "en", "web", NOW)


ORDER, MONEY, DAY = r"A-[0-9]{6}", r"-?€[0-9,]+\.[0-9]{2}", r"[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}"
SENT = rf"sent(?: on {DAY})?"
APPROVED = re.compile(
    "|".join(
        (
            r"Open \*\*every day\*\*\.",
            rf"\*\*{ORDER}\*\* is {SENT}: {MONEY}\.(?: Due {DAY}\.)?",
            "greeting",
            rf"Order {ORDER}\.",
        )
    )
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
PLAUSIBLE = st.sampled_from(
    [*RELEASE.entries, *RELEASE.notices, "entry", "notice", "order", "price", "day", "status", "kind", "value", "enum",
     "money", "date", "pattern", "text", "sent", "A-104820", "12.5", "2026-11-24", "{order}", "[[{day}]]"]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS | PLAUSIBLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAUSIBLE | st.text(), inner)
)
TYPED_VALUE = st.fixed_dictionaries({"kind": PLAUSIBLE, "value": PLAUSIBLE | SCALARS})
VALUE_MAPS = st.dictionaries(PLAUSIBLE, TYPED_VALUE | ANYTHING, max_size=5)
CLOSE = st.fixed_dictionaries(
    {
        "order": st.just({"kind": "pattern", "value": "A-104820"}) | TYPED_VALUE,
        "price": st.builds(
            lambda cents: {"kind": "money", "value": f"{cents / 100:.2f}"}, st.integers(-(10**9), 10**9)
        ),
        "status": st.just({"kind": "enum", "value": "sent"}) | TYPED_VALUE,
    },
    optional={"day": st.builds(lambda day: {"kind": "date", "value": day.isoformat()}, st.dates())},
)


@given(st.builds(FromEngine, PLAUSIBLE | ANYTHING, PLAUSIBLE | ANYTHING, VALUE_MAPS | CLOSE | ANYTHING))
def test_whatever_an_engine_says_only_approved_text_comes_out(said: FromEngine) -> None:
    try:
        out = RELEASE.render_said(said, "en", "web", NOW)
    except TextMissing:
        return
    assert APPROVED.fullmatch(out.text)


@given(CLOSE)
def test_plausible_values_are_said_or_refused(values: dict[str, Any]) -> None:
    try:
        out = RELEASE.render_said(FromEngine("entry", "with-values", values), "en", "web", NOW)
    except TextMissing:
        return
    assert APPROVED.fullmatch(out.text)


def test_the_export_holds_questions_and_never_a_word_of_an_answer(tmp_path: Path) -> None:
    content = {"id": "negatives", "owner": "C", "author": "M", "review_by": date(2027, 1, 1)}
    negatives = Negatives.model_validate({**content, "near": {"en": ["near"]}, "far": {"en": ["far"], "es": ["lejos"]}})
    path = tmp_path / "releases" / "7" / "release.json"
    release(negatives=negatives, retired=frozenset({"with-values"})).export(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert (document["release"], document["digest"]) == (7, "sha256:0")
    assert document["negatives"] == {"en": ["near", "far"], "es": ["lejos"]}
    assert [(one["id"], one["version"]) for one in document["entries"]] == [("old", 3), ("shop-hours", 3)]
    assert document["entries"][1]["titles"]["es"] == "Horario"
    assert len(document["entries"][1]["phrasings"]["es"]) == 8
    assert "every day" not in path.read_text(encoding="utf-8")
    assert [one.name for one in path.parent.iterdir()] == ["release.json"]


def test_suggested_questions_are_those_that_are_served() -> None:
    pairs = {one.id: (one, 1) for one in (entry("b", suggested=True), entry("a"), entry("c", suggested=True))}
    assert release(entries=pairs, retired=frozenset({"c"})).suggested(NOW) == ("b",)


def test_follow_ups_go_to_the_engine_but_for_those_that_lead_nowhere(tmp_path: Path) -> None:
    asked = {"en": ["and?"], "es": ["¿y?"]}
    entries = {
        "shop-hours": (entry(follow_ups={"with-values": asked, "gone": asked, "unknown": asked}), 1),
        "gone": (entry("gone", follow_ups={"shop-hours": asked}), 1),
        "with-values": (entry("with-values"), 1),
    }
    release(entries=entries, retired=frozenset({"gone"})).export(tmp_path / "release.json")
    written = {
        one["id"]: one.get("follow_ups") for one in json.loads((tmp_path / "release.json").read_text())["entries"]
    }
    assert written == {"shop-hours": {"with-values": asked}, "with-values": None}
