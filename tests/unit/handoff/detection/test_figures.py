"""The numbers of a replay: shares with intervals, false handoffs, and how late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.detection.evaluate.figures import Share, figures, reasons
from handoff.detection.evaluate.replay import Judged
from handoff.detection.signals import Verdict, VerdictKind

KINDS: dict[str, VerdictKind] = {"c": "continue", "o": "offer", "h": "handoff"}


def talk(name: str, *turns: str) -> list[Judged]:
    """Turns such as "o+": offer, and a person was needed; "-" says that none was, nothing that nobody knows."""
    labels = {"": None, "+": "frustrated", "-": "ok"}
    return [
        Judged(
            conversation=name,
            turn=index,
            verdict=Verdict(kind=KINDS[turn[0]], reason="none" if turn[0] == "c" else "loop"),
            label=labels[turn[1:]],
        )
        for index, turn in enumerate(turns)
    ]


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 20, 0.2188, 0.6134), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval_is_that_of_the_tables(count: int, of: int, low: float, high: float) -> None:
    assert Share(count=count, of=of).interval == pytest.approx((low, high), abs=1e-3)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(pair: tuple[int, int]) -> None:
    share = Share(count=pair[0], of=pair[1])
    low, high = share.interval
    assert 0.0 <= low <= share.value <= high <= 1.0


def test_precision_recall_and_f1_are_of_labelled_turns_alone() -> None:
    found = figures([*talk("a", "c", "o+", "h"), *talk("b", "c+"), *talk("c", "h-", "c-")])
    assert (found.precision.count, found.precision.of) == (1, 2)
    assert (found.recall.count, found.recall.of) == (1, 2)
    assert found.f1 == pytest.approx(0.5)
    assert (found.alarms.count, found.alarms.of) == (1, 2)


def test_false_handoffs_are_of_conversations_that_are_labelled_and_calm() -> None:
    found = figures([*talk("a", "h-"), *talk("b", "o-", "c-"), *talk("c", "h", "o+"), *talk("d", "h")])
    assert (found.false_handoffs.count, found.false_handoffs.of) == (1, 2)
    assert (found.false_offers.count, found.false_offers.of) == (1, 2)


def test_lateness_counts_the_customers_turns_and_early_ones_are_below_0() -> None:
    judged = [
        *talk("on time", "c-", "o+"),
        *talk("late", "c+", "c", "h+"),
        *talk("early", "o-", "c+"),
        *talk("never", "c+", "c+"),
        *talk("calm", "o-"),
    ]
    late = figures(judged).late
    assert dict(late.turns) == {0: 1, 2: 1, -1: 1}
    assert late.never == 1


def test_reasons_say_how_many_of_their_labelled_turns_were_right() -> None:
    assert reasons([*talk("a", "o+", "h-", "h", "c")]) == [("loop", 3, Share(count=1, of=2))]
