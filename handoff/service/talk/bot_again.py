"""An engine outage is over: who waited only for the engine is offered the bot, and takes it by their own click."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from handoff.errors import RelevoError, Unavailable
from handoff.models import Conversation, HandoffRow, Message
from handoff.service.base.core import TURNS, Core, Work, work
from handoff.service.base.rows import SHOWN
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import Act, move
from handoff.service.cases.opening import ENGINE_DOWN
from handoff.service.telling.notices import tell
from handoff.states import EventKind, State

IN_QUEUE = (State.WAITING.value, State.OFFERED.value)
BATCH = 200
NOT_AGAIN_WITHIN = timedelta(hours=1)
NOT_THE_OUTAGE = frozenset({"turn_broken", "unapproved", "request", "state"})  # this question's own fault
log = structlog.get_logger()


def waits_for_engine(core: Core, now: datetime) -> bool:
    """Whether anybody waits for a person only because the engine was down, and was not offered the bot yet."""
    with core.database.read() as session:
        return bool(_waiting(session, now))


def offer_bot_back(core: Core, now: datetime) -> int:
    """Tells each who waits only for the engine that it works again, once; returns how many. Nothing else changes."""
    with core.database.read() as session:
        references = _waiting(session, now)
    return sum(_offer(core, reference, now) for reference in references)


def _waiting(session: Session, now: datetime) -> Sequence[str]:
    earlier = aliased(HandoffRow)
    just_offered = select(earlier.id).where(
        earlier.conversation_id == HandoffRow.conversation_id, earlier.bot_offered_at > now - NOT_AGAIN_WITHIN
    )
    statement = (
        select(HandoffRow)
        .where(
            HandoffRow.deadline_at.is_not(None),
            HandoffRow.state.in_(IN_QUEUE),
            HandoffRow.reason == ENGINE_DOWN,
            HandoffRow.bot_offered_at.is_(None),
            HandoffRow.first_held_at.is_(None),
            ~just_offered.exists(),
        )
        .order_by(HandoffRow.waiting_since)
        .limit(BATCH)
    )
    return [row.reference for row in session.execute(statement).scalars() if _only_engine(row)]


def _only_engine(row: HandoffRow) -> bool:
    """No other signal, and the engine was ill rather than this one question."""
    return all(signal["kind"] == "engine" and signal["evidence"] not in NOT_THE_OUTAGE for signal in row.signals)


def _offer(core: Core, reference: str, now: datetime) -> int:
    """One case, looked at again under its lock: somebody may have been quicker."""
    try:
        with work(core, now) as unit:
            case = open_case(unit, reference)
            row = case.row
            if row.state not in IN_QUEUE or row.reason != ENGINE_DOWN or row.bot_offered_at is not None:
                return 0
            row.bot_offered_at = unit.now
            tell(unit, case.conversation, "engine_back", handoff=row)
            return 1
    except Unavailable:
        raise
    except RelevoError as error:  # a release without the notice: the person comes all the same
        log.warning("engine.not_offered", reference=reference, code=error.code)
        return 0


def try_bot(unit: Work, conversation: Conversation, row: HandoffRow) -> None:
    """The customer's own click: the case is withdrawn, and what nobody has answered is the bot's turn again."""
    act = Act(kind=EventKind.WITHDRAW, actor="customer", expected=row.version, data={"by": "try_bot"})
    move(unit, conversation, row, act)
    conversation.watermark = max(row.answered_upto, _with_people(unit, conversation))
    conversation.turn_since = unit.now
    unit.wake(TURNS)


def _with_people(unit: Work, conversation: Conversation) -> int:
    """The place up to which agents have seen or said something."""
    people = or_(Message.author == "agent", Message.seen_at.is_not(None))
    statement = select(func.max(Message.seq)).where(Message.conversation_id == conversation.id, people, SHOWN)
    return unit.session.execute(statement).scalar_one() or 0
