"""The doctor's findings: what would break the guarantee, how bad that is, and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handoff.service.telling.content import say_finding
from handoff.words import words_in

SERIOUS, WARNING = "serious", "warning"
GRAVE: Final = frozenset(
    {
        "nobody_can_receive",
        "shift_gap",
        "no_opening",
        "on_call_unreachable",
        "mail_not_configured",
        "sms_not_configured",
        "mail_unreachable",
        "carrier_unreachable",
        "webhook_unreachable",
        "source_unreachable",
        "engine_unreachable",
        "notices_expired",
        "notices_missing",
        "promises_past_due",
        "deadlines_unserved",
        "sweeper_silent",
        "secret_weak",
        "identity_keyless",
        "texts_unread",
        "texts_skipped",
    }
)
MEANT_IN_DEMO: Final = frozenset({"on_call_unreachable", "mail_not_configured", "sms_not_configured", "secret_weak"})
FLEETING: Final = frozenset(  # at a start they are often so for a moment: worth a line in the log when seen again
    {
        "mail_unreachable",
        "carrier_unreachable",
        "webhook_unreachable",
        "source_unreachable",
        "engine_unreachable",
        "deadlines_unserved",
        "sweeper_silent",
        "promises_past_due",
        "texts_unread",
    }
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One of them. `code` is stable; `values` hold nothing of a customer and no secret."""

    code: str
    severity: str
    values: Mapping[str, str] = field(default_factory=dict)

    def says(self, language: str = "en") -> tuple[str, str]:
        """What it would break, and how to mend it."""
        return say_finding(words_in(language), self.code, self.values)

    def as_dict(self) -> dict[str, Any]:
        """As `relevo doctor --json` prints it."""
        breaks, mend = self.says()
        return {
            "code": self.code,
            "severity": self.severity,
            "breaks": breaks,
            "mend": mend,
            "values": dict(self.values),
        }


def finding(code: str, *, demo: bool = False, **values: object) -> Finding:
    """A finding with the severity of its code; in a demo what is meant to be so is only a warning."""
    serious = code in GRAVE and not (demo and code in MEANT_IN_DEMO)
    return Finding(
        code=code,
        severity=SERIOUS if serious else WARNING,
        values={name: str(value) for name, value in values.items()},
    )
