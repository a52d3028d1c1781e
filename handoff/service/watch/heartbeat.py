"""The sweeper's sign of life, kept with the cases: whoever sweeps next, and the doctor, know when somebody last did."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from handoff.models import Counter
from handoff.service.base.core import Core, take_number, work

SWEPT = "swept"  # seconds since SINCE
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def keep_sweep(core: Core, now: datetime) -> None:
    """Somebody sweeps at `now`."""
    value = int((now - SINCE).total_seconds())
    with work(core, now) as unit:
        statement = update(Counter).where(Counter.name == SWEPT).values(value=value)
        if not unit.session.execute(statement).rowcount:  # type: ignore[attr-defined]
            take_number(unit.session, SWEPT)
            unit.session.execute(statement)


def last_sweep(core: Core) -> datetime | None:
    """When somebody last swept, to the second; None when nobody ever did."""
    with core.database.read() as session:
        value = session.execute(select(Counter.value).where(Counter.name == SWEPT)).scalar_one_or_none()
    return None if value is None else SINCE + timedelta(seconds=value)
