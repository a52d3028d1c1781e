"""From which nearness a follow-up counts, learnt on the training side alone, from texts that are held back.

After each entry with follow-ups stand, as what a customer might write next: each of its own follow-ups, compared with
the others while it and what nearly repeats it are held back; the same again while its whole target is, as what nothing
answers; and phrasings of entries that it does not lead to, written negatives and talk. Those with an answer and those
without count alike. A logistic regression whose weights keep their sense turns the evidence into one number. The bounds
are the boldest at which, of what a follow-up answers, at most WRONG is wrong (where the matcher does not answer, and
where it answers otherwise), and of what becomes a choice at least HELPFUL is meant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np

from bot.dialogue.follow_ups import Declared, FollowUps, Limits, Near, all_of, cosine, evidence
from bot.dialogue.matcher import ENTRY, Decision, Matcher
from bot.dialogue.regression import fit
from bot.dialogue.repeats import groups
from bot.dialogue.text import without_courtesy, words

WRONG = 0.05
HELPFUL = 0.75
FEWEST = 100  # follow-ups from which on limits are learnt
FEW = 20  # rows by which nothing is judged yet
MORE_WORDS = 2  # than the longest that is declared
EACH = 40  # of other texts after each entry, of each kind
NEARLY = 0.7  # what goes before an answer of the matcher is at least so near, whatever is learnt
GRID = np.linspace(0.02, 1.0, 197)


@dataclass(frozen=True)
class Row:
    """One text after one entry: what speaks for its best target and whether that is right; `own`, is there a right one?

    `nearness` and `exact` (is it right?) are of the target whose texts are nearest. `answered`: the matcher answers.
    """

    evidence: Tuple[float, ...]
    right: bool
    nearness: float
    exact: bool
    own: bool
    answered: bool


def fitted(declared: Declared, texts: Sequence[str], labels: Sequence[str], matcher: Matcher) -> FollowUps:
    """The follow-ups of a release, with limits for this matcher; `labels` are those of the matcher's texts."""
    plain = FollowUps.of(declared, texts)
    if len(list(all_of(declared))) < FEWEST:
        return plain
    longest = max(len(without_courtesy(words(text))) for _, _, text in all_of(declared))
    rows = list(_rows(plain, list(zip(texts, labels, strict=True)), matcher))
    return plain.limited(replace(learn(rows), words=longest + MORE_WORDS))


def learn(rows: Sequence[Row]) -> Limits:
    """The limits that these rows allow; where they allow none, the usual ones."""
    usual = Limits()
    quiet, loud = ([row for row in rows if row.answered is answered] for answered in (False, True))
    right = np.array([row.right for row in quiet])
    if not 0 < right.sum() < len(right):
        return usual
    weights, bias = fit(np.array([row.evidence for row in quiet]), right, np.ones(len(usual.weights)))
    found = replace(usual, weights=weights, bias=bias)
    scores = np.array([found.sureness(row.evidence) for row in quiet])
    own = np.array([row.own for row in quiet])
    sure = _boldest(scores, right, own, 1.0 - WRONG) or usual.sure
    between = scores < sure
    close = min(_boldest(scores[between], right[between], own[between], HELPFUL) or usual.close, sure)
    near = np.array([row.nearness for row in loud]), np.array([row.exact for row in loud])
    exact = _boldest(*near, np.array([row.own for row in loud]), 1.0 - WRONG) or usual.exact
    return replace(found, sure=sure, close=close, exact=max(exact, NEARLY))


def _boldest(scores: np.ndarray, right: np.ndarray, own: np.ndarray, share: float) -> float:
    """The least score from which on this share is right, both sides counting alike; 0 when there is none."""
    if own.sum() < FEW:
        return 0.0
    weights = np.where(own, 1.0 / own.sum(), 1.0 / max((~own).sum(), 1))
    held = 0.0
    for at in GRID[::-1]:
        taken = scores >= at
        if taken.sum() >= FEW and (weights * right)[taken].sum() < share * weights[taken].sum():
            break
        held = float(at)
    return round(held, 3)


def _rows(plain: FollowUps, phrasings: Sequence[Tuple[str, str]], matcher: Matcher) -> Iterator[Row]:
    decisions: Dict[str, Decision] = {}

    def row(text: str, found: Sequence[Near], truth: str) -> Row:
        decision = decisions.setdefault(text, matcher.decide(text))
        best, speaks = evidence(decision, found, plain.limits)[0]
        nearest = max(found, key=lambda each: each.nearness)
        answered = decision.decision == "answer" and decision.label != ENTRY + nearest.to
        return Row(speaks, best.to == truth, nearest.nearness, nearest.to == truth, bool(truth), answered)

    for to, text, found in _held_back(plain):
        yield row(text, found, to)
        if len(found) > 1:
            yield row(text, [each for each in found if each.to != to], "")
    for after, text in _others(plain.declared, phrasings):
        yield row(text, plain.near(text, [after]), "")


def _held_back(plain: FollowUps) -> Iterator[Tuple[str, str, List[Near]]]:
    """(target, text, what it is near to while it and what nearly repeats it are gone)."""
    for after in plain.declared:
        told = [(to, text) for entry, to, text in all_of(plain.declared) if entry == after]
        alike = groups([text for _, text in told], [to for to, _ in told])
        vectors = [plain.vector(text) for _, text in told]
        for at, (to, text) in enumerate(told):
            best: Dict[str, float] = defaultdict(float)
            for other, (target, _) in enumerate(told):
                if alike[other] != alike[at]:
                    best[target] = max(best[target], cosine(vectors[at], vectors[other]))
            yield to, text, [Near(after, target, best[target]) for target in plain.declared[after]]


def _others(declared: Declared, phrasings: Sequence[Tuple[str, str]]) -> Iterator[Tuple[str, str]]:
    """(entry, a text that is none of its follow-ups), the same for the same release."""
    draw = np.random.default_rng(0)
    for after, targets in declared.items():
        led = {after, *targets}
        questions = [text for text, label in phrasings if label.startswith(ENTRY) and label[len(ENTRY) :] not in led]
        rest = [text for text, label in phrasings if not label.startswith(ENTRY)]
        for texts in (questions, rest):
            for at in draw.permutation(len(texts))[:EACH]:
                yield after, texts[int(at)]
