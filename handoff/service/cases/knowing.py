"""What the site has signed of a case's customer, for whoever takes the case."""

from sqlalchemy.orm import Session

from handoff.models import HandoffRow
from handoff.service.base.signed import signed_details
from handoff.service.base.views import FactView


def signed_facts(session: Session, row: HandoffRow) -> tuple[FactView, ...]:
    """The order that they are about, as the site's own system has it; name and contact stand with the contact."""
    order = signed_details(session, row.customer_id).get("order")
    return (FactView(name="order", value=order, confirmed=True),) if order else ()
