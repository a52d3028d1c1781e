"""Line 15: promises fall due whatever the clock does; a breach alerts within a minute; none is lost or doubled."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from handoff import service
from handoff.models import Alert, HandoffRow, PromiseRow
from handoff.service import CallbackForm, CoreBox
from handoff.sweeper import Sweeper
from tests.faults.sizes import Run, in_parts
from tests.support.core import SUNDAY_NIGHT, World

MADRID = ZoneInfo("Europe/Madrid")
AUTUMN = datetime(2026, 10, 25, 0, 0, tzinfo=MADRID)  # at 3:00 it is 2:00 again
SPRING = datetime(2027, 3, 28, 0, 0, tzinfo=MADRID)  # at 2:00 it is 3:00
MOST_TICKS = 30  # at one instant
ALL_DAY = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def _promise(world: World) -> str:
    conversation = world.visit()
    form = CallbackForm(message="please call", phone="+34600999888")
    return service.submit_form(world.core, conversation, form, now=world.now).reference


def _due(world: World, reference: str) -> datetime:
    with world.core.database.read() as session:
        statement = (
            select(PromiseRow.due_at)
            .join(HandoffRow, HandoffRow.id == PromiseRow.handoff_id)
            .where(HandoffRow.reference == reference, PromiseRow.status == "open")
        )
        return session.execute(statement).scalar_one()


@pytest.mark.bar(15)
@in_parts("nights", short=2, full=600, part=60)
def test_a_breach_is_told_within_a_minute_whatever_the_clock_does(world: World, run: Run, nights: int) -> None:
    """Promises made around both changes of the hour and under jumping clocks: each is told once a due time, in time."""
    source = run.random
    for _ in range(nights):
        start = source.choice([AUTUMN, SPRING, SUNDAY_NIGHT]).astimezone(UTC)
        world.at(start - timedelta(minutes=source.randint(0, 600)))
        world.settle(hours=source.choice([ALL_DAY, {"mon": ["09:00-18:00"], "sun": ["00:00-06:00"]}]))
        references = [_promise(world) for _ in range(source.randint(1, 3))]
        sweeper = Sweeper(CoreBox(world.core), lambda: world.now)
        end = world.now + timedelta(hours=36)
        while world.now < end:
            step = source.choice([20, 40, 55] * 30 + [3600, -3600]) if source.random() < 0.2 else 55
            jumped = abs(step) > 60
            due = {reference: _due(world, reference) for reference in references}
            world.later(seconds=step)
            assert any(not sweeper.tick(world.now) for _ in range(MOST_TICKS)), "the sweeper finds no end"
            _check_told(world, due, jumped=jumped)
            if source.random() < 0.8:
                _skip_quiet(world, references, source.randint(0, 3))
        _end(world, references)
    run.count(nights=nights)


def _skip_quiet(world: World, references: list[str], hours: int) -> None:
    """Straight to a minute before the next due time, when nothing falls due on the way: the sweeper slept."""
    soonest = min(_due(world, reference) for reference in references)
    if hours and soonest - world.now > timedelta(minutes=3):
        world.at(min(world.now + timedelta(hours=hours), soonest - timedelta(minutes=1)))


def _check_told(world: World, due: dict[str, datetime], *, jumped: bool) -> None:
    """What fell due has a new due time that lies ahead; what did not is as it was."""
    for reference, before in due.items():
        after = _due(world, reference)
        if before <= world.now:
            assert after > world.now, f"{reference} was due at {before}, it is {world.now}, and still says {after}"
            assert _alerts(world, reference), f"{reference}: nobody was told"
        else:
            assert after == before, f"{reference} moved from {before} to {after} at {world.now}, jumped: {jumped}"


def _alerts(world: World, reference: str) -> int:
    with world.core.database.read() as session:
        statement = (
            select(func.count())
            .select_from(Alert)
            .join(HandoffRow, HandoffRow.id == Alert.handoff_id)
            .where(HandoffRow.reference == reference, Alert.kind == "promise_missed")
        )
        return session.execute(statement).scalar_one()


def _end(world: World, references: list[str]) -> None:
    """Exactly one open case each, and an audit is clean (the fixture's own); then they end, for the next night."""
    with world.core.database.read() as session:
        rows = session.execute(select(HandoffRow).where(HandoffRow.reference.in_(references))).scalars().all()
        assert len(rows) == len(references)
        assert all(row.deadline_at is not None for row in rows)
        ends = [(row.conversation_id, row.reference, row.version) for row in rows]
    for conversation, reference, version in ends:
        service.withdraw(world.core, conversation, reference, version, now=world.now)
