"""The system's own words to a customer: which values a notice may need, and saying it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy import select

from handoff import hours
from handoff.errors import TextMissing
from handoff.models import Agent, Conversation, HandoffRow, Message, PromiseRow
from handoff.service.base import ledger
from handoff.service.base.core import Core, Text, Work
from handoff.service.base.links import links
from handoff.service.base.views import Choice
from handoff.service.people.estimates import MINUTE, standing
from handoff.service.telling.alerts import alert
from handoff.service.telling.choices import with_numbers
from handoff.service.telling.saying import Saying, say

CHOICES = {
    "offer_person": ("talk_to_person", "no_thanks"),
    "refuse": ("talk_to_person", "no_thanks"),
    "refuse_near": ("talk_to_person", "no_thanks"),
    "still_waiting": ("leave_message",),
    "handoff_waiting": ("leave_message",),
    "handoff_waiting_estimate": ("leave_message",),
    "handoff_waiting_place": ("leave_message",),
    "handoff_waiting_closed": ("leave_message",),
    "engine_back": ("try_bot", "keep_waiting"),
    "confirm_withdraw": ("yes", "no"),
}

log = structlog.get_logger()
_WITH_PLACE = frozenset({"handoff_waiting", "still_waiting"})


def label(core: Core, name: str, conversation: Conversation) -> Choice:
    """A choice button, in the conversation's language."""
    text = core.texts.render(name, conversation.language, conversation.spoken, {}).text
    return Choice(label=text, value=text)


def tell(
    work: Work,
    conversation: Conversation,
    notice: str,
    *,
    handoff: HandoffRow | None = None,
    promise: PromiseRow | None = None,
    values: Mapping[str, str] | None = None,
    author: str = "system",
    choices: tuple[Choice, ...] | None = None,
) -> Message:
    """Says an approved notice to the customer, in their language, for their channel."""
    known = {**common_values(work, conversation, handoff, promise), **(values or {})}
    if handoff is not None and notice in _WITH_PLACE:
        known |= place_values(work, handoff)
    text = _rendered(work, conversation, notice, known)
    if choices is None:
        choices = usual_choices(work, conversation, notice)
    saying = Saying(
        author=author,
        kind="notice",
        text=with_numbers(conversation, text.id, text.text, choices),
        language=conversation.language,
        notice=text.id,
        version=text.version,
        release=text.release,
        choices=choices,
        claims=_claims(text.text, known, handoff, promise),
    )
    return say(work, conversation, saying, handoff)


def tell_or_alert(
    work: Work, conversation: Conversation, notice: str, handoff: HandoffRow, promise: PromiseRow | None
) -> None:
    """As `tell`; a notice that the release lacks keeps no case from moving: people are told, and the ledger says so."""
    try:
        tell(work, conversation, notice, handoff=handoff, promise=promise)
    except TextMissing as error:
        log.warning("handoff.untold", reference=handoff.reference, notice=notice, code=error.code)
        about = {"handoff": {"reference": handoff.reference, "version": handoff.version}, "notice": notice}
        ledger.append(work, ledger.conversation_stream(conversation.id), "untellable", actor="system", data=about)
        alert(work, "untellable", "agent", handoff, {"notice": notice})


def place_values(work: Work, handoff: HandoffRow) -> dict[str, str]:
    """Place in the queue and expected wait, as people say them; a wait that has no honest number is not there."""
    place, wait = standing(work, handoff)
    values = {"place": str(place)} if place is not None else {}
    return {**values, "wait": f"{wait // MINUTE} min"} if wait is not None else values


def variants(notice: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The notice in its more telling forms, the best first, and plain: a release may lack any but the plain one."""
    if notice != "handoff_waiting":
        return (notice,)
    if "wait" in values:
        return ("handoff_waiting_estimate", notice)
    place = int(values.get("place", "1"))
    return ("handoff_waiting_place", notice) if place > 1 else (notice,)


def _rendered(work: Work, conversation: Conversation, notice: str, values: Mapping[str, str]) -> Text:
    *telling, plain = variants(notice, values)
    for variant in telling:
        with suppress(TextMissing):
            return work.core.texts.render(variant, conversation.language, conversation.spoken, values)
    return work.core.texts.render(plain, conversation.language, conversation.spoken, values)


def _claims(
    said: str, known: Mapping[str, str], handoff: HandoffRow | None, promise: PromiseRow | None
) -> dict[str, str]:
    """What these words state of the case, so that the audit can hold it against the case at that version."""
    claims = {}
    if handoff is not None and handoff.agent_id is not None and known["agent"] in said:
        claims["agent"] = handoff.agent_id
    if promise is not None and "due" in known and known["due"] in said:
        claims["due"] = promise.due_at.isoformat(timespec="microseconds")
    return claims


def usual_choices(work: Work, conversation: Conversation, notice: str) -> tuple[Choice, ...]:
    """The buttons that belong to a notice; one that the release has no words for is left out."""
    found = []
    for name in CHOICES.get(notice, ()):
        with suppress(TextMissing):
            found.append(label(work.core, name, conversation))
    return tuple(found)


def common_values(
    work: Work, conversation: Conversation, handoff: HandoffRow | None, promise: PromiseRow | None
) -> dict[str, str]:
    """Everything that a notice may say of this case, as people say it."""
    business = work.core.business
    values = {"business": business.name, "emergency": business.emergency_number}
    if handoff is None:
        return values
    values["reference"] = handoff.reference
    if handoff.agent_id is not None:
        values["agent"] = agent_name(work, handoff.agent_id)
    if promise is not None and promise.status == "open":
        values["due"] = _say(work, conversation, promise.due_at)
        found = links(work.core, handoff, promise)
        values |= {"link": found.page} if found else {}
    opening = _opening(work)
    if opening is not None:
        values["opening"] = _say(work, conversation, opening, word="at")
    return values


def _opening(work: Work) -> datetime | None:
    """The next opening while we are closed; None when we are open, or when no opening is planned."""
    business = work.core.business
    try:
        return None if hours.is_open(business, work.now) else hours.next_opening(business, work.now)
    except hours.NoOpening:
        return None


def agent_name(work: Work, agent_id: str) -> str:
    return work.session.execute(select(Agent.name).where(Agent.id == agent_id)).scalar_one()


def _say(work: Work, conversation: Conversation, instant: datetime, *, word: Literal["by", "at"] = "by") -> str:
    return hours.say_instant(
        instant,
        now=work.now,
        zone=work.core.business.time_zone,
        language=conversation.language,
        customer_zone=conversation.time_zone,
        word=word,
    )
