"""Whom a name means: customers by e-mail, phone, the site's own name of them, a conversation or a case."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.errors import InvalidInput
from handoff.models import Address, Conversation, Customer, HandoffRow, SignedDetails
from handoff.models.proofs import ContactProof
from handoff.models.talk import TextRoute
from handoff.service.base.signed import SIGNED
from handoff.service.privacy.holdings import Scope

KINDS = ("email", "phone", "sub", "conversation", "case")
SHORTEST_NUMBER = 9  # digits from which on a number without its country is the same phone
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Who:
    """`kind` is one of KINDS; a `sub` may name its site before a colon."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Found:
    """One customer, and by what they were found: `typed_in` names the case in whose form it stands."""

    customer_id: str
    by: str
    typed_in: str | None = None


def read_who(text: str) -> Who:
    """`ana@example.com`, `+34600111222`, `R-7K3M9Q`, a conversation's id, or `kind:value`. Raises InvalidInput."""
    text = text.strip()
    kind, _, value = text.partition(":")
    if kind in KINDS and value.strip():
        return Who(kind=kind, value=value.strip())
    if "@" in text and ":" not in text:
        return Who(kind="email", value=text)
    if text.startswith("+"):
        return Who(kind="phone", value=text)
    if re.fullmatch(r"R-[0-9A-Z]{6}", text):
        return Who(kind="case", value=text)
    if _ID.fullmatch(text):
        return Who(kind="conversation", value=text)
    named = ", ".join(f"{kind}:…" for kind in KINDS)
    raise InvalidInput("Say what this is.", fields={"identity": f"write one of {named}"})


def find(session: Session, who: Who) -> tuple[Found, ...]:
    """The customers that this names, who are not erased yet, each once."""
    finders = {
        "email": _by_contact,
        "phone": _by_contact,
        "sub": _by_subject,
        "conversation": _by_conversation,
        "case": _by_case,
    }
    found: dict[str, Found] = {}
    for each in finders[who.kind](session, who):
        found.setdefault(each.customer_id, each)
    living = select(Customer.id).where(Customer.id.in_(found), Customer.erased_at.is_(None))
    return tuple(found[each] for each in sorted(session.execute(living).scalars()))


def _by_conversation(session: Session, who: Who) -> Iterator[Found]:
    statement = select(Conversation.customer_id).where(Conversation.id == who.value)
    yield from (Found(customer_id=each, by="conversation") for each in session.execute(statement).scalars())


def _by_case(session: Session, who: Who) -> Iterator[Found]:
    statement = select(HandoffRow.customer_id).where(HandoffRow.reference == who.value)
    yield from (Found(customer_id=each, by="case") for each in session.execute(statement).scalars())


def _by_subject(session: Session, who: Who) -> Iterator[Found]:
    site, colon, subject = who.value.partition(":")
    for place in _addresses(session, SIGNED):
        if place.value == who.value or (colon and (place.account, place.value) == (site, subject)):
            yield Found(customer_id=place.customer_id, by="sub")


def _by_contact(session: Session, who: Who) -> Iterator[Found]:
    channel = {"phone": "sms", "email": "email"}[who.kind]
    for place in _addresses(session, channel):
        if _same(who, place.value):
            yield Found(customer_id=place.customer_id, by="address")
    signed = session.execute(select(SignedDetails.customer_id, SignedDetails.details))
    for customer_id, details in signed:
        if _same(who, details.get(who.kind)):
            yield Found(customer_id=customer_id, by="signed")
    typed = select(HandoffRow.customer_id, HandoffRow.reference, HandoffRow.contact)
    for customer_id, reference, contact in session.execute(typed.where(HandoffRow.contact.is_not(None))):
        if _same(who, (contact or {}).get(who.kind)):
            yield Found(customer_id=customer_id, by="contact", typed_in=reference)
    yield from _by_proof(session, who)
    if who.kind == "phone":
        yield from _by_route(session, who)


def _by_proof(session: Session, who: Who) -> Iterator[Found]:
    """What somebody typed so that replies follow them there, whether a code has proven it or not."""
    statement = select(Conversation.customer_id, ContactProof.value).join(
        Conversation, Conversation.id == ContactProof.conversation_id
    )
    for customer_id, value in session.execute(statement.where(ContactProof.kind == who.kind)):
        if _same(who, value):
            yield Found(customer_id=customer_id, by="proof")


def _by_route(session: Session, who: Who) -> Iterator[Found]:
    statement = select(Conversation.customer_id, TextRoute.phone).join(
        Conversation, Conversation.id == TextRoute.conversation_id
    )
    for customer_id, phone in session.execute(statement):
        if _same(who, phone):
            yield Found(customer_id=customer_id, by="text_route")


def _addresses(session: Session, channel: str) -> Iterator[Address]:
    yield from session.execute(select(Address).where(Address.channel == channel)).scalars()


def _same(who: Who, kept: object) -> bool:
    """However a phone is spaced, with its country or without; however an address is capitalised."""
    if not kept:
        return False
    if who.kind == "email":
        return str(kept).strip().lower() == who.value.lower()
    one, other = (re.sub(r"\D", "", str(each)) for each in (who.value, kept))
    shorter = min(len(one), len(other))
    return one == other or (shorter >= SHORTEST_NUMBER and (one.endswith(other) or other.endswith(one)))


def scope_of(session: Session, customers: tuple[str, ...]) -> Scope:
    """Everything that belongs to these customers and is not erased yet."""
    conversations = select(Conversation.id).where(Conversation.customer_id.in_(customers)).order_by(Conversation.id)
    found = tuple(session.execute(conversations).scalars())
    addresses = select(Address.id).where(Address.customer_id.in_(customers)).order_by(Address.id)
    return Scope(
        customers=customers,
        addresses=tuple(session.execute(addresses).scalars()),
        conversations=found,
        handoffs=handoffs_in(session, found),
    )


def handoffs_in(session: Session, conversations: tuple[str, ...]) -> tuple[str, ...]:
    statement = select(HandoffRow.id).where(HandoffRow.conversation_id.in_(conversations)).order_by(HandoffRow.id)
    return tuple(session.execute(statement).scalars())
