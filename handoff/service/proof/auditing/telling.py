"""Told versus true: each notice against the case at that place of the ledger, and the customer's page against now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from handoff.service.base.rows import ENDED
from handoff.service.proof.auditing.batches import Line, Truth
from handoff.service.proof.auditing.violation import Violation
from handoff.states import HELD_STATES, OPEN_STATES, State
from handoff.states.table import CUSTOMER_SEES

_S = State
_QUEUED = frozenset({_S.WAITING, _S.OFFERED})
_BACK = frozenset({_S.WAITING, _S.COLLECTING, _S.PROMISED})

SAID_IN: Final[Mapping[str, frozenset[State]]] = {  # a notice that is not here says nothing of the case's state
    **dict.fromkeys(
        (
            "handoff_waiting", "handoff_waiting_place", "handoff_waiting_estimate", "still_waiting", "nobody_left",
            "transferred",
        ),
        _QUEUED,
    ),
    "handoff_waiting_closed": frozenset({_S.WAITING}),
    **dict.fromkeys(("agent_joined", "agent_changed"), frozenset({_S.ACTIVE})),
    "agent_calling": frozenset({_S.CALLING}),
    **dict.fromkeys(("ask_message", "ask_message_busy", "ask_message_asked"), frozenset({_S.COLLECTING})),
    "ask_contact": _QUEUED | {_S.COLLECTING},
    **dict.fromkeys(("promised", "callback_by_agent", "attempt_failed"), frozenset({_S.PROMISED})),
    **dict.fromkeys(("promise_missed", "promise_moved", "added_to_case", "case_told"), OPEN_STATES),
    **dict.fromkeys(("agent_lost", "agent_lost_closed", "wrong_number"), _BACK),
    "resolved": frozenset({_S.RESOLVED}),
    "returned": frozenset({_S.RETURNED}),
    "withdrawn": frozenset({_S.WITHDRAWN}),
    "unreachable": frozenset({_S.UNREACHABLE}),
}  # fmt: skip

CLAIMS: Final[Mapping[str, str]] = {  # what a notice must state
    **dict.fromkeys(("agent_joined", "agent_changed", "agent_calling"), "agent"),
    **dict.fromkeys(("promised", "promise_missed", "promise_moved", "callback_by_agent", "attempt_failed"), "due"),
}

_BY_EDGE: Final[Mapping[str, frozenset[str]]] = {
    "f": frozenset({"agent_lost", "agent_lost_closed"}),
    "l": frozenset({"resolved"}),
    "m": frozenset({"returned"}),
    "n": frozenset({"withdrawn"}),
    "t": frozenset({"callback_by_agent", "promise_missed"}),
    "u": frozenset({"agent_changed"}),
}
_BEGINNING: Final = frozenset(
    {
        "handoff_waiting", "handoff_waiting_place", "handoff_waiting_estimate", "handoff_waiting_closed",
        "ask_message", "ask_contact", "promised",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as one row of the ledger leaves it."""

    state: str
    version: int
    agent: str | None
    speaker: str
    due: str | None
    opened: datetime

    @classmethod
    def of(cls, row: Line, before: Self | None) -> Self:
        data = row.data
        return cls(
            state=data["to"],
            version=data["version"],
            agent=data.get("agent"),
            speaker=data["speaker"],
            due=data.get("due"),
            opened=before.opened if before else row.at,
        )

    @property
    def told(self) -> tuple[object, ...]:
        """What raises the version when it changes."""
        return self.state, self.agent, self.speaker, self.due


def needed(row: Line, before: Case | None, after: Case) -> frozenset[str]:
    """Of which notices one belongs to this transition."""
    edge = row.data["edge"]
    if before is None and edge in "ah":
        return _BEGINNING
    if edge == "c" and (before is None or before.state != after.state):
        return frozenset({"agent_joined"}) if after.state == _S.ACTIVE else frozenset({"agent_calling"})
    if edge == "j" and after.state == _S.UNREACHABLE:
        return frozenset({"unreachable"})
    return frozenset({"promise_missed"}) if row.kind == "handoff.due_at" else _BY_EDGE.get(edge, frozenset())


def check_telling(row: Line, place: str, cases: Mapping[str, Case]) -> Iterator[Violation]:
    """A notice names the case's version, is said only in the states that it speaks of, and claims what is so."""
    about = row.data.get("handoff")
    if about is None:
        return
    notice, case = row.data["notice"]["id"], cases.get(about["reference"])
    subject = f"{about['reference']} {place}"
    for wrong in _wrong(row, notice, about["version"], case):
        yield Violation(invariant="told_equals_state", subject=subject, found=f"{notice}: {wrong}")


def _wrong(row: Line, notice: str, version: int, case: Case | None) -> Iterator[str]:
    if case is None:
        yield "the ledger knows no such case yet"
        return
    if version != case.version:
        yield f"said of version {version} at version {case.version}"
    if notice in SAID_IN and case.state not in SAID_IN[notice]:
        yield f"said while the case was {case.state}"
    claims: Mapping[str, str] | None = row.data.get("claims")
    if claims is None:
        return
    known = {"agent": case.agent, "due": case.due}
    for name, value in claims.items():
        if known.get(name) != value:
            yield f"named {name} {value} where it was {known.get(name)}"
    must = CLAIMS.get(notice)
    if must is not None and must not in claims:
        yield f"did not name the {must}"


def check_shown(conversation_id: str, truth: Truth) -> Iterator[Violation]:
    """The customer's last published state is the case's state now."""
    if truth.erased or (not truth.cases and truth.shown is None):
        return
    case = next((each for each in truth.cases.values() if each.state not in ENDED), None)
    shown = truth.shown or {}
    told = shown.get("handoff") or {}
    if case is None:
        expected: tuple[object, ...] = ("bot", None, None, None)
    else:
        due = case.due_at.isoformat() if case.due_at else None
        expected = (CUSTOMER_SEES[State(case.state)], case.reference, case.version, due)
    found = (shown.get("state"), told.get("reference"), told.get("version"), told.get("due_at"))
    if found != expected:
        yield Violation(invariant="stream_equals_state", subject=conversation_id, found=f"shows {found}, is {expected}")
    if case is not None and shown and State(case.state) in HELD_STATES and not shown.get("agent"):
        yield Violation(
            invariant="stream_equals_state", subject=conversation_id, found="shows no agent while one holds the chat"
        )
