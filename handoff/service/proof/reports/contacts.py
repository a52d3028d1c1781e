"""Contacts with the bot alone: when one begins and ends, and whether the customer came back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, case, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from handoff.models import Conversation, HandoffRow, Message, Rating
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    ONCE,
    Asked,
    Counting,
    Spans,
    day_starts,
    epoch,
    falls_in,
    in_table,
    one_if,
    only_if,
)
from handoff.service.proof.tried import no_test

PAUSE = timedelta(hours=4)  # a longer silence of the customer parts two contacts
LONGEST = timedelta(days=1)  # a contact that is still going on at the end of the range is followed for so long
BACK = timedelta(days=7)
JUDGED = LONGEST + PAUSE + BACK + timedelta(hours=1)  # after a day: what came of each contact of it is known
THEIRS = Message.author == literal_column("'customer'")  # not a parameter: so the partial index serves
_BEFORE, _AFTER = "", "~"  # sort before and after every date


def spans_around(core: Core, asked: Asked) -> Spans:
    """The days of the range, and what is needed around them to know where a contact begins and ends."""
    days = day_starts(core.business, asked)
    first, last = days[0][1], days[-1][2]
    inside = [(day.isoformat(), begins, ends, True) for day, begins, ends in days]
    return in_table(core, [(_BEFORE, first - PAUSE, first, True), *inside, (_AFTER, last, last + LONGEST, True)])


def contacts(core: Core, asked: Asked) -> CTE:
    """One row a contact that began in the range: `day`, `conversation_id`, `customer_id`, `begins`, `ends`."""
    said = _said(spans_around(core, asked)).cte("said")
    parted = case((said.c.before.is_(None), 1), (epoch(said.c.at) - epoch(said.c.before) > _seconds(PAUSE), 1), else_=0)
    counted = select(said, parted.label("parted")).cte("counted")
    number = func.sum(counted.c.parted).over(partition_by=counted.c.conversation_id, order_by=counted.c.seq)
    numbered = select(counted, number.label("number")).cte("numbered")
    day = func.min(numbered.c.day)
    return (
        select(
            numbered.c.conversation_id,
            Conversation.customer_id,
            Conversation.language,
            Conversation.channel,
            day.label("day"),
            func.min(numbered.c.at).label("begins"),
            func.max(numbered.c.at).label("ends"),
        )
        .join(Conversation, Conversation.id == numbered.c.conversation_id)
        .group_by(
            numbered.c.conversation_id,
            numbered.c.number,
            Conversation.customer_id,
            Conversation.language,
            Conversation.channel,
        )
        .having(day.between(asked.since.isoformat(), asked.until.isoformat()))
        .cte("contacts")
    )


def _said(spans: Spans) -> Counting:
    before = func.lag(Message.at).over(partition_by=Message.conversation_id, order_by=Message.seq)
    return (
        select(Message.conversation_id, Message.seq, Message.at, spans.c.day, before.label("before"))
        .join_from(spans.table, Message, falls_in(spans, Message.at))
        .where(THEIRS, Message.kind != "control", no_test(Message.conversation_id))
    )


def with_bot_alone(contact: CTE, now: datetime) -> CTE:
    """The contacts to which the bot said something and in which there was no case, with what came of them.

    `answered`: its last decision was an approved answer. `over`: seven days have passed since. `back`: the customer
    wrote again, or needed a person, within those. `stars`: their last rating of it. `helped`: their last word on an
    answer in it, 1 or 0.
    """
    said = aliased(Message)
    length = epoch(said.at) - epoch(contact.c.ends)
    its = (said.conversation_id == contact.c.conversation_id) & (said.author == "bot")
    near = (said.at >= contact.c.begins) & (length <= _seconds(PAUSE))
    columns = tuple(contact.c)
    talked = (
        select(
            *columns,
            func.max(only_if(said.entry.is_not(None), said.seq)).label("answered_at"),
            func.max(only_if(said.decision == "refuse", said.seq)).label("refused_at"),
            func.max(only_if(said.helped.is_(True), said.seq)).label("helped_at"),
            func.max(only_if(said.helped.is_(False), said.seq)).label("unhelped_at"),
        )
        .join(said, its & near)
        .where(~_had_case(contact))
        .group_by(*columns)
        .cte("talked")
        .prefix_with(ONCE)
    )
    answered = talked.c.answered_at.is_not(None) & (
        talked.c.refused_at.is_(None) | (talked.c.refused_at < talked.c.answered_at)
    )
    over = talked.c.ends <= now - BACK
    return (
        select(
            talked,
            one_if(answered).label("answered"),
            one_if(over).label("over"),
            one_if(came_back(talked.c.customer_id, talked.c.ends)).label("back"),
            _stars(talked).label("stars"),
            _helped(talked).label("helped"),
        )
        .cte("alone")
        .prefix_with(ONCE)
    )


def _had_case(contact: CTE) -> ColumnElement[bool]:
    opened = epoch(HandoffRow.opened_at) - epoch(contact.c.ends) <= _seconds(PAUSE)
    still = HandoffRow.ended_at.is_(None) | (HandoffRow.ended_at >= contact.c.begins)
    return exists().where(HandoffRow.conversation_id == contact.c.conversation_id, opened, still)


def came_back(customer_id: Any, ends: Any) -> ColumnElement[bool]:
    """Within seven days: a case of this customer, in any of their conversations, or words of theirs after the pause."""
    again, talk, new = aliased(Message), aliased(Conversation), aliased(HandoffRow)
    wrote = epoch(again.at) - epoch(ends)
    opened = epoch(new.opened_at) - epoch(ends)
    words = exists().where(
        talk.customer_id == customer_id,
        again.conversation_id == talk.id,
        again.author == "customer",
        again.kind != "control",
        wrote > _seconds(PAUSE),
        wrote <= _seconds(BACK),
    )
    case_of_theirs = exists().where(new.customer_id == customer_id, new.opened_at > ends, opened <= _seconds(BACK))
    return words | case_of_theirs


def _helped(talked: CTE) -> ColumnElement[int | None]:
    helped, unhelped = talked.c.helped_at, talked.c.unhelped_at
    last = (unhelped.is_(None) & helped.is_not(None)) | (helped > unhelped)
    return case((last, 1), (unhelped.is_not(None), 0), else_=None)


def _stars(talked: CTE) -> ColumnElement[int]:
    late = epoch(Rating.at) - epoch(talked.c.ends) <= _seconds(PAUSE)
    return (
        select(Rating.stars)
        .where(Rating.conversation_id == talked.c.conversation_id, Rating.at >= talked.c.begins, late)
        .order_by(Rating.at.desc(), Rating.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
