"""What the turns show together, without any language's words."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.detection import PastTurn
from handoff.detection.coefficients import COURSE, TONE
from handoff.detection.dialogue import course, is_stuck, tone, was_asked
from handoff.detection.replies import Replies

Dialogue = Callable[..., list[PastTurn]]
REPLIES = Replies()


def asked(text: str) -> PastTurn:
    return PastTurn(role="bot", text=text, decision="ask")


def customer(text: str) -> PastTurn:
    return PastTurn(role="customer", text=text)


def test_the_same_question_of_a_form_counts_as_unfilled_and_not_as_an_answer() -> None:
    turns = [customer("hi"), *(asked("Which order?"), customer("no idea")) * 2]
    found = course(turns, REPLIES)
    assert (found["unfilled"], found["same_answer"]) == (1.0, 0.0)


def test_the_same_entry_again_counts_whatever_its_words(dialogue: Dialogue) -> None:
    turns = dialogue(
        "customer: hi", "bot[returns]: 30 days.", "customer: so?", "bot[returns]: Thirty days.", "customer: so what"
    )
    assert course(turns, REPLIES)["same_answer"] == 1.0


def test_refusals_of_the_bot_count(dialogue: Dialogue) -> None:
    refused = PastTurn(role="bot", text="?", decision="refuse")
    assert course([customer("a"), refused, customer("b"), refused, customer("c")], REPLIES)["refusals"] == 2.0


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (["where is my parcel", "where is my parcel"], 1.0),
        (["28013", "28013 28013"], 1.0),
        (["where is my parcel now", "my parcel, where is it now"], 1.0),
        (["where is my parcel now", "how much is the lamp now"], 0.0),
        (["yes", "yes"], 0.0),
        (["dónde está mi paquete", "DONDE ESTA MI PAQUETE"], 1.0),
    ],
)
def test_saying_the_same_again_is_rephrasing(said: list[str], value: float) -> None:
    assert (course([customer(text) for text in said], REPLIES)["rephrase"] >= 0.5) is bool(value)


def test_capitals_count_only_where_they_are_not_a_habit() -> None:
    assert course([customer("is it packed"), customer("IS IT PACKED")], REPLIES)["capitals"] == 1.0
    assert course([customer("CAN I PAY BY CARD"), customer("WHAT IS THE IBAN")], REPLIES)["capitals"] == 0.0


def test_messages_that_get_curt_count_unless_they_answer_a_question() -> None:
    said = ["where can I find the chart of sizes", "it is not there", "still no"]
    turns = [customer(text) for text in said]
    assert course(turns, REPLIES)["shortening"] == 1.0
    assert course([*turns[:2], asked("Which page?"), turns[2]], REPLIES)["shortening"] == 0.0


def test_single_words_in_capitals_are_emphasis_and_short_names_are_not() -> None:
    assert tone("the chart is MISSING here")["emphasis"] == 1.0
    assert tone("my USB cable is here")["emphasis"] == 0.0


def test_a_bot_that_refused_or_repeated_itself_is_stuck(dialogue: Dialogue) -> None:
    assert is_stuck([customer("a"), PastTurn(role="bot", text="?", decision="refuse"), customer("great")])
    assert is_stuck(dialogue("bot[x]: X", "customer: no", "bot[x]: X", "customer: great"))
    assert not is_stuck(dialogue("customer: hi", "bot[x]: X", "customer: great"))


def test_a_question_mark_of_the_bot_asks(dialogue: Dialogue) -> None:
    assert was_asked(dialogue("bot: Which one?", "customer: no"))
    assert not was_asked(dialogue("bot[x]: X.", "customer: no"))


TURNS = st.lists(
    st.builds(
        PastTurn,
        role=st.sampled_from(["customer", "bot", "agent", "system"]),
        text=st.text(max_size=60),
        entry=st.sampled_from([None, "a", "b"]),
        decision=st.sampled_from([None, "ask", "refuse", "answer"]),
    ),
    max_size=9,
)


@given(turns=TURNS, last=st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_every_feature_is_a_small_number_from_0(turns: list[PastTurn], last: str) -> None:
    found = {**course([*turns, customer(last)], REPLIES), **tone(last)}
    assert set(found) == {*COURSE, *TONE} - {"sustained"}
    assert all(0.0 <= value <= 3.0 for value in found.values())
