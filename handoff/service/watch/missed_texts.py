"""What webhooks did not bring: from when on the carrier's list is read, what of it is known, and how far it was read.

The mark is kept with the cases: who starts after an outage knows when it began. Who reads is whoever comes first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from handoff.models import Conversation, Counter, Delivery, LedgerRow, Message
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, take_number, work
from handoff.store import id_at, one

EVERY = timedelta(seconds=30)
OVERLAP = timedelta(minutes=10)  # read again each time: a carrier's list may be behind, and its clock is another
OLDEST = timedelta(hours=72)  # an answer to anything older would come out of the blue
UNREAD = timedelta(minutes=5)  # after which the doctor says that the list is not read
REPORT_WITHIN = timedelta(minutes=3)  # for a report on a text; after that, and a gap, the carrier is asked
MOST_FATES = 200
STREAM = "texts"
_READ, _LOOKED = "texts.read", "texts.looked"  # counters: seconds since SINCE
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_SLACK = timedelta(seconds=5)
_CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is to be read now. `gap`: nobody read for a while, so reports may be missing too. `skipped`: texts from
    before `since` may be missing, back to there, and are not read in."""

    since: datetime
    gap: bool = False
    skipped: datetime | None = None


def begin_reading(core: Core, now: datetime) -> Window | None:
    """From when on the carrier's list is to be read; None while somebody else has just begun to."""
    with work(core, now) as unit:
        if not _take_turn(unit):
            return None
        mark = _mark(unit.session, _READ)
        if mark is None:
            mark = _newest_text(unit) or unit.now
            _set_mark(unit, _READ, mark)
        mark = min(mark, unit.now)
        since = max(mark - OVERLAP, unit.now - OLDEST)
        return Window(
            since=since,
            gap=unit.now - mark > OVERLAP,
            skipped=mark if mark < unit.now - OLDEST else None,
        )


def _take_turn(unit: Work) -> bool:
    """Whether it is time to look again. A mark of the future is one from before the clock was set back."""
    before, ahead = _seconds(unit.now - EVERY + _SLACK), _seconds(unit.now + EVERY)
    statement = update(Counter).where(Counter.name == _LOOKED, or_(Counter.value <= before, Counter.value > ahead))
    if unit.session.execute(statement.values(value=_seconds(unit.now))).rowcount:  # type: ignore[attr-defined]
        return True
    if one(unit.session, Counter, _LOOKED) is not None:
        return False
    _set_mark(unit, _LOOKED, unit.now)
    return True


def _newest_text(unit: Work) -> datetime | None:
    """When the newest text came: where nobody has read the list yet, webhooks brought everything up to there."""
    came = select(func.max(Message.id)).where(
        Message.author == "customer", Message.channel == "sms", Message.id >= id_at(unit.now - OLDEST)
    )
    newest = unit.session.execute(came).scalar_one_or_none()
    return unit.session.get_one(Message, newest).at if newest else None


def known_texts(core: Core, channel: str, account: str, carrier_ids: Collection[str]) -> frozenset[str]:
    """Those of the carrier's ids whose text is stored."""
    ids, found = list(carrier_ids), set[str]()
    with core.database.read() as session:
        for start in range(0, len(ids), _CHUNK):
            statement = select(Message.carrier_id).where(
                Message.channel == channel,
                Message.account == account,
                Message.carrier_id.in_(ids[start : start + _CHUNK]),
            )
            found.update(known for known in session.execute(statement).scalars() if known)
    return frozenset(found)


def known_accounts(core: Core, channel: str) -> frozenset[str]:
    """Our numbers that customers have written to."""
    with core.database.read() as session:
        statement = select(Conversation.account).where(Conversation.channel == channel).distinct()
        return frozenset(session.execute(statement).scalars())


def finish_reading(core: Core, window: Window, *, until: datetime, brought: int, now: datetime) -> None:
    """Everything up to `until` is in; `brought`: how many texts no webhook had brought. The ledger says both."""
    with work(core, now) as unit:
        _set_mark(unit, _READ, until)
        if brought:
            facts = {"count": brought, "since": window.since.isoformat(), "until": until.isoformat()}
            ledger.append(unit, STREAM, "texts.brought_in", actor="system", data=facts)
        if window.skipped is not None:
            gone = {"since": window.skipped.isoformat(), "until": window.since.isoformat()}
            ledger.append(unit, STREAM, "texts.skipped", actor="system", data=gone)


def unreported(core: Core, channel: str, window: Window, now: datetime) -> tuple[tuple[str, str], ...]:
    """Texts of ours from this window whose fate nobody has reported: (our number, carrier's id), the oldest first."""
    since = id_at(window.since - timedelta(hours=1))
    statement = (
        select(Delivery.account, Delivery.carrier_id)
        .where(
            Delivery.id >= since,
            Delivery.channel == channel,
            Delivery.status == "sent",
            Delivery.carrier_id.is_not(None),
            Delivery.updated_at < now - REPORT_WITHIN,
        )
        .order_by(Delivery.id)
        .limit(MOST_FATES)
    )
    with core.database.read() as session:
        return tuple((account, carrier_id) for account, carrier_id in session.execute(statement) if carrier_id)


def unread_since(session: Session, now: datetime) -> datetime | None:
    """Since when the list is not read although it should be; None when all is well or nobody ever began."""
    mark = _mark(session, _READ)
    return mark if mark is not None and mark < now - UNREAD else None


def skipped_lately(session: Session, now: datetime) -> tuple[str, str] | None:
    """From when to when texts may be missing for good, as the ledger of the last day says: two instants as text."""
    statement = (
        select(LedgerRow.data)
        .where(LedgerRow.stream == STREAM, LedgerRow.kind == "texts.skipped", LedgerRow.at > now - timedelta(days=1))
        .order_by(LedgerRow.seq.desc())
        .limit(1)
    )
    data = session.execute(statement).scalar_one_or_none()
    return (data["since"], data["until"]) if data else None


def _mark(session: Session, name: str) -> datetime | None:
    value = session.execute(select(Counter.value).where(Counter.name == name)).scalar_one_or_none()
    return None if value is None else SINCE + timedelta(seconds=value)


def _set_mark(unit: Work, name: str, at: datetime) -> None:
    statement = update(Counter).where(Counter.name == name).values(value=_seconds(at))
    if not unit.session.execute(statement).rowcount:  # type: ignore[attr-defined]
        take_number(unit.session, name)
        unit.session.execute(statement)


def _seconds(at: datetime) -> int:
    return int((at - SINCE).total_seconds())
