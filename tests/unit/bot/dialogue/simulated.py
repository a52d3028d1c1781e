"""Calibration rows drawn from sources whose true risk is known at every threshold."""

from dataclasses import dataclass

import numpy as np

from bot.dialogue import bounds

SCORES = np.round(np.arange(1, 1000) / 1000, 4)


@dataclass(frozen=True)
class Source:
    """Scores with their chances, and the chance of being wrong at each score."""

    scores: np.ndarray
    chances: np.ndarray
    errors: np.ndarray

    @property
    def coverage(self) -> np.ndarray:
        """The share answered at each threshold of the grid."""
        return np.asarray((self.scores >= bounds.GRID[:, None]) @ self.chances)

    @property
    def risk(self) -> np.ndarray:
        """The share of wrong answers at each threshold of the grid; 0 where nothing is answered."""
        wrong = (self.scores >= bounds.GRID[:, None]) @ (self.chances * self.errors)
        return np.asarray(wrong / np.maximum(self.coverage, 1e-300))

    def draw(self, seed: int, draws: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Scores and which are wrong, (draws, rows)."""
        rng = np.random.default_rng(seed)
        at = rng.choice(len(self.scores), p=self.chances, size=(draws, rows))
        return self.scores[at], rng.random((draws, rows)) < self.errors[at]


def beta(more: float, less: float) -> np.ndarray:
    shape = SCORES ** (more - 1) * (1 - SCORES) ** (less - 1)
    return np.asarray(shape / shape.sum())


def separated() -> Source:
    """Half inside and sure, half outside and unsure, with few in between."""
    return Source(SCORES, (beta(8, 1.2) + beta(1.2, 6)) / 2, 1 / (1 + np.exp(12 * (SCORES - 0.35))))


def calibrated() -> Source:
    """Each score is the chance to be right."""
    return Source(SCORES, beta(4, 1), 1 - SCORES)


def useless(risk: float) -> Source:
    """A score that tells nothing, and a little more wrong than allowed wherever one looks."""
    return Source(SCORES, beta(2, 2), np.full(len(SCORES), 1.01 * risk))


def tied(risk: float) -> Source:
    """Five scores; the risk is just too high at the second and at all below."""
    errors = np.array([0.2 * risk, 2.2 * risk, risk, 1.2 * risk, 2 * risk])
    return Source(np.array([0.99, 0.9, 0.7, 0.5, 0.1]), np.array([0.3, 0.2, 0.2, 0.2, 0.1]), errors)


def overconfident(risk: float) -> Source:
    """The surest are wrong most often: too high at the top, fine in the middle, too high again."""
    return Source(SCORES, beta(2, 2), risk * np.where(SCORES > 0.8, 3.0, np.where(SCORES > 0.4, 0.45, 4.0)))


def cliff(risk: float) -> Source:
    """Nothing wrong at the upper of two scores, and just too much as soon as the lower is answered too."""
    return Source(np.array([0.95, 0.3]), np.array([0.6, 0.4]), np.array([0.0, 1.01 * risk / 0.4]))


def outcome(source: Source, seed: int, draws: int, rows: int, **asked: float) -> np.ndarray:
    """The place in the grid that each draw is given, -1 for none."""
    scores, wrong = source.draw(seed, draws, rows)
    return bounds.boldest(bounds.count(scores, wrong), bounds.count(scores, np.ones_like(wrong)), **asked)
