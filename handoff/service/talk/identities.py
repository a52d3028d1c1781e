"""Who somebody is by their site's word: an anonymous visitor becomes the site's own customer, on whatever device."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError

from handoff.errors import Conflict, Forbidden, NotFound
from handoff.models import Address, Conversation, Customer, HandoffRow, IdentityUse, SignedDetails
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, work
from handoff.service.base.rows import lock_conversation, open_handoff_of, touch
from handoff.service.base.signed import SIGNED, lock_addresses, signed_contact
from handoff.service.base.tokens import TOKEN_LIFE, make_token
from handoff.store import locked, new_id, one

REQUIRED = "required"


class IdentityReplayed(Conflict):
    """This signed identity was used in another conversation; ask the site for a new one."""

    code = "identity_replayed"


class IdentityConflict(Conflict):
    """This conversation belongs to somebody else; begin a new one with this identity."""

    code = "identity_conflict"


class IdentityRequired(Forbidden):
    """Only known customers may write here; sign in at the site, or ask for a person."""

    code = "identity_required"


@dataclass(frozen=True, kw_only=True)
class SignedIdentity:
    """Who somebody is, signed by the site and checked by the edge. `subject` is the site's own name of them.

    `digest` names the token, which counts in one conversation until `expires_at`. `details`: name, email, phone, order.
    """

    site: str
    subject: str = field(repr=False)
    digest: str
    expires_at: datetime
    details: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The same customer's open case in another conversation, with the token that opens it."""

    conversation_id: str
    token: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Identified:
    """`name` is what the site has signed; `elsewhere` the case that they have open on another device."""

    name: str | None
    elsewhere: Elsewhere | None


def identify(core: Core, conversation_id: str, identity: SignedIdentity, now: datetime) -> Identified:
    """The visitor of a running conversation is this customer: it is linked to them, and no row of it moves.

    Raises NotFound, IdentityReplayed or IdentityConflict.
    """
    try:
        return _identify(core, conversation_id, identity, now)
    except IntegrityError:  # a twin was first to make the address or to use the token
        return _identify(core, conversation_id, identity, now)


def _identify(core: Core, conversation_id: str, identity: SignedIdentity, now: datetime) -> Identified:
    with work(core, now) as unit:
        known = one(unit.session, Conversation, conversation_id)
        if known is None:
            raise NotFound
        lock_addresses(unit, known.customer_id, _is(identity))
        conversation = lock_conversation(unit, conversation_id)
        if conversation.erased_at is not None:
            raise NotFound
        use(unit, identity, conversation.id)
        link(unit, conversation, identity)
        return Identified(
            name=identity.details.get("name"), elsewhere=elsewhere(unit, conversation.customer_id, conversation.id)
        )


def use(unit: Work, identity: SignedIdentity, conversation_id: str) -> None:
    """Binds the token to the conversation; again in the same one changes nothing. Raises IdentityReplayed."""
    known = one(unit.session, IdentityUse, identity.digest, lock=True)
    if known is None:
        unit.session.add(
            IdentityUse(digest=identity.digest, conversation_id=conversation_id, expires_at=identity.expires_at)
        )
        unit.session.flush()
    elif known.conversation_id != conversation_id:
        raise IdentityReplayed


def link(unit: Work, conversation: Conversation, identity: SignedIdentity) -> None:
    """The conversation, locked by the caller, belongs to this customer from here on. Raises IdentityConflict."""
    place = signed_address(unit, identity)
    mine = _signed_as(unit, conversation.customer_id)
    if mine is not None and (place is None or place.id != mine):
        raise IdentityConflict
    if place is None:
        unit.session.add(_address(unit, conversation.customer_id, identity))
    elif place.customer_id != conversation.customer_id:
        _join(unit, conversation.customer_id, place.customer_id)
        conversation.customer_id = place.customer_id
    _keep_details(unit, conversation.customer_id, identity)
    _tell_case(unit, conversation)
    if mine is None:
        stream = ledger.conversation_stream(conversation.id)
        ledger.append(unit, stream, "identity.linked", actor="customer", data={"site": identity.site})
    unit.session.flush()


def signed_address(unit: Work, identity: SignedIdentity) -> Address | None:
    """The address of this customer of the site, locked; None for one who was never here."""
    found: Address | None = unit.session.execute(locked(select(Address).where(_is(identity)))).scalar_one_or_none()
    return found


def _is(identity: SignedIdentity) -> ColumnElement[bool]:
    return and_(Address.channel == SIGNED, Address.account == identity.site, Address.value == identity.subject)


def _signed_as(unit: Work, customer_id: str) -> str | None:
    """The address by which a site has named this customer already, if one has."""
    statement = select(Address.id).where(Address.customer_id == customer_id, Address.channel == SIGNED).limit(1)
    return unit.session.execute(statement).scalar_one_or_none()


def _address(unit: Work, customer_id: str, identity: SignedIdentity) -> Address:
    return Address(
        id=new_id(unit.now),
        customer_id=customer_id,
        channel=SIGNED,
        account=identity.site,
        value=identity.subject,
        proven=True,
        created_at=unit.now,
    )


def _join(unit: Work, visitor_id: str, customer_id: str) -> None:
    """All that hung on the anonymous visitor hangs on the customer: addresses, conversations, cases, spent fuel."""
    visitor, customer = (one(unit.session, Customer, each, lock=True) for each in sorted((visitor_id, customer_id)))
    if visitor is None or customer is None:
        raise NotFound
    if visitor.id != visitor_id:
        visitor, customer = customer, visitor
    for table in (Address, Conversation, HandoffRow):
        statement = update(table).where(table.customer_id == visitor_id).values(customer_id=customer_id)
        unit.session.execute(statement.execution_options(synchronize_session="fetch"))
    customer.name = customer.name or visitor.name
    if visitor.needs:
        customer.needs = {**visitor.needs, **(customer.needs or {})}
    visitor.name = visitor.needs = None


def _keep_details(unit: Work, customer_id: str, identity: SignedIdentity) -> None:
    """The site's newest word replaces its earlier one."""
    customer = one(unit.session, Customer, customer_id, lock=True)
    if customer is not None and identity.details.get("name"):
        customer.name = identity.details["name"]
    known = one(unit.session, SignedDetails, customer_id, lock=True)
    if known is None:
        known = SignedDetails(customer_id=customer_id, site=identity.site, details={}, at=unit.now)
        unit.session.add(known)
    known.site, known.details, known.at = identity.site, dict(identity.details), unit.now
    unit.session.flush()


def _tell_case(unit: Work, conversation: Conversation) -> None:
    """Who holds the open case sees the contact; what the customer typed themselves stays."""
    row = open_handoff_of(unit.session, conversation.id, lock=True)
    signed = signed_contact(unit.session, conversation.customer_id)
    if row is not None and signed:
        row.contact = {**signed, **(row.contact or {})}
        touch(unit, row)


def elsewhere(unit: Work, customer_id: str, but: str | None = None) -> Elsewhere | None:
    """The customer's newest open case on the web, in another conversation than `but`."""
    statement = (
        select(HandoffRow.reference, Conversation)
        .join(Conversation, Conversation.id == HandoffRow.conversation_id)
        .where(
            Conversation.customer_id == customer_id,
            Conversation.channel == "web",
            Conversation.erased_at.is_(None),
            Conversation.created_at > unit.now - TOKEN_LIFE,  # an older one has no token any more
            HandoffRow.deadline_at.is_not(None),
        )
        .order_by(HandoffRow.opened_at.desc(), HandoffRow.id.desc())
    )
    for reference, found in unit.session.execute(statement):
        if found.id != but:
            token = make_token(unit.core, found.id, found.created_at)
            return Elsewhere(conversation_id=found.id, token=token, reference=reference)
    return None


def check_may_write(unit: Work, conversation: Conversation, handoff: HandoffRow | None) -> None:
    """Where only known customers may write, raises IdentityRequired for anybody else.

    Who has an open case may always write: asking for a person needs no identity, and that person must hear them.
    """
    if unit.core.business.channels.web.identity != REQUIRED or conversation.channel != "web" or handoff is not None:
        return
    if _signed_as(unit, conversation.customer_id) is None:
        raise IdentityRequired
