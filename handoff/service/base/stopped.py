"""Numbers that have stopped our texts and whose owners are forgotten: known by a keyed digest alone, until START."""

import hmac
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from handoff.models import Address, StoppedNumber
from handoff.service.base.core import Work


def keep_stopped(work: Work, address_ids: Collection[str]) -> None:
    """Of addresses that are about to go, the phones that take no texts of ours."""
    texts = (Address.channel == "sms", Address.opted_out_at.is_not(None))
    for place in work.session.execute(select(Address).where(Address.id.in_(address_ids), *texts)).scalars():
        number = StoppedNumber(
            digest=_digest(work.core.secret, place.value), account=place.account, at=place.opted_out_at
        )
        work.session.merge(number)
    work.session.flush()


def stopped_at(session: Session, secret: bytes, phone: str, account: str | None = None) -> datetime | None:
    """When the phone last stopped the texts of this number of ours, or of any; null when it did not."""
    statement = select(func.max(StoppedNumber.at)).where(StoppedNumber.digest == _digest(secret, phone))
    if account is not None:
        statement = statement.where(StoppedNumber.account == account)
    return session.execute(statement).scalar_one_or_none()


def start_again(work: Work, place: Address) -> None:
    """The phone wants our texts again."""
    digest = _digest(work.core.secret, place.value)
    work.session.execute(
        delete(StoppedNumber).where(StoppedNumber.digest == digest, StoppedNumber.account == place.account)
    )


def _digest(secret: bytes, phone: str) -> str:
    return hmac.new(secret, f"stopped\x00{phone}".encode(), "sha256").hexdigest()
