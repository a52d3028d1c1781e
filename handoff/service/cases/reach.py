"""How the customer can be reached, and who may see it: in full whoever holds the case, and supervisors."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Address, Conversation, HandoffRow
from handoff.models.talk import TextRoute
from handoff.service.base.stopped import stopped_at
from handoff.service.base.views import AgentView, ContactView, FactView, ReachView
from handoff.service.telling.notifying import masked
from handoff.states import HELD_STATES, State

SECRET_FACTS = frozenset({"second_fact"})  # an e-mail address or postcode
_CHANNEL_OF = {"phone": "sms", "email": "email"}


def may_see(actor: AgentView, row: HandoffRow) -> bool:
    """Whether this agent needs the customer's contact details now."""
    return actor.role != "agent" or (row.agent_id == actor.id and State(row.state) in HELD_STATES)


def contact_of(session: Session, conversation: Conversation, row: HandoffRow, *, full: bool) -> tuple[ContactView, ...]:
    contact = row.contact or {}
    proven = contact.get("proven")  # the number itself: another that is given later is not it
    shown = [
        ContactView(kind=kind, value=str(contact[kind]), proven=kind == "phone" and contact[kind] == proven)
        for kind in ("name", "phone", "email")
        if contact.get(kind)
    ]
    address = session.get_one(Address, conversation.address_id)
    if address.channel == "sms" and not any(each.value == address.value for each in shown):
        shown.append(ContactView(kind="phone", value=address.value, proven=address.proven))
    return tuple(shown) if full else tuple(_masked(each) for each in shown)


def _masked(each: ContactView) -> ContactView:
    return replace(each, value=masked_contact(each.kind, each.value))


def masked_contact(kind: str, value: str) -> str:
    """Enough to tell contacts apart; a name stays."""
    way = _CHANNEL_OF.get(kind)
    return masked(way, value) if way else value


def reach_of(session: Session, secret: bytes, conversation: Conversation, row: HandoffRow, *, full: bool) -> ReachView:
    """The phone for texts and the chat's route by text; of a chat by text, its own phone."""
    route = _route(session, row)
    phone, proven = _phone(session, conversation, row)
    value = route.phone if route is not None and route.status != "over" else phone
    return ReachView(
        phone=value if full or value is None else masked("sms", value),
        proven=proven,
        status=route.status if route else None,
        ended_by=route.ended_by if route else None,
        opted_out=value is not None and _opted_out(session, secret, value),
        page=conversation.channel == "web",
    )


def _route(session: Session, row: HandoffRow) -> TextRoute | None:
    statement = select(TextRoute).where(TextRoute.handoff_id == row.id).order_by(TextRoute.asked_at.desc())
    return session.execute(statement.limit(1)).scalar_one_or_none()


def _phone(session: Session, conversation: Conversation, row: HandoffRow) -> tuple[str | None, bool]:
    """The phone that texts would go to: a proven one, else the one that the customer typed."""
    if conversation.channel == "sms":
        return conversation.address, True
    statement = (
        select(Address.value)
        .where(Address.customer_id == row.customer_id, Address.channel == "sms", Address.proven.is_(True))
        .order_by(Address.opted_out_at.is_not(None), Address.created_at.desc())
    )
    proven = session.execute(statement.limit(1)).scalar_one_or_none()
    typed: Any = (row.contact or {}).get("phone")
    return (proven, True) if proven else (str(typed) if typed else None, False)


def _opted_out(session: Session, secret: bytes, phone: str) -> bool:
    stopped = select(Address.id).where(
        Address.channel == "sms", Address.value == phone, Address.opted_out_at.is_not(None)
    )
    known = session.execute(stopped.limit(1)).first() is not None
    return known or stopped_at(session, secret, phone) is not None


def facts_of(dialogue: Mapping[str, Any] | None, *, full: bool) -> tuple[FactView, ...]:
    """What the dialogue collected, and what the company's own system confirmed by answering with it."""
    events, said = ((dialogue or {}).get(name) for name in ("events", "said"))
    collected = {
        str(each["name"]): str(each["value"])
        for each in (events if isinstance(events, list) else [])
        if isinstance(each, dict) and each.get("event") == "slot" and each.get("name") != "requested_slot"
    }
    answered = _answered(said if isinstance(said, list) else [])
    sure = {value for value in answered.values() if value}
    facts = [
        FactView(name=name, value=_value(name, value, full=full), confirmed=value in sure)
        for name, value in sorted(collected.items())
        if value
    ]
    known = {fact.value for fact in facts}
    facts += [
        FactView(name=name, value=value, confirmed=True) for name, value in answered.items() if value not in known
    ]
    return tuple(facts)


def _answered(said: list[Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for each in said:
        for name, value in (each.get("values") or {}).items() if isinstance(each, dict) else ():
            values[str(name)] = str(value.get("value", "")) if isinstance(value, dict) else ""
    return values


def _value(name: str, value: str, *, full: bool) -> str:
    if name not in SECRET_FACTS or full:
        return value
    return masked("email" if "@" in value else "sms", value)
