"""The matcher: answers with one approved label, asks between two, or refuses. Independent of Rasa."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import List, Mapping, Optional, Sequence, Tuple

import numpy as np

from bot.dialogue.dense import Vectors
from bot.dialogue.held import TWICE, Titles
from bot.dialogue.linear import CHOICES, ENTRY, OUTSIDE, TALK, Linear, Weighed
from bot.dialogue.odd import odd
from bot.dialogue.selective import Selection, learn
from bot.dialogue.splitting import halves

__all__ = ["ENTRY", "OUTSIDE", "TALK", "Decision", "Matcher", "Reading"]
SHOWN = 5


@dataclass(frozen=True)
class Reading:
    """What a text is taken for, whatever the threshold: `labels` would be answered, or `choices` offered instead.

    Two `labels` are two questions in one text. `offered` are choices for a second question that is not so clear.
    `candidates` are the best labels with scores in 0 to 1. `help` is how likely choices between them would help, in 0
    to 1. `odd` says why the text is no question at all.
    """

    labels: Tuple[str, ...]
    score: float
    candidates: Tuple[Tuple[str, float], ...]
    choices: Tuple[str, ...] = ()
    offered: Tuple[str, ...] = ()
    odd: Optional[str] = None
    help: float = 0.0


@dataclass(frozen=True)
class Decision:
    """What was decided: `label` is the best candidate whatever the decision; scores are in 0 to 1.

    `candidates` are the best labels with scores, the first of which is `score`. `choices` are the two or three labels
    that are asked about: two that are close, or the likeliest when the score is too low to answer and too high to
    refuse. `also` is what answers a second question, `offered` the choices for one that is not so clear. `reason` says
    more of a refusal: near, far, unreadable or other_language.
    """

    decision: str
    label: str
    score: float
    threshold: float
    candidates: Tuple[Tuple[str, float], ...]
    choices: Tuple[str, ...] = ()
    also: Tuple[str, ...] = ()
    offered: Tuple[str, ...] = ()
    reason: str = ""


class Matcher:
    """A fitted matcher; texts in any language it was fitted on."""

    def __init__(self, model: Linear, selection: Selection) -> None:
        """Use `fit` or `load`."""
        self._model = model
        self.selection = selection

    @classmethod
    def fit(
        cls, texts: Sequence[str], labels: Sequence[str], titles: Titles = (), vectors: Optional[Vectors] = None
    ) -> Matcher:
        """Labels equal to OUTSIDE are written negatives; thresholds come from these texts alone.

        `titles` are further texts with their labels: learnt from, and never held back to measure by. `vectors` are
        sentence vectors of some or all of these texts.
        """
        named, owners = ([each[at] for each in titles] * TWICE for at in (0, 1))
        model = Linear.fit([*texts, *named], [*labels, *owners], vectors)
        return cls(model, learn(texts, labels, titles, vectors))

    def bounded(self, thresholds: Mapping[str, float]) -> Matcher:
        """The same matcher with a threshold of its own for each language."""
        return Matcher(self._model, replace(self.selection, thresholds=dict(thresholds)))

    @property
    def labels(self) -> List[str]:
        """All labels, talk and OUTSIDE among them."""
        return self._model.labels

    @property
    def hears_vectors(self) -> bool:
        """Whether it was fitted with sentence vectors: then a text is read best beside its own."""
        return self._model.dense is not None

    def decide(self, text: str, language: Optional[str] = None, vector: Optional[np.ndarray] = None) -> Decision:
        """Answer, ask or refuse, in a conversation of this language; None is held to the strictest threshold."""
        reading = self.weigh(text, vector)
        # The bound is on answers; small talk and questions about orders are no answers.
        talk = reading.labels[0].startswith(TALK)
        threshold = round(self.selection.threshold if talk else self.selection.threshold_of(language), 4)
        told = (reading.labels[0], reading.score, threshold, reading.candidates)
        if reading.odd or reading.score < threshold:
            choices = () if reading.odd else self._unsure(reading)
            return Decision("ask", *told, choices) if choices else Decision("refuse", *told, reason=self._why(reading))
        if reading.choices:
            return Decision("ask", *told, reading.choices)
        return Decision("answer", *told, also=reading.labels[1:], offered=reading.offered)

    def _why(self, reading: Reading) -> str:
        near = reading.labels[0].startswith(ENTRY) and reading.help >= self.selection.asking / 2
        return reading.odd or ("near" if near else "far")

    def _unsure(self, reading: Reading) -> Tuple[str, ...]:
        """The likeliest entries, when the score is too low for the language's own threshold and worth a question."""
        return self._entries(reading) if self.selection.thresholds and self._pays(reading) else ()

    def _pays(self, reading: Reading) -> bool:
        return reading.help >= round(self.selection.asking, 4)

    @staticmethod
    def _entries(reading: Reading) -> Tuple[str, ...]:
        """Both labels of two questions, else the likeliest entries; nothing for what is not about entries."""
        if len(reading.labels) > 1:
            return reading.labels
        entries = tuple(label for label, _ in reading.candidates if label.startswith(ENTRY))[:CHOICES]
        return entries if reading.labels[0] in entries and len(entries) > 1 else ()

    def weigh(self, text: str, vector: Optional[np.ndarray] = None) -> Reading:
        """What the text is taken for, and how surely; the same for every language and threshold.

        `vector` is of the whole text: the parts of two questions are read by their words alone.
        """
        whole = self._weigh(text, vector)
        strange = odd(text, *self._model.seen)
        if strange:
            return replace(whole, odd=strange, score=0.0, help=0.0)
        pairs = [(self._weigh(first), self._weigh(second)) for first, second in halves(text)]
        both = [pair for pair in pairs if self._two(pair)]
        if both:
            first, second = max(both, key=lambda pair: min(each.score for each in pair))
            shown = tuple(sorted({*first.candidates[:2], *second.candidates[:2]}, key=lambda each: -each[1]))
            score, helps = min(first.score, second.score), min(first.help, second.help)
            return Reading((first.labels[0], second.labels[0]), score, shown, help=helps)
        return next(filter(None, (self._one_and_half(whole, pair) for pair in pairs)), whole)

    def _two(self, pair: Tuple[Reading, Reading]) -> bool:
        """Two questions, each surer than the cautious threshold, about different entries."""
        apart = pair[0].labels != pair[1].labels
        return apart and all(self._clear(each) for each in pair)

    def _clear(self, reading: Reading) -> bool:
        sure = reading.score >= self.selection.cautious and not reading.choices
        return sure and reading.labels[0].startswith(ENTRY)

    def _one_and_half(self, whole: Reading, pair: Tuple[Reading, Reading]) -> Optional[Reading]:
        """One question that is clear by itself, beside one that is worth a choice; where the whole is not clear."""
        for clear, other in (pair, pair[::-1]):
            choices = tuple(label for label in self._entries(other) if label != clear.labels[0])
            worth = self._pays(other) and other.labels != clear.labels
            if self._clear(clear) and not self._clear(whole) and worth and choices:
                return replace(clear, offered=choices)
        return None

    def _weigh(self, text: str, vector: Optional[np.ndarray] = None) -> Reading:
        weighed = self._model.weigh(text, vector, self.selection.strength)
        score, helps = (
            round(float(each(weighed.evidence)), 4) for each in (self.selection.sureness, self.selection.help)
        )
        shown = [round(score * float(share / weighed.shares[0]), 4) for share in weighed.shares[:SHOWN]]
        candidates = tuple(zip(weighed.labels[:SHOWN], shown, strict=True))
        return Reading((weighed.labels[0],), score, candidates, self._close(weighed), help=helps)

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
