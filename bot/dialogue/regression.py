"""A logistic regression whose weights keep their sense: more evidence for an answer never makes it less sure."""

from typing import Optional, Tuple

import numpy as np
from scipy.optimize import minimize


def fit(
    evidence: np.ndarray, right: np.ndarray, sense: np.ndarray, weigh: Optional[np.ndarray] = None, ridge: float = 1.0
) -> Tuple[Tuple[float, ...], float]:
    """Weights and bias for rows of evidence, both outcomes counting alike; `sense` is 1 or -1 a column.

    `weigh` says how much each row counts among those of its outcome; `ridge` is on the evidence scaled, against
    one row; the weights fit the evidence as it comes.
    """
    centre, spread = evidence.mean(axis=0), evidence.std(axis=0)
    spread = np.where(spread > 1e-9, spread, np.inf)
    rows = (evidence - centre) / spread
    share = right.mean()
    balance = np.where(right, 0.5 / share, 0.5 / (1 - share)) * (1.0 if weigh is None else weigh)
    balance = balance / balance.sum()

    def loss(given: np.ndarray) -> Tuple[float, np.ndarray]:
        odds = rows @ given[:-1] + given[-1]
        error = balance * (1.0 / (1.0 + np.exp(-odds)) - right)
        held = ridge * given[:-1] / len(rows)
        total = balance @ np.logaddexp(0.0, np.where(right, -odds, odds)) + 0.5 * float(held @ given[:-1])
        return float(total), np.append(error @ rows + held, error.sum())

    bounds = [*((0.0, None) if way > 0 else (None, 0.0) for way in sense), (None, None)]
    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[:-1] / spread
    return tuple(float(weight) for weight in weights), float(found[-1] - weights @ centre)
