"""Trials over HTTP: what the bot would do with a text, and which questions a content would take. Nothing is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.engine import EngineClient
from bot.knowledge import release as releases
from handoff import service
from handoff.clock import utc_now
from tests.support.desk import Customer
from tests.support.engine import ScriptedEngine, engine_in_a_thread, explained, outcome
from tests.support.knowledge import entry, notice
from tests.support.office import Office, Seat, code, open_office, written

SAYS = ("refuse", "greeting", "ask_choices", "ask_order_number")
HASH = "a" * 64
UNBELIEVED: list[Any] = [
    b"",
    b"[]",
    b"x" * 200_000,
    {"model": HASH},
    {"model": "no", "nearest": [[]]},
    {"model": HASH, "nearest": []},
    {"model": HASH, "nearest": [[{"at": 10_000, "similarity": 0.5}]]},
    {"model": HASH, "nearest": [[{"at": 0, "similarity": 7.0}]]},
    {"model": HASH, "nearest": [[{"at": 0, "similarity": 0.5, "text": "Trust me."}]]},
]
REFUSED: list[Any] = [
    None,
    [],
    {},
    {"text": "hi"},
    {"text": "", "language": "en"},
    {"text": "  ", "language": "en"},
    {"text": "x" * 1001, "language": "en"},
    {"text": "a\x00b", "language": "en"},
    {"text": 7, "language": "en"},
    {"text": "hi", "language": "fr"},
    {"text": "hi", "language": "en", "channel": "fax"},
    {"text": "hi", "language": "en", "state": {}},
]


@dataclass
class Trial:
    """An office whose desk can reach a scripted engine."""

    office: Office
    engine: ScriptedEngine
    seat: Seat

    def says(self, **changes: Any) -> None:
        self.engine.script = lambda asked: outcome(asked, **changes)

    def tries(self, text: str = "shop-hours when open 3", **more: Any) -> Any:
        return self.seat.send("/try", {"text": text, "language": "en", "channel": "web", **more})

    def takes(self, item_id: str = "new", kind: str = "entry", **changes: Any) -> Any:
        return self.seat.send("/takes", {"kind": kind, "content": written(item_id, **changes)})


@pytest.fixture
def trial(database_url: str, tmp_path: Path) -> Iterator[Trial]:
    said = tuple(notice(each, engine=True) for each in SAYS)
    with open_office(database_url, tmp_path, *said, entry("returns")) as office, engine_in_a_thread() as engine:
        client = EngineClient(engine.url, "a-secret-of-good-length", timeout=5)
        release = releases.current(office.core.database, utc_now())
        answers = SimpleNamespace(release=release, engine=client, released=lambda number: None)
        office.app.state.parts = SimpleNamespace(answering=lambda: answers)
        engine.explain = explained
        yield Trial(office, engine, office.sit("Nuria"))


def test_an_answer_comes_with_its_words_scores_and_nearest_phrasings(trial: Trial) -> None:
    tried = trial.tries().json()
    assert tried["nearest"][0] == {
        "text": "shop-hours when open 3", "id": "shop-hours", "title": "Opening hours", "similarity": 1.0,
    }  # fmt: skip
    assert len(tried["nearest"]) == 5
    del tried["nearest"]
    assert tried == {
        "release": 1, "model": "a" * 64, "decision": "answer", "language": "en", "score": 0.9, "threshold": 0.4,
        "candidates": [{"id": "shop-hours", "title": "Opening hours", "score": 0.9}], "answer": "Open **every day**.",
        "choices": [], "why": "answered",
    }  # fmt: skip
    assert [each["state"] for each in trial.engine.asked] == [None]
    assert trial.tries(language="es", channel="sms").json()["answer"] == "Abierto todos los días."


def test_why_is_said_in_one_word(trial: Trial) -> None:
    form = {"name": "order_status", "asked": "order_number", "filled": [], "attempts": 0}
    for decision, said, form_, expected in (
        ("refuse", "refuse", None, "too_unsure"),
        ("act", "greeting", None, "small_talk"),
        ("act", "ask_order_number", form, "form"),
    ):
        trial.says(decision=decision, say=[{"kind": "notice", "id": said}], form=form_)
        tried = trial.tries().json()
        assert (tried["why"], tried["answer"]) == (expected, said)


def test_a_trial_cannot_open_an_order(trial: Trial) -> None:
    trial.tries("where is A-104820, ana@example.com 28013")
    assert [each["text"] for each in trial.engine.asked] == ["where is A-104820, ••• •••"]


def test_what_has_no_approved_words_has_no_answer(trial: Trial) -> None:
    trial.says(say=[{"kind": "entry", "id": "gone"}])
    tried = trial.tries().json()
    assert (tried["why"], tried["answer"]) == ("answered", None)


def test_two_that_are_close_are_choices_by_title(trial: Trial) -> None:
    choices = ["shop-hours", "returns", "gone"]
    trial.says(decision="ask", say=[{"kind": "notice", "id": "ask_choices", "choices": choices}])
    tried = trial.tries(language="es").json()
    assert (tried["why"], tried["choices"]) == ("two_close", ["Horario", "Sobre returns"])


def test_what_has_nothing_in_common_is_not_known_at_all(trial: Trial) -> None:
    trial.says(decision="refuse", say=[{"kind": "notice", "id": "refuse"}], candidates=[{"id": "greet", "score": 0.1}])
    tried = trial.tries("zzz qqq").json()
    assert (tried["why"], tried["nearest"]) == ("nothing_known", [])
    assert tried["candidates"] == [{"id": "greet", "title": "greet", "score": 0.1}]


def test_an_older_engine_gives_no_nearest_phrasings_and_takes_nothing(trial: Trial) -> None:
    trial.engine.explain = None
    trial.says(decision="refuse", say=[{"kind": "notice", "id": "refuse"}])
    tried = trial.tries().json()
    assert (tried["why"], tried["nearest"]) == ("too_unsure", [])
    assert trial.takes().json() == {"takes": []}


def test_what_the_engine_explains_is_not_believed_unchecked(trial: Trial) -> None:
    for answer in UNBELIEVED:
        trial.engine.explain = lambda asked, answer=answer: answer
        assert code(trial.tries()) == (503, "engine_unavailable"), answer


def test_an_ill_engine_is_a_typed_error(trial: Trial) -> None:
    trial.engine.script = lambda asked: b"garbage"
    assert code(trial.tries()) == (503, "engine_unavailable")
    trial.engine.explain = lambda asked: b"garbage"
    assert code(trial.takes(phrasings={"en": ["shop-hours when open 3 today"]})) == (503, "engine_unavailable")


def test_a_trial_that_is_not_of_the_form_is_refused(trial: Trial) -> None:
    for body in REFUSED:
        assert code(trial.seat.send("/try", body)) == (422, "invalid_input"), body
    assert trial.engine.asked == []


def test_nobody_tries_without_signing_in_or_from_another_page(trial: Trial) -> None:
    body = {"text": "hi", "language": "en", "channel": "web"}
    stranger = Seat(http=trial.office.browser(), csrf="x")
    for path in ("/try", "/takes"):
        assert code(stranger.send(path, body)) == (401, "not_authenticated")
        assert code(trial.seat.send(path, body, **{"X-Relevo-CSRF": "wrong"})) == (403, "forbidden")


def asks(trial: Trial, *said: str) -> Customer:
    customer = Customer.arrives(trial.office.core, language="en")
    for text in said:
        customer.says(text)
    return customer


def test_a_content_takes_what_it_is_nearer_to_than_anything_that_answers_now(trial: Trial) -> None:
    asks(trial, "gift cards for ana@example.com please", "shop-hours when open 3", "nothing of it")
    found = trial.takes(
        title={"en": "Gift cards"},
        phrasings={"en": ["gift cards for you please", "shop-hours when open 3 today", "returns when open 1 2 3"]},
    ).json()["takes"]
    assert [each["text"] for each in found if each["from"]["id"] == "shop-hours"] == ["shop-hours when open 3"]
    assert [each for each in found if each["from"]["kind"] == "customer"] == [
        {"text": "gift cards for ••• please", "language": "en", "similarity": 4 / 6,
         "from": {"kind": "customer", "id": None, "reference": None}},
    ]  # fmt: skip


def test_what_a_case_was_about_names_it(trial: Trial) -> None:
    customer = asks(trial, "gift cards")
    reference = service.ask_person(trial.office.core, customer.conversation_id, now=utc_now()).reference
    customer.says("gift cards please")
    taken = trial.takes(phrasings={"en": ["gift cards please"]}).json()["takes"]
    assert taken[0]["text"] == "gift cards please"
    assert {each["from"]["reference"] for each in taken} <= {None, reference}


def test_a_phrasing_of_another_entry_that_stands_alone_there_is_taken(trial: Trial) -> None:
    taken = trial.takes(title={"en": "About returns here"}, phrasings={"en": []}).json()["takes"]
    assert [(each["text"], each["from"]) for each in taken] == [
        ("About returns", {"kind": "entry", "id": "returns", "reference": None})
    ]


def test_an_entry_takes_nothing_from_itself_and_a_notice_nothing_at_all(trial: Trial) -> None:
    assert all(each["from"]["id"] != "returns" for each in trial.takes("returns").json()["takes"])
    content = notice("new").content()
    assert trial.seat.send("/takes", {"kind": "notice", "content": content}).json() == {"takes": []}


def test_a_content_that_is_not_of_the_form_is_refused(trial: Trial) -> None:
    assert code(trial.seat.send("/takes", {"content": {"id": "x"}})) == (422, "knowledge_invalid")
    assert code(trial.seat.send("/takes", {"content": "x"})) == (422, "invalid_input")
