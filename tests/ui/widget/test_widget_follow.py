"""A person, always: the button in every state; and replies that follow a customer who leaves the page."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from handoff.models import ContactProof
from handoff.models.talk import TextRoute
from handoff.service.telling.proofs import code_of
from tests.support.web import Site, eventually, running
from tests.ui.widget.conftest import PHONE, OpenPage, Widget


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """A channel that can text; overrides the one that cannot."""
    with running(sqlite_url) as made:
        made.stop()
        made.core = replace(made.core, text_sender="+34900000000")
        made.start()
        yield made


def sent_code(site: Site) -> str:
    with site.core.database.read() as session:
        newest = select(ContactProof).order_by(ContactProof.asked_at.desc()).limit(1)
        return code_of(site.core, session.execute(newest).scalar_one())


def waiting(widget: Widget) -> Locator:
    """The widget of somebody who waits for a person; gives the part about replies elsewhere."""
    widget.panel.get_by_role("button", name="Talk to a person").click()
    widget.expect_state("waiting")
    card = widget.panel.locator(".follow")
    expect(card).to_be_visible()
    return card


def test_a_number_gets_a_code_and_then_the_replies(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    card = waiting(widget)
    card.get_by_role("button", name="Leaving?").click()
    number = card.get_by_label("Mobile number")
    expect(number).to_be_focused()
    number.fill("600 111 222")
    assert widget.complaints() == []
    number.press("Enter")
    code = card.get_by_label("Code")
    expect(code).to_be_focused()
    expect(card).to_contain_text("•••1222")
    right = sent_code(site)
    code.fill("000000" if right != "000000" else "111111")
    code.press("Enter")
    expect(card.get_by_role("alert")).to_have_text("This is not the code. Tries left: 4.")
    assert widget.complaints() == []
    code.fill(right)
    code.press("Enter")
    expect(card).to_contain_text("Replies also go to •••1222.")
    expect(widget.panel.locator(".messages")).to_contain_text("contact_follows_text")
    with site.core.database.read() as session:
        assert session.execute(select(TextRoute.status, TextRoute.phone)).one() == ("live", "+34600111222")
    widget.page.reload()
    widget.open()
    expect(card).to_contain_text("Replies also go to •••1222.")
    assert widget.complaints() == []
    card.get_by_role("button", name="Stop").click()
    expect(card.get_by_role("button", name="Leaving?")).to_be_visible()


def test_it_is_said_what_is_wrong_and_what_was_typed_stays(visit: OpenPage, site: Site) -> None:
    widget = visit(locale="es-ES", viewport=PHONE).open()
    widget.panel.get_by_role("button", name="Hablar con una persona").click()
    card = widget.panel.locator(".follow")
    card.get_by_role("button", name="¿Hay que irse?").click()
    number = card.get_by_label("Móvil")
    number.fill("12")
    number.press("Enter")
    expect(card.get_by_role("alert")).to_contain_text("Escribir un número con su país")
    expect(number).to_have_value("12")
    assert widget.complaints() == []
    card.get_by_role("button", name="Ahora no").click()
    expect(card.get_by_role("button", name="¿Hay que irse?")).to_be_focused()


def test_where_mail_is_set_up_an_address_will_do(visit: OpenPage, site: Site) -> None:
    assert site.server
    cast("FastAPI", site.server.config.app).state.mail = True
    widget = visit().open()
    card = waiting(widget)
    card.get_by_role("button", name="Leaving?").click()
    card.get_by_label("Mobile number or e-mail address").fill("luz@example.com")
    card.get_by_role("button", name="Send code").click()
    expect(card).to_contain_text("l•••@example.com")
    card.get_by_label("Code").fill(sent_code(site))
    card.get_by_role("button", name="Confirm").click()
    expect(card).to_contain_text("Replies also go to l•••@example.com.")


def test_without_a_case_nothing_is_asked_of_a_customer(visit: OpenPage) -> None:
    widget = visit().open()
    expect(widget.panel.locator(".follow")).to_be_hidden()


@pytest.mark.bar(20)
def test_a_person_is_one_click_away_in_every_state(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    person = widget.panel.get_by_role("button", name="Talk to a person")
    expect(person).to_be_enabled()
    widget.say("a question that no engine answers")
    expect(person).to_be_enabled()
    person.click()
    widget.expect_state("waiting")
    expect(person).to_be_enabled()
    reference = site.claim()
    widget.expect_state("agent")
    expect(person).to_be_enabled()
    person.click()
    site.says(reference, "I am here")
    expect(widget.panel.locator(".messages")).to_contain_text("I am here")
    site.resolve(reference)
    widget.expect_state("bot")
    expect(person).to_be_enabled()
    person.click()
    eventually(lambda: bool(site.queue()))
    widget.expect_state("waiting")
    widget.panel.get_by_role("button", name="Leave a message").click()
    expect(widget.panel.get_by_label("Message", exact=True)).to_be_focused()
    expect(person).to_be_enabled()
