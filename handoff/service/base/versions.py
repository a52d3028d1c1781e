"""The versions of the settings: which there are, who made them, and what differs between two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.errors import NotFound, SettingsInvalid
from handoff.models import Agent, SettingsVersion
from handoff.policy import parse_business
from handoff.service.base.core import Core
from handoff.service.base.settings import as_of_today
from handoff.store import one

MOST = 50
KEYED = {"exceptions": "date"}  # lists whose items are told apart by a key, and not by their place


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One setting by its path, such as `levels.normal.answer_by`; None where it was not there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """One version. `actor` is agent:ID, operator or relevo.toml; `by`: an agent's name."""

    number: int
    at: datetime
    actor: str
    by: str | None
    changed: tuple[str, ...]  # paths that differ from the version before


@dataclass(frozen=True, kw_only=True)
class SettingsView:
    """The settings of one version, whole, as relevo.toml spells them."""

    number: int
    at: datetime
    actor: str
    by: str | None
    data: Mapping[str, Any]


def read_settings(core: Core, number: int | None = None) -> SettingsView:
    """The newest version, or that of a number. Raises NotFound."""
    with core.database.read() as session:
        statement = select(SettingsVersion).order_by(SettingsVersion.number.desc()).limit(1)
        row = (
            session.execute(statement).scalar_one_or_none() if number is None else one(session, SettingsVersion, number)
        )
        if row is None:
            raise NotFound
        names = _names(session, [row])
    return SettingsView(number=row.number, at=row.at, actor=row.actor, by=names.get(row.actor), data=normal(row.data))


def list_versions(core: Core, *, before: int | None = None) -> tuple[VersionView, ...]:
    """The newest 50, or those before a number, newest first."""
    statement = select(SettingsVersion).order_by(SettingsVersion.number.desc()).limit(MOST + 1)
    with core.database.read() as session:
        rows = list(session.scalars(statement if before is None else statement.where(SettingsVersion.number < before)))
        names = _names(session, rows)
    dumped = [normal(row.data) for row in rows]
    return tuple(
        VersionView(
            number=row.number,
            at=row.at,
            actor=row.actor,
            by=names.get(row.actor),
            changed=tuple(each.path for each in difference(dumped[index + 1], dumped[index]))
            if index + 1 < len(rows)
            else (),
        )
        for index, row in enumerate(rows[:MOST])
    )


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs, by path, in the order of the later one."""
    old, new = dict(_flat(before)), dict(_flat(after))
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        Difference(path=path, before=old.get(path), after=new.get(path))
        for path in paths
        if old.get(path) != new.get(path)
    )


def normal(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings as today's version would store them; as they are when it cannot read them any more."""
    try:
        return parse_business(as_of_today(data)).model_dump(mode="json")
    except SettingsInvalid:
        return data


def _flat(data: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from _flat(value, here)
        elif here in KEYED:
            yield from ((f"{here}[{item[KEYED[here]]}]", item) for item in value)
        else:
            yield here, value


def _names(session: Session, rows: list[SettingsVersion]) -> Mapping[str, str]:
    ids = {row.actor.removeprefix("agent:") for row in rows if row.actor.startswith("agent:")}
    found = session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(ids))) if ids else ()
    return {f"agent:{agent}": name for agent, name in found}
