"""What of a gap becomes the beginning of an entry."""

from datetime import UTC, datetime, timedelta

from bot.knowledge.gaps.drafting import MOST_PHRASINGS, is_worth_reading, ordered, phrasings
from handoff.service.proof.questions import AgentReply, Question

START = datetime(2026, 11, 1, tzinfo=UTC)
LONG = "Yes, we sell gift cards from ten euros, in the shop and here."


def question(text: str, minute: int = 0, reference: str | None = None) -> Question:
    at = START + timedelta(minutes=minute)
    return Question(conversation_id="c", text=text, language="en", at=at, refused=True, reference=reference)


def reply(text: str, minute: int, reference: str = "R-1") -> AgentReply:
    return AgentReply(text=text, agent="Ana", reference=reference, at=START + timedelta(minutes=minute))


def test_phrasings_are_different_and_what_was_asked_most_comes_first() -> None:
    said = ["any gift card", "Gift cards?", "gift cards", "order ••• gift", "•••", "  "]
    assert phrasings(map(question, said)) == ["gift cards", "any gift card", "order gift"]


def test_there_are_at_most_so_many_phrasings() -> None:
    assert len(phrasings(question(f"gift card {n}") for n in range(40))) == MOST_PHRASINGS


def test_a_greeting_and_a_question_back_are_no_answer() -> None:
    assert not is_worth_reading(reply("Hello, I am Ana.", 1))
    assert not is_worth_reading(reply("Could you tell me which card you mean exactly?", 1))
    assert is_worth_reading(reply(LONG, 1))


def test_the_newest_first_answer_begins_and_nothing_from_before_the_question_is_there() -> None:
    asked = [question("gift cards", 10, "R-1"), question("gift cards", 50, "R-2")]
    early, hello = reply(LONG, 5), reply("Hello!", 11)
    first, second, newer = reply(LONG, 12), reply(LONG + " Anything else today.", 13), reply(LONG, 55, "R-2")
    assert ordered(asked, [early, hello, first, second, newer]) == [newer, first, hello, second]
