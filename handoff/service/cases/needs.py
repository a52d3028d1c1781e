"""The fuel of a customer's needs, kept with the customer: another conversation or channel does not refill it."""

from sqlalchemy import select

from handoff.detection import needs
from handoff.detection.needs import Spent
from handoff.models import Customer, HandoffRow, Message
from handoff.service.base.core import Work
from handoff.service.base.rows import SHOWN
from handoff.states import State

_STILL_WANTED = frozenset({State.WITHDRAWN.value, State.UNREACHABLE.value})


def spend(work: Work, customer_id: str, spent: Spent) -> None:
    """What one turn of the bot did to a need; the conversation is locked already."""
    customer = _locked(work, customer_id)
    customer.needs = needs.spend(customer.needs, spent, work.now)


def settle_needs(work: Work, row: HandoffRow) -> None:
    """A case has ended: what a person saw to is done; what came back without a person's word is nearly out of fuel."""
    if row.state in _STILL_WANTED:
        return
    customer = _locked(work, row.customer_id)
    unheard = row.state == State.RETURNED.value and not _was_spoken_to(work, row)
    customer.needs = needs.worn(customer.needs, work.now) if unheard else None


def _was_spoken_to(work: Work, row: HandoffRow) -> bool:
    said = select(Message.id).where(Message.handoff_id == row.id, Message.author == "agent", SHOWN)
    return work.session.execute(said.limit(1)).first() is not None


def _locked(work: Work, customer_id: str) -> Customer:
    return work.session.get_one(Customer, customer_id, with_for_update=True, populate_existing=True)
