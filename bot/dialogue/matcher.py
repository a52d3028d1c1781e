"""The matcher: answers with one approved label, asks between two, or refuses. Independent of Rasa."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence, Tuple

from bot.dialogue.linear import OUTSIDE, TALK, Linear, Weighed
from bot.dialogue.selective import Selection, learn

__all__ = ["OUTSIDE", "Decision", "Matcher"]
SHOWN = 5


@dataclass(frozen=True)
class Decision:
    """What was decided: `label` is the best candidate whatever the decision; scores are in 0 to 1.

    `candidates` are the best labels with scores, the first of which is `score`; `choices` are two labels or none.
    """

    decision: str
    label: str
    score: float
    threshold: float
    candidates: Tuple[Tuple[str, float], ...]
    choices: Tuple[str, ...] = ()


class Matcher:
    """A fitted matcher; texts in any language it was fitted on."""

    def __init__(self, model: Linear, selection: Selection) -> None:
        """Use `fit` or `load`."""
        self._model = model
        self.selection = selection

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> Matcher:
        """Labels equal to OUTSIDE are written negatives; thresholds come from these texts alone."""
        return cls(Linear.fit(texts, labels), learn(texts, labels))

    def decide(self, text: str) -> Decision:
        """Answer, ask or refuse."""
        weighed = self._model.weigh(text)
        score = round(float(self.selection.sureness(weighed.evidence)), 4)
        threshold = round(self.selection.threshold, 4)
        shown = [round(score * float(share / weighed.shares[0]), 4) for share in weighed.shares[:SHOWN]]
        candidates = tuple(zip(weighed.labels[:SHOWN], shown, strict=True))
        if score < threshold:
            return Decision("refuse", weighed.labels[0], score, threshold, candidates)
        choices = self._close(weighed)
        return Decision("ask" if choices else "answer", weighed.labels[0], score, threshold, candidates, choices)

    def _close(self, weighed: Weighed) -> Tuple[str, ...]:
        """The first two when too little tells them apart."""
        first, second = weighed.labels[:2]
        near = weighed.shares[0] - weighed.shares[1] < self.selection.gap
        talk = first.startswith(TALK) or second.startswith(TALK)
        return (first, second) if near and not talk else ()

    def save(self, folder: Path) -> None:
        """Arrays as npz, the rest as JSON; no pickles."""
        self._model.save(folder)
        (folder / "selection.json").write_text(json.dumps(self.selection.dump()), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """A saved matcher."""
        raw = json.loads((folder / "selection.json").read_text("utf-8"))
        return cls(Linear.load(folder), Selection.parse(raw))
