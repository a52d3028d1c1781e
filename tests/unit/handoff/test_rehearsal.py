"""The dry run: what levels would have done to a case that has happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handoff.rehearsal import Fact, Past, rehearse
from handoff.states import EventKind, State, Urgency
from tests.support.core import business

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday, open until 17:00 UTC


def past(*steps: tuple[float, EventKind, State], until: float = 600) -> Past:
    """Steps as minutes after noon, event, state."""
    facts = tuple(Fact(at=NOON + timedelta(minutes=at), kind=kind, state=state) for at, kind, state in steps)
    return Past(reference="R-1", urgency=Urgency.NORMAL, facts=facts, until=NOON + timedelta(minutes=until))


def told(case: Past, **levels: Any) -> list[tuple[float, str]]:
    found = rehearse(business(levels={"normal": levels}), case)
    return [((each.at - NOON) / timedelta(minutes=1), each.kind) for each in found]


WAITED_SEVEN = past(
    (0, EventKind.OPEN, State.WAITING),
    (7, EventKind.CLAIM, State.ACTIVE),
    (8, EventKind.AGENT_REPLIES, State.ACTIVE),
    (9, EventKind.RESOLVE, State.RESOLVED),
)


@pytest.mark.parametrize(
    ("answer_by", "expected"),
    [
        ("10m", []),
        ("7m", []),  # taken at that very instant
        ("3m", [(3, "agents"), (6, "agents"), (6, "on_call")]),
        ("2m", [(2, "agents"), (4, "agents"), (4, "on_call"), (6, "agents"), (6, "on_call"), (6, "supervisor")]),
    ],
)
def test_each_missed_answer_by_reaches_one_rung_more(answer_by: str, expected: list[tuple[float, str]]) -> None:
    assert told(WAITED_SEVEN, answer_by=answer_by, reply_by="1h") == expected


def test_above_the_last_rung_a_message_is_taken_and_the_wait_ends() -> None:
    assert told(WAITED_SEVEN, answer_by="2m", ladder=["agents", "supervisor"], reply_by="1h") == [
        (2, "agents"), (4, "agents"), (4, "supervisor"), (6, "message"),
    ]  # fmt: skip


def test_a_shorter_accept_by_ends_an_offer_that_was_taken() -> None:
    case = past(
        (0, EventKind.OPEN, State.WAITING),
        (0, EventKind.OFFER, State.OFFERED),
        (0.5, EventKind.ACCEPT, State.ACTIVE),
        (1, EventKind.RESOLVE, State.RESOLVED),
    )
    assert told(case, accept_by="45s") == []
    [(minutes, kind)] = told(case, accept_by="20s")
    assert (round(minutes * 60), kind) == (20, "offer_ended")


def test_a_customer_who_waits_for_a_reply_goes_back_and_a_quiet_chat_nudges() -> None:
    case = past(
        (0, EventKind.CLAIM, State.ACTIVE),
        (2, EventKind.AGENT_REPLIES, State.ACTIVE),
        (10, EventKind.CUSTOMER_WRITES, State.ACTIVE),
        (14, EventKind.CUSTOMER_WRITES, State.ACTIVE),
        (16, EventKind.AGENT_REPLIES, State.ACTIVE),
        (17, EventKind.RESOLVE, State.RESOLVED),
    )
    assert told(case, reply_by="7m", idle_by="15m") == []
    assert told(case, reply_by="5m", idle_by="15m") == [(15, "taken_back")]
    assert told(case, reply_by="7m", idle_by="5m") == [(7, "idle")]


def test_nothing_runs_while_we_are_closed() -> None:
    night = past((7 * 60, EventKind.OPEN, State.WAITING), (8 * 60, EventKind.CLAIM, State.ACTIVE), until=8 * 60)
    assert [each for each in told(night, answer_by="3m") if each[1] != "taken_back"] == []


def test_a_promise_reminds_once_before_each_due_time() -> None:
    due = NOON + timedelta(hours=2)
    facts = (
        Fact(at=NOON, kind=EventKind.FORM, state=State.PROMISED, due=due),
        Fact(at=NOON + timedelta(hours=1, minutes=45), kind=EventKind.START_CALL, state=State.CALLING, due=due),
        Fact(at=NOON + timedelta(hours=1, minutes=46), kind=EventKind.RESOLVE, state=State.RESOLVED),
    )
    case = Past(reference="R-1", urgency=Urgency.NORMAL, facts=facts, until=facts[-1].at)
    assert told(case, remind_before="30m") == [(90, "reminded")]
    assert told(case, remind_before="10m") == []
