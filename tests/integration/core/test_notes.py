"""Private notes: who may leave and read them, that customers never see them, and that they are proven and exported."""

from typing import Any

import pytest

from handoff import service
from handoff.errors import ClientIdReused, InvalidInput, NotFound
from handoff.service.base.core import work
from handoff.service.base.rows import find_row, lock_conversation
from handoff.service.cases.notes import leave_note
from handoff.service.talk.bot_again import try_bot
from tests.support.core import World


def test_a_note_stands_in_the_transcript_and_the_packet_and_never_before_the_customer(world: World) -> None:
    conversation, ana, ben = world.visit(), world.agent(), world.agent("Ben")
    world.write(conversation, "my lamp is broken")
    reference = world.open_case(conversation)
    world.claim(ana, reference)
    leave_note(world.core, ben, reference, "n1", "was rude last week", now=world.now)
    world.write(conversation, "hello?", "h")
    found = service.read_case(world.core, ana, reference, now=world.now)
    assert [each.text for each in found.transcript][-2:] == ["was rude last week", "hello?"]
    assert [(each.text, each.agent, each.reference) for each in found.notes] == [
        ("was rude last week", "Ben", reference)
    ]
    assert "was rude last week" not in world.texts(conversation)
    stream = service.read_stream(world.core, conversation, None)
    assert "was rude last week" not in {getattr(item.data, "text", "") for item in stream}
    assert found.item.last_text == "hello?"


def test_the_same_note_twice_is_one_and_other_words_are_a_conflict(world: World) -> None:
    ana = world.agent()
    reference = world.open_case(world.visit())
    first = leave_note(world.core, ana, reference, "n1", "call her after six", now=world.now)
    assert leave_note(world.core, ana, reference, "n1", "call her after six", now=world.now).id == first.id
    with pytest.raises(ClientIdReused):
        leave_note(world.core, ana, reference, "n1", "call him", now=world.now)
    other = leave_note(world.core, world.agent("Ben"), reference, "n1", "mine", now=world.now)
    assert other.id != first.id


@pytest.mark.parametrize("words", ["", "  \n", "a\x00b"])
def test_empty_and_strange_notes_are_refused(world: World, words: str) -> None:
    ana, reference = world.agent(), world.open_case(world.visit())
    with pytest.raises(InvalidInput):
        leave_note(world.core, ana, reference, "n1", words, now=world.now)
    assert service.read_case(world.core, ana, reference, now=world.now).notes == ()


def test_a_note_needs_a_case(world: World) -> None:
    with pytest.raises(NotFound):
        leave_note(world.core, world.agent(), "R-000000", "n1", "x", now=world.now)


def test_notes_go_along_to_the_next_case_and_into_the_export_even_after_the_end(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    item = world.claim(ana, reference)
    leave_note(world.core, ana, reference, "n1", "prefers e-mail", now=world.now)
    service.resolve(world.core, ana, reference, item.version, "solved", "", now=world.now)
    world.sweep(seconds=11)
    leave_note(world.core, ana, reference, "n2", "refund booked", now=world.now)
    world.later(minutes=1)
    again = world.open_case(conversation)
    notes = service.read_case(world.core, world.agent("Ben"), again, now=world.now).notes
    assert [(each.text, each.reference) for each in notes] == [
        ("refund booked", reference),
        ("prefers e-mail", reference),
    ]
    said = service.export_case(world.core, reference, now=world.now).said
    kept = [(each["text"], each["agent"], each["text_is_proven"]) for each in said if each["kind"] == "note"]
    assert kept == [("prefers e-mail", "Ana", True), ("refund booked", "Ana", True)]


def test_beginning_the_same_conversation_again_shows_no_note(world: World) -> None:
    """A repeated call gets the same answer, of what customers may see."""
    key = "a-key-of-mine"
    asked: dict[str, Any] = {
        "channel": "web",
        "account": "web",
        "address": "v",
        "language": "en",
        "idempotency_key": key,
    }
    started, ana = service.start_conversation(world.core, **asked, now=world.now), world.agent()
    world.write(started.conversation_id, "my lamp is broken")
    reference = world.open_case(started.conversation_id)
    leave_note(world.core, ana, reference, "n1", "was rude last week", now=world.now)
    again = service.start_conversation(world.core, **asked, now=world.now)
    assert "my lamp is broken" in [each.text for each in again.messages]
    assert "was rude last week" not in [each.text for each in again.messages]


def test_a_note_answers_nobody(world: World) -> None:
    """Who goes back to the bot while only a note was left has the question answered by the bot."""
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    world.write(conversation, "is the lamp dimmable?", "q")
    leave_note(world.core, ana, reference, "n1", "engine was down", now=world.now)
    with work(world.core, world.now) as unit:
        row = find_row(unit.session, reference)
        try_bot(unit, lock_conversation(unit, conversation), row)
    (turn,) = service.take_turns(world.core, owner="w", limit=5, now=world.now)
    assert turn.text == "is the lamp dimmable?"
