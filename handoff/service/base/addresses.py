"""An address, and the customer that a new one is made with."""

from sqlalchemy import select

from handoff.models import Address, Customer
from handoff.service.base.core import Work
from handoff.service.base.stopped import stopped_at
from handoff.store import locked, new_id


def address_at(work: Work, channel: str, account: str, value: str, *, lock: bool = False) -> Address:
    """The address; made unproven, for a customer of its own, when it is new.

    `lock`: held until the commit, so that whoever looks for what stands on it sees what a twin has made. Raises
    IntegrityError where a twin was first to make it.
    """
    at = (Address.channel == channel, Address.account == account, Address.value == value)
    statement = select(Address).where(*at)
    known: Address | None = work.session.execute(locked(statement) if lock else statement).scalar_one_or_none()
    return known if known is not None else _made(work, channel, account, value)


def _made(work: Work, channel: str, account: str, value: str) -> Address:
    customer = Customer(id=new_id(work.now), created_at=work.now)
    work.session.add(customer)
    work.session.flush()
    address = Address(
        id=new_id(work.now),
        customer_id=customer.id,
        channel=channel,
        account=account,
        value=value,
        proven=False,
        opted_out_at=stopped_at(work.session, work.core.secret, value, account) if channel == "sms" else None,
        created_at=work.now,
    )
    work.session.add(address)
    work.session.flush()
    return address
