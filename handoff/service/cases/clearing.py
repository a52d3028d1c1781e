"""Clearing the queue: a supervisor ends many cases that nobody holds, each in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.errors import AlreadyHeld, InvalidInput, RelevoError, StaleVersion, UnseenMessages
from handoff.service.base.core import Core, work
from handoff.service.base.inbound import check_plain
from handoff.service.base.views import AgentView
from handoff.service.cases.ending import OUTCOMES
from handoff.service.cases.holding import Case, check_supervisor, open_case
from handoff.service.cases.moving import Act, move
from handoff.states import HELD_STATES, EventKind, State

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One case as the page showed it: at which version, and with how many unseen messages."""

    reference: str
    version: int
    unseen: int


@dataclass(frozen=True, kw_only=True)
class Refused:
    reference: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Cleared:
    resolved: tuple[str, ...]
    refused: tuple[Refused, ...]


def resolve_many(
    core: Core, actor: AgentView, cases: Sequence[Listed], outcome: str, reason: str, now: datetime
) -> Cleared:
    """Claims and resolves each case that nobody holds and that stands as it was shown. Raises Forbidden."""
    check_supervisor(actor)
    check_plain(reason, "reason")
    if outcome not in OUTCOMES:
        raise InvalidInput(fields={"outcome": "one of " + ", ".join(OUTCOMES)})
    if len(cases) > MOST:
        raise InvalidInput(fields={"cases": f"at most {MOST} at once"})
    resolved, refused = [], []
    for listed in cases:
        try:
            _clear(core, actor, listed, outcome, reason, now)
            resolved.append(listed.reference)
        except RelevoError as error:
            refused.append(Refused(reference=listed.reference, code=error.code))
    return Cleared(resolved=tuple(resolved), refused=tuple(refused))


def _clear(core: Core, actor: AgentView, listed: Listed, outcome: str, reason: str, now: datetime) -> None:
    """Only a holder may end a case, so the supervisor holds it for the length of this transaction.

    Nobody has spoken with the customer: no promise was kept by it, and no wait was ended by a person.
    """
    with work(core, now) as unit:
        case = open_case(unit, listed.reference)
        _check_as_listed(case, listed)
        held_at = case.row.first_held_at
        by = f"agent:{actor.id}"
        move(unit, case.conversation, case.row, Act(kind=EventKind.CLAIM, actor=by, agent=actor.id, has_room=True))
        if case.row.unseen:
            move(unit, case.conversation, case.row, Act(kind=EventKind.SEEN, actor=by, agent=actor.id))
        case.row.outcome, case.row.topic = outcome, reason[:200]
        unit.session.flush()
        data = {"outcome": outcome, "in_bulk": True}
        act = Act(kind=EventKind.RESOLVE, actor=by, agent=actor.id, data=data, closes="void")
        move(unit, case.conversation, case.row, act)
        case.row.first_held_at = held_at


def _check_as_listed(case: Case, listed: Listed) -> None:
    row = case.row
    if State(row.state) in HELD_STATES:
        raise AlreadyHeld
    if row.version != listed.version:
        raise StaleVersion(fields={"version": str(row.version), "state": row.state})
    if row.unseen > listed.unseen:
        raise UnseenMessages
