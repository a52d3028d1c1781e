"""The audit finds what was planted, and names it."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from handoff import service
from handoff.audit import audit_database
from handoff.service import CallbackForm
from tests.support.core import SUNDAY_NIGHT, World

pytestmark = pytest.mark.tampers


def a_history(world: World) -> str:
    """A conversation with a claimed case and a reply."""
    conversation, ana = world.visit(), world.agent()
    world.write(conversation, "hello")
    item = world.claim(ana, world.open_case(conversation))
    service.reply(world.core, ana, item.reference, item.version, "r1", "hello, Ana here", now=world.now)
    return conversation


def change(world: World, *statements: str) -> None:
    with world.core.database.write() as session:
        for statement in statements:
            session.execute(text(statement))


def found(world: World) -> set[str]:
    report = audit_database(world.core.database, world.core.secret, world.now)
    return {violation.invariant for violation in report.violations}


def test_a_history_is_clean(world: World) -> None:
    a_history(world)
    assert found(world) == set()


@pytest.mark.bar(35)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET kind = 'other' WHERE seq = 3 AND stream LIKE 'conversation:%'",
        "DELETE FROM ledger WHERE seq = 2 AND stream LIKE 'conversation:%'",
        "UPDATE ledger SET actor = 'agent:me' WHERE seq = 2 AND stream LIKE 'conversation:%'",
        (
            "DELETE FROM ledger WHERE stream LIKE 'conversation:%'"
            " AND seq = (SELECT MAX(seq) FROM ledger WHERE stream LIKE 'conversation:%')"
        ),
        (
            "UPDATE ledger_streams SET head = previous FROM ledger"
            " WHERE ledger.stream = ledger_streams.stream AND ledger.seq = ledger_streams.next_seq - 1"
        ),
    ],
    ids=["edited", "removed", "reattributed", "tail cut", "head moved back"],
)
def test_a_ledger_that_was_touched_is_found(world: World, statement: str) -> None:
    a_history(world)
    change(world, statement)
    assert "ledger_chain" in found(world)


@pytest.mark.bar(35)
def test_two_rows_in_each_others_places_are_found(world: World) -> None:
    a_history(world)
    change(
        world,
        "UPDATE ledger SET seq = -1 WHERE seq = 2 AND stream LIKE 'conversation:%'",
        "UPDATE ledger SET seq = 2 WHERE seq = 3 AND stream LIKE 'conversation:%'",
        "UPDATE ledger SET seq = 3 WHERE seq = -1 AND stream LIKE 'conversation:%'",
    )
    assert "ledger_chain" in found(world)


@pytest.mark.parametrize(
    ("statement", "invariant"),
    [
        ("UPDATE messages SET text = 'something else' WHERE author = 'bot'", "ledger_text"),
        ("UPDATE handoffs SET version = 9", "ledger_equals_state"),
        ("UPDATE handoffs SET deadline_at = '2020-01-01 00:00:00'", "deadline_served"),
        ("UPDATE deliveries SET status = 'dead'", "dead_delivery_told"),
    ],
)
def test_a_row_that_was_touched_is_found(world: World, statement: str, invariant: str) -> None:
    a_history(world)
    change(world, statement)
    assert invariant in found(world)


def test_a_message_that_nobody_has_is_found(world: World) -> None:
    world.write(world.visit(), "hello")
    change(world, "UPDATE conversations SET turn_since = NULL")
    assert found(world) == {"no_message_lost"}


def test_a_promise_past_due_is_found(world: World) -> None:
    form = CallbackForm(message="call me", phone="+34600111222")
    service.submit_form(world.core, world.at(SUNDAY_NIGHT).visit(), form, now=world.now)
    assert found(world) == set()
    world.later(days=2)
    assert "promise_kept_or_renewed" in found(world)


@pytest.mark.parametrize(
    "plant",
    [
        "UPDATE handoffs SET deadline_at = NULL",
        "UPDATE handoffs SET agent_id = NULL",
        "UPDATE handoffs SET state = 'asleep'",
        "UPDATE messages SET author = 'ghost'",
        "UPDATE deliveries SET status = 'lost'",
    ],
)
def test_the_database_itself_refuses_what_must_not_be(world: World, plant: str) -> None:
    a_history(world)
    with pytest.raises(IntegrityError):
        change(world, plant)


def test_the_report_counts_and_speaks(world: World) -> None:
    a_history(world)
    report = audit_database(world.core.database, world.core.secret, world.now)
    assert report.counts["handoffs"] == 1
    assert report.as_dict()["clean"] is True
    assert "clean: every invariant holds" in report.as_text()


def test_another_key_does_not_open_the_seals(world: World) -> None:
    a_history(world)
    check: Callable[..., object] = audit_database
    report = check(world.core.database, b"another secret, 32 bytes long....", world.now)
    assert not report.clean  # type: ignore[attr-defined]
