"""What a customer can ask of their case: a person, a callback, to withdraw; and what they thought of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from handoff.errors import InvalidInput, NotFound
from handoff.models import Conversation, HandoffRow, Rating
from handoff.service.base import idempotency, ledger
from handoff.service.base.core import Core, Work, work
from handoff.service.base.inbound import check_plain
from handoff.service.base.records import brief
from handoff.service.base.rows import lock_conversation, open_handoff_of, open_promise_of
from handoff.service.base.views import HandoffBrief
from handoff.service.cases.moving import Act, move
from handoff.service.cases.opening import Need, begin, open_handoff
from handoff.service.talk.contact_consent import check_consent, record_consent
from handoff.service.talk.regreeting import greet_again
from handoff.service.talk.wishes import take_callback
from handoff.service.telling.saying import Saying, say
from handoff.states import EventKind
from handoff.store import new_id, one


@dataclass(frozen=True, kw_only=True)
class CallbackForm:
    """The after-hours message: what it is about and at least one way to call back."""

    message: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    consent: str | None = None  # the version of the line that stood above the contact fields


def ask_person(core: Core, conversation_id: str, *, idempotency_key: str | None = None, now: datetime) -> HandoffBrief:
    """The button "Talk to a person": opens the handoff, or says again where it stands."""
    scope, request = f"handoff:{conversation_id}", idempotency.digest("ask")
    with work(core, now) as unit:
        conversation = _live(unit, conversation_id)
        known = idempotency.recall(unit, scope, idempotency_key, request)
        if known is not None:
            return _brief(unit, conversation, known)
        row = open_handoff(unit, conversation, Need(reason="asked_for_person"))
        idempotency.remember(unit, scope, idempotency_key, request, {"handoff": row.id})
        return _brief(unit, conversation)


def submit_form(
    core: Core, conversation_id: str, form: CallbackForm, *, idempotency_key: str | None = None, now: datetime
) -> HandoffBrief:
    """Takes the message in any state and promises a callback where one is due. Raises InvalidInput."""
    _check_form(form)
    scope = f"callback:{conversation_id}"
    request = idempotency.digest(form.message, form.name, form.phone, form.email)
    with work(core, now) as unit:
        conversation = _live(unit, conversation_id)
        known = idempotency.recall(unit, scope, idempotency_key, request)
        if known is not None:
            return _brief(unit, conversation, known)
        row = _take_form(unit, conversation, form)
        idempotency.remember(unit, scope, idempotency_key, request, {"handoff": row.id})
        return _brief(unit, conversation)


def _take_form(unit: Work, conversation: Conversation, form: CallbackForm) -> HandoffRow:
    row = open_handoff_of(unit.session, conversation.id, lock=True)
    saying = Saying(author="customer", kind="form", text=form.message, language=conversation.language)
    message = say(unit, conversation, saying, row)
    record_consent(unit, conversation, form.consent)
    given = {key: value for key, value in vars(form).items() if value and key not in {"message", "consent"}}
    if row is None:
        row = begin(unit, conversation, Need(reason="left_message"), kind=EventKind.FORM, given=given)
        message.handoff_id = row.id
    else:
        row.contact = {**(row.contact or {}), **given}
        unit.session.flush()
        move(unit, conversation, row, Act(kind=EventKind.FORM, actor="customer", contact=True))
    conversation.watermark = max(conversation.watermark, message.seq)
    return row


def _check_form(form: CallbackForm) -> None:
    check_plain(form.message, "message")
    check_consent(form.consent)
    for field in ("name", "phone", "email"):
        value = getattr(form, field)
        if value is not None:
            check_plain(value, field)
            if len(value) > 200:
                raise InvalidInput(fields={field: "at most 200 characters"})
    if not (form.phone or form.email):
        raise InvalidInput(
            "A phone number or an e-mail address is needed to call back", fields={"phone": "give this or email"}
        )


def withdraw(core: Core, conversation_id: str, reference: str, version: int, now: datetime) -> HandoffBrief:
    """Ends the case by the customer's own confirmed word. Raises StaleVersion when what they were told has changed."""
    with work(core, now) as unit:
        conversation = _live(unit, conversation_id)
        row = open_handoff_of(unit.session, conversation.id, lock=True)
        if row is None or row.reference != reference:
            raise NotFound
        unchanged = row.told_version <= version <= row.version  # being offered to an agent changes nothing for them
        expected = row.version if unchanged else version
        move(unit, conversation, row, Act(kind=EventKind.WITHDRAW, actor="customer", expected=expected))
        return brief(core, row, None)


def ask_callback(core: Core, conversation_id: str, now: datetime) -> HandoffBrief:
    """A message is taken instead of waiting on; elsewhere the customer hears how their case stands. Raises NotFound."""
    with work(core, now) as unit:
        conversation = _live(unit, conversation_id)
        row = open_handoff_of(unit.session, conversation.id, lock=True)
        if row is None:
            raise NotFound
        take_callback(unit, conversation, row)
        return _brief(unit, conversation)


def rate(core: Core, conversation_id: str, stars: int, comment: str | None = None, *, now: datetime) -> None:
    """Keeps what the customer thought, 1 to 5 stars, with the case it followed if there was one."""
    if not 1 <= stars <= 5:
        raise InvalidInput(fields={"stars": "1 to 5"})
    if comment:
        check_plain(comment, "comment")
    with work(core, now) as unit:
        conversation = _live(unit, conversation_id)
        last = (
            select(HandoffRow.id)
            .where(HandoffRow.conversation_id == conversation.id)
            .order_by(HandoffRow.opened_at.desc(), HandoffRow.id.desc())
            .limit(1)
        )
        unit.session.add(
            Rating(
                id=new_id(unit.now),
                conversation_id=conversation.id,
                handoff_id=unit.session.execute(last).scalar_one_or_none(),
                stars=stars,
                comment=comment or None,
                at=unit.now,
            )
        )
        stream = ledger.conversation_stream(conversation.id)
        ledger.append(unit, stream, "rating", actor="customer", data={"stars": stars})


def set_language(core: Core, conversation_id: str, language: str, now: datetime) -> None:
    """The customer's choice of language. Raises InvalidInput for one that the business does not speak."""
    if language not in core.business.languages:
        raise InvalidInput(fields={"language": "one of " + ", ".join(core.business.languages)})
    with work(core, now) as unit:
        conversation = _live(unit, conversation_id)
        other = conversation.language != language
        conversation.language, conversation.language_known = language, True
        if other:
            greet_again(unit, conversation)


def _live(unit: Work, conversation_id: str) -> Conversation:
    conversation = lock_conversation(unit, conversation_id)
    if conversation.erased_at is not None:
        raise NotFound
    return conversation


def _brief(unit: Work, conversation: Conversation, known: Mapping[str, Any] | None = None) -> HandoffBrief:
    """The open case; to a repeated call also the one that it opened, when that has ended."""
    row = open_handoff_of(unit.session, conversation.id)
    if row is None and known is not None:
        row = one(unit.session, HandoffRow, known.get("handoff"))
    if row is None:
        raise NotFound
    return brief(unit.core, row, open_promise_of(unit.session, row.id))
