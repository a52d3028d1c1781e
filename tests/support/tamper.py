"""Changing rows behind the product's back, whatever the constraints say, and undoing it all afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from handoff import service
from handoff.models import LedgerRow, LedgerStream
from handoff.service import CallbackForm, EntryRef, Sent
from handoff.service.base import ledger
from handoff.service.proof.auditing import Looking, violations_of
from tests.support.core import World

PHONE = "+34600111222"
Edit = Callable[[LedgerRow], None]


@dataclass(kw_only=True)
class Histories:
    """Cases in many states, each in a conversation of its own."""

    world: World
    chat: str = ""  # conversations
    promised: str = ""
    solved: str = ""
    texts: str = ""
    asking: str = ""
    ana: str = ""
    ben: str = ""


def make_histories(world: World) -> Histories:
    """A chat in progress, a promise, a resolved case, a phone with the bot's answers, a question that is waiting."""
    made, ana = Histories(world=world), world.agent("Ana", capacity=9)
    made.ana, made.ben = ana.id, world.agent("Ben").id
    made.chat, made.promised, made.solved, made.asking = (world.visit() for _ in range(4))
    world.write(made.chat, "hello")
    item = world.claim(ana, world.open_case(made.chat))
    world.write(made.chat, "are you there")
    world.write(made.chat, "hello again")
    service.reply(world.core, ana, item.reference, item.version, "r1", "hello, Ana here", now=world.now)
    service.submit_form(world.core, made.promised, CallbackForm(message="call me", phone=PHONE), now=world.now)
    solved = world.claim(ana, world.open_case(made.solved))
    world.write(made.solved, "the lamp is broken")
    service.mark_seen(world.core, ana, solved.reference, now=world.now)
    service.resolve(world.core, ana, solved.reference, solved.version, "solved", "lamp", now=world.now)
    world.sweep(seconds=11)
    made.texts = world.text(PHONE, "when do you open", "SM1").conversation_id
    _answer(world)
    _send(world)
    world.write(made.asking, "is anybody there")
    return made


def _answer(world: World) -> None:
    """Only the phone's turn waits: the web's chats have gone to people."""
    for turn in service.take_turns(world.core, owner="gateway", limit=9, now=world.now):
        entry = EntryRef(id="hours", version=1, title="Hours", source="Guide")
        said = (service.Said(text="From nine to six.", entry=entry, version=1, release=1),)
        memory = {"fuel": 3, "offered": False}
        reply = service.Reply(said=said, memory=memory, facts={"decision": "answer"})
        assert service.finish_turn(world.core, turn, reply, now=world.now)


def _send(world: World) -> None:
    number = 0
    while leased := service.lease_deliveries(world.core, channel="sms", owner="relay", limit=1, now=world.now):
        number += 1
        assert service.begin_sending(world.core, leased[0].id, "relay", now=world.now)
        service.finish_sending(world.core, leased[0].id, "relay", Sent(carrier_id=f"S{number}"), now=world.now)


@dataclass(kw_only=True)
class Tampering:
    """One transaction without constraints, which is never committed."""

    session: Session
    made: Histories

    def sql(self, *statements: str) -> None:
        named = vars(self.made) | {"world": ""}
        for statement in statements:
            wanted = {name: value for name, value in named.items() if f":{name}" in statement}
            self.session.execute(text(statement), wanted)

    def forge(self, conversation: str, edit: Edit) -> None:
        """Rewrites a stream with the seal's key in hand: every hash is right again, only the story is another."""
        stream = ledger.conversation_stream(conversation)
        rows = self.session.execute(select(LedgerRow).where(LedgerRow.stream == stream).order_by(LedgerRow.seq))
        previous = ledger.GENESIS
        for row in rows.scalars():
            edit(row)
            row.previous = previous
            row.hash = previous = ledger.row_hash(row)
        head = self.session.get_one(LedgerStream, stream)
        head.head = previous
        head.seal = ledger.seal_of(self.made.world.core.secret, stream, head.next_seq, head.head)
        self.session.flush()

    def without_unique(self, table: str) -> None:
        """The table as it was, but for its unique keys."""
        if self.session.get_bind().dialect.name == "postgresql":
            keys = text("SELECT conname FROM pg_constraint WHERE conrelid = cast(:name AS regclass) AND contype = 'u'")
            for name in self.session.execute(keys, {"name": table}).scalars().all():
                self.sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            return
        self.sql(
            f"ALTER TABLE {table} RENAME TO {table}_before",
            f"CREATE TABLE {table} AS SELECT * FROM {table}_before",
        )

    def found(self) -> set[str]:
        """Which invariants the audit finds broken now."""
        world = self.made.world
        self.session.flush()
        look = Looking(session=self.session, secret=world.core.secret, now=world.now)
        return {each.invariant for each in violations_of(look)}


@contextmanager
def tampering(made: Histories) -> Iterator[Tampering]:
    """Opens a connection on which no constraint holds; everything done on it is rolled back."""
    engine = made.world.core.database.engine.execution_options(relevo_write=True)
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        if engine.dialect.name == "sqlite":
            for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON", "legacy_alter_table=ON"):
                raw.execute(f"PRAGMA {pragma}")
        with Session(connection, expire_on_commit=False) as session:
            if engine.dialect.name == "postgresql":
                session.execute(text("SET LOCAL session_replication_role = replica"))
                for table, name in _checks(session):
                    session.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
            yield Tampering(session=session, made=made)
            session.rollback()
        connection.invalidate()


def _checks(session: Session) -> list[Any]:
    statement = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
    return list(session.execute(text(f"{statement} AND connamespace = 'public'::regnamespace")).all())
