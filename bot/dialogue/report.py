"""A page about one evaluation: figures with intervals, curves and the worst confusions. No script, nothing fetched."""

from collections import Counter
from html import escape
from typing import Any, List, Mapping, Sequence, Tuple

import numpy as np

from bot.dialogue.bounds import upper
from bot.dialogue.matcher import OUTSIDE, Decision

WIDTH, HEIGHT, EDGE = 560, 240, 40
BINS = 20
WORST = 20
SURE = 0.025  # outside each end of an interval
STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}
svg text{font-size:11px;fill:currentColor}
.axis{stroke:currentColor;fill:none}.line{stroke:#2a6fb0;stroke-width:2;fill:none}.in{fill:#2a6fb0}.out{fill:#c4622d}
.key::before{content:"";display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em;background:var(--c)}
"""
NAMES = {
    "accuracy_in_scope_best_candidate": "Right best candidate, in scope",
    "accuracy_in_scope_after_refusal": "Right after refusing, in scope",
    "inside_answered_right": "Answered, and right, in scope",
    "inside_asked_with_the_right_choice": "Asked, with the right choice, in scope",
    "out_of_scope_recall": "Refused, out of scope",
    "answered_wrong": "Wrong among the answered",
    "wrong_of_all": "Wrong among all",
    "right_or_rightly_asked": "Right, or asked with the right choice, or rightly not answered",
    "asked": "Asked",
    "refused": "Refused",
    "out_of_scope_recall_at_95_inside_kept": "Out of scope found where 95% in scope are kept",
    "outside_answered_at_85_inside_kept": "Out of scope kept where 85% in scope are kept",
}
Rows = Sequence[Mapping[str, str]]


def interval(count: int, of: int) -> Tuple[float, float]:
    """The Clopper-Pearson interval of a share, 95%; (0, 1) for no rows."""
    if not of:
        return 0.0, 1.0
    return 1 - upper(of - count, of, SURE), upper(count, of, SURE)


def page(name: str, figures: Mapping[str, Any], rows: Rows, decisions: Sequence[Decision]) -> str:
    """The whole page; texts of customers are not on it, labels are."""
    inside = np.array([row["label"] != OUTSIDE for row in rows])
    scores = np.array([made.score for made in decisions])
    right = np.array([made.label == row["label"] for made, row in zip(decisions, rows, strict=True)])
    parts = [
        _table(figures),
        "<h2>Risk and coverage</h2><p>The share of wrong answers, were only the surest answered.</p>",
        _risk_coverage(scores, right),
        "<h2>Scores</h2>" + _key(),
        _histogram(scores, inside),
        "<h2>Worst confusions</h2>",
        _confusions(rows, decisions),
    ]
    title = f"Answers: {escape(name)}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f"{head}<main><h1>{title}</h1>{''.join(parts)}</main></html>\n"


def curve(scores: np.ndarray, right: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Coverage and risk, when the 1, 2, … surest are answered; equal scores go together."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    wrong = np.cumsum(~right[order])[ends]
    return (ends + 1) / len(scores), wrong / (ends + 1)


def area(scores: np.ndarray, right: np.ndarray) -> float:
    """The area under risk over coverage, between 0 (best) and 1."""
    coverage, risk = curve(scores, right)
    widths = np.diff(coverage, prepend=0.0)
    return float((widths * risk).sum())


def _table(figures: Mapping[str, Any]) -> str:
    rows = []
    for key, name in NAMES.items():
        share = figures.get(key)
        if isinstance(share, dict) and share["share"] is not None:
            low, high = interval(share["count"], share["of"])
            counts = f"{share['count']} of {share['of']}"
            rows.append((name, f"{share['share']:.1%}", counts, f"{low:.1%} to {high:.1%}"))
    rows += [("MCC", f"{figures['mcc']:.3f}", "", ""), ("Area of risk over coverage", f"{figures['aurc']:.3f}", "", "")]
    head = "<tr><th>What</th><th>Share</th><th>Counts</th><th>95% interval</th></tr>"
    return f"<table>{head}{''.join(_row(row) for row in rows)}</table>"


def _row(cells: Sequence[str]) -> str:
    first, *rest = map(escape, cells)
    return f"<tr><td>{first}</td>{''.join(f'<td class=n>{cell}</td>' for cell in rest)}</tr>"


def _risk_coverage(scores: np.ndarray, right: np.ndarray) -> str:
    coverage, risk = curve(scores, right)
    most = max(float(risk.max()), 0.05)
    points = " ".join(f"{_x(c):.1f},{_y(r / most):.1f}" for c, r in zip(coverage, risk, strict=True))
    return _drawing("Risk over coverage", f'<polyline class="line" points="{points}"/>', ("0%", "100%"), f"{most:.0%}")


def _histogram(scores: np.ndarray, inside: np.ndarray) -> str:
    counts = [np.histogram(scores[of], bins=BINS, range=(0, 1))[0] for of in (inside, ~inside)]
    most = max(int(max(each.max() for each in counts)), 1)
    wide = (WIDTH - 2 * EDGE) / BINS / 2
    bars: List[str] = []
    for kind, each, shift in (("in", counts[0], 0.0), ("out", counts[1], wide)):
        for at, number in enumerate(each):
            top = _y(number / most)
            size = f'width="{wide - 1:.1f}" height="{HEIGHT - EDGE - top:.1f}"'
            bars.append(f'<rect class="{kind}" x="{_x(at / BINS) + shift:.1f}" y="{top:.1f}" {size}/>')
    return _drawing("Scores of questions in and out of scope", "".join(bars), ("0", "1"), str(most))


def _drawing(name: str, content: str, across: Tuple[str, str], top: str) -> str:
    floor = HEIGHT - EDGE
    axis = f'<path class="axis" d="M{EDGE} {EDGE / 2}V{floor}H{WIDTH - EDGE}"/>'
    words = [
        (EDGE, floor + 16, across[0]),
        (WIDTH - EDGE, floor + 16, across[1]),
        (4, EDGE / 2 + 4, top),
        (4, floor, "0"),
    ]
    told = "".join(f'<text x="{x}" y="{y}">{escape(word)}</text>' for x, y, word in words)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}">{axis}{content}{told}</svg>'


def _key() -> str:
    marks = (("#2a6fb0", "in scope"), ("#c4622d", "out of scope"))
    return f"<p>{''.join(f'<span class=key style=--c:{colour}>{name}</span>' for colour, name in marks)}</p>"


def _confusions(rows: Rows, decisions: Sequence[Decision]) -> str:
    pairs: Counter[Tuple[str, str]] = Counter()
    for row, made in zip(rows, decisions, strict=True):
        if made.decision == "answer" and made.label != row["label"]:
            pairs[row["label"], made.label] += 1
    head = "<tr><th>Asked for</th><th>Answered with</th><th>Times</th></tr>"
    body = "".join(_row((asked, found, str(times))) for (asked, found), times in pairs.most_common(WORST))
    return f"<table>{head}{body}</table>" if pairs else "<p>Nothing was answered wrongly.</p>"


def _x(share: float) -> float:
    return EDGE + share * (WIDTH - 2 * EDGE)


def _y(share: float) -> float:
    return HEIGHT - EDGE - share * (HEIGHT - 1.5 * EDGE)
