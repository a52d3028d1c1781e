"""Builds and the engines that hosts announce: one at a time, leased, and nothing is switched but by one transaction."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.knowledge import builds, engines
from bot.knowledge import release as releases
from bot.knowledge.engines import ALIVE, Engine
from bot.knowledge.errors import (
    BuildEnded,
    BuildLost,
    BuildNotFound,
    BuildRunning,
    KnowledgeInvalid,
    NothingToRelease,
    ReleaseNotFound,
)
from bot.knowledge.library import Library
from bot.knowledge.review import import_folder
from bot.knowledge.tables import Current
from handoff.audit import audit_database
from handoff.service import read_facts
from tests.support.knowledge import NOW, SECRET, entry, every_notice, library_of, write_folder

SOON = timedelta(seconds=1)


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    """Release 1 is current, and one more entry is approved."""
    library = library_of(database_url)
    import_folder(library, write_folder(tmp_path / "a", *every_notice()), NOW, by="Pilar")
    releases.build_release(library, NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry()), NOW, by="Pilar")
    yield library
    assert audit_database(library.database, SECRET, NOW).clean
    library.database.dispose()


def current(library: Library) -> tuple[int, int | None]:
    with library.database.read() as session:
        row = session.get_one(Current, 1)
        return row.release_number, row.previous_number


def steps(library: Library) -> list[tuple[str, str, object]]:
    with library.database.read() as session:
        facts = read_facts(session, "knowledge")
        return [(each.kind, each.actor, each.data["number"]) for each in facts if each.kind.endswith("switch")]


def built(library: Library) -> int:
    """A build worked to its end by host `a`; the number of its release."""
    builds.ask_build(library, NOW, by="Elena")
    taken = builds.take(library.database, "a", NOW)
    assert taken is not None
    number = releases.freeze(library, NOW, by="Elena")
    builds.note(library.database, taken.id, "a", NOW, number=number, step="switch")
    builds.switch(library, taken.id, "a", NOW)
    return number


def test_a_build_that_ends_switches_with_its_ledger_row(library: Library) -> None:
    assert built(library) == 2
    assert current(library) == (2, 1)
    assert steps(library)[-1] == ("knowledge.switch", "Elena", 2)
    done = builds.newest(library.database)
    assert done is not None
    assert (done.state, done.number, done.step, done.error) == ("switched", 2, "switch", None)
    assert builds.unfinished(library.database) is None


def test_freezing_alone_changes_nothing_that_is_served(library: Library) -> None:
    assert releases.freeze(library, NOW, by="Elena") == 2
    assert current(library) == (1, None)
    assert releases.current(library.database, NOW).number == 1


def test_of_many_who_ask_at_once_one_is_heard(library: Library) -> None:
    def ask() -> str:
        try:
            return builds.ask_build(library, NOW, by="Elena").state
        except BuildRunning as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        answers = [done.result() for done in [pool.submit(ask) for _ in range(4)]]
    assert sorted(answers) == ["asked", "build_running", "build_running", "build_running"]


def test_what_is_current_is_not_released_again(library: Library) -> None:
    built(library)
    with pytest.raises(NothingToRelease):
        builds.ask_build(library, NOW, by="Elena")
    with pytest.raises(NothingToRelease):
        builds.ask_switch(library, 2, NOW, by="Elena")
    with pytest.raises(ReleaseNotFound):
        builds.ask_switch(library, 9, NOW, by="Elena")


def test_a_switch_goes_back_to_an_earlier_release(library: Library) -> None:
    built(library)
    asked = builds.ask_switch(library, 1, NOW, by="Samuel")
    assert (asked.kind, asked.number, asked.state) == ("switch", 1, "asked")
    assert builds.take(library.database, "b", NOW) is not None
    builds.switch(library, asked.id, "b", NOW)
    assert current(library) == (1, 2)
    assert steps(library)[-1] == ("knowledge.switch", "Samuel", 1)


def test_of_two_hosts_one_works_a_build_and_the_other_takes_it_when_the_lease_is_over(library: Library) -> None:
    asked = builds.ask_build(library, NOW, by="Elena")
    assert builds.take(library.database, "a", NOW) is not None
    assert builds.take(library.database, "b", NOW + SOON) is None
    builds.renew(library.database, asked.id, "a", NOW + 10 * SOON)
    assert builds.take(library.database, "b", NOW + 20 * SOON) is None
    assert builds.take(library.database, "b", NOW + 26 * SOON) is not None
    number = releases.freeze(library, NOW, by="Elena")
    late: tuple[Callable[[], None], ...] = (
        lambda: builds.note(library.database, asked.id, "a", NOW, number=number),
        lambda: builds.renew(library.database, asked.id, "a", NOW),
        lambda: builds.switch(library, asked.id, "a", NOW),
        lambda: builds.fail(library.database, asked.id, "a", NOW, KnowledgeInvalid()),
    )
    for act in late:
        with pytest.raises(BuildLost):
            act()
    assert current(library) == (1, None)


def test_a_host_that_was_killed_takes_its_build_again_and_is_not_let_die_for_ever(library: Library) -> None:
    builds.ask_build(library, NOW, by="Elena")
    for _ in range(builds.MOST_TRIES):
        assert builds.take(library.database, "a", NOW) is not None
    assert builds.take(library.database, "a", NOW) is None
    failed = builds.newest(library.database)
    assert failed is not None
    assert failed.error is not None
    assert (failed.state, failed.error["code"]) == ("failed", "build_broken")
    assert current(library) == (1, None)


def test_a_failed_build_says_why_and_lets_the_next_one_be_asked(library: Library) -> None:
    asked = builds.ask_build(library, NOW, by="Elena")
    builds.take(library.database, "a", NOW)
    builds.fail(library.database, asked.id, "a", NOW, KnowledgeInvalid("not so", fields={"shop-hours": "no"}))
    failed = builds.read(library.database, asked.id)
    assert (failed.state, failed.ended_at) == ("failed", NOW)
    assert failed.error == {"code": "knowledge_invalid", "message": "not so (shop-hours: no)"}
    assert current(library) == (1, None)
    builds.ask_build(library, NOW, by="Elena")
    builds.give_up(library.database, NOW)
    assert builds.unfinished(library.database) is None


def test_engines_are_found_on_their_own_host_while_it_lives_and_they_answer(library: Library) -> None:
    database = library.database
    there = Engine(host="a", release=1, url="http://127.0.0.1:1", model="aa", ready=True, seen_at=NOW)
    engines.announce(database, "a", [there], NOW)
    engines.announce(database, "b", [Engine(host="b", release=1, seen_at=NOW)], NOW)
    assert engines.ready_on(database, "a", NOW) == {1: "http://127.0.0.1:1"}
    assert engines.ready_on(database, "b", NOW) == {}
    assert engines.waits_for(database, 1, NOW) == ("b",)
    assert engines.ready_on(database, "a", NOW + ALIVE) == {}
    engines.beat(database, "a", NOW + ALIVE)
    assert engines.ready_on(database, "a", NOW + ALIVE) == {1: "http://127.0.0.1:1"}
    assert engines.waits_for(database, 1, NOW + ALIVE) == (), "a host that is gone is not waited for"
    engines.announce(database, "a", [], NOW)
    assert [each.host for each in engines.alive(database, NOW)] == ["b"]


@pytest.mark.parametrize("worked", [False, True])
def test_a_build_is_called_off_wherever_it_is_and_its_host_hears_of_it(library: Library, worked: bool) -> None:
    asked = builds.ask_build(library, NOW, by="Elena")
    if worked:
        builds.take(library.database, "a", NOW)
    done = builds.cancel(library, asked.id, NOW, by="Samuel")
    assert (done.state, (done.error or {})["code"], current(library)) == ("failed", "cancelled", (1, None))
    with pytest.raises(BuildLost):
        builds.note(library.database, asked.id, "a", NOW, step="train")
    with pytest.raises(BuildLost):
        builds.switch(library, asked.id, "a", NOW)
    with pytest.raises(BuildEnded):
        builds.cancel(library, asked.id, NOW, by="Samuel")
    with pytest.raises(BuildNotFound):
        builds.cancel(library, asked.id + 1, NOW, by="Samuel")
    assert builds.take(library.database, "b", NOW) is None
    with library.database.read() as session:
        (fact,) = (each for each in read_facts(session, "knowledge") if each.kind == "knowledge.build_cancel")
    assert (fact.actor, fact.data["build"]) == ("Samuel", asked.id)


def test_a_build_that_no_host_takes_says_so_within_a_minute_and_goes_on_when_one_comes(library: Library) -> None:
    asked = builds.ask_build(library, NOW, by="Elena")
    late = NOW + builds.PATIENCE
    assert timedelta(seconds=60) >= builds.PATIENCE
    assert builds.waits(asked, 0, late - SOON) is None, "a host may be starting again"
    assert builds.waits(asked, 0, late) == "no_host"
    assert builds.waits(asked, 1, late) is None
    taken = builds.take(library.database, "a", late)
    assert taken is not None
    assert builds.waits(taken, 0, late) is None, "its host holds the lease"
    assert builds.waits(taken, 0, late + builds.LEASE) == "no_host"
    assert builds.waits(builds.cancel(library, asked.id, late, by="Samuel"), 0, late + builds.LEASE) is None
