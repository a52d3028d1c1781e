"""What a release's engine does with the test questions, and what it does otherwise than the one before it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.knowledge.content import LANGUAGES, Entry
from bot.knowledge.gaps.masking import masked
from bot.knowledge.questions import Question
from bot.outcome import Outcome
from handoff.errors import RelevoError

MOST_LISTED = 50
MOST_WRONG = 0.05  # of the owner's questions that were answered wrongly, and of the titles that miss their own entry
ALWAYS_BORNE = 1  # a single one stops no release: among twenty questions it would be the share already

Grade = Literal["right", "asked", "refused", "wrong"]


class QuestionsWrong(RelevoError):
    """Too many of your test questions are answered wrongly; see the report."""

    code = "questions_wrong"


class TitlesMissed(RelevoError):
    """Too many titles do not lead to their own entry; see the report."""

    code = "titles_missed"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an engine decided: entries that it said, entries that it offered; neither when it refused."""

    decision: str
    said: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome) -> "Found":
        said = tuple(each.id for each in outcome.say if each.kind == "entry")
        offered = tuple(choice for each in outcome.say for choice in each.choices)
        return cls(decision=outcome.decision, said=said, offered=offered)

    def __str__(self) -> str:
        """As a report shows it: ids of entries, `ask: …`, `refuse` or `act`."""
        if self.said:
            return ", ".join(self.said)
        return f"ask: {', '.join(sorted(self.offered))}" if self.offered else self.decision


REFUSED = Found(decision="refuse")


def titles(entries: Iterable[Entry]) -> tuple[Question, ...]:
    """Each entry's title in each language, as a question for it."""
    return tuple(
        Question(text=entry.title[language], language=language, entry=entry.id)
        for entry in entries
        for language in LANGUAGES
        if language in entry.title
    )


def known_in(questions: Iterable[Question], entries: Mapping[str, Any]) -> tuple[Question, ...]:
    """What is labelled with an entry that the release does not have is outside: nothing answers it."""
    return tuple(
        each if each.entry in entries else Question(text=each.text, language=each.language) for each in questions
    )


def grade(question: Question, found: Found) -> Grade:
    """Outside of what is known, everything is right that says and offers no entry."""
    if question.entry is None:
        return "wrong" if found.said else "asked" if found.offered else "right"
    if question.entry in found.said:
        return "right"
    if found.said or (found.offered and question.entry not in found.offered):
        return "wrong"
    return "asked" if found.offered else "refused"


def report(graded: Sequence[tuple[Question, Found]], named: Sequence[tuple[Question, Found]]) -> dict[str, Any]:
    """The report of the owner's questions and of the titles together; a title that is refused is listed as wrong."""
    grades = [grade(*each) for each in (*graded, *named)]
    listed = [each for each in graded if grade(*each) == "wrong"] + [each for each in named if _is_missed(*each)]
    return {
        "questions": len(grades),
        **{kind: grades.count(kind) for kind in ("right", "asked", "refused", "wrong")},
        "wrong_ones": [
            {"question": one.text, "language": one.language, "expected": one.entry, "found": str(found)}
            for one, found in listed[:MOST_LISTED]
        ],
        "changed": [],
    }


def check(graded: Sequence[tuple[Question, Found]], named: Sequence[tuple[Question, Found]]) -> None:
    """Raises QuestionsWrong or TitlesMissed where more than MOST_WRONG of them are so."""
    wrong = sum(grade(*each) == "wrong" for each in graded)
    if wrong > max(ALWAYS_BORNE, MOST_WRONG * len(graded)):
        raise QuestionsWrong(f"{wrong} of your {len(graded)} test questions are answered wrongly; see the report.")
    missed = sum(_is_missed(*each) for each in named)
    if missed > max(ALWAYS_BORNE, MOST_WRONG * len(named)):
        raise TitlesMissed(f"{missed} of {len(named)} titles do not lead to their own entry; see the report.")


def _is_missed(question: Question, found: Found) -> bool:
    return grade(question, found) in {"wrong", "refused"}


def changed(questions: Sequence[Question], before: Sequence[Found], after: Sequence[Found]) -> list[dict[str, str]]:
    """Questions to which something else would be said now; customers' words without what tells who they are."""
    found = (
        {"question": masked(one.text), "language": one.language, "before": str(was), "after": str(will)}
        for one, was, will in zip(questions, before, after, strict=True)
        if str(was) != str(will)
    )
    return list({(each["language"], each["question"]): each for each in found}.values())[:MOST_LISTED]
