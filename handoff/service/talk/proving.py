"""A customer who leaves while waiting types a number or an address; after its code, replies follow them there.

What is typed may be anybody's: it receives one code and nothing of the case, within limits by contact, conversation,
network and country. Only the code makes it a contact.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from handoff.errors import Conflict, InvalidInput, NotFound, RateLimited, RelevoError, TextMissing
from handoff.models import Address, Conversation, HandoffRow
from handoff.models.proofs import ContactProof
from handoff.models.talk import TextRoute
from handoff.service.base import ledger
from handoff.service.base.addresses import address_at
from handoff.service.base.calling import as_international, country_of
from handoff.service.base.core import Core, Work, take_number, work
from handoff.service.base.rows import lock_conversation, open_handoff_of, touch
from handoff.service.cases.replies_follow import open_route
from handoff.service.cases.texting import case_at, take_back
from handoff.service.talk.contact_consent import check_consent, record_consent
from handoff.service.telling.notices import common_values
from handoff.service.telling.notifying import masked
from handoff.service.telling.proofs import (
    ASKED,
    BY_EMAIL,
    BY_TEXT,
    OVER,
    PROVEN,
    WAYS,
    code_of,
    code_words,
    proof_of,
    queue_code,
)
from handoff.service.telling.saying import Saying, say
from handoff.service.telling.text_routes import end_route, opted_out, phone_way, route_at
from handoff.store import new_id

CUSTOMER: Final = "customer"  # who ended a route
LASTS: Final = timedelta(minutes=10)
MOST_WRONG: Final = 5
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
AGAIN: Final = timedelta(seconds=30)  # before the next code of the same conversation
MOST_OF_CONVERSATION: Final = (_DAY, 6)
MOST_TO_CONTACT: Final = ((_HOUR, 3), (_DAY, 5))
MOST_OF_NETWORK: Final = (_HOUR, 10)
MOST_TO_COUNTRY: Final = (_HOUR, 60)
MOST_TO_ABROAD: Final = (_HOUR, 10)  # to each country that our own number is not of


class CannotFollow(Conflict):
    """Replies cannot follow there; `fields.why` is no_case, not_set_up, opted_out, in_use or country."""

    code: ClassVar[str] = "cannot_follow"


class CodeWrong(InvalidInput):
    """This is not the code that was sent; `fields.left` says how many tries are left."""

    code: ClassVar[str] = "code_wrong"


class CodeExpired(RelevoError):
    """This code is no longer taken; ask for a new one."""

    code: ClassVar[str] = "code_expired"
    status: ClassVar[int] = 410


@dataclass(frozen=True, kw_only=True)
class Following:
    """How replies follow the customer: `status` is asked (the code is on its way) or proven; `to` is masked."""

    kind: str
    to: str
    status: str
    expires_at: datetime | None = None


def read_following(core: Core, conversation_id: str, now: datetime) -> Following | None:
    """What the page shows; a code that nobody can use any more is nothing."""
    with core.database.read() as session:
        statement = select(ContactProof).where(
            ContactProof.conversation_id == conversation_id, ContactProof.status != OVER
        )
        proof = session.execute(statement).scalar_one_or_none()
        return _view(proof) if proof is not None and _is_alive(proof, now) else None


def _is_alive(proof: ContactProof, now: datetime) -> bool:
    return proof.status == PROVEN or (proof.expires_at > now and proof.wrong < MOST_WRONG)


def _view(proof: ContactProof) -> Following:
    return Following(
        kind=proof.kind,
        to=masked(WAYS[proof.kind], proof.value),
        status=proof.status,
        expires_at=proof.expires_at if proof.status == ASKED else None,
    )


def ask_code(
    core: Core,
    conversation_id: str,
    *,
    phone: str | None = None,
    email: str | None = None,
    network: str = "",
    consent: str | None = None,
    now: datetime,
) -> Following:
    """Sends one code to what was typed; it takes the place of an earlier one. Raises InvalidInput, CannotFollow,
    RateLimited or NotFound."""
    check_consent(consent)
    kind, value = _contact(core, phone, email)
    with work(core, now) as unit:
        conversation = _web(unit, conversation_id)
        row = open_handoff_of(unit.session, conversation.id)
        if row is None:
            raise CannotFollow(fields={"why": "no_case"})
        proof = ContactProof(
            id=new_id(unit.now),
            conversation_id=conversation.id,
            kind=kind,
            value=value,
            nonce=secrets.token_hex(16),
            wrong=0,
            status=ASKED,
            country=country_of(value) if kind == "phone" else None,
            network=_keyed(core, network) if network else None,
            asked_at=unit.now,
            expires_at=unit.now + LASTS,
        )
        _check_limits(unit, proof)
        why = _refusal(unit, conversation, value) if kind == "phone" else None
        if why is not None:  # counted as any other: nobody finds out by trying which numbers have a case with us
            proof.status, proof.expires_at = OVER, proof.asked_at
            unit.session.add(proof)
        else:
            _end(unit, conversation)
            unit.session.add(proof)
            unit.session.flush()
            _send(unit, conversation, proof, row)
            record_consent(unit, conversation, consent)
            return _view(proof)
    raise CannotFollow(fields={"why": why})


def _contact(core: Core, phone: str | None, email: str | None) -> tuple[str, str]:
    if email and not phone:
        return "email", email
    if not phone or email:
        raise InvalidInput(fields={"phone": "give this or email"})
    if not core.text_sender:
        raise CannotFollow(fields={"why": "not_set_up"})
    number = as_international(phone, core.text_sender)
    if number is None:
        raise InvalidInput(fields={"phone": "write it with its country, such as +34 600 123 456"})
    allowed = core.business.channels.sms.code_countries
    if allowed and country_of(number) not in allowed:
        raise CannotFollow(fields={"why": "country"})
    return "phone", number


def _web(unit: Work, conversation_id: str) -> Conversation:
    conversation = lock_conversation(unit, conversation_id)
    if conversation.erased_at is not None or conversation.channel != "web":
        raise NotFound
    return conversation


def _refusal(unit: Work, conversation: Conversation, phone: str) -> str | None:
    """Nobody who has stopped our texts gets one, and no phone has two chats at once."""
    if opted_out(unit, phone):
        return "opted_out"
    route = route_at(unit, phone)
    taken = (route is not None and route.conversation_id != conversation.id) or case_at(unit, phone) is not None
    return "in_use" if taken else None


def _keyed(core: Core, network: str) -> str:
    return hmac.new(core.secret, f"network\x00{network}".encode(), "sha256").hexdigest()[:32]


def _check_limits(unit: Work, proof: ContactProof) -> None:
    """Counted under one lock, so that many at once do not pass together. Raises RateLimited."""
    take_number(unit.session, "contact_proofs")
    home = country_of(unit.core.text_sender) in {None, proof.country}
    sent = ContactProof.expires_at > ContactProof.asked_at  # a number that was refused can be mended at once
    limits: list[tuple[timedelta, int, ColumnElement[bool]]] = [
        (AGAIN, 1, (ContactProof.conversation_id == proof.conversation_id) & sent),
        (*MOST_OF_CONVERSATION, ContactProof.conversation_id == proof.conversation_id),
        *((*each, ContactProof.value == proof.value) for each in MOST_TO_CONTACT),
    ]
    if proof.network:
        limits.append((*MOST_OF_NETWORK, ContactProof.network == proof.network))
    if proof.country:
        limits.append((*(MOST_TO_COUNTRY if home else MOST_TO_ABROAD), ContactProof.country == proof.country))
    for span, most, which in limits:
        recent = select(func.count(), func.min(ContactProof.asked_at)).where(
            which, ContactProof.asked_at > unit.now - span
        )
        count, first = unit.session.execute(recent).one()
        if count >= most:
            until = (first if count else unit.now) + span
            seconds = max(1, int((until - unit.now).total_seconds()) + 1)
            raise RateLimited("Enough codes for now; try again later.", fields={"retry_after": str(seconds)})


def _end(unit: Work, conversation: Conversation) -> None:
    """What was asked or proven before gives way; its phone gets no more replies of this chat."""
    old = proof_of(unit, conversation.id)
    if old is None:
        return
    if old.status == PROVEN and old.kind == "phone":
        take_back(unit, conversation)
        end_route(unit, conversation, CUSTOMER)
    old.status = OVER
    unit.session.flush()


def _send(unit: Work, conversation: Conversation, proof: ContactProof, row: HandoffRow) -> None:
    try:
        code_words(unit.core, proof, conversation.language)
    except TextMissing as exc:
        raise CannotFollow(fields={"why": "not_set_up"}) from exc
    queue_code(unit, proof, row, conversation.language)
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(unit, stream, "contact.asked", actor="customer", data={"kind": proof.kind, "proof": proof.id})


def prove(core: Core, conversation_id: str, code: str, now: datetime) -> Following:
    """Takes the code. Raises CodeWrong (counted, whatever happens), CodeExpired or CannotFollow."""
    try:
        return _prove(core, conversation_id, code, now)
    except IntegrityError:  # the same phone was taken, or its address made, at this very moment: now it can be read
        return _prove(core, conversation_id, code, now)


def _prove(core: Core, conversation_id: str, code: str, now: datetime) -> Following:
    with work(core, now) as unit:
        _hold_address(unit, conversation_id, code)
        conversation = _web(unit, conversation_id)
        proof = proof_of(unit, conversation.id)
        if proof is None or not _is_alive(proof, now):
            raise CodeExpired
        if proof.status == PROVEN:
            return _view(proof)
        if not _is_right(core, proof, code):
            proof.wrong += 1
            left = MOST_WRONG - proof.wrong
        else:
            _take(unit, conversation, proof)
            return _view(proof)
    raise CodeWrong(fields={"left": str(left)}) if left else CodeExpired


def _is_right(core: Core, proof: ContactProof, code: str) -> bool:
    return hmac.compare_digest(code.encode(), code_of(core, proof).encode())


def _hold_address(unit: Work, conversation_id: str, code: str) -> None:
    """Locks the address that a right code proves, before its conversation: a phone that writes locks it first."""
    proof = proof_of(unit, conversation_id)
    if proof is None:
        return
    unit.session.expunge(proof)  # it is read anew, and counted, under the conversation's lock
    if _is_alive(proof, unit.now) and _is_right(unit.core, proof, code):
        _place(unit, proof)


def _place(unit: Work, proof: ContactProof) -> Address:
    account = unit.core.text_sender if proof.kind == "phone" else "email"
    return address_at(unit, WAYS[proof.kind], account, proof.value, lock=True)


def _take(unit: Work, conversation: Conversation, proof: ContactProof) -> None:
    proof.status, proof.proven_at = PROVEN, unit.now
    unit.session.flush()
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(unit, stream, "contact.proven", actor="customer", data={"kind": proof.kind, "proof": proof.id})
    place = _place(unit, proof)
    _vouch(unit, conversation, place)
    row = open_handoff_of(unit.session, conversation.id, lock=True)
    if row is None:
        return
    row.contact = {
        **(row.contact or {}),
        proof.kind: proof.value,
        **({"proven": proof.value} if proof.kind == "phone" else {}),
    }
    row.contact_known = True
    if proof.kind == "phone":
        _follow_by_text(unit, conversation, row, place)
    else:
        _tell(unit, conversation, row, BY_EMAIL, None)
    touch(unit, row)


def _vouch(unit: Work, conversation: Conversation, place: Address) -> None:
    """The contact is this customer's; a customer who was made with an address and never spoke was a stand-in."""
    place.proven = True
    talked = select(Conversation.id).where(Conversation.customer_id == place.customer_id)
    if unit.session.execute(talked.limit(1)).first() is None:
        place.customer_id = conversation.customer_id
    unit.session.flush()


def _follow_by_text(unit: Work, conversation: Conversation, row: HandoffRow, place: Address) -> None:
    take_back(unit, conversation)
    end_route(unit, conversation, CUSTOMER)
    route = open_route(unit, conversation, row, place)
    if route is None:
        raise CannotFollow(fields={"why": _refusal(unit, conversation, place.value) or "in_use"})
    _tell(unit, conversation, row, BY_TEXT, route)


def _tell(unit: Work, conversation: Conversation, row: HandoffRow, notice: str, route: TextRoute | None) -> None:
    """Says where replies go: there, and on the page. Raises CannotFollow where the release has no words for it."""
    values = common_values(unit, conversation, row, None)
    try:
        text = unit.core.texts.render(notice, conversation.language, "sms" if route else "web", values)
    except TextMissing as exc:
        raise CannotFollow(fields={"why": "not_set_up"}) from exc
    saying = Saying(
        author="system",
        kind="notice",
        text=text.text,
        language=conversation.language,
        notice=text.id,
        version=text.version,
        release=text.release,
        belongs_to=row.id,  # and not told for it: whoever takes the case meanwhile makes this no less true
    )
    say(unit, conversation, saying, way=phone_way(unit, route) if route else None)


def stop_following(core: Core, conversation_id: str, now: datetime) -> None:
    """The customer wants no more replies there; what they write and read on the page goes on."""
    with work(core, now) as unit:
        conversation = _web(unit, conversation_id)
        proof = proof_of(unit, conversation.id)
        if proof is None:
            return
        _end(unit, conversation)
        stream = ledger.conversation_stream(conversation.id)
        ledger.append(unit, stream, "contact.stopped", actor="customer", data={"proof": proof.id})
        row = open_handoff_of(unit.session, conversation.id, lock=True)
        if row is not None:
            touch(unit, row)
