"""Logistic regression in plain Python: ridge towards known coefficients, signs held, weighted rows, deterministic."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.detection.coefficients import logistic

SWEEPS = 500
STILL = 1e-6  # a sweep that moves no coefficient further ends the fit
STEP = 1.0  # the furthest that a coefficient moves at once
FLATTEST = 1e-6


@dataclass(frozen=True, kw_only=True)
class Row:
    """`count` turns with these features, of which the share `positive` (0 to 1) is labelled."""

    features: Mapping[str, float]
    positive: float
    count: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A bias and a weight for each feature."""

    bias: float
    weights: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())


def fit(rows: Sequence[Row], prior: Line, penalty: float, calming: frozenset[str]) -> Line:
    """The coefficients of least log loss plus `penalty` / 2 times the squared distance of each weight from `prior`.

    The bias is free. A weight is at least 0, or at most 0 for a feature in `calming`. One coefficient after the other
    takes a Newton step; the loss is convex, so the order decides nothing but the time it takes.
    """
    state = _State(rows, prior, penalty)
    for _ in range(SWEEPS):
        moved = abs(state.move_bias())
        for name in sorted(prior.weights):
            moved = max(moved, abs(state.move(name, name in calming)))
        if moved < STILL:
            break
    return Line(bias=state.bias, weights=dict(state.weights))


def log_loss(rows: Sequence[Row], line: Line) -> float:
    """The mean over all turns, in nats."""
    total = sum(row.count for row in rows)
    return sum(row.count * _loss(line.logit(row.features), row.positive) for row in rows) / total if total else 0.0


def _loss(logit: float, positive: float) -> float:
    return max(logit, 0.0) + math.log1p(math.exp(-abs(logit))) - positive * logit


class _State:
    """The coefficients on their way, with each row's logit kept up to date."""

    def __init__(self, rows: Sequence[Row], prior: Line, penalty: float) -> None:
        self.bias, self.weights = prior.bias, dict(prior.weights)
        self._rows, self._prior, self._penalty = rows, prior, penalty
        self._logits = [prior.logit(row.features) for row in rows]
        self._users = {
            name: [(index, row.features[name]) for index, row in enumerate(rows) if row.features.get(name)]
            for name in prior.weights
        }
        self._all = [(index, 1.0) for index in range(len(rows))]

    def move_bias(self) -> float:
        slope, bend = self._slope(self._all)
        step = _bounded(-slope / max(bend, FLATTEST))
        self.bias += step
        self._shift(self._all, step)
        return step

    def move(self, name: str, calms: bool) -> float:
        slope, bend = self._slope(self._users[name])
        now = self.weights[name]
        slope += self._penalty * (now - self._prior.weights[name])
        wanted = now + _bounded(-slope / max(bend + self._penalty, FLATTEST))
        step = (min(wanted, 0.0) if calms else max(wanted, 0.0)) - now
        self.weights[name] = now + step
        self._shift(self._users[name], step)
        return step

    def _slope(self, users: Sequence[tuple[int, float]]) -> tuple[float, float]:
        """First and second derivative of the loss along one coefficient."""
        slope = bend = 0.0
        for index, value in users:
            row, chance = self._rows[index], logistic(self._logits[index])
            slope += row.count * value * (chance - row.positive)
            bend += row.count * value * value * chance * (1 - chance)
        return slope, bend

    def _shift(self, users: Sequence[tuple[int, float]], step: float) -> None:
        if step:
            for index, value in users:
                self._logits[index] += step * value


def _bounded(step: float) -> float:
    return max(-STEP, min(STEP, step))
