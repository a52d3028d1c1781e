"""Hours until what the customer names."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.detection import Detectors, PastTurn
from handoff.detection.moments import soonest

FRIDAY_AT_TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("my flight leaves in 2 hours", 2),
        ("el vuelo sale dentro de dos horas y media", 2.5),
        ("in half an hour", 0.5),
        ("quedan 10 minutos para el cierre", 0.17),
        ("my train is at 14:10", 4.17),
        ("sale mañana a las 8", 22),
        ("before 5pm today", 7),
        ("a las 3 de la tarde", 5),
        ("hoy a medianoche", 14),
        ("el lunes a las 9", 71),
        ("on Saturday at noon", 26),
        ("the party is next Friday", 2 + 7 * 24),
        ("the wedding is in eight months", 8 * 720),
        ("el examen es a las 9 de hoy", 11),
    ],
)
def test_hours_are_counted_from_when_it_was_said(text: str, hours: float) -> None:
    moment = soonest(text, FRIDAY_AT_TEN)
    assert moment is not None
    assert moment.hours == pytest.approx(hours, abs=0.01)
    assert moment.evidence in text


@pytest.mark.parametrize("text", ["order 28013", "12.99 euros", "por la mañana", "20% off", "", "¿?"])
def test_numbers_and_habits_are_no_moments(text: str) -> None:
    assert soonest(text, FRIDAY_AT_TEN) is None


@pytest.mark.parametrize(
    ("text", "hours"), [("in 40 minutes", 0.67), ("mañana a las 8", 24), ("tonight", 8), ("on Sunday", 72)]
)
def test_without_an_instant_only_relative_words_say_how_near(text: str, hours: float) -> None:
    moment = soonest(text)
    assert moment is not None
    assert moment.hours == pytest.approx(hours, abs=0.01)


def test_without_an_instant_a_clock_alone_says_nothing() -> None:
    assert soonest("my train is at 14:10") is None


@given(st.text(max_size=80), st.datetimes(timezones=st.just(UTC)))
def test_any_text_has_a_moment_to_come_or_none(text: str, at: datetime) -> None:
    moment = soonest(text, at)
    assert moment is None or moment.hours >= 0


def deadline(detectors: Detectors, text: str, at: datetime | None) -> float:
    signals = detectors.before_engine([PastTurn(role="customer", text=text, at=at)], "en")
    return max((signal.strength for signal in signals if signal.kind == "urgency.deadline"), default=0.0)


def test_a_deadline_within_hours_weighs_more_than_one_in_months(detectors: Detectors) -> None:
    assert deadline(detectors, "my flight leaves in 2 hours and the pass won't load", FRIDAY_AT_TEN) >= 0.9
    assert deadline(detectors, "the wedding is in eight months, we need a quote before", FRIDAY_AT_TEN) < 0.5


def test_the_business_zone_says_what_at_eight_means(detectors: Detectors) -> None:
    madrid = Detectors(zone=ZoneInfo("Europe/Madrid"))
    text = "my flight leaves today at 18:00 and the pass does not load"
    at = FRIDAY_AT_TEN + timedelta(hours=1, minutes=30)
    assert deadline(madrid, text, at) >= 0.9  # 12:30 there
    assert deadline(detectors, text, at) < 0.9
