"""Serious findings reach people: an alert a code at the desk and those on call, closed by itself when it is mended."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from handoff.models import Alert
from handoff.service.base.core import DESK, Core, Work, work
from handoff.service.telling.alerts import alert
from handoff.service.telling.notifying import ON_CALL, SUPERVISOR
from handoff.service.watch.findings import SERIOUS, Finding

KIND = "doctor"
AGAIN = timedelta(hours=24)  # after somebody marked it as done and it is still so


def tell_findings(core: Core, findings: Iterable[Finding], now: datetime, unsure: Collection[str] = ()) -> int:
    """Alerts of what is new and serious, and closes what is mended; returns how many are new.

    `unsure`: codes that are neither known to hold nor to be mended.
    """
    serious = {found.code: found for found in findings if found.severity == SERIOUS}
    with work(core, now) as unit:
        unit.next_change()  # one doctor at a time
        known = _newest(unit)
        for code, told in known.items():
            if code not in serious and code not in unsure and not told[0].data.get("mended"):
                _close(unit, told)
        fresh = [found for code, found in serious.items() if _is_new(known.get(code), unit.now)]
        for found in fresh:
            _tell(unit, found)
        return len(fresh)


def _newest(unit: Work) -> dict[str, list[Alert]]:
    """By code: the alerts of the last time that it was told."""
    statement = select(Alert).where(Alert.kind == KIND).order_by(Alert.at.desc(), Alert.id.desc()).limit(500)
    found: dict[str, list[Alert]] = {}
    for each in unit.session.execute(statement).scalars():
        told = found.setdefault(str(each.data.get("item")), [])
        if not told or told[0].at == each.at:
            told.append(each)
    return found


def _is_new(told: list[Alert] | None, now: datetime) -> bool:
    if told is None or told[0].data.get("mended"):
        return True
    return all(each.done_at is not None for each in told) and now - told[0].at > AGAIN


def _close(unit: Work, told: list[Alert]) -> None:
    number = unit.next_change()
    for each in told:
        each.data["mended"] = True
        flag_modified(each, "data")
        each.done_at, each.changed_seq = each.done_at or unit.now, number
    unit.wake(DESK)


def _tell(unit: Work, found: Finding) -> None:
    (breaks, mend), (breaks_es, mend_es) = found.says("en"), found.says("es")
    data = {
        "item": found.code,
        "values": dict(found.values),
        "found": breaks,
        "found_es": breaks_es,
        "message": mend,
        "message_es": mend_es,
    }
    for audience in (SUPERVISOR, ON_CALL):
        alert(unit, "doctor", audience, data=data)
