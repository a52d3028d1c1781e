"""Every notice that the core says to a customer is one that the demo shop has, in words that the core can fill."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering import WHY
from bot.knowledge.catalogue import LABELS, NOTICES, OPTIONAL, OPTIONAL_GIVEN
from bot.knowledge.content import CHANNELS, LANGUAGES, Notice
from bot.knowledge.format import parse_folder
from bot.knowledge.template import parse
from handoff import states
from tests.support.knowledge import DEMO

ROOM = Path(states.__file__).parent
PERSONAL = ("usted ", "tú ", "ticket", "escalat", "unfortunately", "desgraciadamente", "lamentablemente", "!")


def told() -> Iterator[str]:
    """The ids in every `tell("…")` of the transition table."""
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell":
                yield from (str(one.value) for one in node.args if isinstance(one, ast.Constant))


def notices() -> dict[str, Notice]:
    return {one.item.id: one.item for one in parse_folder(DEMO) if isinstance(one.item, Notice)}


def test_the_core_tells_only_notices_that_a_release_must_have() -> None:
    named = set(told())
    assert "handoff_waiting" in named
    assert named <= set(NOTICES)


def test_why_a_person_comes_is_said_in_notices_that_a_release_may_lack() -> None:
    assert set(WHY.values()) == set(OPTIONAL)
    assert not any(parse(text).names for each in OPTIONAL for _, _, text in notices()[each].wordings())


def test_the_demo_shop_has_exactly_the_notices_and_labels_of_the_catalogue() -> None:
    assert set(notices()) == {*NOTICES, *LABELS, *OPTIONAL, *OPTIONAL_GIVEN}


@pytest.mark.parametrize("item_id", sorted({*NOTICES, *OPTIONAL_GIVEN}))
def test_a_notice_asks_for_no_more_than_it_is_given(item_id: str) -> None:
    given = {**NOTICES, **OPTIONAL_GIVEN}[item_id]
    for _, _, text in notices()[item_id].wordings():
        assert parse(text).required <= set(given)


@pytest.mark.parametrize("item_id", sorted({*NOTICES, *LABELS, *OPTIONAL, *OPTIONAL_GIVEN}))
def test_a_notice_speaks_in_the_house_s_voice(item_id: str) -> None:
    found = [(lang, channel, text) for lang, channel, text in notices()[item_id].wordings()]
    assert {(lang, channel) for lang, channel, _ in found} == {(one, two) for one in LANGUAGES for two in CHANNELS}
    for _, _, text in found:
        assert not [word for word in PERSONAL if word in text.casefold()]
        assert text.count("?") <= 1


def test_the_engine_may_not_name_what_only_the_core_knows_to_be_true() -> None:
    for notice in notices().values():
        if notice.engine:
            assert not [spec for spec in notice.values.values() if spec.kind == "text"]
        assert not (notice.engine and notice.label)
