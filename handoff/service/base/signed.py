"""What a site has signed of its customer, as every room may read it."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from handoff.models import Address, SignedDetails
from handoff.service.base.core import Work
from handoff.store import locked, one

SIGNED = "signed"  # the channel of addresses that are a site's own names of its customers
CONTACT = ("name", "phone", "email")


def signed_details(session: Session, customer_id: str) -> dict[str, str]:
    """Name, email, phone and order, as far as the site has signed them."""
    row = one(session, SignedDetails, customer_id)
    return {name: str(value) for name, value in row.details.items() if value} if row else {}


def signed_contact(session: Session, customer_id: str) -> dict[str, str]:
    """What of it reaches the customer."""
    details = signed_details(session, customer_id)
    return {name: details[name] for name in CONTACT if name in details}


def lock_addresses(unit: Work, customer_id: str, also: ColumnElement[bool] | None = None) -> None:
    """Holds the customer's addresses, and those that `also` names, by their ids.

    To be called before a conversation is locked: a phone that writes locks its address first.
    """
    theirs = Address.customer_id == customer_id
    statement = select(Address.id).where(theirs if also is None else or_(theirs, also)).order_by(Address.id)
    unit.session.execute(locked(statement)).all()
