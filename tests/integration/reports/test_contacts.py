"""What the bot answered and what came of it, ratings, returns, promises and gaps, against histories counted by hand."""

from datetime import timedelta
from typing import Any

from handoff import service
from handoff.service.proof import reports
from tests.support.core import World
from tests.support.desk import ALWAYS
from tests.support.history import History, asked, local

DAY = "2026-11-23"
EIGHT_DAYS_LATER = local("2026-12-01", "12:00")


def answers(world: World, since: str = DAY, until: str | None = None, **how: Any) -> Any:
    return reports.read_answers(world.core, asked(since, until, **how), world.now)


def returns(world: World, since: str = DAY, until: str | None = None, **how: Any) -> Any:
    found = reports.read_returns(world.core, asked(since, until, **how), world.now)
    return {(row.key, row.path): (row.contacts, row.back, row.too_early) for row in (*found.rows, *found.total)}


def five(found: Any) -> tuple[int, int, int, int, int]:
    return found.answered, found.confirmed, found.quiet, found.unsolved, found.too_early


def test_a_contact_is_confirmed_only_by_the_customers_own_word_and_their_staying_away(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    happy, quiet, unhappy, back, happy_and_back = (history.visitor() for _ in range(5))
    for each in (happy, quiet, unhappy, back, happy_and_back):
        history.asks_bot(each)
    world.later(minutes=5)
    history.rates(happy, 2)
    world.later(seconds=1)
    history.rates(happy, 5)  # the last one counts
    history.rates(happy_and_back, 4)
    history.rates(unhappy, 3)
    assert five(answers(world).total) == (5, 0, 0, 0, 5)
    world.at(local("2026-11-25", "10:00"))
    history.asks_bot(back)
    history.asks_bot(happy_and_back)
    world.at(EIGHT_DAYS_LATER)
    found = answers(world).total
    assert five(found) == (5, 1, 1, 3, 0)
    assert found.share == 20.0


def test_a_contact_that_ended_with_a_refusal_or_a_person_is_no_answer_of_the_bot(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    refused, recovered, handed, asked_back = (history.visitor() for _ in range(4))
    history.asks_bot(refused)
    world.later(seconds=20)
    history.asks_bot(refused, "refuse")
    history.asks_bot(recovered, "refuse")
    world.later(seconds=20)
    history.asks_bot(recovered)
    history.asks_bot(handed)
    history.asks_bot(asked_back, "ask")
    world.later(minutes=1)
    history.takes(history.needs(handed))
    world.at(EIGHT_DAYS_LATER)
    assert five(answers(world).total) == (1, 0, 1, 0, 0)


def test_a_silence_of_more_than_four_hours_parts_two_contacts(world: World) -> None:
    """09:00, 13:00 are one contact; 17:00:01 is another, and so the first was not solved."""
    history = History.begun(world)
    talk = history.visitor()
    for clock in ("09:00:00", "13:00:00", "17:00:01"):
        world.at(local(DAY, clock))
        history.asks_bot(talk)
    world.at(EIGHT_DAYS_LATER)
    assert five(answers(world).total) == (2, 0, 1, 1, 0)


def test_a_contact_over_midnight_is_one_and_belongs_to_the_day_on_which_it_began(world: World) -> None:
    history = History.begun(world)
    talk = history.visitor()
    world.at(local(DAY, "23:58"))
    history.asks_bot(talk)
    world.at(local("2026-11-24", "00:03"))
    history.asks_bot(talk)
    world.at(local("2026-12-05", "12:00"))
    found = answers(world, DAY, "2026-11-24")
    assert [(row.key, row.answered, row.quiet) for row in found.rows] == [(DAY, 1, 1), ("2026-11-24", 0, 0)]
    assert answers(world, "2026-11-24").total.answered == 0
    assert answers(world, "2026-11-22").total.answered == 0


def test_the_seven_days_are_to_the_second_even_where_clocks_change(world: World) -> None:
    """From Saturday before the clocks go back: seven days are 168 hours."""
    history = History.begun(world)
    day = "2026-10-24"
    world.at(local(day, "12:00"))
    late, early = history.visitor(address="late"), history.visitor(address="early")
    history.asks_bot(late)
    history.asks_bot(early)
    began = world.now
    world.at(began + timedelta(days=7))
    history.asks_bot(history.visitor(address="early"))
    world.later(seconds=1)
    history.asks_bot(history.visitor(address="late"))
    found = answers(world, day).total
    assert five(found) == (2, 0, 1, 1, 0)
    world.at(began + timedelta(days=7) - timedelta(seconds=1))
    assert answers(world, day).total.too_early == 2


def test_coming_back_is_seen_in_any_conversation_of_that_customer(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    history.asks_bot(history.visitor(address="ana"))
    history.asks_bot(history.visitor(address="luis"))
    world.at(local("2026-11-24", "10:00"))
    history.needs(history.visitor(address="ana"))
    world.at(EIGHT_DAYS_LATER)
    assert returns(world)[("", "bot")] == (2, 1, 0)
    assert five(answers(world).total) == (2, 0, 1, 1, 0)


def test_returns_by_path(world: World) -> None:
    """A chat with a person and one return; a callback without; a case that nobody came to; one of today."""
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    chat = history.visitor(address="chat")
    reference = history.needs(chat)
    history.takes(reference)
    history.ends(reference)
    called = history.visitor(address="called")
    history.promises(called)
    world.later(minutes=30)
    history.calls(called)
    gone = history.visitor(address="gone")
    reference = history.needs(gone)
    service.withdraw(world.core, gone, reference, world.case(history.agent, reference).version, now=world.now)
    world.at(local("2026-11-24", "10:00"))
    history.asks_bot(history.visitor(address="chat"))
    world.at(EIGHT_DAYS_LATER)
    open_still = history.needs(history.visitor(address="today"))
    assert open_still
    found = returns(world, DAY, "2026-12-01")
    assert found[(DAY, "person")] == (1, 1, 0)
    assert found[(DAY, "callback")] == (1, 0, 0)
    assert found[(DAY, "nobody")] == (1, 0, 0)
    assert found[("2026-11-24", "bot")] == (1, 0, 0)
    assert found[("2026-12-01", "nobody")] == (0, 0, 1)
    assert found[("", "person")] == (1, 1, 0)


def test_words_soon_after_the_end_are_thanks_and_a_new_case_is_a_return(world: World) -> None:
    history = History.begun(world)
    for name in ("thanks", "again"):
        world.at(local(DAY, "10:00"))
        talk = history.visitor(address=name)
        reference = history.needs(talk)
        history.takes(reference)
        history.ends(reference)
        world.later(minutes=10)
        if name == "again":
            history.needs(talk)
        else:
            history.says(talk, "thank you")
    world.at(EIGHT_DAYS_LATER)
    found = returns(world)
    assert found[("", "person")] == (2, 1, 0)
    assert found[("", "nobody")] == (0, 0, 1)


def test_ratings_by_path_count_the_last_of_each_case(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    bot, person, called = (history.visitor() for _ in range(3))
    history.asks_bot(bot)
    history.rates(bot, 5)
    reference = history.needs(person)
    history.takes(reference)
    history.ends(reference)
    history.rates(person, 1)
    world.later(minutes=1)
    history.rates(person, 4)
    history.promises(called)
    world.later(minutes=10)
    history.calls(called)
    history.rates(called, 2)
    found = reports.read_ratings(world.core, asked(DAY), world.now).total
    assert [(row.path, row.ratings, row.happy, row.average) for row in found] == [
        ("bot", 1, 1, 5.0),
        ("callback", 1, 0, 2.0),
        ("person", 1, 1, 4.0),
    ]


def test_a_rating_a_week_after_the_case_is_of_the_bot(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    talk = history.visitor()
    reference = history.needs(talk)
    history.takes(reference)
    history.ends(reference)
    world.later(days=7)
    history.rates(talk, 5)
    world.later(seconds=1)
    history.rates(talk, 1)
    found = reports.read_ratings(world.core, asked("2026-11-30"), world.now).total
    assert [(row.path, row.average) for row in found] == [("bot", 1.0), ("person", 5.0)]


def test_promises_are_kept_missed_open_or_ended_otherwise(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "09:30"))
    kept, late, missed, off = (history.visitor() for _ in range(4))
    for each in (kept, late, missed, off):
        assert history.promises(each) == local(DAY, "11:30")
    found = reports.read_promises(world.core, asked(DAY), world.now).total
    assert (found.made, found.open, found.missed) == (4, 4, 0)
    handoff = service.read_conversation(world.core, off, now=world.now).handoff
    assert handoff is not None
    service.withdraw(world.core, off, handoff.reference, handoff.version, now=world.now)
    world.at(local(DAY, "11:00"))
    history.calls(kept)
    world.at(local(DAY, "11:30"))
    assert reports.read_promises(world.core, asked(DAY), world.now).total.missed == 2
    world.sweep(seconds=1)
    history.calls(late)
    found = reports.read_promises(world.core, asked(DAY), world.now).total
    assert (found.made, found.kept, found.missed, found.kept_late, found.open, found.withdrawn) == (4, 1, 2, 1, 0, 1)
    assert found.share == 33.3


def test_a_promise_counts_on_the_day_on_which_it_was_made(world: World) -> None:
    history = History.begun(world)
    for day, clock in ((DAY, "23:59"), ("2026-11-24", "00:00")):
        world.at(local(day, clock))
        history.promises(history.visitor("es"))
    found = reports.read_promises(world.core, asked(DAY, "2026-11-24"), world.now)
    assert [(row.key, row.made) for row in found.rows] == [(DAY, 1), ("2026-11-24", 1)]
    assert reports.read_promises(world.core, asked(DAY, "2026-11-24", language="en"), world.now).total.made == 0


def test_gaps_are_refused_questions_of_those_that_the_engine_decided(world: World) -> None:
    world.settle(hours=ALWAYS, undo_seconds=0)
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    talk, spanish = history.visitor(), history.visitor("es")
    for decision in ("answer", "refuse", "answer"):
        history.asks_bot(talk, decision)
        world.later(seconds=30)
    history.asks_bot(spanish, "refuse")
    found = reports.read_gaps(world.core, asked(DAY), world.now)
    assert (found.total.questions, found.total.refused, found.total.share) == (4, 2, 50.0)
    by_language = reports.read_gaps(world.core, asked(DAY, by="language"), world.now).rows
    assert [(row.key, row.questions, row.refused) for row in by_language] == [("en", 3, 1), ("es", 1, 1)]
    assert reports.read_gaps(world.core, asked(DAY, channel="sms"), world.now).total.share is None
