"""A fitted matcher meets the owner's questions: a certificate for each language, and the threshold that it chose.

The rows are apart for each language. A row that says the same as an earlier one, or as something that was trained on,
proves nothing and is left out. Small talk, and the dialogue about an order, are no answers. The model is not fitted
again afterwards: what is certified is what is served.
"""

from functools import partial
from typing import Dict, Iterable, List, Optional, Sequence, Set, Tuple

from bot.dialogue.certificate import CERTIFIED, Certificate, certify, data_digest, distinct
from bot.dialogue.dense import Vectors
from bot.dialogue.matcher import ENTRY, OUTSIDE, TALK, Matcher
from bot.dialogue.questions import Question, of_language
from bot.dialogue.text import words
from bot.dialogue.turn import LANGUAGES

RISKS = (0.05, 0.1)  # the shares of wrong answers that are tried to be claimed, the better claim first
DELTA = 0.05  # the confidence of each claim is one less this
Certificates = Dict[str, Certificate]


def calibrate(
    matcher: Matcher,
    trained: Iterable[str],
    questions: Sequence[Question],
    *,
    release: str,
    day: str,
    vectors: Optional[Vectors] = None,
) -> Tuple[Matcher, Certificates]:
    """The matcher with a threshold for each language, and why. The certificates name no model: it is not stored yet.

    A matcher that hears sentence vectors is calibrated by the questions that have one, for customers' texts have.
    """
    known, vectors = {tuple(words(text)) for text in trained}, vectors or {}
    asked = [each for each in questions if each.text in vectors] if matcher.hears_vectors else questions
    certificate = partial(_certificate, matcher, known, asked, vectors, release=release, day=day)
    made = {language: certificate(language) for language in LANGUAGES}
    return matcher.bounded({language: each.threshold for language, each in made.items()}), made


def _certificate(
    matcher: Matcher,
    known: Set[Tuple[str, ...]],
    questions: Sequence[Question],
    vectors: Vectors,
    language: str,
    *,
    release: str,
    day: str,
) -> Certificate:
    rows = _apart(of_language(questions, language), known)
    truth = [_label(matcher, question) for question in rows]
    weighed = [matcher.weigh(question.text, vectors.get(question.text)) for question in rows]
    columns = (
        [each.score for each in weighed],
        [label != OUTSIDE and each.labels == (label,) for each, label in zip(weighed, truth, strict=True)],
        [label == OUTSIDE for label in truth],
    )
    certified = partial(
        certify,
        *columns,
        asked=[bool(each.choices) or each.labels[0].startswith(TALK) for each in weighed],
        delta=DELTA,
        tests=len(RISKS),
        language=language,
        digest=data_digest((row.text, label, language) for row, label in zip(rows, truth, strict=True)),
        day=day,
        release=release,
        model="",
        start=matcher.selection.start,
        cautious=matcher.selection.cautious,
    )
    made = [certified(risk=risk) for risk in RISKS]
    return next((each for each in made if each.status == CERTIFIED), made[-1])


def _apart(rows: List[Question], known: Set[Tuple[str, ...]]) -> List[Question]:
    places = distinct([row.text for row in rows])
    return [rows[at] for at in places if tuple(words(rows[at].text)) not in known]


def _label(matcher: Matcher, question: Question) -> str:
    label = ENTRY + question.entry
    return label if label in matcher.labels else OUTSIDE
