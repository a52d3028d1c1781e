"""What every use case is given: the database, the approved texts, the business, and a way to wake others."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff.clock import check_aware
from handoff.models import Counter, HandoffRow
from handoff.policy import Business
from handoff.service.base.ledger import Ledger
from handoff.store import Database
from handoff.wake import Wake

DESK = "desk"
TURNS = "turns"
DELIVERIES = "deliveries"
NOTIFICATIONS = "notifications"

_counters: Table = Counter.metadata.tables[Counter.__tablename__]
_NEXT = (
    update(_counters)
    .where(_counters.c.name == bindparam("counter"))
    .values(value=_counters.c.value + 1)
    .returning(_counters.c.value)
)
_NEWEST = select(_counters.c.value).where(_counters.c.name == bindparam("counter"))


@dataclass(frozen=True, kw_only=True)
class Text:
    """An approved text as it was rendered, with the version and release it came from."""

    text: str
    id: str
    version: int
    release: int


class Texts(Protocol):
    """The port through which the core gets approved words; pure over a loaded release."""

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> Text:
        """The notice in this language for this channel. Raises TextMissing."""
        ...

    def suggested(self, language: str) -> tuple[str, ...]:
        """Questions worth suggesting to somebody who has just arrived."""
        ...

    def topics(self) -> tuple[str, ...]:
        """What the approved answers are about, in the order of the alphabet."""
        ...


@dataclass(frozen=True, kw_only=True)
class Core:
    database: Database
    texts: Texts
    business: Business
    wake: Wake
    secret: bytes = field(repr=False)
    public_url: str = ""  # as customers see us, without a slash at the end; links need it
    text_sender: str = ""  # the number or service from which we begin to text; empty: texts are not set up


class CoreBox:
    """Holds the present Core, so that a new release or new settings can be switched in one assignment."""

    def __init__(self, core: Core) -> None:
        self.core = core


class Standing(NamedTuple):
    """Where a case stands in the queue, and the wait that may honestly be expected."""

    place: int | None
    wait: timedelta | None


@dataclass(kw_only=True)
class Work:
    """One use case: one transaction, one instant, and the topics to wake once it is committed."""

    core: Core
    session: Session
    now: datetime
    topics: set[str] = field(default_factory=set)
    standings: dict[tuple[str, int], Standing] = field(default_factory=dict)  # by case and version
    touched: dict[str, HandoffRow] = field(default_factory=dict)  # cases that every desk must see again

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(session=self.session, secret=self.core.secret, now=self.now)

    def wake(self, *topics: str) -> None:
        self.topics.update(topics)

    def next_change(self) -> int:
        """The next number of the desk's stream; the row lock makes numbers commit in order."""
        return take_number(self.session, DESK)


@contextmanager
def work(core: Core, now: datetime) -> Iterator[Work]:
    """A transaction for one use case. Others are woken only after the commit."""
    instant = check_aware(now)
    with core.database.write() as session:
        unit = Work(core=core, session=session, now=instant)
        yield unit
        for row in unit.touched.values():  # at the very end: who takes a number holds up all others until its commit
            row.changed_seq = unit.next_change()
    for topic in sorted(unit.topics):
        core.wake.notify(topic)


def take_number(session: Session, name: str) -> int:
    """The next value of the counter `name`, starting at 1."""
    taken: int | None = session.execute(_NEXT, {"counter": name}).scalar_one_or_none()
    if taken is not None:
        return taken
    try:
        with session.begin_nested():
            session.execute(insert(Counter).values(name=name, value=1))
    except IntegrityError:  # somebody else's first use was quicker
        return take_number(session, name)
    return 1


def newest_change(session: Session) -> int:
    """The number of the desk's last change."""
    newest: int | None = session.execute(_NEWEST, {"counter": DESK}).scalar_one_or_none()
    return newest or 0


def conversation_topic(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"
