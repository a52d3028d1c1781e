"""When we were open, by the settings that were in force at each time and not by those of today."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import hours
from handoff.business import Business
from handoff.models import SettingsVersion
from handoff.policy import parse_business
from handoff.service.base.core import Core
from handoff.service.base.settings import as_of_today

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def opened_spans(core: Core, session: Session, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The spans in which we were open between two instants. Days to come are as the newest settings plan them."""
    found: list[tuple[datetime, datetime]] = []
    for business, begins, ends in _in_force(core, session, since, until):
        for start, end in hours.open_spans(business, begins, ends):
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            elif start < end:
                found.append((start, end))
    return found


def _in_force(
    core: Core, session: Session, since: datetime, until: datetime
) -> list[tuple[Business, datetime, datetime]]:
    """Each settings with the part of the time in which they were in force; before the first, the first were."""
    rows = session.execute(select(SettingsVersion.number, SettingsVersion.at).order_by(SettingsVersion.number)).all()
    if not rows:
        return [(core.business, since, until)]
    starts = [_ALWAYS, *(row.at for row in rows[1:])]
    ends = [*starts[1:], until]
    found = []
    for row, start, end in zip(rows, starts, ends, strict=True):
        begins, stops = max(start, since), min(end, until)
        if begins < stops:
            data = session.get_one(SettingsVersion, row.number).data
            found.append((parse_business(as_of_today(data)), begins, stops))
    return found
