"""The business's settings: versioned rows, seeded from relevo.toml at the first start."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.errors import Conflict
from handoff.models import SettingsVersion
from handoff.policy import Business, parse_business
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, take_number
from handoff.states import Levels, Rung
from handoff.store import Database, one


class SettingsChanged(Conflict):
    """Somebody else has changed the settings since they were read; look at the change and decide anew."""

    code = "settings_changed"


def settings_number(database: Database) -> int:
    """The number of the newest settings, 0 before the first start."""
    with database.read() as session:
        return session.execute(select(func.max(SettingsVersion.number))).scalar_one() or 0


def load_business(database: Database) -> tuple[int, Business] | None:
    """The newest settings and their number; None before the first start."""
    with database.read() as session:
        statement = select(SettingsVersion).order_by(SettingsVersion.number.desc()).limit(1)
        row = session.execute(statement).scalar_one_or_none()
        return (row.number, parse_business(as_of_today(row.data))) if row else None


def as_of_today(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings stored by an earlier version, in today's words: `top_rung` is the length of a ladder now."""
    levels = data.get("levels", {})
    return {**data, "levels": {urgency: _laddered(level) for urgency, level in levels.items()}}


def _laddered(level: Mapping[str, Any]) -> Mapping[str, Any]:
    if "top_rung" not in level:
        return level
    kept = {name: value for name, value in level.items() if name != "top_rung"}
    longest = [*Levels().ladder, *[Rung.SUPERVISOR] * level["top_rung"]]
    return {"ladder": longest[: level["top_rung"]], **kept}


def save_business(
    core: Core, data: Mapping[str, Any], *, actor: str, now: datetime, base: int | None = None, **more: Any
) -> int:
    """Stores new settings as the next version and returns its number; `more` goes into the ledger beside it.

    `base`: the version that they were made from. When it is not the newest any more, SettingsChanged is raised; when
    nothing differs from it, nothing is stored. Raises SettingsInvalid, and then nothing changes.
    """
    business = parse_business(data)
    given = business.model_dump(mode="json")
    with core.database.write() as session:
        take_number(session, "settings")  # who saves at the same time waits here
        newest = session.execute(select(func.max(SettingsVersion.number))).scalar_one() or 0
        if base is not None:
            if base != newest:
                raise SettingsChanged(fields={"number": str(newest)})
            if _stored(session, newest) == given:
                return newest
        session.add(SettingsVersion(number=newest + 1, at=now, actor=actor, data=given))
        unit = Work(core=core, session=session, now=now)
        ledger.append(unit, "settings", "settings.saved", actor=actor, data={"number": newest + 1, **more})
    return newest + 1


def _stored(session: Session, number: int) -> Mapping[str, Any] | None:
    row = one(session, SettingsVersion, number)
    return row.data if row else None
