"""Opting out while we talk: which words do it when, what the carrier decides, and who is told."""

import pytest

from bot.channels.sms.failures import advice_for
from handoff import service
from handoff.clock import utc_now
from handoff.service import Reply, Said, Turn
from tests.support.sms import NUMBER, PHONE
from tests.support.texting import INBOUND, Sms, eventually, fixture

QUESTION = "¿Cambiar la dirección o cancelar el pedido?"


def _opted_out(sms: Sms) -> bool:
    return [when for phone, when in sms.rows("addresses", "value, opted_out_at") if phone == PHONE] != [None]


def _turn(sms: Sms) -> Turn:
    """The bot's turn; while a report holds the conversation's row it is not there for a moment."""
    taken: list[Turn] = []

    def take() -> bool:
        taken.extend(service.take_turns(sms.core, owner="bot", limit=1, now=utc_now()))
        return bool(taken)

    eventually(take)
    return taken[0]


def _say(sms: Sms, text: str) -> None:
    """The bot answers what came last."""
    turn = _turn(sms)
    assert service.finish_turn(sms.core, turn, Reply(said=[Said(text=text, release=1)]), now=utc_now())
    sms.relay_all()


def _kinds(sms: Sms) -> list[str]:
    return [kind for _, _, kind in sorted(sms.rows("ledger", "stream, seq, kind"))]


@pytest.mark.bar(25)
@pytest.mark.parametrize("word", ["CANCELAR", "cancel", "Alto", "end", "quit"])
def test_a_lone_word_after_our_own_question_is_its_answer(sms: Sms, word: str) -> None:
    sms.text("hola")
    _say(sms, QUESTION)
    sms.text(word)
    assert not _opted_out(sms)
    assert _turn(sms).text == word


@pytest.mark.bar(25)
@pytest.mark.parametrize("word", ["STOP", "BAJA", "parar", "unsubscribe", "stop please", "cancelar sms"])
def test_a_word_that_means_only_this_ends_texts_whatever_was_asked(sms: Sms, word: str) -> None:
    sms.text("hola")
    _say(sms, QUESTION)
    sms.text(word)
    assert _opted_out(sms)


@pytest.mark.bar(25)
@pytest.mark.parametrize("said", [None, "Abrimos a las 9."])
def test_a_lone_cancel_that_answers_nothing_is_an_opt_out(sms: Sms, said: str | None) -> None:
    if said:
        sms.text("hola")
        _say(sms, said)
    sms.text("CANCELAR")
    assert _opted_out(sms)
    assert sms.relay_all()[-1] == "sms_stopped es"


@pytest.mark.bar(25)
def test_what_the_carrier_has_acted_upon_is_an_opt_out_whatever_was_asked(sms: Sms) -> None:
    sms.text("hola")
    _say(sms, QUESTION)
    form = fixture("inbound_opt_out") | {"Body": "CANCEL", "OptOutType": "STOP", "From": PHONE, "To": NUMBER}
    assert sms.post(INBOUND, form).status_code == 200
    assert _opted_out(sms)
    assert sms.relay_all() == []  # the carrier has confirmed it


@pytest.mark.bar(25)
def test_where_the_carrier_answers_by_itself_we_send_nothing(sms: Sms) -> None:
    sms.settle(carrier_confirms=["STOP", "CANCEL", "START", "HELP"])
    sms.text("hola")
    sms.relay_all()
    sms.text("help")
    sms.text("Stop.")
    assert _opted_out(sms)
    sms.text("START")
    assert not _opted_out(sms)
    assert sms.relay_all() == []
    sms.text("BAJA")  # not a word of the carrier's: ours to confirm
    assert sms.relay_all() == ["sms_stopped es"]
    assert [kind for kind in _kinds(sms) if kind.startswith("consent.")] == [
        "consent.help",
        "consent.stop",
        "consent.start",
        "consent.stop",
    ]


@pytest.mark.bar(24, 25)
def test_a_number_that_the_carrier_has_blocked_is_an_opt_out_and_people_know(sms: Sms) -> None:
    """The customer wrote CANCEL about an order, the carrier stopped all texts, and nobody told us."""
    sms.text("hola")
    _say(sms, QUESTION)
    sms.text("CANCEL")
    service.ask_person(sms.core, sms.rows("conversations", "id")[0][0], now=utc_now())
    sms.double.faults(answer="refuse", status=400, code=21610)
    sms.relay_all()
    assert _opted_out(sms)
    assert "consent.blocked" in _kinds(sms)
    alerts = dict(sms.rows("alerts", "kind, CAST(data AS TEXT)"))
    assert {"customer_opted_out", "delivery_dead"} <= set(alerts)
    assert advice_for("21610").en in alerts["delivery_dead"]
    sms.double.faults()
    sms.text("¿hay alguien?")
    assert sms.relay_all() == []
    sms.text("START")  # which the carrier takes back too
    assert not _opted_out(sms)
    assert sms.relay_all() == ["sms_started es"]


@pytest.mark.bar(25)
def test_our_confirmation_that_the_carrier_keeps_back_is_no_trouble_for_anybody(sms: Sms) -> None:
    sms.text("hola")
    sms.relay_all()
    sms.double.faults(answer="refuse", status=400, code=21610)
    sms.text("STOP")
    sms.relay_all()
    assert "delivery_dead" not in {kind for (kind,) in sms.rows("alerts", "kind")}
    assert "superseded" in {status for (status,) in sms.rows("deliveries", "status")}


@pytest.mark.bar(24)
def test_a_report_that_the_customer_has_opted_out_counts_too(sms: Sms) -> None:
    sms.double.faults(outcome="undelivered", outcome_code=21610)
    sms.text("hola")
    sms.relay()
    eventually(lambda: _opted_out(sms))


@pytest.mark.bar(25)
def test_help_does_not_undo_an_opt_out_and_nobody_is_alarmed(sms: Sms) -> None:
    sms.text("BAJA")
    sms.relay_all()
    sms.text("AYUDA")
    assert sms.relay_all() == []
    assert _opted_out(sms)
    assert sms.rows("alerts", "kind") == []


@pytest.mark.bar(20, 25, 39)
def test_the_first_text_says_that_it_is_a_bot_and_how_to_get_a_person_or_stop(sms: Sms) -> None:
    """By the notice's id here; what it says in each language is held in the lint of the notices."""
    sms.text("hola")
    assert sms.relay_all()[:2] == ["disclosure es", "disclosure en"]
