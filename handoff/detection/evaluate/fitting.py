"""A business's own coefficients from its labelled transcripts: ridge towards the shipped ones, cross-validated."""

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from handoff.detection.coefficients import CALMING, Coefficients, shipped
from handoff.detection.evaluate.figures import Share
from handoff.detection.evaluate.transcripts import Transcript, needs_person
from handoff.detection.regression import Line, Row, fit, log_loss
from handoff.detection.signals import PastTurn
from handoff.errors import InvalidInput

LEAST = 50  # labelled turns of each kind
LEAST_CONVERSATIONS = 30  # with one of each kind, so that not a handful of customers decides
FOLDS = 5
PENALTIES = (3.0, 10.0, 30.0, 100.0)
ALONE = 0.7  # the strength that one sign reaches at most: a person is brought by more than one
FALSE_ALARMS = 0.02  # share of calm turns at which a person may be offered

Features = Callable[[tuple[PastTurn, ...]], dict[str, float]]


class LabelsTooFew(InvalidInput):
    """There are too few labelled turns to fit coefficients; the message says how many are missing."""

    code = "labels_too_few"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One labelled customer turn."""

    conversation: str
    features: Mapping[str, float]
    positive: bool


@dataclass(frozen=True, kw_only=True)
class Held:
    """What coefficients make of turns that they were not fitted to."""

    log_loss: float
    recall: Share
    alarms: Share


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """New coefficients with what they were made from; `shipped` are the package's own, judged on the same turns."""

    coefficients: Coefficients
    penalty: float
    positive: int
    calm: int
    conversations: int
    false_alarms: float
    held: Held
    shipped: Held


def samples(transcripts: Iterable[Transcript], features: Features) -> list[Sample]:
    """Every labelled customer turn, with the features of its dialogue."""
    return [
        Sample(
            conversation=transcript.conversation,
            features=features(transcript.turns[: index + 1]),
            positive=needs_person(label),
        )
        for transcript in transcripts
        for index, label in enumerate(transcript.labels)
        if label is not None
    ]


def fit_samples(found: Sequence[Sample], false_alarms: float = FALSE_ALARMS) -> Fitted:
    """Coefficients whose penalty is chosen by held-out log loss; raises LabelsTooFew.

    The bias is then moved so that at a strength of 0.5 a share of at most `false_alarms` of the held-out calm turns is
    reached: what a person is offered at stays the same number in every model. No weight lets one sign alone bring one.
    """
    _check(found)
    model, folds = shipped(), _folds(found)
    prior = Line(bias=model.bias, weights=model.weights)
    tried = {penalty: _held_out(found, folds, prior, penalty) for penalty in PENALTIES}
    penalty = min(PENALTIES, key=lambda each: (round(_loss(found, tried[each]), 6), -each))
    line = fit(_rows(found), prior, penalty, CALMING)
    moved = _threshold(found, tried[penalty], false_alarms)
    return Fitted(
        coefficients=_coefficients(line, moved, model),
        penalty=penalty,
        positive=sum(each.positive for each in found),
        calm=sum(not each.positive for each in found),
        conversations=len({each.conversation for each in found}),
        false_alarms=false_alarms,
        held=_held(found, tried[penalty], moved),
        shipped=_held(found, [prior.logit(each.features) for each in found], 0.0),
    )


def _coefficients(line: Line, moved: float, model: Coefficients) -> Coefficients:
    bias = line.bias - moved
    most = math.log(ALONE / (1 - ALONE)) - bias
    return Coefficients(
        bias=round(bias, 3),
        window=model.window,
        decay=model.decay,
        weights={name: round(min(weight, most), 3) for name, weight in line.weights.items()},
    )


def _check(found: Sequence[Sample]) -> None:
    for positive, name in ((True, "a person was needed"), (False, "none was needed")):
        kind = [each for each in found if each.positive is positive]
        talks = len({each.conversation for each in kind})
        if len(kind) < LEAST or talks < LEAST_CONVERSATIONS:
            raise LabelsTooFew(
                f"{len(kind)} turns of {talks} conversations are labelled as turns where {name}; "
                f"{LEAST} of {LEAST_CONVERSATIONS} are needed to fit coefficients"
            )


def _folds(found: Sequence[Sample]) -> list[int]:
    """The fold of each sample: a conversation stays whole, and those with a need are dealt out evenly."""
    angry = {each.conversation for each in found if each.positive}
    names = sorted({each.conversation for each in found}, key=lambda name: (name in angry, _digest(name)))
    fold = {name: index % FOLDS for index, name in enumerate(names)}
    return [fold[each.conversation] for each in found]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _rows(found: Iterable[Sample]) -> list[Row]:
    """Turns with the same features become one row."""
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for each in found:
        counts[json.dumps(each.features, sort_keys=True)][each.positive] += 1
    return [
        Row(features=json.loads(key), positive=count[True] / count.total(), count=count.total())
        for key, count in sorted(counts.items())
    ]


def _held_out(found: Sequence[Sample], folds: Sequence[int], prior: Line, penalty: float) -> list[float]:
    """The logit of each sample under coefficients that have not seen its conversation."""
    lines = [
        fit(_rows(s for s, own in zip(found, folds, strict=True) if own != fold), prior, penalty, CALMING)
        for fold in range(FOLDS)
    ]
    return [lines[fold].logit(sample.features) for sample, fold in zip(found, folds, strict=True)]


def _loss(found: Sequence[Sample], logits: Sequence[float]) -> float:
    flat = Line(bias=0.0, weights={"logit": 1.0})
    rows = [Row(features={"logit": x}, positive=float(s.positive)) for s, x in zip(found, logits, strict=True)]
    return log_loss(rows, flat)


def _threshold(found: Sequence[Sample], logits: Sequence[float], false_alarms: float) -> float:
    """The lowest logit that at most this share of calm turns reaches, halfway to the next one below."""
    calm = sorted((x for s, x in zip(found, logits, strict=True) if not s.positive), reverse=True)
    allowed = int(false_alarms * len(calm))
    below = calm[allowed]
    above = [x for x in logits if x > below + 1e-9]
    return (below + min(above)) / 2 if above else below + 1.0


def _held(found: Sequence[Sample], logits: Sequence[float], threshold: float) -> Held:
    hits = Counter(s.positive for s, x in zip(found, logits, strict=True) if x >= threshold)
    totals = Counter(s.positive for s in found)
    return Held(
        log_loss=_loss(found, logits),
        recall=Share(count=hits[True], of=totals[True]),
        alarms=Share(count=hits[False], of=totals[False]),
    )


def _line(text: str) -> str:
    """A file's name is anybody's: nothing in it may end the comment."""
    return "".join(c if c.isprintable() else " " for c in text)


def toml(fitted: Fitted, source: str) -> str:
    """The coefficients as data of the form of lexicons/frustration.toml, with their provenance."""
    held, model = fitted.held, fitted.coefficients
    head = [
        "# Coefficients of the frustration model: a logistic score over the last turns of the dialogue.",
        f"# Provenance: fitted to {fitted.positive} turns where a person was needed and {fitted.calm} where none was,",
        f"# of {fitted.conversations} conversations in {_line(source)}; ridge {fitted.penalty:g} towards the shipped",
        f"# coefficients; at most {fitted.false_alarms:.1%} of calm turns reach an offer. Of turns that it was not",
        f"# fitted to it finds {held.recall.count} of {held.recall.of}, {held.alarms.count} of {held.alarms.of} calm.",
        f"bias = {model.bias}",
        f"window = {model.window}",
        f"decay = {model.decay}",
        "",
        "[weights]",
    ]
    return "\n".join([*head, *(f"{name} = {weight}" for name, weight in model.weights.items())]) + "\n"
