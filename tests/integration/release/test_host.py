"""A host of engines in a real process: builds beside the one that serves, switches, and survives being killed."""

import os
import signal
from collections.abc import Callable
from shutil import rmtree

from bot.knowledge import builds, engines, questions
from bot.knowledge.certainty.certificates import measured
from bot.knowledge.questions import Question
from handoff.clock import utc_now
from tests.integration.release.conftest import Machine, phrased
from tests.support.boxed import BAD, SLOW

Make = Callable[[str], Machine]


def test_a_release_is_built_beside_the_engine_that_serves_and_both_run_after_the_switch(machine: Machine) -> None:
    first = machine.serves(1)
    assert first == machine.env.engine_url
    machine.approve(**phrased("is it open at night"))
    done = machine.ended(machine.ask())
    assert (done.state, done.number, done.step, done.error) == ("switched", 2, "switch", None)
    assert machine.current() == 2
    running = machine.running()
    assert running[1] == first
    assert running[2] != first
    assert done.certificate == {"en": {"claimed": False}}
    assert done.report is not None
    assert (done.report["questions"], done.report["right"], done.report["changed"]) == (2, 2, [])


def test_the_report_says_what_is_answered_otherwise_and_what_is_wrong(machine: Machine) -> None:
    asked = [
        Question(text="is it open at night", language="en", entry="shop-hours"),
        Question(text="shop-hours when open 0", language="en", entry=None),
    ]
    questions.replace_all(machine.library, asked, utc_now(), by="Pilar")
    machine.approve(**phrased("is it open at night"))
    report = machine.ended(machine.ask()).report
    assert report is not None
    assert (report["questions"], report["right"], report["wrong"]) == (4, 3, 1)
    assert [one["question"] for one in report["wrong_ones"]] == ["shop-hours when open 0"]
    assert report["changed"] == [
        {"question": "is it open at night", "language": "en", "before": "refuse", "after": "shop-hours"}
    ]


def test_each_release_keeps_the_certificate_of_its_own_model(machine: Machine) -> None:
    def kept() -> dict[int, str]:
        with machine.library.database.read() as session:
            models = engines.models_of(session, utc_now())
            return {number: each.standing for number, each in measured(session, (1, 2), models).items()}

    assert kept() == {1: "valid"}, "the first start has one, though nobody asked for a build"
    machine.approve(**phrased("is it open at night"))
    machine.ended(machine.ask())
    assert kept() == {1: "valid", 2: "valid"}


def test_a_roll_back_takes_the_engine_that_was_kept(machine: Machine) -> None:
    machine.approve(**phrased("is it open at night"))
    machine.ended(machine.ask())
    pid = (machine.env.var / "run" / "engine-1.pid").read_text()
    began = utc_now()
    back = machine.ended(builds.ask_switch(machine.library, 1, began, by="Samuel"))
    assert (back.state, machine.current()) == ("switched", 1)
    assert (machine.env.var / "run" / "engine-1.pid").read_text() == pid
    assert (back.ended_at or began) - began < builds.LEASE / 3


def test_a_release_before_that_must_be_trained_first_is_not_kept(machine: Machine) -> None:
    machine.approve(**phrased("is it open at night"))
    machine.ended(machine.ask())
    machine.end()
    rmtree(machine.env.var / "models" / "1")
    machine.start()
    machine.serves(2)
    assert [each.release for each in engines.alive(machine.library.database, utc_now())] == [2]


def test_a_build_that_fails_changes_nothing_and_says_why(machine: Machine) -> None:
    served = machine.running()
    wrong = [Question(text=f"shop-hours when open {n}", language="en") for n in range(5)]
    for changes, code in (
        (phrased(BAD), "training_failed"),
        (phrased("now it is fine"), "questions_wrong"),
    ):
        machine.approve(**changes)
        if code == "questions_wrong":
            questions.replace_all(machine.library, wrong, utc_now(), by="Pilar")
        failed = machine.ended(machine.ask())
        assert (failed.state, (failed.error or {})["code"]) == ("failed", code)
        assert machine.current() == 1
    machine.eventually(lambda: machine.running() == served)
    assert failed.report is not None
    assert len(failed.report["wrong_ones"]) == 5


def test_the_same_question_in_two_entries_is_found_by_lint(machine: Machine) -> None:
    machine.approve("copy", **phrased())
    failed = machine.ended(machine.ask())
    assert (failed.error or {})["code"] == "lint_failed"
    assert {each["level"] for each in failed.findings} >= {"error"}
    assert machine.current() == 1


def test_a_host_killed_in_the_middle_of_a_build_serves_on_and_takes_it_again(machine: Machine) -> None:
    machine.approve(**phrased(SLOW))
    build = machine.ask()
    machine.reached(build, "train")
    first = int((machine.env.var / "run" / "engine-1.pid").read_text())
    machine.end(signal.SIGKILL)
    assert machine.current() == 1
    machine.eventually(lambda: not is_alive(first))
    machine.start()
    machine.eventually(lambda: machine.running().get(1) and int(pid_of(machine)) != first)
    machine.reached(build, "train")
    assert builds.read(machine.library.database, build.id).state == "running"
    assert machine.end() == 0
    assert machine.running() == {}, "who stops tells nobody to come"


def test_a_build_that_is_called_off_stops_at_once_and_the_next_one_is_made(machine: Machine) -> None:
    machine.approve(**phrased(SLOW))
    build = machine.ask()
    machine.reached(build, "train")
    builds.cancel(machine.library, build.id, utc_now(), by="Samuel")
    assert (builds.read(machine.library.database, build.id).error or {})["code"] == "cancelled"
    machine.approve(**phrased("is it open at night"))
    assert machine.ended(machine.ask()).state == "switched"


def test_models_that_nothing_needs_any_more_leave_the_disk(machine: Machine) -> None:
    for number in (2, 3):
        machine.approve(**phrased(f"is it open at {number}"))
        assert machine.ended(machine.ask()).number == number
    machine.end()
    machine.start()
    machine.eventually(lambda: not (machine.env.var / "models" / "1").exists())
    assert machine.serves(3)
    assert {each.name for each in (machine.env.var / "models").iterdir() if each.is_dir()} == {"2", "3"}
    back = machine.ended(builds.ask_switch(machine.library, 1, utc_now(), by="Samuel"))
    assert (back.state, machine.current()) == ("switched", 1), "it is trained again"


def test_an_engine_that_dies_is_not_told_of_until_it_answers_again(machine: Machine) -> None:
    first = int(pid_of(machine))
    os.kill(first, signal.SIGKILL)
    machine.eventually(lambda: machine.running() == {})
    machine.serves(1)
    assert int(pid_of(machine)) != first


def test_the_switch_waits_for_every_host_and_not_for_one_that_is_gone(machine: Machine, machine_of: Make) -> None:
    other = machine_of("two")
    other.start()
    other.serves(1)
    machine.approve(**phrased("is it open at night"))
    assert machine.ended(machine.ask()).state == "switched"
    assert other.running().keys() >= {1, 2}
    other.end(signal.SIGKILL)
    back = machine.ended(builds.ask_switch(machine.library, 1, utc_now(), by="Samuel"))
    assert back.state == "switched"


def test_a_second_host_on_one_state_folder_is_refused(machine: Machine) -> None:
    machine.start()
    assert machine.processes[-1].wait(20) == 1
    assert "host_running" in (machine.folder / "host.log").read_text()
    machine.serves(1)


def pid_of(machine: Machine) -> str:
    return (machine.env.var / "run" / "engine-1.pid").read_text()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
