"""What the first text of the demo shop says, and that every word it names does what it says."""

import pytest

from bot.channels.sms.consent import Control, control_of
from bot.knowledge.content import Notice
from bot.knowledge.format import parse_folder
from bot.segments import count
from tests.support.knowledge import DEMO

NOTICES = {one.item.id: one.item for one in parse_folder(DEMO) if isinstance(one.item, Notice)}


def _said(notice: str, language: str) -> str:
    return NOTICES[notice].text(language, "sms") or ""


@pytest.mark.bar(25, 39)
@pytest.mark.parametrize(
    ("language", "bot", "person", "stop"),
    [("en", "automated assistant", "AGENT", "STOP"), ("es", "Asistente automático", "AGENTE", "BAJA")],
)
def test_first_contact_says_that_it_is_a_bot_and_how_to_get_a_person_or_stop(
    language: str, bot: str, person: str, stop: str
) -> None:
    said = _said("disclosure", language)
    assert all(words in said for words in (bot, person, stop))
    assert count(said).segments <= 3
    assert control_of(stop) is Control.STOP


@pytest.mark.bar(25)
@pytest.mark.parametrize(("language", "word"), [("en", "START"), ("es", "ALTA")])
def test_the_confirmation_of_an_opt_out_names_the_way_back(language: str, word: str) -> None:
    assert word in _said("sms_stopped", language)
    assert control_of(word) is Control.START
