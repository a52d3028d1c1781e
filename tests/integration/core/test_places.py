"""Place in the queue and expected wait: what a page shows and a notice says is true, or is not said."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from handoff import service
from handoff.errors import TextMissing
from handoff.models import Agent, HandoffRow, LedgerRow
from handoff.service import Text
from handoff.service.base.views import AgentView
from handoff.service.cases import holding
from handoff.service.people.estimates import Basis, expected, waited
from handoff.service.people.staffing import Staffing, set_agent
from handoff.service.sweep import places
from tests.support.core import SUNDAY_NIGHT, PlainTexts, World
from tests.support.offers import beat, offer, staff, visit


def show(world: World) -> int:
    return service.show_places(world.core, world.now)


def shown(world: World, conversation_id: str) -> tuple[int | None, int | None]:
    handoff = service.read_conversation(world.core, conversation_id, now=world.now).handoff
    return (handoff.place, handoff.wait_seconds) if handoff else (None, None)


def streamed(world: World, conversation_id: str) -> list[Any]:
    items = service.read_stream(world.core, conversation_id, None)
    return [item.data["handoff"] for item in items if item.kind == "state"]


def customer(world: World) -> str:
    """Somebody who waits for a person, later than those before."""
    conversation = visit(world, "en")
    world.open_case(conversation)
    return conversation


def reference_of(world: World, conversation_id: str) -> str:
    handoff = service.read_conversation(world.core, conversation_id, now=world.now).handoff
    assert handoff is not None
    return handoff.reference


def history(world: World, *waits: int) -> AgentView:
    """An agent who took one customer after each of these waits, in seconds, and is free again."""
    ana = staff(world, "Ana", capacity=50)
    for wait in waits:
        reference = world.open_case(visit(world, "en"))
        world.later(seconds=wait)
        item = world.claim(ana, reference)
        service.resolve(world.core, ana, reference, item.version, "solved", now=world.now)
        service.expire(world.core, world.later(seconds=11))
    return ana


def test_the_first_word_says_the_place_and_the_stream_and_the_page_agree(world: World) -> None:
    first, second = customer(world), customer(world)
    assert [shown(world, each) for each in (first, second)] == [(1, None), (2, None)]
    assert streamed(world, second)[-1]["place"] == 2
    assert world.notices(first)[-1] == "handoff_waiting"
    assert world.notices(second)[-1] == "handoff_waiting_place"


def test_a_place_moves_up_once_and_not_more_often_than_every_15_s(world: World) -> None:
    ana = staff(world, "Ana")
    conversations = [customer(world) for _ in range(3)]
    assert show(world) == 0
    world.claim(ana, reference_of(world, conversations[0]))
    assert show(world) == 0
    world.later(seconds=16)
    assert show(world) == 2
    assert show(world) == 0
    assert [shown(world, each)[0] for each in conversations] == [None, 1, 2]


def test_an_offer_keeps_the_place(world: World) -> None:
    staff(world, "Ana")
    first, second = customer(world), customer(world)
    assert offer(world) == 1
    world.later(seconds=16)
    assert show(world) == 0
    assert [shown(world, each)[0] for each in (first, second)] == [1, 2]


def test_with_too_little_to_go_by_there_is_no_number(world: World) -> None:
    history(world, 30, 30, 30, 30)
    assert shown(world, customer(world)) == (1, None)


def test_a_wait_is_told_from_what_others_waited_and_rounded_up(world: World) -> None:
    history(world, 20, 30, 40, 50, 70)
    conversation = customer(world)
    assert shown(world, conversation) == (1, 60)
    assert streamed(world, conversation)[-1]["wait_seconds"] == 60
    assert world.notices(conversation)[-1] == "handoff_waiting_estimate"


def test_with_nobody_there_no_wait_is_told_and_a_number_that_stood_is_taken_back(world: World) -> None:
    ana = history(world, 30, 30, 30, 30, 30)
    conversation = customer(world)
    assert shown(world, conversation) == (1, 60)
    beat(world, ana, status="offline")
    world.later(seconds=16)
    assert show(world) == 1
    assert shown(world, conversation) == (1, None)


def test_outside_hours_there_is_neither_place_nor_wait(world: World) -> None:
    world.at(SUNDAY_NIGHT)
    assert shown(world, customer(world)) == (None, None)
    assert show(world) == 0


@dataclass(frozen=True)
class OlderTexts(PlainTexts):
    """A release from before the telling variants."""

    def render(self, notice: str, language: str, channel: str, values: Any) -> Text:
        if notice.startswith("handoff_waiting_"):
            raise TextMissing
        return super().render(notice, language, channel, values)


def test_an_older_release_says_the_plain_notice(world: World) -> None:
    world.core = replace(world.core, texts=OlderTexts())
    customer(world)
    assert world.notices(customer(world))[-1] == "handoff_waiting"


def test_a_page_that_cannot_be_shown_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = staff(world, "Ana")
    first, second, third = (customer(world) for _ in range(3))
    world.claim(ana, reference_of(world, first))
    world.later(seconds=16)
    broken, real = reference_of(world, second), holding.open_case

    def fail(unit: Any, reference: str) -> Any:
        if reference == broken:
            raise RuntimeError
        return real(unit, reference)

    monkeypatch.setattr(places, "open_case", fail)
    assert show(world) == 1
    assert shown(world, third)[0] == 2


def test_the_ledger_says_which_notice_was_told_at_which_version(world: World) -> None:
    customer(world)
    second = customer(world)
    (told,) = (row for row in ledger(world, second) if row.get("notice", {}).get("id") == "handoff_waiting_place")
    assert told["notice"]["version"] == 1
    assert told["handoff"] == {"reference": reference_of(world, second), "version": 1}


def ledger(world: World, conversation_id: str) -> list[Any]:
    with world.core.database.read() as session:
        statement = select(LedgerRow.data).where(LedgerRow.stream == f"conversation:{conversation_id}")
        return list(session.execute(statement).scalars())


def test_the_wait_is_of_the_recent_day_only(world: World) -> None:
    history(world, 30, 30, 30, 30, 30)
    world.later(days=1, hours=1)
    staff(world, "Bea")
    assert shown(world, customer(world)) == (1, None)


def test_who_has_waited_longer_than_that_is_not_told_it_again(world: World) -> None:
    """An agent is there and takes nobody: what others waited says nothing of this customer any more."""
    ana = history(world, 30, 30, 30, 30, 30)
    conversation = customer(world)
    assert shown(world, conversation) == (1, 60)
    beat(world, ana)
    world.later(seconds=59)
    beat(world, ana)
    assert show(world) == 0
    world.later(seconds=1)
    assert show(world) == 1
    assert shown(world, conversation) == (1, None)
    assert service.show_places(world.core, world.later(seconds=16)) == 0


def waiting(world: World, language: str = "en", team: str | None = None) -> str:
    """Somebody of that language who was sent to that team."""
    conversation = visit(world, language)
    reference = world.open_case(conversation)
    with world.core.database.write() as session:
        session.execute(update(HandoffRow).where(HandoffRow.reference == reference).values(team=team))
    return conversation


def test_a_wait_in_one_language_is_no_number_for_another(world: World) -> None:
    history(world, 30, 30, 30, 30, 30)
    assert shown(world, waiting(world, "en")) == (1, 60)
    assert shown(world, waiting(world, "es")) == (2, None)


def test_nobody_who_speaks_it_is_there_so_there_is_no_number(world: World) -> None:
    ana = history(world, 30, 30, 30, 30, 30)
    conversation = waiting(world)
    assert shown(world, conversation) == (1, 60)
    set_agent(world.core, email=email_of(world, ana), staffing=Staffing(languages=["es"]), now=world.now)
    world.later(seconds=16)
    assert show(world) == 1
    assert shown(world, conversation) == (1, None)


def test_who_waits_for_a_team_is_told_nothing_of_other_peoples_waits(world: World) -> None:
    history(world, 30, 30, 30, 30, 30)
    conversation = waiting(world, team="billing")
    world.later(seconds=16)
    assert show(world) == 1
    assert shown(world, conversation) == (1, None)


def test_after_the_first_missed_answer_anybody_counts_as_there(world: World) -> None:
    ana = history(world, 30, 30, 30, 30, 30)
    conversation = waiting(world)
    set_agent(world.core, email=email_of(world, ana), staffing=Staffing(languages=["es"]), now=world.now)
    with world.core.database.write() as session:
        session.execute(update(HandoffRow).values(rung=1))
    assert shown(world, conversation) == (1, 60)


def test_a_night_is_no_wait_that_outlasts_the_number(world: World) -> None:
    """Who wrote while we were closed began to wait for a person when we opened."""
    opened = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9:00 in Madrid
    facts = Basis(waits=(timedelta(seconds=30),) * 5, claims=5, present=1, hands=1, opened=opened)
    night, now = opened - timedelta(hours=9), opened + timedelta(seconds=30)
    assert expected(1, facts, waited(facts, night, now)) == timedelta(minutes=1)
    assert expected(1, facts, waited(facts, night, now + timedelta(minutes=1))) is None


def test_who_is_at_the_desk_after_their_shift_is_no_basis_for_a_number(world: World) -> None:
    ana = history(world, 30, 30, 30, 30, 30)
    set_agent(world.core, email=email_of(world, ana), staffing=Staffing(shift="tue 09:00-10:00"), now=world.now)
    assert shown(world, customer(world)) == (1, None)
    assert service.offer_waiting(world.core, world.now) == 0


def email_of(world: World, agent: AgentView) -> str:
    with world.core.database.read() as session:
        return session.get_one(Agent, agent.id).email
