"""What counts as right, what stops a release, and what a report shows of customers' words."""

import pytest

from bot.knowledge.questions import Question
from bot.release.grading import Found, QuestionsWrong, TitlesMissed, changed, check, grade, known_in, report, titles
from tests.support.knowledge import entry

INSIDE = Question(text="when are you open", language="en", entry="hours")
OUTSIDE = Question(text="do you sell cars", language="en")
ANSWER, OTHER = Found(decision="answer", said=("hours",)), Found(decision="answer", said=("returns",))
BOTH = Found(decision="answer", said=("returns", "hours"))
OFFER = Found(decision="ask", offered=("hours", "returns"))
ELSEWHERE = Found(decision="ask", offered=("returns", "delivery"))
REFUSE, TALK = Found(decision="refuse"), Found(decision="act")


@pytest.mark.parametrize(
    ("question", "found", "expected"),
    [
        (INSIDE, ANSWER, "right"),
        (INSIDE, BOTH, "right"),
        (INSIDE, OTHER, "wrong"),
        (INSIDE, OFFER, "asked"),
        (INSIDE, ELSEWHERE, "wrong"),
        (INSIDE, REFUSE, "refused"),
        (INSIDE, TALK, "refused"),
        (OUTSIDE, REFUSE, "right"),
        (OUTSIDE, TALK, "right"),
        (OUTSIDE, OFFER, "asked"),
        (OUTSIDE, ANSWER, "wrong"),
    ],
)
def test_a_grade(question: Question, found: Found, expected: str) -> None:
    assert grade(question, found) == expected


def test_one_wrong_answer_stops_nothing_and_more_than_a_twentieth_do() -> None:
    check([(INSIDE, OTHER)], [(INSIDE, REFUSE)])
    check([(INSIDE, OTHER)] * 2 + [(INSIDE, ANSWER)] * 38, [])
    with pytest.raises(QuestionsWrong, match="3 of your 40"):
        check([(INSIDE, OTHER)] * 3 + [(INSIDE, ANSWER)] * 37, [])
    check([(INSIDE, REFUSE)] * 40, [])
    with pytest.raises(TitlesMissed, match="3 of 40"):
        check([], [(INSIDE, REFUSE)] * 3 + [(INSIDE, OFFER)] * 37)


def test_the_report_counts_both_and_lists_a_title_that_is_refused() -> None:
    found = report([(INSIDE, ANSWER), (OUTSIDE, ANSWER)], [(INSIDE, REFUSE)])
    assert {name: found[name] for name in ("questions", "right", "asked", "refused", "wrong")} == {
        "questions": 3,
        "right": 1,
        "asked": 0,
        "refused": 1,
        "wrong": 1,
    }
    assert found["wrong_ones"] == [
        {"question": OUTSIDE.text, "language": "en", "expected": None, "found": "hours"},
        {"question": INSIDE.text, "language": "en", "expected": "hours", "found": "refuse"},
    ]


def test_customers_numbers_and_addresses_are_not_kept_in_a_report() -> None:
    said = Question(text="where is A-104820, write to lucia@example.com", language="en")
    (found,) = changed([said, INSIDE], [REFUSE, ANSWER], [OFFER, ANSWER])
    assert "104820" not in found["question"]
    assert "lucia" not in found["question"]
    assert (found["before"], found["after"]) == ("refuse", "ask: hours, returns")


def test_a_label_that_the_release_does_not_have_means_that_nothing_answers() -> None:
    assert known_in([INSIDE, OUTSIDE], {"returns": 1}) == (Question(text=INSIDE.text, language="en"), OUTSIDE)
    assert known_in([INSIDE], {"hours": 1}) == (INSIDE,)


def test_each_title_is_a_question_for_its_entry() -> None:
    assert [(one.text, one.language, one.entry) for one in titles([entry()])] == [
        ("Opening hours", "en", "shop-hours"),
        ("Horario", "es", "shop-hours"),
    ]
