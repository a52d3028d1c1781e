"""Whatever is changed behind the product's back, the audit finds exactly that."""

from collections.abc import Callable, Iterator

import pytest

from handoff.audit import audit_database
from handoff.models import LedgerRow
from handoff.service.proof.auditing import INVARIANTS
from tests.support.core import World, make_core
from tests.support.tamper import Histories, make_histories, tampering

pytestmark = pytest.mark.tampers

CHAT = "conversation_id = :chat"
CASE = "handoff_id = (SELECT id FROM handoffs WHERE conversation_id = :promised)"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Histories]:
    """The same histories for every test: each undoes what it did."""
    if request.param == "sqlite":
        world = World(make_core(f"sqlite:///{tmp_path_factory.mktemp('tampered') / 'relevo.db'}"))
        yield make_histories(world)
        world.core.database.dispose()
        return
    with request.getfixturevalue("postgres").fresh_database() as url:
        world = World(make_core(url))
        yield make_histories(world)
        world.core.database.dispose()


def test_the_histories_are_clean_before(made: Histories) -> None:
    report = audit_database(made.world.core.database, made.world.core.secret, made.world.now)
    assert report.clean, report.as_text()


ROWS: dict[str, tuple[str, ...]] = {
    "one_open_promise": (
        "DROP INDEX uq_promises_open_handoff",
        (
            "INSERT INTO promises (id, handoff_id, status, made_at, due_at, attempts, breaches)"
            f" SELECT 'another', handoff_id, status, made_at, due_at, 0, 0 FROM promises WHERE {CASE}"
        ),
    ),
    "open_has_deadline": (f"UPDATE handoffs SET deadline_at = NULL WHERE {CHAT}",),
    "deadline_served": (f"UPDATE handoffs SET deadline_at = '2020-01-01 00:00:00+00' WHERE {CHAT}",),
    "promise_closed_with_case": (
        (
            "INSERT INTO promises (id, handoff_id, status, made_at, due_at, attempts, breaches)"
            " SELECT 'another', id, 'open', opened_at, '2099-01-01 00:00:00+00', 0, 0"
            " FROM handoffs WHERE conversation_id = :solved"
        ),
    ),
    "one_holder": (f"UPDATE handoffs SET agent_id = NULL WHERE {CHAT}",),
    "ledger_equals_state": ("UPDATE handoffs SET version = 9 WHERE conversation_id = :solved",),
    "ledger_exists": (
        "DELETE FROM ledger_streams WHERE stream = 'conversation:' || :solved",
        "DELETE FROM ledger WHERE stream = 'conversation:' || :solved",
    ),
    "ledger_chain": ("UPDATE ledger SET actor = 'agent:me' WHERE seq = 2 AND stream = 'conversation:' || :chat",),
    "ledger_text": (f"UPDATE messages SET text = 'something else' WHERE author = 'agent' AND {CHAT}",),
    "message_recorded": (
        (
            "INSERT INTO messages"
            " (id, conversation_id, seq, author, kind, text, salt, language, at, channel, account, media)"
            " SELECT 'another', conversation_id, 999, author, kind, text, salt, language, at, channel, account, media"
            f" FROM messages WHERE author = 'agent' AND {CHAT}"
        ),
    ),
    "waiting_since": (f"UPDATE handoffs SET waiting_since = '2099-01-01 00:00:00+00' WHERE {CHAT}",),
    "stream_equals_state": (
        (
            f"UPDATE stream_items SET data = replace(CAST(data AS TEXT), 'agent', 'waiting'){{json}}"
            f" WHERE kind = 'state' AND {CHAT}"
        ),
    ),
    "bot_delivery_silent": ("UPDATE deliveries SET begun_epoch = epoch + 1 WHERE author = 'bot' AND channel = 'sms'",),
    "told_late": (
        "UPDATE deliveries SET begun_told = 9 WHERE author = 'system' AND handoff_version IS NOT NULL AND " + CHAT,
    ),
    "delivery_order": (
        (
            "UPDATE deliveries SET status = 'pending' WHERE channel = 'sms' AND position ="
            " (SELECT MIN(position) FROM deliveries WHERE conversation_id = :texts)"
        ),
    ),
    "delivery_has_message": (f"UPDATE deliveries SET message_id = 'gone' WHERE status = 'pending' AND {CHAT}",),
    "delivery_ends": (
        (
            "UPDATE deliveries SET status = 'sending', lease_until = '2020-01-01 00:00:00+00' WHERE channel = 'sms'"
            " AND position = (SELECT MAX(position) FROM deliveries WHERE conversation_id = :texts)"
        ),
    ),
    "dead_delivery_told": ("UPDATE deliveries SET status = 'dead' WHERE author = 'bot' AND channel = 'sms'",),
    "notification_ends": (
        (
            "INSERT INTO notifications (id, channel, target, audience, kind, data, status, tries, next_at, created_at)"
            " VALUES ('n', 'email', 'x', 'on_call', 'alarm', '{}', 'dead', 9, '2026-01-01 00:00:00+00',"
            " '2026-01-01 00:00:00+00')"
        ),
    ),
    "no_message_lost": ("UPDATE conversations SET turn_since = NULL WHERE id = :asking",),
    "unseen_counted": (
        f"UPDATE messages SET seen_at = NULL WHERE author = 'customer' AND handoff_id IS NOT NULL AND {CHAT}",
    ),
    "ended_with_unseen": ("UPDATE handoffs SET unseen = 1 WHERE conversation_id = :solved",),
    "erased": ("UPDATE conversations SET erased_at = '2026-01-01 00:00:00+00' WHERE id = :solved",),
}


@pytest.mark.bar(35)
@pytest.mark.parametrize("invariant", sorted(ROWS))
def test_a_row_that_was_changed_is_found_and_nothing_else(made: Histories, invariant: str) -> None:
    with tampering(made) as tamper:
        postgres = made.world.core.database.engine.dialect.name == "postgresql"
        tamper.sql(*(statement.replace("{json}", "::json" if postgres else "") for statement in ROWS[invariant]))
        assert tamper.found() == {invariant}


def as_if(kind: str, **changes: object) -> Callable[[LedgerRow], None]:
    """Rows of that kind (or messages with that notice) as if they had said something else."""

    def edit(row: LedgerRow) -> None:
        if kind in (row.kind, row.data.get("notice", {}).get("id"), row.data.get("author")):
            actor = changes.get("actor")
            row.actor = str(actor) if actor else row.actor
            row.data = {**row.data, **{name: value for name, value in changes.items() if name != "actor"}}

    return edit


LEDGERS: dict[str, tuple[str, str, Callable[[LedgerRow], None]]] = {
    "the bot spoke into a person's chat": ("bot_is_silent", "chat", as_if("agent_joined", author="bot")),
    "somebody else spoke": ("only_the_holder_speaks", "chat", as_if("agent", actor="agent:somebody")),
    "a version fell": ("version_rises", "solved", as_if("handoff.seen", version=1)),
    "a transition is missing": ("transition_recorded", "chat", as_if("handoff.claim", **{"from": "collecting"})),
    "nothing was said": ("transition_told", "chat", as_if("agent_joined", notice={"id": "greeting", "version": 1})),
    "a time-out ended it": ("ends_by_people", "solved", as_if("handoff.resolve", actor="system")),
    "another edge ended it": ("ends_by_people", "solved", as_if("handoff.resolve", edge="e")),
    "another agent was named": ("told_equals_state", "chat", as_if("agent_joined", claims={"agent": "somebody"})),
    "nobody was named": ("told_equals_state", "chat", as_if("agent_joined", claims={})),
    "another time was named": ("told_equals_state", "promised", as_if("promised", claims={"due": "tomorrow"})),
    "an old version was told": (
        "told_equals_state",
        "chat",
        as_if("handoff_waiting", handoff={"reference": "R-000000", "version": 1}, claims={}),
    ),
    "the tank was empty": ("fuel", "texts", as_if("turn", fuel=0, person=None)),
}


@pytest.mark.parametrize("story", sorted(LEDGERS))
def test_a_false_story_with_right_hashes_is_found_and_nothing_else(made: Histories, story: str) -> None:
    invariant, conversation, edit = LEDGERS[story]
    with tampering(made) as tamper:
        tamper.forge(getattr(made, conversation), edit)
        found = tamper.found()
        assert invariant in found
        assert found <= {invariant, "transition_told"}


def test_that_something_else_could_not_be_said_excuses_nothing(made: Histories) -> None:
    with tampering(made) as tamper:
        tamper.sql(
            "INSERT INTO alerts (id, kind, audience, handoff_id, data, at, changed_seq)"
            " SELECT 'a', 'untellable', 'agent', id, '{}', opened_at, 1"
            " FROM handoffs WHERE conversation_id = :chat"
        )
        tamper.forge(made.chat, as_if("agent_joined", notice={"id": "greeting", "version": 1}))
        assert "transition_told" in tamper.found()


def test_two_open_cases_of_a_conversation_are_found(made: Histories) -> None:
    """The second is nobody's in the ledger, and the page of its customer shows what is no longer there."""
    with tampering(made) as tamper:
        tamper.sql(
            "DROP INDEX uq_handoffs_open_conversation",
            "UPDATE handoffs SET conversation_id = :chat WHERE conversation_id = :promised",
        )
        assert tamper.found() == {"one_open_handoff", "ledger_equals_state", "stream_equals_state"}


def test_a_promise_past_due_is_found(made: Histories) -> None:
    with tampering(made) as tamper:
        tamper.sql(f"UPDATE promises SET due_at = '2020-01-01 00:00:00+00' WHERE {CASE}")
        assert tamper.found() == {"promise_kept_or_renewed", "ledger_equals_state", "stream_equals_state"}


@pytest.mark.bar(13)
def test_ids_that_are_there_twice_are_found(made: Histories) -> None:
    with tampering(made) as tamper:
        tamper.without_unique("messages")
        tamper.sql(f"UPDATE messages SET client_id = 'same' WHERE author = 'customer' AND {CHAT}")
        assert tamper.found() == {"unique_ids"}


def test_a_stream_of_which_only_the_rows_are_left_is_found(made: Histories) -> None:
    with tampering(made) as tamper:
        tamper.sql("DELETE FROM ledger_streams WHERE stream LIKE 'account:%'")
        assert tamper.found() == {"ledger_chain"}


def test_every_invariant_has_a_test_that_breaks_it() -> None:
    elsewhere = {"one_open_handoff", "promise_kept_or_renewed", "unique_ids"}
    assert ROWS.keys() | {invariant for invariant, _, _ in LEDGERS.values()} | elsewhere == INVARIANTS.keys()
