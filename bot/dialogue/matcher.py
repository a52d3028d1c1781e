"""The matcher: answers with one approved label, asks between two, or refuses. Independent of Rasa."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import List, Mapping, Optional, Sequence, Tuple

from bot.dialogue.linear import ENTRY, OUTSIDE, TALK, Linear, Weighed
from bot.dialogue.selective import Selection, Titles, learn

__all__ = ["ENTRY", "OUTSIDE", "TALK", "Decision", "Matcher", "Reading"]
SHOWN = 5


@dataclass(frozen=True)
class Reading:
    """What a text is taken for, whatever the threshold: `labels` would be answered, or `choices` offered instead.

    `candidates` are the best labels with scores in 0 to 1, the first of which is `score`.
    """

    labels: Tuple[str, ...]
    score: float
    candidates: Tuple[Tuple[str, float], ...]
    choices: Tuple[str, ...] = ()


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
    def fit(cls, texts: Sequence[str], labels: Sequence[str], titles: Titles = ()) -> Matcher:
        """Labels equal to OUTSIDE are written negatives; thresholds come from these texts alone.

        `titles` are further texts with their labels: learnt from, and never held back to measure by.
        """
        named, owners = [text for text, _ in titles], [label for _, label in titles]
        return cls(Linear.fit([*texts, *named], [*labels, *owners]), learn(texts, labels, titles))

    def bounded(self, thresholds: Mapping[str, float]) -> Matcher:
        """The same matcher with a threshold of its own for each language."""
        return Matcher(self._model, replace(self.selection, thresholds=dict(thresholds)))

    @property
    def labels(self) -> List[str]:
        """All labels, talk and OUTSIDE among them."""
        return self._model.labels

    def decide(self, text: str, language: Optional[str] = None) -> Decision:
        """Answer, ask or refuse, in a conversation of this language; None is held to the strictest threshold."""
        reading = self.weigh(text)
        # The bound is on answers; small talk and questions about orders are no answers.
        talk = reading.labels[0].startswith(TALK)
        threshold = round(self.selection.threshold if talk else self.selection.threshold_of(language), 4)
        kind = "refuse" if reading.score < threshold else "ask" if reading.choices else "answer"
        choices = reading.choices if kind == "ask" else ()
        return Decision(kind, reading.labels[0], reading.score, threshold, reading.candidates, choices)

    def weigh(self, text: str) -> Reading:
        """What the text is taken for, and how surely."""
        weighed = self._model.weigh(text)
        score = round(float(self.selection.sureness(weighed.evidence)), 4)
        shown = [round(score * float(share / weighed.shares[0]), 4) for share in weighed.shares[:SHOWN]]
        candidates = tuple(zip(weighed.labels[:SHOWN], shown, strict=True))
        return Reading((weighed.labels[0],), score, candidates, self._close(weighed))

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
