"""Checks that the tables of cases, promises and messages answer by themselves."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from handoff.models import Conversation, Delivery, HandoffRow, LedgerRow, LedgerStream, Message, PromiseRow
from handoff.service.base.rows import ENDED
from handoff.service.proof.auditing.looking import OPEN, OVERDUE, Looking
from handoff.service.proof.auditing.violation import Violation
from handoff.states import State

_HAVE_AN_AGENT = (State.ACTIVE.value, State.CALLING.value, State.OFFERED.value)
_SEEN_FIRST = (State.RESOLVED.value, State.RETURNED.value, State.UNREACHABLE.value)


def check_rows(look: Looking) -> Iterator[Violation]:
    for check in (_one_open, _deadlines, _cases, _overdue, _ended_promises, _unanswered, _unseen, _unique, _ledgers):
        yield from check(look)


def _one_open(look: Looking) -> Iterator[Violation]:
    pairs = (
        ("one_open_handoff", HandoffRow.conversation_id, OPEN),
        ("one_open_promise", PromiseRow.handoff_id, PromiseRow.status == "open"),
    )
    for slug, column, is_open in pairs:
        statement = select(column, func.count()).where(is_open).group_by(column).having(func.count() > 1)
        for subject, number in look.session.execute(statement):
            yield Violation(invariant=slug, subject=subject, found=f"{number} open at once")


def _deadlines(look: Looking) -> Iterator[Violation]:
    ended = HandoffRow.state.in_(ENDED)
    wrong = or_(and_(ended, OPEN), and_(~ended, HandoffRow.deadline_at.is_(None)))
    statement = select(HandoffRow.reference, HandoffRow.state, HandoffRow.deadline_at).where(wrong)
    for reference, state, deadline in look.session.execute(statement.where(look.within(HandoffRow.conversation_id))):
        yield Violation(invariant="open_has_deadline", subject=reference, found=f"{state}, deadline {deadline}")


def _cases(look: Looking) -> Iterator[Violation]:
    rules: tuple[tuple[str, ColumnElement[bool], str], ...] = (
        ("one_holder", HandoffRow.state.in_(_HAVE_AN_AGENT) & HandoffRow.agent_id.is_(None), "without an agent"),
        ("waiting_since", HandoffRow.waiting_since > HandoffRow.opened_at, "the wait began after the opening"),
        (
            "ended_with_unseen",
            HandoffRow.state.in_(_SEEN_FIRST) & (HandoffRow.unseen > 0),
            "ended over messages that nobody has seen",
        ),
    )
    for slug, wrong, found in rules:
        statement = select(HandoffRow.reference, HandoffRow.state).where(wrong)
        for reference, state in look.session.execute(statement.where(look.within(HandoffRow.conversation_id))):
            yield Violation(invariant=slug, subject=reference, found=f"{state}: {found}")


def _overdue(look: Looking) -> Iterator[Violation]:
    late = look.now - OVERDUE
    cases = select(HandoffRow.reference, HandoffRow.deadline_kind, HandoffRow.deadline_at)
    for reference, kind, at in look.session.execute(cases.where(HandoffRow.deadline_at < late)):
        yield Violation(invariant="deadline_served", subject=reference, found=f"{kind} at {at}")
    promises = (
        select(HandoffRow.reference, PromiseRow.due_at)
        .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
        .where(PromiseRow.status == "open", PromiseRow.due_at < late)
    )
    for reference, due_at in look.session.execute(promises):
        yield Violation(invariant="promise_kept_or_renewed", subject=reference, found=f"due at {due_at.isoformat()}")


def _ended_promises(look: Looking) -> Iterator[Violation]:
    statement = (
        select(HandoffRow.reference)
        .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
        .where(PromiseRow.status == "open", HandoffRow.deadline_at.is_(None))
    )
    for reference in look.session.execute(statement).scalars():
        yield Violation(invariant="promise_closed_with_case", subject=reference, found="still open after the end")


def _unanswered(look: Looking) -> Iterator[Violation]:
    has_case = exists().where(HandoffRow.conversation_id == Conversation.id, OPEN)
    statement = (
        select(Message.conversation_id, func.count())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.author == "customer",
            Message.kind == "text",
            Message.seq > Conversation.watermark,
            Conversation.turn_since.is_(None),
            Conversation.erased_at.is_(None),
            ~has_case,
            look.within(Message.conversation_id),
        )
        .group_by(Message.conversation_id)
    )
    for conversation_id, number in look.session.execute(statement):
        found = f"{number} messages without a turn or a person"
        yield Violation(invariant="no_message_lost", subject=conversation_id, found=found)


def _unseen(look: Looking) -> Iterator[Violation]:
    """A message of an open case that nobody has seen, in a case that claims that all were."""
    statement = (
        select(HandoffRow.reference, func.count())
        .join(Message, Message.handoff_id == HandoffRow.id)
        .where(
            OPEN,
            HandoffRow.unseen == 0,
            Message.author == "customer",
            Message.kind != "control",  # a wish or a consent word: the system has done it
            Message.seen_at.is_(None),
        )
        .group_by(HandoffRow.reference)
    )
    for reference, number in look.session.execute(statement):
        yield Violation(invariant="unseen_counted", subject=reference, found=f"{number} unseen, and none counted")


def _unique(look: Looking) -> Iterator[Violation]:
    keys = (
        (Message.conversation_id, Message.client_id),
        (Message.channel, Message.account, Message.carrier_id),
        (Delivery.channel, Delivery.account, Delivery.carrier_id),
        (HandoffRow.reference,),
    )
    if look.only_open:
        return
    for key in keys:
        statement = select(*key, func.count()).where(key[-1].is_not(None)).group_by(*key).having(func.count() > 1)
        for *values, number in look.session.execute(statement):
            name = f"{key[-1].class_.__tablename__}.{key[-1].key}"
            found = f"{number} rows with {' '.join(map(str, values))}"
            yield Violation(invariant="unique_ids", subject=name, found=found)


def _ledgers(look: Looking) -> Iterator[Violation]:
    """Whoever removes a whole stream removes it from the chains' check too; so it must be missed here."""
    stream = LedgerStream.stream == "conversation:" + Conversation.id
    lost = select(Conversation.id).where(~exists().where(stream), look.within(Conversation.id))
    for conversation_id in look.session.execute(lost).scalars():
        yield Violation(invariant="ledger_exists", subject=conversation_id, found="there is no stream")
    if look.only_open:
        return
    headless = select(LedgerRow.stream).where(~exists().where(LedgerStream.stream == LedgerRow.stream)).distinct()
    for name in look.session.execute(headless).scalars():
        yield Violation(invariant="ledger_chain", subject=name, found="the head is missing")
