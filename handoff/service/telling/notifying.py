"""Notifications to people who are not at the desk: queued with what they tell of, one message a matter."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from handoff.models import Conversation, HandoffRow, Notification
from handoff.service.base.core import NOTIFICATIONS, Core, Work
from handoff.store import locked, new_id

ON_CALL, SUPERVISOR, CUSTOMER = "on_call", "supervisor", "customer"
NOTIFIED: Final = frozenset(
    {
        "answer_by_missed",
        "alarm",
        "nobody_left",
        "promise_missed",
        "safety",
        "untellable",
        "notice_undelivered",
        "doctor",
    }
)
FOR_WHOEVER_IS_THERE: Final = frozenset({"untellable", "notice_undelivered"})  # the desk is told; so are those on call
AT_ONCE: Final = frozenset({"safety"})  # never delayed nor merged
GATHER = timedelta(seconds=5)  # what happens to many customers at once is one message
_FOR_EVER: Final = 10**9  # no version is later
MOST_CASES = 300  # kept by name; more are only counted


def notify_of(
    unit: Work, kind: str, audience: str, row: HandoffRow | None = None, data: Mapping[str, Any] | None = None
) -> None:
    """Queues what an alert tells for those of its audience who are not at the desk, if they should hear of it."""
    if kind not in NOTIFIED:
        return
    if audience not in {ON_CALL, SUPERVISOR}:
        if kind not in FOR_WHOEVER_IS_THERE:
            return
        audience = ON_CALL
    queue(unit, kind=kind, audience=audience, row=row, data=data)


def queue(
    unit: Work, *, kind: str, audience: str, row: HandoffRow | None = None, data: Mapping[str, Any] | None = None
) -> None:
    """One notification to each target of the audience, or one case more in the one that is queued already."""
    case = _case(unit, row, data)
    for channel, target in targets_of(unit.core, audience):
        if kind in AT_ONCE:
            _add(unit, channel, target, audience, kind=kind, row=row, case=case, at=unit.now)
            continue
        unit.next_change()  # orders all who tell of the same matter
        matter = (
            Notification.channel == channel,
            Notification.target == target,
            Notification.kind == kind,
            Notification.audience == audience,
        )
        if not _merged(unit, matter, case):
            at = _next(unit, matter)
            _add(unit, channel, target, audience, kind=kind, row=row, case=case, at=at)


def queue_email(
    unit: Work,
    *,
    target: str,
    kind: str,
    subject: str,
    text: str,
    language: str,
    row: HandoffRow,
    ics: str | None = None,
    lasting: bool = False,
) -> None:
    """A customer's e-mail about their case. It is superseded once the case has moved on, but for what is `lasting`."""
    version = _FOR_EVER if lasting else row.version
    data = {"subject": subject, "text": text, "language": language, "ics": ics, "version": version}
    unit.session.add(_row(unit, "email", target, CUSTOMER, kind, row, data, unit.now))
    unit.wake(NOTIFICATIONS)


def targets_of(core: Core, audience: str) -> Iterator[tuple[str, str]]:
    """Channel and target of everybody who is told of this audience's matters."""
    notify = core.business.notify
    targets = {ON_CALL: notify.on_call, SUPERVISOR: notify.supervisor}[audience]
    yield from (("email", email) for email in targets.emails)
    yield from (("sms", phone) for phone in targets.phones)
    yield from (("webhook", url) for url in targets.webhooks)


def masked(channel: str, target: str) -> str:
    """Enough of a target to know which it is, too little to use it."""
    if channel == "email":
        name, _, host = target.rpartition("@")
        return f"{name[:1]}•••@{host}"
    if channel == "sms":
        return f"•••{target[-4:]}"
    return target.partition("//")[2].partition("/")[0].rpartition("@")[2]


def _case(unit: Work, row: HandoffRow | None, data: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is said of one case, or of one finding: nothing that the customer wrote, and no way to reach them."""
    if row is None:
        return {"code": (data or {}).get("item", ""), "values": dict((data or {}).get("values") or {})}
    spoken = select(Conversation.language).where(Conversation.id == row.conversation_id)
    return {
        "reference": row.reference,
        "language": unit.session.execute(spoken).scalar_one(),
        "waiting_since": row.waiting_since.isoformat(),
    }


def _merged(unit: Work, matter: tuple[Any, ...], case: dict[str, Any]) -> bool:
    """Counts the case in a message that was never tried; one that may have arrived stays as it was."""
    waiting = select(Notification).where(*matter, Notification.status == "pending", Notification.tries == 0)
    found = unit.session.execute(
        locked(waiting, skip=True).execution_options(populate_existing=True).limit(1)
    ).scalar_one_or_none()
    if found is None:
        return False
    cases = found.data["cases"]
    known = [each for each in cases if _name(each) != _name(case)]
    if len(known) == len(cases):
        found.data["count"] += 1
    found.data["cases"] = [*known, case][-MOST_CASES:]
    flag_modified(found, "data")
    unit.session.flush()
    return True


def _name(case: Mapping[str, Any]) -> str:
    return str(case.get("reference") or case.get("code"))


def _next(unit: Work, matter: tuple[Any, ...]) -> datetime:
    """When this matter may be told again: `notify.every` after the last time."""
    every = unit.core.business.notify.every
    newest = select(Notification).where(*matter).order_by(Notification.created_at.desc(), Notification.id.desc())
    last = unit.session.execute(newest.limit(1)).scalar_one_or_none()
    soon = unit.now + GATHER
    if last is None or last.status in {"dead", "superseded"}:
        return soon
    return max(soon, (last.sent_at or unit.now) + every)


def _add(
    unit: Work,
    channel: str,
    target: str,
    audience: str,
    *,
    kind: str,
    row: HandoffRow | None,
    case: dict[str, Any],
    at: datetime,
) -> None:
    unit.session.add(_row(unit, channel, target, audience, kind, row, {"count": 1, "cases": [case]}, at))
    unit.session.flush()
    unit.wake(NOTIFICATIONS)


def _row(
    unit: Work,
    channel: str,
    target: str,
    audience: str,
    kind: str,
    row: HandoffRow | None,
    data: dict[str, Any],
    at: datetime,
) -> Notification:
    return Notification(
        id=new_id(unit.now),
        channel=channel,
        target=target,
        audience=audience,
        kind=kind,
        handoff_id=row.id if row else None,
        data=data,
        status="pending",
        tries=0,
        next_at=at,
        created_at=unit.now,
    )
