"""How a web chat's way by text ends before its case does: a no, a STOP, no yes in time, words that are missing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from handoff.errors import Unavailable
from handoff.models import Conversation, HandoffRow
from handoff.models.talk import TextRoute
from handoff.service.base.core import Core, Work, work
from handoff.service.base.rows import lock_conversation, open_handoff_of, touch
from handoff.service.cases.texting import HERE, take_back
from handoff.service.telling.alerts import alert
from handoff.service.telling.text_routes import ASKED, OVER, set_route
from handoff.store import one

CONFIRMED, DECLINED, EXPIRED, NO_TEXT, OPTED_OUT = "confirmed", "declined", "expired", "no_text", "opted_out"
ASK_LASTS = timedelta(hours=24)
BATCH = 100
log = structlog.get_logger()


def end_of(work: Work, conversation: Conversation, route: TextRoute, why: str) -> None:
    """The phone wants no more of it, or never said yes: what is queued is taken back, and the agents are told."""
    set_route(work, conversation, route, OVER, why=why, actor="system" if why == EXPIRED else "customer")
    take_back(work, conversation)
    handoff = open_handoff_of(work.session, conversation.id)
    if handoff is not None:
        _tell(work, handoff, why)
        touch(work, handoff)


def _tell(work: Work, handoff: HandoffRow, why: str) -> None:
    if why == DECLINED:
        alert(work, "text_declined", "agent", handoff)
    elif why == EXPIRED:
        alert(work, "text_unanswered", "agent", handoff)
    elif why == NO_TEXT:
        alert(work, "untellable", "agent", handoff, {"notice": HERE})
    else:
        alert(work, "customer_opted_out", "agent", handoff)


def end_old_asks(core: Core, now: datetime) -> int:
    """Ends each ask that a day has left without a yes, in a transaction of its own; returns how many."""
    return sum(_end_old(core, route_id, now) for route_id in _old_asks(core, now))


def _old_asks(core: Core, now: datetime) -> Sequence[str]:
    with core.database.read() as session:
        old = select(TextRoute.id).where(TextRoute.status == ASKED, TextRoute.asked_at < now - ASK_LASTS)
        return session.execute(old.order_by(TextRoute.asked_at).limit(BATCH)).scalars().all()


def _end_old(core: Core, route_id: str, now: datetime) -> int:
    """One ask, looked at again under its conversation's lock: the phone may have answered."""
    try:
        with work(core, now) as unit:
            found = unit.session.get_one(TextRoute, route_id)
            conversation = lock_conversation(unit, found.conversation_id)
            again = one(unit.session, TextRoute, route_id)
            if again is None or again.status != ASKED:
                return 0
            end_of(unit, conversation, again, EXPIRED)
            return 1
    except Unavailable:
        raise  # the database, not the ask: the next tick tries again
    except Exception:
        log.exception("sweeper.stuck", route=route_id, edge="text_ask")
        return 0
