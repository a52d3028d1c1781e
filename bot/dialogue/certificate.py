"""What may be said of one model's answers in one language, with how much confidence; or that nothing may be said.

The claim: if the calibration rows are independent draws from the traffic, and model, score and start were fixed
without them, then with confidence 1-delta at most a share `risk` of the answers is wrong. An answer to a question
outside is a wrong one, so this holds for the mix of inside and outside that the rows have. The bound on the share of
outside questions that are answered does not depend on the mix; it has a delta of its own, and both together hold with
confidence 1-2*delta. Each language is a claim of its own too.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np

from bot.dialogue import bounds
from bot.dialogue.drift import Tally
from bot.dialogue.text import words

CERTIFIED, TOO_FEW, NOT_REACHED = "certified", "too_few", "not_reached"
CAUTIOUS = 0.95  # answers only what is surest; used where no threshold is shown to hold the risk, with no claim


class BadCertificate(ValueError):
    """A certificate that claims what its own figures do not show, or that cannot be read."""


@dataclass(frozen=True)
class Certificate:
    """Figures of the calibration rows at `threshold`, and what they show. Bounds are None where nothing is claimed.

    `day` is a date as text; `digest` that of the rows, `release` that of the knowledge, `model` the model's sha256.
    `bound` is the share of wrong answers claimed not to be exceeded: `risk`, for nothing tighter was tested.
    """

    language: str
    rows: int
    answered: int
    wrong: int
    risk: float
    delta: float
    threshold: float
    outside: int
    outside_answered: int
    day: str
    digest: str
    release: str
    model: str
    status: str
    why: str
    bound: Optional[float] = None
    outside_bound: Optional[float] = None
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        """Raises BadCertificate unless every bound follows from the figures beside it."""
        counts = (self.wrong, self.answered, self.rows), (self.outside_answered, self.outside, self.rows)
        if not all(0 <= few <= more <= most for few, more, most in counts) or self.tally.rows != self.rows:
            raise BadCertificate("the counts of a certificate contradict each other")
        if self.status not in (CERTIFIED, TOO_FEW, NOT_REACHED) or not (0 < self.risk < 1 and 0 < self.delta < 1):
            raise BadCertificate("the certificate's status, risk or delta is unknown")
        if self.status == CERTIFIED and bounds.upper(self.wrong, self.answered, self.delta) > self.risk:
            raise BadCertificate(f"{self.wrong} wrong of {self.answered} do not show a share of {self.risk:g}")
        if (self.bound, self.outside_bound) != self._due():
            raise BadCertificate("the certificate claims a bound that its figures do not show")

    def _due(self) -> Tuple[Optional[float], Optional[float]]:
        if self.status != CERTIFIED:
            return None, None
        return self.risk, _outside_bound(self.outside_answered, self.outside, self.delta)

    def describes(self, model_sha256: str) -> bool:
        """Whether it was made for this model; after a retrain it is void."""
        return bool(self.model) and self.model == model_sha256

    def dump(self) -> Dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "tally": self.tally.dump()}

    @classmethod
    def parse(cls, raw: Dict[str, Any]) -> "Certificate":
        """From JSON. Raises BadCertificate."""
        try:
            return cls(**{**raw, "tally": Tally.parse(raw["tally"])})
        except BadCertificate:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise BadCertificate(f"the certificate cannot be read: {error}") from error


def distinct(texts: Sequence[str]) -> List[int]:
    """The places of texts whose words were not said before: a copied row is not another draw."""
    first: Dict[Tuple[str, ...], int] = {}
    for at, text in enumerate(texts):
        first.setdefault(tuple(words(text)), at)
    return list(first.values())


def data_digest(rows: Iterable[Tuple[str, str, str]]) -> str:
    """Of calibration rows (text, label, language) in any order: "sha256:" and 64 hex digits."""
    content = json.dumps(sorted(map(list, rows)), ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def certify(
    scores: Sequence[float],
    right: Sequence[bool],
    outside: Sequence[bool],
    *,
    risk: float,
    delta: float,
    language: str,
    digest: str,
    day: str,
    release: str,
    model: str,
    asked: Optional[Sequence[bool]] = None,
    start: float = bounds.START,
    cautious: float = CAUTIOUS,
    tests: int = 1,
) -> Certificate:
    """The certificate of the boldest threshold that holds the risk, or one at `cautious` that claims nothing.

    `tests` is how many risks are tried on these rows in all: each may use that part of delta, so that whichever claim
    is made in the end holds with confidence 1-delta.

    One place a row: its score in 0 to 1, whether the best label is right, whether it is a question outside (then never
    right), and whether it would be asked about instead of answered. Raises ValueError for rows that cannot be.
    """
    rows = _Rows.of(scores, right, outside, asked)
    place = _place(rows, risk, delta / tests, start)
    threshold = float(bounds.GRID[place]) if place >= 0 else round(cautious, 4)
    status = (
        CERTIFIED if place >= 0 else TOO_FEW if len(rows.sure) < bounds.needed(risk, delta / tests) else NOT_REACHED
    )
    figures = rows.at(threshold)
    return Certificate(
        **figures,
        language=language,
        risk=risk,
        delta=delta,
        threshold=threshold,
        day=day,
        digest=digest,
        release=release,
        model=model,
        status=status,
        why=_why(status, risk, delta, threshold, figures, bounds.needed(risk, delta / tests)),
        bound=risk if place >= 0 else None,
        outside_bound=_outside_bound(figures["outside_answered"], figures["outside"], delta) if place >= 0 else None,
        tally=Tally.of(scores, threshold),
    )


@dataclass(frozen=True)
class _Rows:
    """The calibration rows as columns."""

    sure: np.ndarray
    right: np.ndarray
    outside: np.ndarray
    asked: np.ndarray

    @classmethod
    def of(
        cls, scores: Sequence[float], right: Sequence[bool], outside: Sequence[bool], asked: Optional[Sequence[bool]]
    ) -> "_Rows":
        sure = np.asarray(scores, np.float64)
        held = np.zeros(len(sure), bool) if asked is None else asked
        marks = [np.asarray(column, bool) for column in (right, outside, held)]
        if any(mark.shape != sure.shape for mark in marks) or not ((sure >= 0) & (sure <= 1)).all():
            raise ValueError("every row needs a score in 0 to 1, and each column one place a row")
        if (marks[0] & marks[1]).any():
            raise ValueError("a question outside has no right answer")
        return cls(sure, *marks)

    def at(self, threshold: float) -> Dict[str, int]:
        """The counts of a certificate."""
        given = (self.sure >= threshold) & ~self.asked
        return {
            "rows": len(given),
            "answered": int(given.sum()),
            "wrong": int((given & ~self.right).sum()),
            "outside": int(self.outside.sum()),
            "outside_answered": int((given & self.outside).sum()),
        }


def _place(rows: _Rows, risk: float, delta: float, start: float) -> int:
    """In GRID; -1 when no threshold is shown to hold the risk."""
    answerable = ~rows.asked
    wrong = bounds.count(rows.sure, answerable & ~rows.right)
    return int(bounds.boldest(wrong, bounds.count(rows.sure, answerable), risk=risk, delta=delta, start=start))


def _outside_bound(answered: int, outside: int, delta: float) -> Optional[float]:
    """The same rows chose the threshold, so the bound is the one that holds at all thresholds together."""
    return bounds.upper_anywhere(answered, outside, delta) if outside else None


def _why(status: str, risk: float, delta: float, threshold: float, figures: Dict[str, int], least: int) -> str:
    share, sure = f"{100 * risk:.6g}%", f"{100 * (1 - delta):.6g}%"
    seen = f"{figures['wrong']} of {figures['answered']} answers were wrong among {figures['rows']} questions"
    if status == CERTIFIED:
        return f"With confidence {sure} at most {share} of the answers are wrong: {seen}."
    nothing = f"Nothing is guaranteed; from a score of {threshold:g} on it answers, and there {seen}."
    if status == TOO_FEW:
        return f"Too few questions: {figures['rows']}, where {least} answers without a fault are the least. {nothing}"
    return f"No threshold shows at most {share} wrong answers with confidence {sure}. {nothing}"
