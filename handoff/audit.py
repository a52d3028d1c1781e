"""The audit: proof, on any database at any time, that no customer is lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.service import Database
from handoff.service.proof.auditing import INVARIANTS, Looking, Lost, Violation, count_lost, counts_of, violations_of

FORMAT = 1  # of the JSON


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was counted, by which query nobody was found lost, and what was found broken."""

    at: datetime
    counts: dict[str, int]
    lost: Lost
    violations: tuple[Violation, ...]

    @property
    def clean(self) -> bool:
        return not self.violations and self.lost.count == 0

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON: format, at, clean, counts, lost (with its query), checked, violations."""
        return {
            "format": FORMAT,
            "at": self.at.isoformat(),
            "clean": self.clean,
            "counts": self.counts,
            "lost": {"count": self.lost.count, "query": self.lost.query, "parameters": self.lost.parameters},
            "checked": {slug: {"invariant": each.number, "meaning": each.meaning} for slug, each in INVARIANTS.items()},
            "violations": [_plain(each) for each in self.violations],
        }

    def as_text(self) -> str:
        """The report as lines for people."""
        lines = [f"{name:>14}: {number}" for name, number in self.counts.items()]
        for each in self.violations:
            lines += [f"VIOLATION {each.invariant}  {each.subject}  {each.found}", f"          {each.rule.to_do}"]
        late = ", ".join(f":{name} = '{value}'" for name, value in self.lost.parameters.items())
        lines += ["", f"lost: {self.lost.count}", "", self.lost.query, f"-- with {late}", ""]
        verdict = f"clean: every invariant holds ({len(INVARIANTS)} checks)"
        return "\n".join([*lines, verdict if self.clean else f"{len(self.violations)} violations"])


def _plain(each: Violation) -> dict[str, Any]:
    return {
        "invariant": each.invariant,
        "number": each.rule.number,
        "meaning": each.rule.meaning,
        "subject": each.subject,
        "found": each.found,
        "to_do": each.rule.to_do,
    }


def audit_database(database: Database, secret: bytes, now: datetime) -> Report:
    """Checks every invariant on one consistent picture. `secret` is the key that seals the ledger's heads."""
    with database.read() as session:
        look = Looking(session=session, secret=secret, now=now)
        return Report(
            at=now,
            counts=counts_of(look),
            lost=count_lost(session, now),
            violations=tuple(violations_of(look)),
        )
