"""Line 17: whatever the order, the bot says nothing to a customer whom a person has."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from handoff import service
from handoff.errors import RelevoError, Unavailable
from handoff.models import Conversation, Delivery, HandoffRow, LedgerRow
from handoff.service import Reply, Said, Sent
from handoff.service.base.views import AgentView
from handoff.service.people import accounts
from handoff.states import HELD_STATES
from tests.faults.sizes import Run, in_parts
from tests.support.core import World

HELD = tuple(state.value for state in HELD_STATES)


@dataclass
class Talk:
    """One customer by text, with a bot's answer on its way while an agent takes the chat."""

    world: World
    agent: AgentView
    number: int
    conversation: str = ""
    turns: list[service.Turn] = field(default_factory=list)
    leased: list[service.Outgoing] = field(default_factory=list)

    @property
    def owner(self) -> str:
        return f"relay{self.number}"

    def writes(self, text: str = "hello") -> None:
        sid = f"SM{self.number}-{text}"
        self.conversation = self.world.text(f"+3465{self.number:07d}", text, sid).conversation_id

    def takes_turn(self) -> None:
        self.turns += service.take_turns(self.world.core, owner="bot", limit=5, now=self.world.now)

    def answers(self) -> None:
        """Every turn that was taken, late or not; answering again is harmless."""
        for turn in self.turns:
            reply = Reply(said=[Said(text="the bot's answer", release=1)])
            service.finish_turn(self.world.core, turn, reply, now=self.world.now)

    def leases(self) -> None:
        found = service.lease_deliveries(self.world.core, channel="sms", owner=self.owner, limit=5, now=self.world.now)
        self.leased += found

    def begins(self) -> None:
        for each in self.leased:
            service.begin_sending(self.world.core, each.id, self.owner, now=self.world.now)

    def ends(self) -> None:
        for each in self.leased:
            sent = Sent(carrier_id=f"SM-{each.id}", segments=1)
            service.finish_sending(self.world.core, each.id, self.owner, sent, now=self.world.now)
        self.leased.clear()

    def asks_person(self) -> None:
        service.ask_person(self.world.core, self.conversation, now=self.world.now)

    def claims(self) -> None:
        row = self._row()
        if row is not None:
            service.claim(self.world.core, self.agent, row.reference, row.version, now=self.world.now)

    def replies(self) -> None:
        row = self._row()
        if row is not None:
            service.reply(
                self.world.core,
                self.agent,
                row.reference,
                row.version,
                f"a{self.number}",
                "a person",
                now=self.world.now,
            )

    def returns(self) -> None:
        row = self._row()
        if row is not None:
            service.mark_seen(self.world.core, self.agent, row.reference, now=self.world.now)
            row = self._row() or row
            service.return_to_bot(self.world.core, self.agent, row.reference, row.version, now=self.world.now)

    def _row(self) -> HandoffRow | None:
        with self.world.core.database.read() as session:
            statement = select(HandoffRow).where(
                HandoffRow.conversation_id == self.conversation, HandoffRow.deadline_at.is_not(None)
            )
            return session.execute(statement).scalar_one_or_none()

    def bots_way(self) -> list[Callable[[], None]]:
        return [self.takes_turn, self.answers, self.leases, self.begins, self.ends, self.leases, self.begins, self.ends]

    def peoples_way(self) -> list[Callable[[], None]]:
        return [self.asks_person, self.claims, self.replies, lambda: self.writes("and one more thing")]


def may(step: Callable[[], None]) -> None:
    """A typed refusal is an answer; a busy database is asked again."""
    while True:
        try:
            step()
        except Unavailable:
            continue
        except RelevoError:
            return
        else:
            return


def shuffled(source: random.Random, *ways: list[Callable[[], None]]) -> Iterator[Callable[[], None]]:
    """The steps of all ways, each way in its own order."""
    left = [list(way) for way in ways]
    while any(left):
        chosen = source.choices(left, weights=[len(way) for way in left])[0]
        yield chosen.pop(0)


@pytest.mark.bar(17)
@in_parts("interleavings", short=30, full=10_000, part=500)
def test_the_bot_is_silent_in_every_order_of_steps(world: World, run: Run, interleavings: int) -> None:
    """Steps of bot, relay, customer and agent in random orders, the bot's late and repeated ones too."""
    source, agent = run.random, _agent(world)
    for number in range(interleavings):
        talk = Talk(world=world, agent=agent, number=number)
        talk.writes()
        late = [talk.answers, talk.begins, talk.ends] if source.random() < 0.5 else []
        for step in shuffled(source, talk.bots_way(), talk.peoples_way(), late):
            may(step)
        _check_silent(world, talk)
        _quiet(world, talk)
    run.count(interleavings=interleavings)


@pytest.mark.bar(17)
@in_parts("races", short=8, full=2_000, part=250)
def test_the_bot_is_silent_when_a_claim_and_its_answer_race(world: World, run: Run, races: int) -> None:
    """Bot with relay, and agent, in two threads that start together."""
    agent = _agent(world)
    for number in range(races):
        talk = Talk(world=world, agent=agent, number=number)
        talk.writes()
        may(talk.takes_turn)
        together = threading.Barrier(2)
        threads = [
            threading.Thread(target=_walk, args=(together, way))
            for way in (talk.bots_way()[1:], talk.peoples_way()[:3])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        _check_silent(world, talk)
        _quiet(world, talk)
    run.count(races=races)


def _agent(world: World) -> AgentView:
    world.settle(undo_seconds=0, desk={"capacity": 100})
    agent = world.agent("Ana", capacity=100)
    accounts.beat(world.core, agent, "online", now=world.now)
    return agent


def _walk(together: threading.Barrier, steps: list[Callable[[], None]]) -> None:
    together.wait(30)
    for step in steps:
        may(step)


def _check_silent(world: World, talk: Talk) -> None:
    """From the ledger: nothing of the bot while a person had it. From the deliveries: none begun after the claim."""
    with world.core.database.read() as session:
        rows = session.execute(
            select(LedgerRow).where(LedgerRow.stream == f"conversation:{talk.conversation}").order_by(LedgerRow.seq)
        ).scalars()
        held = False
        for row in rows:
            if row.kind.startswith("handoff."):
                held = row.data["to"] in HELD
            assert not (held and row.kind == "message" and row.data["author"] == "bot"), f"the bot spoke: {row.data}"
        epoch = session.get_one(Conversation, talk.conversation).epoch
        sent = session.execute(
            select(Delivery).where(Delivery.conversation_id == talk.conversation, Delivery.author == "bot")
        ).scalars()
        for each in sent:
            late = each.begun_epoch is not None and each.begun_epoch != each.epoch
            assert not late, f"a bot's text was begun in epoch {each.begun_epoch} of {epoch}, it was of {each.epoch}"


def _quiet(world: World, talk: Talk) -> None:
    """The case ends and nothing is left on its way, so that the next talk is alone."""
    may(talk.returns)
    world.later(seconds=31)
    accounts.beat(world.core, talk.agent, "online", now=world.now)
    turns = service.take_turns(world.core, owner="bot", limit=50, now=world.now)
    for turn in turns:
        service.finish_turn(world.core, turn, Reply(said=[Said(text="the bot's answer", release=1)]), now=world.now)
    while leased := service.lease_deliveries(world.core, channel="sms", owner="end", limit=50, now=world.now):
        for each in leased:
            if service.begin_sending(world.core, each.id, "end", now=world.now):
                service.finish_sending(world.core, each.id, "end", Sent(carrier_id=f"SM-{each.id}"), now=world.now)
