"""A test of the website channel: a conversation like any other, but marked, and counted in no report."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from handoff.errors import Conflict, RateLimited
from handoff.models import Conversation, Customer
from handoff.models.reports import TEST_ACCOUNT
from handoff.service.base import ledger
from handoff.service.base.core import Core, work
from handoff.service.base.views import AgentView
from handoff.service.people.roles import check_admin
from handoff.service.talk.conversations import Started, start_conversation
from handoff.store import one

A_MINUTE = 5


def start_test(core: Core, actor: AgentView, *, now: datetime) -> Started:
    """A new conversation for an administrator who tries the widget; agents see whose test it is.

    Raises Forbidden, Conflict while the channel is off, or RateLimited after five in a minute.
    """
    check_admin(actor)
    if not core.business.channels.web.enabled:
        raise Conflict("The website channel is off; turn it on and start again before trying it.")
    with core.database.read() as session:
        recent = Conversation.account == TEST_ACCOUNT, Conversation.created_at > now - timedelta(minutes=1)
        if session.execute(select(func.count()).select_from(Conversation).where(*recent)).scalar_one() >= A_MINUTE:
            raise RateLimited("Five tests a minute are enough; wait a moment.")
    started = start_conversation(
        core,
        channel="web",
        account=TEST_ACCOUNT,
        address=f"test-{secrets.token_hex(8)}",
        language=str(actor.languages[0]) if actor.languages else None,
        now=now,
    )
    with work(core, now) as unit:
        conversation = one(unit.session, Conversation, started.conversation_id)
        customer = one(unit.session, Customer, conversation.customer_id, lock=True) if conversation else None
        if customer is not None:
            customer.name = f"Test · {actor.name}"
        ledger.append(unit, "settings", "settings.test_sent", actor=f"agent:{actor.id}", data={"way": "web"})
    return started
