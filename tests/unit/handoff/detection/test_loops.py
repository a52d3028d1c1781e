"""Loops by fuel: no more than F bot turns without progress unless a person was offered."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.detection import Detectors, Memory, OutcomeFacts, PastTurn, Verdict, needs
from handoff.detection.loops import act_of
from handoff.detection.needs import Tank

SHARED = Detectors()
FUEL = SHARED.limits.fuel
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def step(memory: Memory, outcome: OutcomeFacts, text: str = "where is it") -> tuple[Verdict, Memory]:
    turns = [PastTurn(role="customer", text=text)]
    before = SHARED.before_engine(turns, "en", memory)
    found, memory = SHARED.after_engine(turns, outcome, memory, "en")
    return SHARED.decide((*before, *found), memory)


def answer(entry: str, facts: str = "") -> OutcomeFacts:
    return OutcomeFacts(decision="answer", ids=(entry,), facts=facts)


REFUSE = OutcomeFacts(decision="refuse", ids=("refuse",))


def verdicts(*outcomes: OutcomeFacts, text: str = "where is it") -> list[str]:
    memory = Memory()
    kinds: list[str] = []
    for outcome in outcomes:
        verdict, memory = step(memory, outcome, text)
        kinds.append(verdict.kind)
    return kinds


def test_one_refusal_offers_and_two_in_a_row_bring_a_person() -> None:
    assert verdicts(REFUSE, REFUSE) == ["offer", "handoff"]
    assert verdicts(REFUSE, answer("a"), REFUSE) == ["offer", "continue", "offer"]


def test_the_same_answer_again_is_a_loop() -> None:
    assert verdicts(answer("a"), answer("a"), answer("a")) == ["continue", "offer", "handoff"]


def test_going_back_and_forth_between_two_answers_is_a_loop() -> None:
    assert verdicts(answer("a"), answer("b"), answer("a"))[-1] == "offer"


def test_different_right_answers_are_no_loop() -> None:
    assert set(verdicts(*(answer(f"entry.{n}") for n in range(30)))) == {"continue"}


def test_a_changed_status_is_news() -> None:
    assert set(verdicts(*(answer("status", facts=str(n)) for n in range(10)))) == {"continue"}


def test_thanks_and_more_may_bring_the_same_again() -> None:
    for text in ("thanks", "vale", "más", "siguiente"):
        assert set(verdicts(answer("a"), answer("a"), answer("a"), text=text)) == {"continue"}


def test_a_form_that_fills_up_is_no_loop_and_one_that_does_not_is() -> None:
    filling = [OutcomeFacts(decision="ask", ids=(f"ask{n}",), form="order", form_filled=n) for n in range(4)]
    assert set(verdicts(*filling)) == {"continue"}
    stuck = [OutcomeFacts(decision="ask", ids=("ask",), form="order", form_attempts=n) for n in range(4)]
    assert "offer" in verdicts(*stuck)


def test_the_bot_asks_two_questions_in_a_row_at_most() -> None:
    asks = [OutcomeFacts(decision="ask", ids=(f"a{n}", f"b{n}")) for n in range(3)]
    assert verdicts(*asks)[-1] == "offer"


def test_the_same_question_is_never_asked_twice_without_an_exit() -> None:
    choices = OutcomeFacts(decision="ask", ids=("ask_choices", "a", "b"))
    for reply in ("where is it", "yes", "?"):
        assert verdicts(choices, choices, text=reply)[-1] != "continue"
    form = [OutcomeFacts(decision="ask", ids=("number_invalid",), form="order", form_attempts=n) for n in (1, 2)]
    assert verdicts(*form)[-1] != "continue"


def test_another_answer_to_the_same_question_in_other_words_is_no_progress() -> None:
    asked = ("can I return the broken kitchen lamp", "how do I return my broken kitchen lamp please")
    turns, memory = [], Memory()
    for number, text in enumerate((*asked, asked[0], asked[1])):
        turns += [PastTurn(role="customer", text=text)]
        found, memory = SHARED.after_engine(turns, answer(f"entry.{number}"), memory, "en")
        turns += [PastTurn(role="bot", text="...", entry=f"entry.{number}", decision="answer")]
    assert "fuel" in {signal.kind for signal in found}
    assert memory.fuel == 0


def tank_of(*acts: OutcomeFacts, fuel: int = FUEL) -> Tank:
    return Tank(fuel=fuel, at=datetime(2026, 11, 23, tzinfo=UTC), acts=tuple(act_of(each) for each in acts))


def kinds(outcome: OutcomeFacts, tank: Tank | None, text: str = "where is it") -> set[str]:
    found, _ = SHARED.after_engine([PastTurn(role="customer", text=text)], outcome, Memory(), "en", tank)
    return {signal.kind for signal in found}


def test_what_was_answered_in_another_conversation_is_no_progress() -> None:
    assert kinds(answer("a"), None) == set()
    assert kinds(answer("a"), tank_of(answer("a"))) == set()
    assert kinds(answer("a"), tank_of(answer("a"), fuel=2)) == {"fuel"}
    assert kinds(answer("b"), tank_of(answer("a"), fuel=1)) == set()
    assert kinds(answer("a", facts="sent"), tank_of(answer("a", facts="packed"), fuel=1)) == set()
    assert kinds(answer("a"), tank_of(answer("a"), fuel=1), "thanks") == set()
    assert kinds(REFUSE, tank_of(fuel=1)) == {"refusal", "fuel"}


def test_a_dead_engine_brings_a_person() -> None:
    verdict, _ = step(Memory(), OutcomeFacts(decision="unavailable"))
    assert (verdict.kind, verdict.reason) == ("handoff", "engine_down")


def test_a_declined_offer_is_not_repeated_until_something_new_happens() -> None:
    verdict, memory = step(Memory(), answer("a"), "that is not what I asked")
    assert verdict.kind == "offer"
    declined = SHARED.before_engine([PastTurn(role="customer", text="no thanks")], "en", memory)
    verdict, memory = SHARED.decide(declined, memory)
    assert verdict.reason == "offer_declined"
    assert step(memory, answer("b"), "that is not what I asked")[0].kind == "continue"
    assert step(memory, answer("b"), "huele a gas")[0].kind == "handoff"


OUTCOMES = st.one_of(
    st.builds(answer, st.sampled_from("abcdef")),
    st.just(REFUSE),
    st.builds(
        OutcomeFacts,
        decision=st.just("ask"),
        ids=st.tuples(st.sampled_from("xy")),
        form=st.sampled_from([None, "order"]),
        form_filled=st.integers(0, 2),
        form_attempts=st.integers(0, 5),
    ),
)
TEXTS = st.sampled_from(["where is it", "y la otra", "no", "that is not what I asked", "still nothing here"])


def is_progress(outcome: OutcomeFacts, before: list[OutcomeFacts]) -> bool:
    """Something new for the customer: another answer, a first question, or a form that fills up."""
    last = before[-1] if before else OutcomeFacts(decision="answer")
    if outcome.form and outcome.form == last.form:
        return outcome.form_filled > last.form_filled
    shown = [(each.decision, each.ids, each.form) for each in before[-4:]]
    if outcome.decision == "refuse" or (outcome.decision, outcome.ids, outcome.form) in shown:
        return False
    return outcome.decision != "ask" or last.decision != "ask"


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(OUTCOMES, TEXTS), max_size=25))
def test_never_more_than_fuel_turns_without_progress_and_without_an_offer(
    turns: list[tuple[OutcomeFacts, str]],
) -> None:
    memory, since = Memory(), 0
    before: list[OutcomeFacts] = []
    for outcome, text in turns:
        verdict, memory = step(memory, outcome, text)
        memory = Memory.load(memory.dump())
        since = 0 if is_progress(outcome, before) or verdict.kind != "continue" else since + 1
        before = [] if verdict.kind == "handoff" else [*before, outcome]
        assert since <= FUEL


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["si", "ok", "thanks", "más", "where is it"]), min_size=9, max_size=9))
def test_nobody_hears_the_same_nine_times_without_an_exit(texts: list[str]) -> None:
    memory, kinds = Memory(), set()
    for text in texts:
        verdict, memory = step(memory, answer("a"), text)
        kinds.add(verdict.kind)
    assert kinds - {"continue"}


@settings(max_examples=300)
@given(st.lists(st.tuples(OUTCOMES, TEXTS, st.booleans()), max_size=25))
def test_starting_over_does_not_lengthen_the_way_to_a_person(turns: list[tuple[OutcomeFacts, str, bool]]) -> None:
    """However often the customer opens another conversation: the fuel of what they want is spent once."""
    memory, since = Memory(), 0
    kept: dict[str, Any] = {}
    for outcome, text, elsewhere in turns:
        memory = Memory() if elsewhere else memory
        said = [PastTurn(role="customer", text=text)]
        before = SHARED.before_engine(said, "en", memory)
        found, after = SHARED.after_engine(said, outcome, memory, "en", needs.tank(kept, "returns", NOW))
        verdict, memory = SHARED.decide((*before, *found), after)
        shown = verdict.kind != "continue"
        spent = needs.Spent(key="returns", act=after.acts[-1], cost=after.cost, full=FUEL, exit_shown=shown)
        kept = needs.spend(kept, spent, NOW)
        since = 0 if shown or after.cost == 0 else since + 1
        assert since < FUEL
