"""What is kept of days that are over for good says the same as counting anew, and nothing is kept too early."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from handoff import service
from handoff.bookkeeper import Bookkeeper
from handoff.models import ReportDay
from handoff.service import CoreBox
from handoff.service.proof import reports
from handoff.service.talk.testing import start_test
from tests.support.core import World
from tests.support.history import History, asked, local

DAY, NEXT = "2026-11-02", "2026-11-03"
READS: dict[str, Callable[..., Any]] = {
    "answers": reports.read_answers,
    "ratings": reports.read_ratings,
    "returns": reports.read_returns,
    "promises": reports.read_promises,
    "waits": reports.read_waits,
    "reasons": reports.read_reasons,
    "gaps": reports.read_gaps,
    "suggestions": reports.read_suggestions,
}
WAYS: tuple[dict[str, Any], ...] = (
    {},
    {"by": "channel", "language": "es"},
    {"by": "language", "channel": "web"},
)


def book(world: World) -> int:
    """A whole round of the bookkeeper; returns its steps."""
    keeper, steps = Bookkeeper(CoreBox(world.core), lambda: world.now), 0
    while keeper.step(world.now):
        steps += 1
    return steps


def kept(world: World) -> dict[str, set[str]]:
    """The days that are kept, by report."""
    found: dict[str, set[str]] = {}
    with world.core.database.read() as session:
        for report, day in session.execute(select(ReportDay.report, ReportDay.day)):
            found.setdefault(report.rpartition(".")[0], set()).add(day)
    return found


def everything(world: World) -> list[Any]:
    spans = [(DAY, DAY), ("2026-10-30", "2026-11-10")]
    return [
        read(world.core, asked(*span, **way), world.now) for read in READS.values() for span in spans for way in WAYS
    ]


def busy_days(world: World) -> None:
    history = History.begun(world)
    for day in (DAY, NEXT):
        for minute, (language, seconds) in enumerate([("en", 20), ("es", 40), ("es", 400), ("en", 70)]):
            world.at(local(day, f"10:{minute:02}"))
            talk = history.visitor(language)
            reference = history.needs(talk)
            world.later(seconds=seconds)
            history.takes(reference)
            world.later(seconds=30)
            history.ends(reference)
            history.rates(talk, 1 + minute)
        world.at(local(day, "12:00"))
        caller, alone, lost = (history.visitor(language) for language in ("es", "en", "es"))
        history.promises(caller)
        history.asks_bot(alone)
        history.asks_bot(lost, "refuse")
        world.later(minutes=20)
        history.calls(caller)
        history.rates(alone, 5)
        phone = history.texts("+34600000001", "hello")
        reference = history.needs(phone)
        history.takes(reference)
        history.ends(reference)
        world.at(local(day, "23:30"))
        history.asks_bot(history.visitor("es", address="night"))


def test_what_is_kept_says_the_same_as_counting_anew(world: World) -> None:
    busy_days(world)
    world.at(local("2026-11-30", "12:00"))
    counted = everything(world)
    assert book(world) > 0
    for name in READS:
        assert {DAY, NEXT} <= kept(world)[name], name
    assert everything(world) == counted
    assert any(report.total and report.rows for report in counted)


def test_a_kept_day_is_read_and_not_counted_again(world: World) -> None:
    busy_days(world)
    world.at(local("2026-11-30", "12:00"))
    book(world)
    with world.core.database.write() as session:
        cells = [["es", "web", "", {"questions": 700, "refused": 7}, []]]
        mine = update(ReportDay).where(ReportDay.day == DAY, ReportDay.report.startswith("gaps."))
        session.execute(mine.values(cells=cells))
    found = reports.read_gaps(world.core, asked(DAY, NEXT), world.now)
    assert [(row.key, row.questions) for row in found.rows] == [(DAY, 700), (NEXT, found.rows[1].questions)]
    assert found.rows[1].questions > 0
    assert reports.read_gaps(world.core, asked(DAY, language="en"), world.now).total.questions == 0


def test_a_day_is_not_kept_while_one_of_its_cases_is_open(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    reference = history.needs(history.visitor())
    world.at(local("2026-11-30", "12:00"))
    book(world)
    for name in ("waits", "reasons", "returns"):
        assert DAY not in kept(world).get(name, set()), name
        assert NEXT in kept(world)[name], name
    history.takes(reference)
    history.ends(reference)
    book(world)
    assert DAY in kept(world)["waits"]
    assert DAY not in kept(world)["returns"]  # seven days must be over for it
    world.later(days=8)
    book(world)
    assert DAY in kept(world)["returns"]


def test_an_open_promise_keeps_its_day_open(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    caller = history.visitor()
    history.promises(caller)
    world.at(local("2026-11-06", "10:00"))
    book(world)
    assert DAY not in kept(world).get("promises", set())
    before = reports.read_promises(world.core, asked(DAY), world.now).total
    assert (before.made, before.missed, before.kept_late) == (1, 1, 0)
    history.calls(caller)
    book(world)
    assert DAY in kept(world)["promises"]
    after = reports.read_promises(world.core, asked(DAY), world.now).total
    assert (after.made, after.kept + after.kept_late) == (1, 1)


@pytest.mark.parametrize(
    ("report", "too_early", "in_time"),
    [
        ("gaps", local(NEXT, "00:59"), local(NEXT, "01:01")),
        ("ratings", local("2026-11-10", "00:59"), local("2026-11-10", "01:01")),
        ("answers", local("2026-11-11", "04:59"), local("2026-11-11", "05:01")),
    ],
)
def test_a_day_is_kept_once_nothing_of_it_can_change(world: World, report: str, too_early: Any, in_time: Any) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    history.asks_bot(history.visitor())
    world.at(too_early)
    book(world)
    assert DAY not in kept(world).get(report, set())
    world.at(in_time)
    book(world)
    assert DAY in kept(world)[report]


def test_another_zone_counts_its_days_anew(world: World) -> None:
    """Half past eleven at night in Madrid is still the afternoon in New York."""
    busy_days(world)
    world.at(local("2026-11-30", "12:00"))
    book(world)
    world.settle(time_zone="America/New_York")
    counted = everything(world)
    assert book(world) > 0
    assert everything(world) == counted
    world.settle(time_zone="Europe/Madrid")
    assert book(world) <= 40  # what was kept is there still; only days that are not over are looked at again


def test_a_second_round_finds_nothing_and_an_empty_past_is_none(world: World) -> None:
    assert book(world) == 0
    busy_days(world)
    world.at(local("2026-11-30", "12:00"))
    book(world)
    before = kept(world)
    book(world)
    assert kept(world) == before


def test_a_round_that_fails_begins_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    busy_days(world)
    world.at(local("2026-11-30", "12:00"))
    keeper = Bookkeeper(CoreBox(world.core), lambda: world.now)
    with monkeypatch.context() as patched:
        patched.setattr(reports, "keep", lambda *_: 1 // 0)
        assert keeper.step(world.now) is False
    while keeper.step(world.now):
        pass
    assert DAY in kept(world)["waits"]


def test_a_rating_given_anew_within_a_week_counts_once_on_its_own_day(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    talk = history.visitor()
    history.asks_bot(talk)
    history.rates(talk, 1)
    world.at(local(NEXT, "10:00"))
    history.rates(talk, 5)

    def shown(since: str, until: str) -> list[tuple[str, int, float]]:
        found = reports.read_ratings(world.core, asked(since, until), world.now).rows
        return [(row.key, row.ratings, row.average) for row in found]

    assert shown(DAY, NEXT) == [(NEXT, 1, 5.0)]
    assert shown(DAY, DAY) == []
    world.later(days=7, seconds=1)
    history.rates(talk, 3)
    assert shown(DAY, NEXT) == [(NEXT, 1, 5.0)]


def test_what_an_administrator_tries_with_the_widget_counts_in_no_report(world: World) -> None:
    """One of everything, all in a test conversation, which people are brought to all the same."""
    history = History.begun(world)
    admin = world.agent("Ada", role="admin")
    world.at(local(DAY, "10:00"))
    talk, gone = (start_test(world.core, admin, now=world.now).conversation_id for _ in range(2))
    history.asks_bot(talk)
    history.asks_bot(talk, "refuse")
    history.asks_bot(gone)
    history.rates(gone, 5)
    reference = history.needs(talk)
    history.takes(reference)
    packet = service.read_case(world.core, history.agent, reference, now=world.now)
    assert packet.item.customer_label == "Test · Ada"
    history.ends(reference)
    history.promises(talk)
    world.later(minutes=20)
    history.calls(talk)
    for moment in (world.now, local("2026-11-30", "12:00")):
        world.at(moment)
        for name, read in READS.items():
            total = read(world.core, asked(DAY), world.now).total
            numbers = [total] if not isinstance(total, tuple) else list(total)
            counted = [value for row in numbers for value in asdict(row).values() if isinstance(value, int | float)]
            assert not any(counted), name


def test_the_days_of_a_run_follow_each_other() -> None:
    from handoff.service.proof.reports.sums import runs

    days = [asked(DAY).since + timedelta(days=n) for n in (0, 1, 2, 5, 6, 9)]
    found = [(run.since.day, run.until.day) for run in runs(days, 2)]
    assert found == [(2, 3), (4, 4), (7, 8), (11, 11)]
    assert list(runs([])) == []
