"""An agent's reply that no page has read goes where the customer has proven that they can be reached."""

from sqlalchemy import update

from handoff.models import Address, ContactProof, Conversation, Delivery, HandoffRow, Message
from handoff.models.talk import TextRoute
from handoff.service.base.addresses import address_at
from handoff.service.base.core import DELIVERIES, Work
from handoff.service.cases.holding import Case
from handoff.service.cases.texting import case_at
from handoff.service.telling.alerts import alert
from handoff.service.telling.proofs import mail_reply, proven_of
from handoff.service.telling.saying import take_seq
from handoff.service.telling.text_routes import (
    LIVE,
    PAUSED,
    Way,
    opted_out,
    phone_way,
    route_at,
    route_of,
    set_route,
    way_to,
)
from handoff.store import new_id


def follow_reply(case: Case, message: Message, delivery: Delivery) -> str:
    """The way by which the customer gets it: sms, email, or `nobody`: they have stopped it, or the agent knows."""
    proof = proven_of(case.unit, case.conversation.id)
    if proof is None:
        return "nobody"
    if proof.kind == "phone":
        way = _phone_of(case, proof)
        if way is not None:
            _send_by(case, delivery, way)
            return "sms"
    elif mail_reply(case.unit, case.conversation, case.row, message, proof.value):
        return "email"
    alert(case.unit, "untellable", "agent", case.row, {"notice": "reply"})
    return "nobody"


def open_route(unit: Work, conversation: Conversation, row: HandoffRow, place: Address) -> TextRoute | None:
    """The chat goes on at this proven phone from here on; None where the phone takes no texts, or has another chat."""
    if (
        opted_out(unit, place.value)
        or route_at(unit, place.value) is not None
        or case_at(unit, place.value) is not None
    ):
        return None
    route = TextRoute(
        id=new_id(unit.now),
        conversation_id=conversation.id,
        handoff_id=row.id,
        address_id=place.id,
        phone=place.value,
        agent_id=None,
        status=LIVE,
        typed=False,
        asked_at=unit.now,
    )
    unit.session.add(route)
    unit.session.flush()
    set_route(unit, conversation, route, LIVE)
    return route


def _phone_of(case: Case, proof: ContactProof) -> Way | None:
    """They have left the page again: the chat is on the phone from here on, this reply first.

    Nothing goes on once the case has ended: its last words go there, and no route stays behind that nothing would end.
    """
    unit, route = case.unit, route_of(case.unit, case.conversation.id)
    if case.row.deadline_at is None:
        return _for_once(unit, address_at(unit, "sms", unit.core.text_sender, proof.value))
    if route is None:  # that of an earlier case is over
        place = address_at(unit, "sms", unit.core.text_sender, proof.value)
        route = open_route(unit, case.conversation, case.row, place) if place.proven else None
    if route is None or route.status not in {LIVE, PAUSED}:
        return None
    if route.status == PAUSED:
        set_route(unit, case.conversation, route, LIVE, actor="system")
    return phone_way(unit, route)


def _for_once(unit: Work, place: Address) -> Way | None:
    return way_to(place) if place.proven and not opted_out(unit, place.value) else None


def _send_by(case: Case, delivery: Delivery, way: Way) -> None:
    there = {"channel": way.channel, "account": way.account, "address": way.address}
    values = {**there, "position": take_seq(case.conversation), "next_at": case.unit.now, "updated_at": case.unit.now}
    case.unit.session.execute(update(Delivery).where(Delivery.id == delivery.id).values(**values))
    case.unit.wake(DELIVERIES)
