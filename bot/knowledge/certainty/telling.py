"""What the drift alarm tells people, in their words."""

from datetime import datetime
from typing import Any

from bot.knowledge.certainty.drift import Look, drifted, look_daily
from handoff.service import Core, Database
from handoff.service.watch.drifting import tell_drift
from handoff.service.watch.findings import Finding, finding


def watch_drift(core: Core, now: datetime) -> int:
    """Looks when a day has passed, and alerts supervisors of what has drifted, once; returns how many are new."""
    look_daily(core.database, now)
    found = drifted(core.database, now)
    return sum(tell_drift(core, each.release, each.language, finding_of(each), now) for each in found)


def drift_findings(database: Database, now: datetime) -> list[Finding]:
    """For the doctor: what the last look saw."""
    return [finding_of(each) for each in drifted(database, now)]


def finding_of(look: Look) -> Finding:
    """With the largest difference and its counts."""
    most = look.largest
    now, then = (f"{share:.0%}" for share in ((most.now, most.then) if most else (0.0, 0.0)))
    values: dict[str, Any] = {
        "release": look.release,
        "languages": look.language,
        "rows": look.rows,
        "now": now,
        "then": then,
    }
    if most is None or most.edge is None:
        return finding("drift_refused", **values)
    return finding("drift_scores", **values, edge=f"{100 * most.edge:g}")
