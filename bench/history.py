"""A past: ended handoffs with all that belongs to them, made inside the database, a million in minutes."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from handoff.models import Base
from handoff.service import Database

BEFORE = "2026-11-20 10:00:00"
LANGUAGES = "CASE WHEN i % 2 = 0 THEN 'es' ELSE 'en' END"
SHARE = {"promises": 3, "alerts": 2}  # one in so many handoffs has one
EACH = {"messages": 2, "stream_items": 2, "deliveries": 2, "ledger": 4}  # so many a handoff


class Spelling:
    """What the two databases spell apart."""

    def __init__(self, *, sqlite: bool) -> None:
        self.sqlite = sqlite

    def key(self, letter: str, number: str = "i") -> str:
        digits = f"printf('%031x', {number})" if self.sqlite else f"lpad(to_hex(({number})::bigint), 31, '0')"
        return f"'{letter}' || {digits}"

    def ago(self, number: str = "i") -> str:
        if self.sqlite:
            return f"datetime('{BEFORE}', '-' || ({number}) || ' seconds') || '.000000'"
        return f"timestamptz '{BEFORE}+00' - ({number}) * interval '1 second'"

    def held(self) -> str:
        """When a person first took the case."""
        return self.ago()

    def bool(self, value: bool) -> str:
        return str(int(value)) if self.sqlite else str(value).lower()

    def json(self, value: str) -> str:
        return f"'{value}'" if self.sqlite else f"'{value}'::json"


def build(database: Database, ended: int, agent: str) -> None:
    """Adds `ended` handoffs that `agent` had, a customer and a conversation each, and analyses the tables."""
    spell = Spelling(sqlite=database.is_sqlite)
    rows = {**_people(spell), **_cases(spell, agent)}
    with database.engine.connect() as connection:
        _hurry(connection, sqlite=database.is_sqlite)
        for name, (of, columns) in rows.items():
            table = Base.metadata.tables[name]
            _insert(connection, table, columns, ended // SHARE.get(name, 1) * EACH.get(name, 1), of)
        connection.execute(text("UPDATE counters SET value = value + :n WHERE name = 'desk'"), {"n": 2 * ended})
        connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()


def _hurry(connection: Connection, *, sqlite: bool) -> None:
    """What is made here fits together: foreign keys need no look at each row."""
    if sqlite:
        connection.exec_driver_sql("COMMIT")  # the pragma has no effect inside a transaction
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SET session_replication_role = replica"))


def _insert(connection: Connection, table: Table, columns: Mapping[str, str], number: int, of: str) -> None:
    missing = [c.name for c in table.columns if not c.nullable and c.name not in columns]
    if missing:
        raise RuntimeError(f"{table.name} needs {missing}")
    count = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})"  # noqa: S608 - a number
    values = ", ".join(value.replace("{of}", of) for value in columns.values())
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) {count} SELECT {values} FROM n"  # noqa: S608 - all ours
    connection.execute(text(statement))
    connection.commit()


def _people(spell: Spelling) -> dict[str, tuple[str, dict[str, str]]]:
    here = {"channel": "'sms'", "account": "'+34900000000'"}
    return {
        "customers": ("i", {"id": spell.key("c"), "created_at": spell.ago()}),
        "addresses": (
            "i",
            {
                "id": spell.key("a"),
                "customer_id": spell.key("c"),
                **here,
                "value": "'+99' || i",
                "proven": spell.bool(value=True),
                "created_at": spell.ago(),
            },
        ),
        "conversations": (
            "i",
            {
                "id": spell.key("t"),
                "customer_id": spell.key("c"),
                "address_id": spell.key("a"),
                **here,
                "address": "'+99' || i",
                "language": LANGUAGES,
                "language_known": spell.bool(value=True),
                **dict.fromkeys(("epoch", "next_seq", "watermark"), "9"),
                "turn_tries": "0",
                "created_at": spell.ago(),
            },
        ),
    }


def _cases(spell: Spelling, agent: str) -> dict[str, tuple[str, dict[str, str]]]:
    two, four = "((i + 1) / 2)", "((i + 3) / 4)"
    return {
        "handoffs": ("i", _handoff(spell, agent)),
        "promises": (
            "i",
            {
                "id": spell.key("p"),
                "handoff_id": spell.key("h", "i * 3"),
                "status": "'kept'",
                **dict.fromkeys(("made_at", "due_at", "closed_at"), spell.ago("i * 3")),
                "attempts": "1",
                "breaches": "0",
            },
        ),
        "alerts": (
            "i",
            {
                "id": spell.key("l"),
                "kind": "'answer_by_missed'",
                "audience": "CASE WHEN i % 3 = 0 THEN 'supervisor' ELSE 'agent' END",
                "handoff_id": spell.key("h", "i * 2"),
                "data": spell.json("{}"),
                **dict.fromkeys(("at", "done_at"), spell.ago("i * 2")),
                "changed_seq": "i",
            },
        ),
        "messages": (
            two,
            {
                "id": spell.key("m"),
                "conversation_id": spell.key("t", "{of}"),
                "seq": "1 + i % 2",
                "author": "CASE WHEN i % 2 = 0 THEN 'customer' ELSE 'system' END",
                "kind": "'text'",
                "text": "'a sentence of a usual length, as people write it'",
                "salt": "'00000000000000000000000000000000'",
                "language": "'en'",
                "at": spell.ago(two),
                "channel": "'sms'",
                "account": "'+34900000000'",
                "handoff_id": spell.key("h", "{of}"),
                "media": "0",
                "seen_at": spell.ago(two),
            },
        ),
        "stream_items": (
            two,
            {
                "conversation_id": spell.key("t", "{of}"),
                "seq": "1 + i % 2",
                "kind": "'message'",
                "message_id": spell.key("m"),
                "at": spell.ago(two),
            },
        ),
        "deliveries": (
            two,
            {
                "id": spell.key("d"),
                "message_id": spell.key("m"),
                "conversation_id": spell.key("t", "{of}"),
                "handoff_id": spell.key("h", "{of}"),
                "author": "'system'",
                **dict.fromkeys(("epoch", "tries", "position"), "1"),
                "channel": "'sms'",
                "account": "'+34900000000'",
                "address": "'+99' || {of}",
                "status": "'delivered'",
                "carrier_id": "'SM' || i",
                **dict.fromkeys(("next_at", "created_at", "updated_at"), spell.ago(two)),
            },
        ),
        "ledger": (
            four,
            {
                "stream": "'conversation:' || " + spell.key("t", "{of}"),
                "seq": "1 + i % 4",
                "at": spell.ago(four),
                "kind": "'handoff.claim'",
                "actor": "'system'",
                "data": spell.json('{"reference": "R-XXXXXX", "to": "active"}'),
                **dict.fromkeys(
                    ("previous", "hash"), "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'"
                ),
            },
        ),
    }


def _handoff(spell: Spelling, agent: str) -> dict[str, str]:
    zero = ("rung", "unseen", "told_version", "alarms", "answered_upto")
    no = (
        "front",
        "message_asked",
        "collecting_for_hour",
        "customer_waits",
        "wrote_during_call",
        "nudged",
        "nobody_told",
    )
    return {
        "id": spell.key("h"),
        "reference": "'B-' || i",
        "conversation_id": spell.key("t"),
        "customer_id": spell.key("c"),
        "state": "CASE WHEN i % 5 = 0 THEN 'returned' ELSE 'resolved' END",
        "version": "4",
        "urgency": "'normal'",
        "reason": "'request'",
        "signals": spell.json("[]"),
        "left_out": spell.json("[]"),
        "language": LANGUAGES,
        "channel": "'sms'",
        **dict.fromkeys(("opened_at", "waiting_since", "entered_at", "ended_at"), spell.ago()),
        "first_held_at": spell.held(),
        **dict.fromkeys(zero, "0"),
        **dict.fromkeys(no, spell.bool(value=False)),
        "contact_known": spell.bool(value=True),
        "last_agent_id": f"'{agent}'",
        "outcome": "'solved'",
        "changed_seq": "i",
    }
