"""The explorer's small copies of the service's guards, held to the service itself on random traces."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from handoff import hours, service
from handoff.errors import Conflict, NotFound, RelevoError
from handoff.models import Delivery, HandoffRow, Presence
from handoff.service import CallbackForm
from handoff.service.base.core import work
from handoff.service.base.records import to_record
from handoff.service.base.rows import ENDED, find_row, lock_conversation, open_promise_of
from handoff.service.base.views import AgentView
from handoff.service.cases.moving import world as facts_now
from handoff.service.people.presence import present_with_room, set_presence
from handoff.service.sweep import expiry
from handoff.service.telling import deliveries
from handoff.states import ENDS, HELD_STATES, Event, EventKind, Handoff, next_state
from tests.faults.explorer.guards import GUARDS
from tests.support.core import MONDAY_NOON, SUNDAY_NIGHT, World, make_core

K = EventKind
TAKES = {"claim": K.CLAIM, "accept": K.ACCEPT, "start_call": K.START_CALL}
HOLDS = {"decline": K.DECLINE, "to_chat": K.TO_CHAT, "make_callback": K.MAKE_CALLBACK}
ENDINGS = {"resolve": K.RESOLVE, "return": K.RETURN}
CUSTOMER = ("write", "form", "ask", "night", "noon", "sweep", "beat", "seen")
STEPS = st.tuples(
    st.sampled_from([*TAKES, *HOLDS, *ENDINGS, "reply", "failed", *CUSTOMER]), st.integers(0, 1), st.booleans()
)


class Seen(NamedTuple):
    """What the guards look at, as the service has it."""

    record: Handoff
    room: frozenset[str]
    pending: dict[str, object] | None


class Trace:
    """One customer's case, two agents with room for one, and a step at a time."""

    def __init__(self, world: World, agents: Sequence[AgentView], night: bool) -> None:
        self.world, self.agents, self.count = world, agents, 0
        world.now = SUNDAY_NIGHT if night else MONDAY_NOON
        for agent in agents:
            with work(world.core, world.now) as unit:
                set_presence(unit, agent.id, "offline")
        self.talk = world.visit()
        self.reference = world.open_case(self.talk)

    def read(self) -> Seen:
        with work(self.world.core, self.world.now) as unit:
            row = find_row(unit.session, self.reference)
            record = to_record(row, open_promise_of(unit.session, row.id))
            return Seen(record, present_with_room(unit), row.pending)

    def table_takes(self, record: Handoff, kind: EventKind, agent: str, room: frozenset[str]) -> bool:
        with work(self.world.core, self.world.now) as unit:
            facts = facts_now(unit, record.urgency)
        try:
            next_state(record, Event(kind=kind, facts=replace(facts, present=room), agent=agent), self.world.now)
        except Conflict:
            return False
        return True

    def step(self, name: str, index: int, stale: bool) -> None:
        self.count += 1
        agent, before = self.agents[index], self.read()
        version = before.record.version - stale
        named = GUARDS.version_stands(version, before.record.version)
        holds = GUARDS.is_holder(before.record, agent.id) and named
        core, now, reference = self.world.core, self.world.now, self.reference
        if name in TAKES:
            free = not self.held(agent.id)
            room = before.room | ({agent.id} if free else frozenset())  # a claim is a sign of life
            may = GUARDS.may_take(before.record, agent.id, room) and named
            wanted = may and self.table_takes(before.record, TAKES[name], agent.id, frozenset(room))
            self.expect(wanted, lambda: getattr(service, name)(core, agent, reference, version, now=now))
        elif name in HOLDS:
            wanted = holds and self.table_takes(before.record, HOLDS[name], agent.id, before.room)
            self.expect(wanted, lambda: getattr(service, name)(core, agent, reference, version, now=now))
        elif name in ENDINGS:
            self.ending(
                name, agent, version, holds and self.table_takes(before.record, ENDINGS[name], agent.id, before.room)
            )
        elif name == "reply":
            wanted = holds and self.table_takes(before.record, K.AGENT_REPLIES, agent.id, before.room)
            said = f"{reference} {self.count}"
            self.expect(wanted, lambda: service.reply(core, agent, reference, version, said, "hello", now=now))
        elif name == "failed":
            wanted = holds and self.table_takes(before.record, K.ATTEMPT_FAILED, agent.id, before.room)
            self.expect(wanted, lambda: service.record_attempt(core, agent, reference, version, "no_answer", now=now))
        else:
            self.other(name, agent, before)

    def ending(self, name: str, agent: AgentView, version: int, wanted: bool) -> None:
        core, now = self.world.core, self.world.now
        if name == "resolve":
            self.expect(wanted, lambda: service.resolve(core, agent, self.reference, version, "solved", now=now))
        else:
            self.expect(wanted, lambda: service.return_to_bot(core, agent, self.reference, version, now=now))

    def expect(self, wanted: bool, act: Callable[[], object]) -> None:
        try:
            act()
            done = True
        except (Conflict, NotFound):
            done = False
        assert done == wanted

    def other(self, name: str, agent: AgentView, before: Seen) -> None:
        core = self.world.core
        if before.record.state in ENDS:
            return
        if name == "write":
            self.world.write(self.talk, f"m{self.count}")
        elif name == "form":
            service.submit_form(core, self.talk, CallbackForm(message="call", phone="+34600000001"), now=self.world.now)
        elif name == "ask":
            self.world.open_case(self.talk)
        elif name == "beat":
            with work(core, self.world.now) as unit:
                set_presence(unit, agent.id, "online")
        elif name == "seen":
            self.seen(agent, before)
        elif name == "sweep":
            self.sweep(before)
        else:
            self.world.now = max(self.world.now, SUNDAY_NIGHT if name == "night" else MONDAY_NOON)

    def seen(self, agent: AgentView, before: Seen) -> None:
        wanted = GUARDS.may_see(before.record, agent.id)
        wanted = wanted and self.table_takes(before.record, K.SEEN, agent.id, before.room)
        try:
            service.mark_seen(self.world.core, agent, self.reference, now=self.world.now)
        except RelevoError:
            assert not wanted
        assert (self.read().record.unseen < before.record.unseen) == wanted

    def sweep(self, before: Seen) -> None:
        """What was pending is carried out exactly where the guard says that it stands."""
        self.world.later(seconds=11)
        pending = before.pending
        if pending is None:
            return
        by, kind = str(pending["by"]), ENDINGS[str(pending["kind"])]
        fresh = GUARDS.version_stands(int(str(pending["version"])), before.record.version)
        stands = GUARDS.pending_stands(before.record, fresh=fresh, by=by)
        wanted = stands and self.table_takes(before.record, kind, by, before.room)
        service.expire(self.world.core, self.world.now)
        assert (self.read().record.state in ENDS) == wanted

    def check(self) -> None:
        """The guards that are questions to the database, not refusals."""
        core, now, seen = self.world.core, self.world.now, self.read()
        for agent in self.agents:
            present = self.is_present(agent.id)
            room = GUARDS.has_room(present=present, held=self.held(agent.id), capacity=1)
            assert (agent.id in seen.room) == room
        is_open = hours.is_open(core.business, now)
        due = [due.kind.value for due in expiry._by_hour(core, now) if due.reference == self.reference]
        expected = GUARDS.hour_has_come(seen.record, open_now=is_open)
        assert due == ([expected] if expected else [])
        self.check_deliveries(seen.record)

    def check_deliveries(self, record: Handoff) -> None:
        with work(self.world.core, self.world.now) as unit:
            conversation = lock_conversation(unit, self.talk)
            rows = unit.session.execute(select(Delivery).where(Delivery.conversation_id == self.talk)).scalars()
            for row in rows:
                if row.author != "bot" and row.handoff_version is not None:
                    stale = GUARDS.notice_is_stale(row.handoff_version, record.told_version)
                    assert deliveries._is_stale(unit, conversation, row) == stale

    def held(self, agent: str) -> int:
        with work(self.world.core, self.world.now) as unit:
            states = [state.value for state in HELD_STATES]
            statement = select(HandoffRow.id).where(HandoffRow.agent_id == agent, HandoffRow.state.in_(states))
            return len(unit.session.execute(statement).all())

    def is_present(self, agent: str) -> bool:
        with work(self.world.core, self.world.now) as unit:
            row = unit.session.get(Presence, agent)
            return row is not None and row.status == "online" and (self.world.now - row.beat_at).total_seconds() < 40

    def finish(self) -> None:
        """Leaves nothing held behind for the next trace."""
        record = self.read().record
        if record.state.value not in ENDED:
            service.withdraw(self.world.core, self.talk, self.reference, record.version, now=self.world.now)


@pytest.mark.bar(13)
@pytest.mark.timeout(600)
def test_the_explorers_guards_are_the_services(tmp_path: Path) -> None:
    world = World(make_core(f"sqlite:///{tmp_path / 'guards.db'}"))
    agents = [world.agent("Ana", capacity=1), world.agent("Ben", capacity=1)]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.booleans(), st.lists(STEPS, min_size=5, max_size=20))
    def traced(night: bool, steps: list[tuple[str, int, bool]]) -> None:
        trace = Trace(world, agents, night)
        for name, index, stale in steps:
            trace.step(name, index, stale)
            trace.check()
        trace.finish()

    traced()
    world.core.database.dispose()
