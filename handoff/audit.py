"""The audit: proof, on any database at any time, that no customer is lost."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from handoff.service import Database
from handoff.service.auditing import Violation, counts_of, violations_of


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was counted and what was found broken."""

    at: datetime
    counts: dict[str, int]
    violations: tuple[Violation, ...]

    @property
    def clean(self) -> bool:
        return not self.violations

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON: at, clean, counts, violations."""
        found = [asdict(violation) for violation in self.violations]
        return {"at": self.at.isoformat(), "clean": self.clean, "counts": self.counts, "violations": found}

    def as_text(self) -> str:
        """The report as lines for people."""
        lines = [f"{name:>14}: {number}" for name, number in self.counts.items()]
        lines += [f"VIOLATION {each.invariant}  {each.subject}  {each.found}" for each in self.violations]
        verdict = "clean: every invariant holds" if self.clean else f"{len(self.violations)} violations"
        return "\n".join([*lines, verdict])


def audit_database(database: Database, secret: bytes, now: datetime) -> Report:
    """Checks every invariant. `secret` is the key that seals the ledger's heads."""
    violations = tuple(violations_of(database, secret, now))
    return Report(at=now, counts=counts_of(database), violations=violations)
