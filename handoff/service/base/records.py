"""Between rows and records: what the table of states needs, and what the edges are handed."""

from datetime import datetime
from typing import Any

from handoff import states
from handoff.business import Week
from handoff.models import Agent, Conversation, Customer, HandoffRow, Message, PromiseRow
from handoff.service.base.core import Core
from handoff.service.base.links import links
from handoff.service.base.tokens import make_cursor
from handoff.service.base.uses import AnswerUse
from handoff.service.base.views import AgentView, Choice, EntryRef, HandoffBrief, MessageView
from handoff.states import Deadline, DeadlineKind, Handoff, Promise, State, Urgency


def customer_state(conversation: Conversation, row: HandoffRow | None) -> str:
    """What the customer sees: bot, waiting, agent, callback or closed."""
    if conversation.erased_at is not None:
        return "closed"
    return states.customer_state(to_record(row, None)) if row else "bot"


def to_record(row: HandoffRow, promise: PromiseRow | None) -> Handoff:
    """The row as the transition table needs to know it."""
    return Handoff(
        state=State(row.state),
        version=row.version,
        urgency=Urgency(row.urgency),
        waiting_since=row.waiting_since,
        deadline=_deadline(row.deadline_at, row.deadline_kind),
        own_deadline=_deadline(row.own_deadline_at, row.own_deadline_kind),
        answer_by=row.answer_by,
        agent=row.agent_id,
        team=row.team,
        rung=row.rung,
        left_out=frozenset(row.left_out),
        front=row.front,
        message_asked=row.message_asked,
        contact_known=row.contact_known,
        collecting_for_hour=row.collecting_for_hour,
        promise=_promise(promise),
        unseen=row.unseen,
        customer_waits=row.customer_waits,
        wrote_during_call=row.wrote_during_call,
        nudged=row.nudged,
        nobody_told=row.nobody_told,
        told_version=row.told_version,
        alarms=row.alarms,
    )


def _deadline(at: datetime | None, kind: str | None) -> Deadline | None:
    return Deadline(at=at, kind=DeadlineKind(kind)) if at is not None and kind is not None else None


def _promise(row: PromiseRow | None) -> Promise | None:
    if row is None:
        return None
    return Promise(due_at=row.due_at, remind_at=row.remind_at, attempts=row.attempts, breaches=row.breaches)


def columns(record: Handoff) -> dict[str, Any]:
    """The record as column values of the handoff's row."""
    return {
        "state": record.state.value,
        "version": record.version,
        "urgency": record.urgency.value,
        "deadline_at": record.deadline.at if record.deadline else None,
        "deadline_kind": record.deadline.kind.value if record.deadline else None,
        "own_deadline_at": record.own_deadline.at if record.own_deadline else None,
        "own_deadline_kind": record.own_deadline.kind.value if record.own_deadline else None,
        "answer_by": record.answer_by,
        "agent_id": record.agent,
        "team": record.team,
        "rung": record.rung,
        "left_out": sorted(record.left_out),
        "front": record.front,
        "message_asked": record.message_asked,
        "contact_known": record.contact_known,
        "collecting_for_hour": record.collecting_for_hour,
        "unseen": record.unseen,
        "customer_waits": record.customer_waits,
        "wrote_during_call": record.wrote_during_call,
        "nudged": record.nudged,
        "nobody_told": record.nobody_told,
        "told_version": record.told_version,
        "alarms": record.alarms,
    }


def label_of(row: HandoffRow | None, customer: Customer, conversation: Conversation) -> str:
    """A name if one was given, else the channel's address so far masked that it only tells people apart."""
    name = customer.name or ((row.contact if row else None) or {}).get("name")
    if name:
        return str(name)
    tail = conversation.address[-4:]
    return f"•••{tail}" if conversation.channel == "sms" else f"web {conversation.id[-4:]}"


def brief(core: Core, row: HandoffRow, promise: PromiseRow | None) -> HandoffBrief:
    return HandoffBrief(
        reference=row.reference,
        state=row.state,
        version=row.version,
        due_at=promise.due_at if promise else None,
        links=links(core, row, promise),
        place=row.place_told,
        wait_seconds=row.wait_told,
    )


def message_view(message: Message, delivery: str | None = None) -> MessageView:
    choices = tuple(Choice(**choice) for choice in message.choices) if message.choices else None
    return MessageView(
        id=message.id,
        cursor=make_cursor(message.seq),
        author=message.author,
        kind=message.kind,
        text=message.text,
        language=message.language,
        at=message.at,
        entry=EntryRef(**message.entry) if message.entry else None,
        choices=choices,
        agent=message.agent_name,
        client_id=message.client_id,
        helped=message.helped,
        suggested=tuple(AnswerUse(**use) for use in message.suggested) if message.suggested else None,
        delivery=delivery,
    )


def agent_view(agent: Agent, default_capacity: int) -> AgentView:
    return AgentView(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        languages=tuple(agent.languages),
        capacity=agent.capacity if agent.capacity is not None else default_capacity,
        skills=tuple(agent.skills),
    )


def shift_of(agent: Agent) -> Week | None:
    """The agent's own week; None for all opening hours."""
    return Week.model_validate(agent.shift) if agent.shift is not None else None
