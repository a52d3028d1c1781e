"""What supervisors do with a chat that somebody else holds: take it over, or listen without being in it."""

from datetime import datetime

from handoff.errors import AlreadyHeld, TransitionRefused
from handoff.service.base import ledger
from handoff.service.base.core import Core, work
from handoff.service.base.views import AgentView
from handoff.service.cases.holding import Case, check_supervisor, open_case
from handoff.service.cases.moving import Act, move
from handoff.service.people.presence import show_life
from handoff.states import HELD_STATES, EventKind, State


def take_over(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """The supervisor takes a held chat, whatever room they have. Its agent and the customer are told.

    Raises Forbidden, StaleVersion, AlreadyHeld when it is theirs already, TransitionRefused when nobody holds it.
    """
    check_supervisor(actor)
    with work(core, now) as unit:
        case = open_case(unit, reference)
        _check_others(case, actor)
        show_life(unit, actor.id)
        case.row.pending = case.row.pending_at = None
        act = Act(
            kind=EventKind.REASSIGN,
            actor=f"agent:{actor.id}",
            agent=actor.id,
            has_room=True,
            expected=version,
            data={"taken_over": True},
        )
        move(unit, case.conversation, case.row, act)


def begin_listening(core: Core, actor: AgentView, reference: str, now: datetime) -> None:
    """Records that a supervisor reads this held chat from now on. Nothing of the case changes, and nobody is told.

    Raises Forbidden, AlreadyHeld when it is their own chat, TransitionRefused when nobody holds it.
    """
    check_supervisor(actor)
    with work(core, now) as unit:
        case = open_case(unit, reference)
        _check_others(case, actor)
        _record(case, actor, "listening.began")


def end_listening(core: Core, actor: AgentView, reference: str, now: datetime) -> None:
    """Records that they have stopped, whatever has become of the case."""
    check_supervisor(actor)
    with work(core, now) as unit:
        _record(open_case(unit, reference), actor, "listening.ended")


def _check_others(case: Case, actor: AgentView) -> None:
    if State(case.row.state) not in HELD_STATES:
        raise TransitionRefused("Nobody holds this chat; open it from the queue.", fields={"state": case.row.state})
    if case.row.agent_id == actor.id:
        raise AlreadyHeld("You hold this chat yourself.", fields={"version": str(case.row.version)})


def _record(case: Case, actor: AgentView, kind: str) -> None:
    stream = ledger.conversation_stream(case.conversation.id)
    data = {"reference": case.row.reference, "holder": case.row.agent_id}
    ledger.append(case.unit, stream, kind, actor=f"agent:{actor.id}", data=data)
