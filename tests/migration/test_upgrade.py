"""A database of the previous version, with people and cases in it, becomes one of this version and loses nothing."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import MetaData, func, insert, select
from sqlalchemy.orm import Session

from handoff.service import Database, migrate

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC).replace(tzinfo=None)
ADDRESS: dict[str, Any] = {"channel": "web", "account": "", "created_at": AT}
CASE: dict[str, Any] = {
    "conversation_id": "co",
    "customer_id": "cu",
    "version": 3,
    "urgency": "normal",
    "reason": "asked_for_person",
    "signals": [],
    "language": "en",
    "channel": "web",
    "opened_at": AT,
    "waiting_since": AT,
    "entered_at": AT,
    "rung": 0,
    "left_out": [],
    "front": False,
    "message_asked": False,
    "contact_known": False,
    "collecting_for_hour": False,
    "unseen": 0,
    "customer_waits": False,
    "wrote_during_call": False,
    "nudged": False,
    "nobody_told": False,
    "changed_seq": 1,
}
CONVERSATION: dict[str, Any] = {
    **ADDRESS,
    "customer_id": "cu",
    "address_id": "ad",
    "address": "visitor",
    "language": "en",
    "language_known": True,
    "epoch": 1,
    "next_seq": 2,
    "watermark": 0,
    "turn_tries": 0,
}
MESSAGE: dict[str, Any] = {
    "conversation_id": "co",
    "seq": 1,
    "author": "system",
    "kind": "notice",
    "text": "hello",
    "salt": "s",
    "language": "en",
    "at": AT,
    "channel": "web",
    "account": "",
    "media": 0,
    "handoff_id": "open",
}
DELIVERY: dict[str, Any] = {
    **ADDRESS,
    "message_id": "me",
    "conversation_id": "co",
    "handoff_id": "open",
    "handoff_version": 3,
    "author": "system",
    "epoch": 1,
    "address": "visitor",
    "position": 1,
    "status": "pending",
    "tries": 0,
    "next_at": AT,
    "updated_at": AT,
}
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("agents", {"id": "ag", "email": "a@b.c", "name": "Ana", "role": "agent", "languages": ["en"], "failures": 0}),
    ("presence", {"agent_id": "ag", "status": "online", "beat_at": AT, "since": AT, "changed_seq": 1}),
    ("customers", {"id": "cu"}),
    ("addresses", {"id": "ad", "customer_id": "cu", "value": "visitor", "proven": True, **ADDRESS}),
    ("conversations", {"id": "co", **CONVERSATION}),
    ("handoffs", {"id": "over", "reference": "R-222222", "state": "resolved", "ended_at": AT, **CASE}),
    (
        "handoffs",
        {
            "id": "open",
            "reference": "R-333333",
            "state": "active",
            "agent_id": "ag",
            "deadline_at": AT,
            "linked_to": "over",
            **CASE,
        },
    ),
    ("messages", {"id": "me", **MESSAGE}),
    ("deliveries", {"id": "de", **DELIVERY}),
    ("stream_items", {"conversation_id": "co", "seq": 1, "kind": "message", "message_id": "me", "at": AT}),
    (
        "promises",
        {"id": "pr", "handoff_id": "open", "status": "open", "made_at": AT, "due_at": AT, "attempts": 1, "breaches": 0},
    ),
    ("attempts", {"id": "at", "handoff_id": "open", "promise_id": "pr", "agent_id": "ag", "outcome": "x", "at": AT}),
    ("ratings", {"id": "ra", "conversation_id": "co", "handoff_id": "over", "stars": 5, "at": AT}),
    (
        "alerts",
        {"id": "al", "kind": "idle", "audience": "agent", "handoff_id": "over", "data": {}, "at": AT, "changed_seq": 1},
    ),
)


def fill(database: Database) -> None:
    tables = MetaData()
    tables.reflect(database.engine)
    with database.engine.begin() as connection:
        for name, row in ROWS:
            table = tables.tables[name]
            made = {"created_at": AT} if "created_at" in table.columns else {}
            connection.execute(insert(table).values({**made, **row}))


def test_a_database_with_cases_is_upgraded_and_keeps_every_row(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database, "0002")
    fill(database)

    migrate(database)

    tables = MetaData()
    tables.reflect(database.engine)
    with Session(database.engine) as session:
        for name in {name for name, _ in ROWS}:
            kept = session.execute(select(func.count()).select_from(tables.tables[name])).scalar_one()
            assert kept == sum(each == name for each, _ in ROWS), name
        handoffs = tables.tables["handoffs"]
        assert session.execute(select(handoffs.c.told_version).where(handoffs.c.id == "open")).scalar_one() == 3
        promise = tables.tables["promises"]
        assert session.execute(select(promise.c.handoff_id)).scalar_one() == "open"
        if database.is_sqlite:
            assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.dispose()
