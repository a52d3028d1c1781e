"""Resolve, return and transfer: pending for some seconds so that they can be undone, then carried out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from handoff.errors import Forbidden, InvalidInput, NotFound, RelevoError, StaleVersion, Unavailable
from handoff.models import Agent, HandoffRow
from handoff.service.base.core import Core, work
from handoff.service.base.records import agent_view, to_record
from handoff.service.base.rows import open_promise_of, touch
from handoff.service.base.views import AgentView, Pending
from handoff.service.cases.holding import Case, check_holder, open_case
from handoff.service.cases.moving import RESERVING, Act, move, world
from handoff.service.cases.notes import add_note
from handoff.service.cases.topics import check_topic, known_topics
from handoff.service.telling.alerts import alert
from handoff.states import Event, EventKind, next_state

OUTCOMES = ("solved", "partly", "not_solved", "wrong_channel", "abuse")
log = structlog.get_logger()
_WORDS = ("note", "topic")  # an agent's own words are no matter for the ledger; a topic that is known is none
_KINDS = {"resolve": EventKind.RESOLVE, "return": EventKind.RETURN, "transfer": EventKind.TRANSFER}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """An action that waits for an undo: resolve, return or transfer, with its arguments."""

    kind: str
    outcome: str | None = None
    topic: str | None = None
    agent: str | None = None
    team: str | None = None
    note: str | None = None


def resolve(
    core: Core, actor: AgentView, reference: str, version: int, outcome: str, topic: str | None = None, *, now: datetime
) -> Pending:
    """Ends the case as done, after the time to undo. Refused while a customer message is unseen.

    `topic` is one of the approved knowledge, or own words of one line.
    """
    if outcome not in OUTCOMES:
        raise InvalidInput(fields={"outcome": "one of " + ", ".join(OUTCOMES)})
    ending = Ending(kind="resolve", outcome=outcome, topic=check_topic(core, topic))
    return _end(core, actor, reference, version, ending, now)


def return_to_bot(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> Pending:
    """Gives the chat back to the bot, after the time to undo. Refused while a customer message is unseen."""
    return _end(core, actor, reference, version, Ending(kind="return"), now)


def transfer(
    core: Core,
    actor: AgentView,
    reference: str,
    version: int,
    *,
    agent: str | None = None,
    team: str | None = None,
    note: str | None = None,
    now: datetime,
) -> Pending:
    """Passes the chat to a present agent or a team, after the time to undo. Refused with the reason otherwise."""
    if (agent is None) == (team is None):
        raise InvalidInput(fields={"agent": "name an agent or a team, one of the two"})
    return _end(core, actor, reference, version, Ending(kind="transfer", agent=agent, team=team, note=note), now)


def _end(core: Core, actor: AgentView, reference: str, version: int, ending: Ending, now: datetime) -> Pending:
    with work(core, now) as unit:
        case = open_case(unit, reference)
        check_holder(unit, case.row, actor)
        if case.row.version != version:
            raise StaleVersion(fields={"version": str(case.row.version), "state": case.row.state})
        check_possible(case, ending, actor.id)
        until = unit.now + timedelta(seconds=core.business.undo_seconds)
        if until <= unit.now:
            carry_out(case, ending, actor.id)
        else:
            case.row.pending = {**_plain(ending), "by": actor.id, "version": version}
            case.row.pending_at = until
            touch(unit, case.row)
        return Pending(kind=ending.kind, undo_until=until)


def _plain(ending: Ending) -> dict[str, Any]:
    return {key: value for key, value in vars(ending).items() if value is not None}


def undo(core: Core, actor: AgentView, reference: str, now: datetime) -> None:
    """Takes a pending action back. Raises NotFound when there is none any more."""
    with work(core, now) as unit:
        case = open_case(unit, reference)
        if case.row.pending is None or case.row.pending_at is None or case.row.pending_at <= unit.now:
            raise NotFound("There is nothing left to undo")
        if case.row.pending.get("by") != actor.id and actor.role == "agent":
            raise Forbidden
        case.row.pending = case.row.pending_at = None
        touch(unit, case.row)


def check_possible(case: Case, ending: Ending, actor_id: str) -> None:
    """Asks the table now what it will be asked when the time to undo is over. Raises what it would raise."""
    record = to_record(case.row, open_promise_of(case.unit.session, case.row.id))
    event = Event(
        kind=_KINDS[ending.kind],
        facts=world(case.unit, record.urgency, reserving=_KINDS[ending.kind] in RESERVING),
        **_whom(ending, actor_id),
    )
    next_state(record, event, case.unit.now)


def _whom(ending: Ending, actor_id: str) -> dict[str, Any]:
    """A transfer names where it goes and who sends it; the other two name who holds the case."""
    if ending.kind == "transfer":
        return {"agent": ending.agent, "team": ending.team, "by": actor_id}
    return {"agent": actor_id}


def carry_out(case: Case, ending: Ending, actor_id: str) -> None:
    """Does it: the case moves, and what the agent said of it is kept."""
    case.row.pending = case.row.pending_at = None
    if ending.kind == "resolve":
        case.row.outcome, case.row.topic = ending.outcome, ending.topic
    if ending.note:
        sender = agent_view(case.unit.session.get_one(Agent, actor_id), 0)
        add_note(case.unit, case.conversation, case.row, sender, ending.note)
    case.unit.session.flush()
    data = {key: value for key, value in _plain(ending).items() if key not in _WORDS}
    if ending.topic in known_topics(case.unit.core):
        data["topic"] = ending.topic
    act = Act(
        kind=_KINDS[ending.kind],
        actor=f"agent:{actor_id}",
        data=data,
        **_whom(ending, actor_id),
    )
    move(case.unit, case.conversation, case.row, act)


def carry_out_due(core: Core, now: datetime, limit: int = 50) -> int:
    """Carries out what was not undone in time; what has become impossible is dropped and its agent told."""
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference)
            .where(HandoffRow.pending_at.is_not(None), HandoffRow.pending_at <= now)
            .order_by(HandoffRow.pending_at)
            .limit(limit)
        )
        due = session.execute(statement).scalars().all()
    for reference in due:
        _finish_or_give_up(core, reference, now)
    return len(due)


def _finish_or_give_up(core: Core, reference: str, now: datetime) -> None:
    """A busy database is no reason to give up, and one case that breaks is none to leave the others."""
    try:
        _finish(core, reference, now)
    except Unavailable:
        raise
    except RelevoError as exc:
        _give_up(core, reference, now, exc)
    except Exception:
        log.exception("sweeper.stuck", reference=reference, edge="pending")


def _finish(core: Core, reference: str, now: datetime) -> None:
    with work(core, now) as unit:
        case = open_case(unit, reference)
        waiting = case.row.pending
        if waiting is None or case.row.pending_at is None or case.row.pending_at > unit.now:
            return
        given = dict(waiting)
        actor_id, version = given.pop("by"), given.pop("version")
        if version != case.row.version or case.row.agent_id != actor_id:
            raise StaleVersion
        carry_out(case, Ending(**given), actor_id)


def _give_up(core: Core, reference: str, now: datetime, reason: RelevoError) -> None:
    with work(core, now) as unit:
        case = open_case(unit, reference)
        by = (case.row.pending or {}).get("by", "agent")
        case.row.pending = case.row.pending_at = None
        alert(unit, "pending_refused", by, case.row, {"code": reason.code})
        touch(unit, case.row)
