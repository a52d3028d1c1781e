"""A promise about the bot's answers that no longer describes what customers ask: supervisors are told once."""

from datetime import datetime

from handoff.models import Alert
from handoff.service.base.core import Core, work
from handoff.service.telling.alerts import alert
from handoff.service.watch.findings import Finding
from handoff.store import one


def tell_drift(core: Core, release: int, language: str, found: Finding, now: datetime) -> bool:
    """Alerts supervisors once for ever of a release in a language; whether it was new."""
    key = f"drift-{release}-{language}"
    with work(core, now) as unit:
        unit.next_change()  # one at a time
        if one(unit.session, Alert, key) is not None:
            return False
        (happened, todo), (happened_es, todo_es) = found.says("en"), found.says("es")
        said = {"found": happened, "found_es": happened_es, "message": todo, "message_es": todo_es}
        alert(unit, "drift", "supervisor", data={"item": key, **said}, key=key)
        return True
