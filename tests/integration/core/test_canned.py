"""Canned replies: who may keep which, what is refused, and a ledger row for every change."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from handoff.errors import Forbidden, InvalidInput, NotFound, RelevoError
from handoff.service import read_facts
from handoff.service.base.views import AgentView
from handoff.service.people import canned
from handoff.service.people.canned import CannedView, ReplyChanged, ReplyExists
from handoff.service.people.canned_drafts import MOST, Draft
from tests.support.core import World

BOTH = {"en": "Hello {customer_name}.", "es": "Hola, {customer_name}."}


@pytest.fixture
def boss(world: World) -> AgentView:
    return world.agent("Elena", role="supervisor")


@pytest.fixture
def ana(world: World) -> AgentView:
    return world.agent("Ana")


def draft(name: str = "hello", topic: str = "greeting", **texts: str) -> Draft:
    return Draft(name=name, topic=topic, texts=texts or BOTH)


def add(world: World, who: AgentView, name: str = "hello", *, own: bool = False, **texts: str) -> CannedView:
    return canned.add_canned(world.core, who, draft(name, **texts), own=own, now=world.now)


def names(world: World, who: AgentView) -> list[tuple[str, bool]]:
    return [(each.name, each.own) for each in canned.list_canned(world.core, who)]


def told(world: World) -> list[tuple[str, str, int]]:
    with world.core.database.read() as session:
        return [(fact.kind, fact.actor, fact.data["version"]) for fact in read_facts(session, canned.STREAM)]


def faults(step: Callable[[], Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        step()
    return dict(refused.value.fields)


def test_the_team_sees_what_supervisors_keep_and_nobody_elses_own(
    world: World, boss: AgentView, ana: AgentView
) -> None:
    eva = world.agent("Eva")
    add(world, boss)
    add(world, ana, "mine", own=True, es="Mía.")
    add(world, eva, "mine", own=True, es="De Eva.")
    add(world, ana, "hello", own=True, en="My own hello.")
    assert names(world, ana) == [("hello", False), ("hello", True), ("mine", True)]
    assert names(world, boss) == [("hello", False)]


def test_an_agent_keeps_nothing_for_the_team_and_nobody_touches_anothers(
    world: World, boss: AgentView, ana: AgentView
) -> None:
    teams, mine = add(world, boss), add(world, ana, "mine", own=True, es="Mía.")
    steps: list[tuple[type[RelevoError], Callable[[], Any]]] = [
        (Forbidden, lambda: add(world, ana, "other")),
        (Forbidden, lambda: canned.edit_canned(world.core, ana, teams.id, 1, draft(), now=world.now)),
        (Forbidden, lambda: canned.remove_canned(world.core, ana, teams.id, 1, now=world.now)),
        (Forbidden, lambda: canned.restore_canned(world.core, ana, teams.id, now=world.now)),
        (NotFound, lambda: canned.edit_canned(world.core, boss, mine.id, 1, draft("mine"), now=world.now)),
        (NotFound, lambda: canned.remove_canned(world.core, boss, mine.id, 1, now=world.now)),
        (NotFound, lambda: canned.restore_canned(world.core, boss, mine.id, now=world.now)),
        (NotFound, lambda: canned.remove_canned(world.core, boss, "nobodys", 1, now=world.now)),
    ]
    for expected, step in steps:
        with pytest.raises(expected):
            step()
    assert [kind for kind, _, _ in told(world)] == ["canned.added", "canned.added"]


def test_every_change_appends_a_row_without_a_word_of_it(world: World, boss: AgentView) -> None:
    kept = add(world, boss)
    kept = canned.edit_canned(world.core, boss, kept.id, 1, draft(en="Hi.", es="Buenas."), now=world.now)
    assert (kept.version, kept.texts) == (2, {"en": "Hi.", "es": "Buenas."})
    same = canned.edit_canned(world.core, boss, kept.id, 2, draft(en=" Hi. ", es="Buenas."), now=world.later(hours=1))
    assert same == kept
    canned.remove_canned(world.core, boss, kept.id, 2, now=world.now)
    assert names(world, boss) == []
    back = canned.restore_canned(world.core, boss, kept.id, now=world.now)
    assert (back.version, back.texts) == (4, kept.texts)
    by = f"agent:{boss.id}"
    kinds = ("added", "edited", "removed", "restored")
    assert told(world) == [(f"canned.{kind}", by, version) for version, kind in enumerate(kinds, start=1)]
    with world.core.database.read() as session:
        assert "Buenas" not in str([fact.data for fact in read_facts(session, canned.STREAM)])


def test_a_stale_edit_changes_nothing(world: World, boss: AgentView) -> None:
    kept = add(world, boss)
    canned.edit_canned(world.core, boss, kept.id, 1, draft(en="A", es="B"), now=world.now)
    for step in (
        lambda: canned.edit_canned(world.core, boss, kept.id, 1, draft(en="C", es="D"), now=world.now),
        lambda: canned.remove_canned(world.core, boss, kept.id, 1, now=world.now),
    ):
        with pytest.raises(ReplyChanged):
            step()
    assert canned.list_canned(world.core, boss)[0].texts == {"en": "A", "es": "B"}


def test_a_name_is_taken_once_among_those_that_stand(world: World, boss: AgentView) -> None:
    first, second = add(world, boss), add(world, boss, "other")
    with pytest.raises(ReplyExists):
        add(world, boss)
    with pytest.raises(ReplyExists):
        canned.edit_canned(world.core, boss, second.id, 1, draft("hello"), now=world.now)
    canned.remove_canned(world.core, boss, first.id, 1, now=world.now)
    add(world, boss)
    with pytest.raises(ReplyExists):
        canned.restore_canned(world.core, boss, first.id, now=world.now)
    assert names(world, boss) == [("hello", False), ("other", False)]


def test_what_must_be_mended_is_named(world: World, boss: AgentView, ana: AgentView) -> None:
    assert set(faults(lambda: add(world, boss, "Hello there", es="x"))) == {"name", "texts.en"}
    assert set(faults(lambda: add(world, ana, "mine", own=True, en="  "))) == {"texts"}
    assert "{custmer_name}" in faults(lambda: add(world, ana, "mine", own=True, en="{custmer_name}"))["texts.en"]
    assert set(faults(lambda: add(world, ana, "mine", own=True, en="x" * 2001))) == {"texts.en"}
    assert set(faults(lambda: add(world, ana, "mine", own=True, en="a\x00b"))) == {"texts.en"}
    two_lines = Draft(name="mine", topic="a\nb", texts={"en": "x"})
    assert set(faults(lambda: canned.add_canned(world.core, ana, two_lines, own=True, now=world.now))) == {"topic"}
    assert names(world, boss) == names(world, ana) == []


def test_an_import_is_the_teams_whole_set_and_all_or_nothing(world: World, boss: AgentView, ana: AgentView) -> None:
    add(world, boss)
    add(world, boss, "gone")
    add(world, ana, "mine", own=True, es="Mía.")
    wanted = [draft(), draft("new")]
    assert canned.import_canned(world.core, wanted, actor="operator", now=world.now) == 2  # new, and gone
    assert [each.name for each in canned.team_canned(world.core)] == ["hello", "new"]
    assert canned.import_canned(world.core, canned.team_canned(world.core), actor="operator", now=world.now) == 0
    bad = [draft("hello", es="Sola."), draft("twice"), draft("twice")]
    places = faults(lambda: canned.import_canned(world.core, bad, actor="operator", now=world.now))
    assert set(places) == {"replies[0].texts.en", "replies[2].name"}
    assert [each.name for each in canned.team_canned(world.core)] == ["hello", "new"]
    assert ("mine", True) in names(world, ana)


def test_there_is_a_limit(world: World, boss: AgentView) -> None:
    many = [draft(f"r{number}") for number in range(MOST)]
    canned.import_canned(world.core, many, actor="operator", now=world.now)
    assert "name" in faults(lambda: add(world, boss, "one-more"))
    assert "replies" in faults(
        lambda: canned.import_canned(world.core, [*many, draft("x")], actor="operator", now=world.now)
    )


def test_two_who_edit_at_once_do_not_overwrite_each_other(world: World, boss: AgentView) -> None:
    """Both read version 1; whoever comes second is refused."""
    kept = add(world, boss)
    start, came = threading.Barrier(2), []

    def edit(word: str) -> None:
        start.wait()
        try:
            canned.edit_canned(world.core, boss, kept.id, 1, draft(en=word, es=word), now=world.now)
            came.append(word)
        except ReplyChanged:
            came.append("refused")

    both = [threading.Thread(target=edit, args=(word,)) for word in ("one", "two")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert came.count("refused") == 1
    assert canned.list_canned(world.core, boss)[0].texts["en"] in came
