"""The drift alarm over real turns: counted are first questions, compared once a day, told once, and nothing is kept of
what was said."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.drift import EDGES, Tally
from bot.doctor import as_text
from bot.knowledge import engines
from bot.knowledge.certainty.drift import Difference, drifted, largest, look_daily
from bot.knowledge.certainty.telling import drift_findings, watch_drift
from bot.knowledge.engines import Engine
from bot.knowledge.release import build_release
from bot.knowledge.review import import_folder
from bot.knowledge.tables import LookRow, migrate
from handoff import service
from handoff.service.proof.scores import first_scores
from tests.support.core import World, make_core
from tests.support.knowledge import every_notice, library_in, write_folder
from tests.support.measured import ALIKE, CONTENT, MODEL, OTHER, USUAL, asked, certificate, certified, decide

UNSURE = (0.1, 0.3, 0.3, 0.4, 0.5, 0.92, 0.2, 0.995)  # three quarters are refused
DAY = timedelta(days=1)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """Release 1 is served."""
    world = World(make_core(database_url))
    migrate(world.core.database)
    import_folder(library_in(world.core), write_folder(tmp_path, *every_notice()), world.now, by="Pilar")
    build_release(library_in(world.core), world.now, by="Pilar")
    yield world
    world.core.database.dispose()


def states(world: World) -> list[tuple[str, str, int, int]]:
    looks = look_daily(world.core.database, world.now)
    return [(each.language, each.state, each.rows, each.refused) for each in looks]


def test_only_the_first_question_of_each_conversation_of_the_week_counts(world: World) -> None:
    asked(world.core, world.now - 8 * DAY, [0.11])
    talked = world.visit("es")
    decide(world, talked, 0.99, "act", model=MODEL, release=1)
    decide(world, talked, 0.21, model=MODEL, release=1)
    decide(world, talked, 0.31, model=MODEL, release=1)
    asked(world.core, world.now, [0.41], release=2)
    asked(world.core, world.now, [0.51], model=OTHER)
    unasked = world.visit()
    world.open_case(unasked)
    found = first_scores(world.core.database, world.now - 7 * DAY, 1)
    assert sorted((one.score, one.language, one.model) for one in found) == [(0.21, "es", MODEL), (0.51, "en", OTHER)]


def test_a_question_counts_in_the_language_that_it_was_decided_in(world: World) -> None:
    """The conversation may have gone on in another one since."""
    decide(world, world.visit("es"), 0.21, model=MODEL, release=1, language="en")
    (found,) = first_scores(world.core.database, world.now - 7 * DAY, 1)
    assert found.language == "en"


def test_questions_like_those_of_the_certificate_are_quiet_and_few_ones_say_nothing(world: World) -> None:
    certified(world.core.database, world.now, languages={"en": certificate(), "es": certificate("es")})
    asked(world.core, world.now, USUAL * 13)
    asked(world.core, world.now, UNSURE, language="es")
    assert states(world) == [("en", "quiet", 104, 26), ("es", "too_few", 8, 6)]
    assert watch_drift(world.core, world.now) == 0
    assert drift_findings(world.core.database, world.now) == []


def test_a_drift_is_told_to_supervisors_once_and_said_by_the_doctor_until_it_is_over(world: World) -> None:
    certified(world.core.database, world.now)
    asked(world.core, world.now, UNSURE * 13)
    assert watch_drift(world.core, world.now) == 1
    ana, samuel = world.agent(), world.agent("Samuel", role="supervisor")
    (told,) = service.read_alerts(world.core, samuel, now=world.now)
    assert service.read_alerts(world.core, ana, now=world.now) == ()
    assert told.kind == "drift"
    assert told.data["found"].startswith(
        "Release 1, English: of 104 first questions this week the bot was too unsure to answer 75%; of the test "
        "questions, 25%."
    )
    assert told.data["found_es"].startswith("Publicación 1, inglés: de 104 primeras preguntas")
    service.finish_alert(world.core, samuel, told.id, now=world.now)
    assert watch_drift(world.core, world.later(days=1)) == 0
    assert "no longer describes what customers ask" in as_text(drift_findings(world.core.database, world.now))
    asked(world.core, world.later(days=7), USUAL * 13)
    assert watch_drift(world.core, world.now) == 0
    assert service.read_alerts(world.core, samuel, now=world.now) == ()
    assert drift_findings(world.core.database, world.now) == []


def test_it_is_looked_once_a_day_and_at_once_when_another_model_is_served(world: World) -> None:
    database = world.core.database
    certified(database, world.now)
    assert states(world) == [("en", "too_few", 0, 0)]
    assert states(world) == []
    assert look_daily(database, world.later(hours=23)) == ()
    certified(database, world.now, model=OTHER, content="2" * 64)
    assert states(world) == [("en", "too_few", 0, 0)]
    assert [each.state for each in look_daily(database, world.later(days=1))] == ["too_few"]


def test_questions_to_a_model_that_decides_alike_count_and_those_to_another_do_not(world: World) -> None:
    database = world.core.database
    certified(database, world.now)
    certified(database, world.now, model=ALIKE)
    certified(database, world.now, model=OTHER, content="2" * 64)
    running = Engine(host="a", release=1, url="http://127.0.0.1:1", model=MODEL, ready=True, seen_at=world.now)
    engines.announce(database, "a", [running], world.now)
    asked(world.core, world.now, UNSURE * 7)
    asked(world.core, world.now, UNSURE * 7, model=ALIKE)
    asked(world.core, world.now, USUAL, model=OTHER)
    assert states(world) == [("en", "drifted", 112, 84)]


def test_where_nothing_is_promised_nothing_is_looked_at(world: World) -> None:
    assert look_daily(world.core.database, world.now) == ()
    certified(world.core.database, world.now, languages={"en": certificate(status="too_few"), "es": {"claimed": False}})
    asked(world.core, world.now, UNSURE)
    assert look_daily(world.core.database, world.now) == ()


def test_only_counts_are_kept(world: World) -> None:
    certified(world.core.database, world.now)
    asked(world.core, world.now, UNSURE)
    look_daily(world.core.database, world.now)
    with world.core.database.read() as session:
        row = session.get_one(LookRow, (1, "en"))
    kept = {name: getattr(row, name) for name in LookRow.__table__.columns.keys()}  # noqa: SIM118
    assert kept.pop("at") == world.now
    assert kept.pop("content") == CONTENT
    assert json.dumps(kept, sort_keys=True) == json.dumps(
        {
            "language": "en",
            "now": Tally.of(UNSURE, 0.6).dump(),
            "release_number": 1,
            "state": "too_few",
            "then": Tally.of(USUAL * 50, 0.6).dump(),
        },
        sort_keys=True,
    )
    assert drifted(world.core.database, world.now) == ()


SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(SCORES, SCORES, st.floats(0, 1))
def test_the_largest_difference_is_that_of_shares_and_none_is_larger(
    then: list[float], now: list[float], threshold: float
) -> None:
    found = largest(Tally.of(then, threshold), Tally.of(now, threshold))
    assert found is not None
    for limit in (threshold, *EDGES):
        apart = abs(sum(one < limit for one in now) / len(now) - sum(one < limit for one in then) / len(then))
        assert apart <= abs(found.now - found.then) + 1e-9
    assert (found.what == "refused") == (found.edge is None)
    assert largest(Tally(), Tally.of(now, threshold)) is None


def test_scores_that_moved_above_the_threshold_are_named_by_their_edge() -> None:
    then, now = Tally.of([0.1, 0.95, 0.97, 0.98], 0.6), Tally.of([0.1, 0.65, 0.65, 0.65], 0.6)
    assert largest(then, now) == Difference(what="below", edge=0.7, now=1.0, then=0.25)
