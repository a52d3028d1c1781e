"""What agents do with a case. Every write names the version they saw and is a compare-and-set on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from handoff.errors import AlreadyHeld, AtCapacity, ClientIdReused, Forbidden, InvalidInput, StaleVersion
from handoff.models import Agent, Attempt, Conversation, HandoffRow, Message
from handoff.service.base.core import Core, Work, work
from handoff.service.base.inbound import check_plain
from handoff.service.base.placeholders import check_filled
from handoff.service.base.records import message_view
from handoff.service.base.rows import ENDED, find_row, lock_conversation, named, open_promise_of, touch
from handoff.service.base.tokens import read_cursor
from handoff.service.base.uses import uses_of
from handoff.service.base.views import AgentView, MessageView
from handoff.service.cases.moving import Act, move
from handoff.service.cases.writing import check_segments
from handoff.service.people.presence import has_room, show_life
from handoff.service.telling.saying import Saying, say
from handoff.states import ENDS, HELD_STATES, OPEN_STATES, EventKind, State
from handoff.store import new_id, one

ATTEMPTS = ("reached", "voicemail", "no_answer", "wrong_number")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case under lock, in one transaction."""

    unit: Work
    conversation: Conversation
    row: HandoffRow


def open_case(unit: Work, reference: str) -> Case:
    """Locks the conversation, then the case, always in this order. Raises NotFound."""
    found = find_row(unit.session, reference)
    conversation = lock_conversation(unit, found.conversation_id)
    unit.session.refresh(found, with_for_update=True)
    return Case(unit=unit, conversation=conversation, row=found)


def claim(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """Takes the case, and with it every open case of that customer. Raises AlreadyHeld with who has it."""
    _take(core, actor, reference, version, now, EventKind.CLAIM)


def accept(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """Takes a case that was offered to this agent."""
    _take(core, actor, reference, version, now, EventKind.ACCEPT)


def start_call(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """Begins the promised callback."""
    _take(core, actor, reference, version, now, EventKind.START_CALL)


def _take(core: Core, actor: AgentView, reference: str, version: int, now: datetime, kind: EventKind) -> None:
    with work(core, now) as unit:
        cases = _all_cases(unit, reference)
        case = next(case for case in cases if reference in (case.row.reference, case.row.id))
        if State(case.row.state) in HELD_STATES:
            raise _held(unit, case.row, actor)
        show_life(unit, actor.id)
        if not has_room(unit, actor.id):
            raise AtCapacity(fields={"capacity": str(actor.capacity)})
        expected = case.row.version if kind is EventKind.CLAIM and _only_offered(case.row, version) else version
        act = Act(kind=kind, actor=f"agent:{actor.id}", agent=actor.id, has_room=True, expected=expected)
        move(unit, case.conversation, case.row, act)
        for other in cases:
            if other is not case and State(other.row.state) in OPEN_STATES - HELD_STATES:  # it may have just ended
                also = Act(kind=EventKind.CLAIM, actor=f"agent:{actor.id}", agent=actor.id, has_room=True)
                move(unit, other.conversation, other.row, also)


def _only_offered(row: HandoffRow, seen: int) -> bool:
    """Whether nothing has happened since that version but offers coming and going: a claim means the same still."""
    return row.answer_by is not None and row.told_version <= seen <= row.version


def _all_cases(unit: Work, reference: str) -> Sequence[Case]:
    """The case and the customer's other open ones, conversations locked in one order so that nobody deadlocks."""
    customer = find_row(unit.session, reference).customer_id
    is_open = HandoffRow.state.not_in(ENDED)
    statement = select(HandoffRow.id).where(named(reference) | ((HandoffRow.customer_id == customer) & is_open))
    statement = statement.order_by(HandoffRow.conversation_id)
    return [open_case(unit, found) for found in unit.session.execute(statement).scalars().all()]


def _held(unit: Work, row: HandoffRow, actor: AgentView) -> AlreadyHeld:
    name = unit.session.execute(select(Agent.name).where(Agent.id == row.agent_id)).scalar_one()
    whose = "You already hold this chat" if row.agent_id == actor.id else f"{name} holds this chat"
    return AlreadyHeld(whose, fields={"agent": name, "version": str(row.version)})


def decline(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """Gives an offer back; it keeps its place and goes to somebody else."""
    _act(core, actor, reference, version, now, EventKind.DECLINE)


def to_chat(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """From the call to the chat."""
    _act(core, actor, reference, version, now, EventKind.TO_CHAT)


def make_callback(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """Turns the chat into a promised callback. Refused when there is no way to call back."""
    _act(core, actor, reference, version, now, EventKind.MAKE_CALLBACK)


def _act(core: Core, actor: AgentView, reference: str, version: int, now: datetime, kind: EventKind) -> None:
    with work(core, now) as unit:
        case = open_case(unit, reference)
        check_holder(unit, case.row, actor)
        act = Act(kind=kind, actor=f"agent:{actor.id}", agent=actor.id, expected=version)
        move(unit, case.conversation, case.row, act)


def check_holder(unit: Work, row: HandoffRow, actor: AgentView) -> None:
    """Raises AlreadyHeld when somebody else has the case, StaleVersion when nobody has."""
    if row.agent_id == actor.id:
        return
    if row.agent_id is not None:
        raise _held(unit, row, actor)
    raise StaleVersion("You do not hold this chat any more", fields={"version": str(row.version), "state": row.state})


def check_supervisor(actor: AgentView) -> None:
    """Raises Forbidden for an agent without charge of others."""
    if actor.role == "agent":
        raise Forbidden


def reassign(core: Core, actor: AgentView, reference: str, version: int, agent: str, now: datetime) -> None:
    """A supervisor gives a held chat to another agent, who is present with room. Both, and the customer, are told."""
    check_supervisor(actor)
    with work(core, now) as unit:
        if one(unit.session, Agent, agent) is None:
            raise InvalidInput(fields={"agent": "an agent's id"})
        case = open_case(unit, reference)
        case.row.pending = case.row.pending_at = None
        act = Act(kind=EventKind.REASSIGN, actor=f"agent:{actor.id}", agent=agent, expected=version)
        move(unit, case.conversation, case.row, act)


def reply(
    core: Core,
    actor: AgentView,
    reference: str,
    version: int,
    client_id: str,
    text: str,
    *,
    upto: str | None = None,
    suggested: Sequence[str] = (),
    now: datetime,
) -> MessageView:
    """Says something to the customer as this agent. The same client_id again gives the same message.

    `upto` is the cursor of the newest message that the agent saw: what came later stays unseen. None: they saw all.
    `suggested` are the tokens of approved answers that they put into it. Raises InvalidInput while a place is unfilled,
    and TooManySegments for more than one text may be.
    """
    check_filled(check_plain(text, "text"))
    seen = read_cursor(upto) if upto is not None else None
    with work(core, now) as unit:
        case = open_case(unit, reference)
        twin = _twin(unit, case, client_id)
        if twin is not None:
            if twin.text != text:
                raise ClientIdReused
            return message_view(twin)
        check_holder(unit, case.row, actor)
        if case.row.version != version:
            raise StaleVersion(fields={"version": str(case.row.version), "state": case.row.state})
        check_segments(core, case.conversation, case.row.reference, text)
        show_life(unit, actor.id)
        case.row.pending = case.row.pending_at = None
        act = Act(kind=EventKind.AGENT_REPLIES, actor=f"agent:{actor.id}", agent=actor.id, upto=seen)
        move(unit, case.conversation, case.row, act)
        saying = Saying(
            author="agent",
            kind="text",
            text=text,
            language=case.conversation.language,
            client_id=client_id,
            agent_id=actor.id,
            agent_name=actor.name,
            uses=uses_of(core, suggested, text),
        )
        return message_view(say(unit, case.conversation, saying, case.row), "queued")


def _twin(unit: Work, case: Case, client_id: str) -> Message | None:
    statement = select(Message).where(
        Message.conversation_id == case.conversation.id, Message.client_id == client_id, Message.author == "agent"
    )
    return unit.session.execute(statement).scalar_one_or_none()


def mark_seen(core: Core, actor: AgentView, reference: str, *, upto: str | None = None, now: datetime) -> None:
    """The holder, or whoever works the promise, has seen the customer's messages up to that cursor, or all."""
    seen = read_cursor(upto) if upto is not None else None
    with work(core, now) as unit:
        case = open_case(unit, reference)
        if case.row.unseen == 0 or State(case.row.state) in ENDS:
            return
        if case.row.agent_id not in (None, actor.id):
            return  # listening in is not the holder's having seen it
        act = Act(kind=EventKind.SEEN, actor=f"agent:{actor.id}", agent=actor.id, upto=seen)
        move(unit, case.conversation, case.row, act)


def record_attempt(core: Core, actor: AgentView, reference: str, version: int, outcome: str, now: datetime) -> None:
    """How the call went: reached resolves nothing yet, the others promise again or end as the table says."""
    if outcome not in ATTEMPTS:
        raise InvalidInput(fields={"outcome": "one of " + ", ".join(ATTEMPTS)})
    with work(core, now) as unit:
        case = open_case(unit, reference)
        check_holder(unit, case.row, actor)
        promise = open_promise_of(unit.session, case.row.id)
        unit.session.add(
            Attempt(
                id=new_id(unit.now),
                handoff_id=case.row.id,
                promise_id=promise.id if promise else None,
                agent_id=actor.id,
                outcome=outcome,
                at=unit.now,
            )
        )
        if outcome == "reached":
            if case.row.version != version:
                raise StaleVersion(fields={"version": str(case.row.version)})
            touch(unit, case.row)
            return
        kind = EventKind.WRONG_NUMBER if outcome == "wrong_number" else EventKind.ATTEMPT_FAILED
        if kind is EventKind.WRONG_NUMBER:
            case.row.contact = None
        act = Act(kind=kind, actor=f"agent:{actor.id}", agent=actor.id, expected=version, data={"outcome": outcome})
        move(unit, case.conversation, case.row, act)
