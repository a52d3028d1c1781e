"""Messages to one person at their own wish or an administrator's: a sign-in link by e-mail, and a "send me a test"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import func, select

from handoff.business import Targets
from handoff.errors import Conflict, InvalidInput, NotFound, RateLimited
from handoff.models import Agent, Invite, Notification
from handoff.service.base.core import NOTIFICATIONS, Core, Work, work
from handoff.service.base.ledger import append
from handoff.service.base.views import AgentView
from handoff.service.people.accounts import invite_token, make_invite, token_hash
from handoff.service.people.roles import check_admin
from handoff.service.telling.notifying import masked
from handoff.store import new_id, one

ACCOUNT, TEST = "account", "test"
PERSONAL: Final = frozenset({ACCOUNT, TEST})
FIELDS: Final = {"email": "emails", "sms": "phones", "webhook": "webhooks"}
TESTS_A_MINUTE = 5


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """`token` is told once, here. `mail`: the id of the e-mail that brings it, where one was asked for."""

    token: str
    until: datetime
    mail: str | None


@dataclass(frozen=True, kw_only=True)
class SendingView:
    """How a message to one person fares: `status` is pending, sending, sent, superseded or dead; `code` says why."""

    id: str
    way: str
    target: str  # masked
    status: str
    code: str | None
    message: str | None
    message_es: str | None


def invite_person(core: Core, actor: AgentView, agent_id: str, *, mail: bool, now: datetime) -> Invitation:
    """A one-time sign-in link, good for 24 hours; earlier unused ones end. Raises Forbidden, NotFound or Conflict."""
    check_admin(actor)
    with work(core, now) as unit:
        agent = one(unit.session, Agent, agent_id, lock=True)
        if agent is None:
            raise NotFound
        if agent.disabled_at is not None:
            raise Conflict("This account is disabled; enable it first.")
        nonce = make_invite(unit, agent, actor=f"agent:{actor.id}")
        token = invite_token(core, nonce)
        unit.session.flush()
        invite = one(unit.session, Invite, token_hash(token))
        until = invite.expires_at if invite else now
        data = {"nonce": nonce, "name": agent.name, "language": str(agent.languages[0])}
        queued = _queue(unit, "email", agent.email, ACCOUNT, "invite", data) if mail else None
        return Invitation(token=token, until=until, mail=queued)


def send_test(core: Core, actor: AgentView, way: str, target: str, *, now: datetime) -> str:
    """Sends a test to an address; returns the id by which it can be followed.

    Raises Forbidden, InvalidInput for an address that this way cannot reach, RateLimited after five in a minute.
    """
    check_admin(actor)
    address = _address(way, target.strip())
    with work(core, now) as unit:
        unit.next_change()  # orders those who test at the same time, so that the limit holds
        recent = select(func.count()).where(
            Notification.audience == TEST, Notification.created_at > now - timedelta(minutes=1)
        )
        if unit.session.execute(recent).scalar_one() >= TESTS_A_MINUTE:
            raise RateLimited("Five tests a minute are enough; wait a moment.")
        append(unit, "settings", "settings.test_sent", actor=f"agent:{actor.id}", data={"way": way})
        return _queue(
            unit, way, address, TEST, "test", {"language": str(actor.languages[0]) if actor.languages else ""}
        )


def _address(way: str, target: str) -> str:
    field = FIELDS.get(way)
    if field is None:
        raise InvalidInput(fields={"way": f"one of {', '.join(FIELDS)}"})
    try:
        Targets.model_validate({field: [target]})
    except ValidationError as exc:
        raise InvalidInput(fields={"target": exc.errors()[0]["msg"].removeprefix("Value error, ")}) from exc
    return target


def read_sending(core: Core, actor: AgentView, sending_id: str) -> SendingView:
    """Raises Forbidden, or NotFound for what is no message of this kind."""
    check_admin(actor)
    with core.database.read() as session:
        row = one(session, Notification, sending_id)
    if row is None or row.audience not in PERSONAL:
        raise NotFound
    error: Mapping[str, Any] = row.error or {}
    return SendingView(
        id=row.id,
        way=row.channel,
        target=masked(row.channel, row.target),
        status=row.status,
        code=error.get("code"),
        message=error.get("message"),
        message_es=error.get("message_es"),
    )


def is_invite_open(unit: Work, row: Notification) -> bool:
    """Whether the link that this e-mail brings would still open the desk."""
    invite = one(unit.session, Invite, token_hash(invite_token(unit.core, row.data["nonce"])))
    return invite is not None and invite.used_at is None and invite.expires_at > unit.now


def _queue(unit: Work, way: str, target: str, audience: str, kind: str, data: Mapping[str, Any]) -> str:
    row = Notification(
        id=new_id(unit.now),
        channel=way,
        target=target,
        audience=audience,
        kind=kind,
        data=dict(data),
        status="pending",
        tries=0,
        next_at=unit.now,
        created_at=unit.now,
    )
    unit.session.add(row)
    unit.wake(NOTIFICATIONS)
    return row.id
