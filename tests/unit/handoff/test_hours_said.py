"""Times and durations as people say them, in both languages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff.hours import say_duration, say_instant

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=MADRID)  # a Friday


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        ((2026, 11, 20, 18, 30), "today by 18:30", "hoy antes de las 18:30"),
        ((2026, 11, 21, 10, 30), "tomorrow by 10:30", "mañana antes de las 10:30"),
        ((2026, 11, 23, 10, 30), "on Monday by 10:30", "el lunes antes de las 10:30"),
        ((2026, 11, 26, 9, 0), "on Thursday by 09:00", "el jueves antes de las 09:00"),
        ((2026, 11, 27, 9, 0), "on 27 November by 09:00", "el 27 de noviembre antes de las 09:00"),
        ((2027, 1, 4, 9, 0), "on 4 January 2027 by 09:00", "el 4 de enero de 2027 antes de las 09:00"),
        ((2026, 11, 19, 9, 0), "on 19 November by 09:00", "el 19 de noviembre antes de las 09:00"),
        ((2026, 11, 21, 0, 0), "today by midnight", "hoy antes de medianoche"),
        ((2026, 11, 21, 1, 15), "tomorrow by 01:15", "mañana antes de la 01:15"),
    ],
)
def test_an_instant_is_said_as_people_say_it(at: tuple[int, int, int, int, int], english: str, spanish: str) -> None:
    instant = datetime(*at, tzinfo=MADRID)
    assert say_instant(instant, now=NOW, zone="Europe/Madrid", language="en") == english
    assert say_instant(instant, now=NOW, zone="Europe/Madrid", language="es") == spanish


def test_an_opening_is_at_a_time() -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=MADRID)
    assert say_instant(monday, now=NOW, zone="Europe/Madrid", language="en", word="at") == "on Monday at 09:00"
    assert say_instant(monday, now=NOW, zone="Europe/Madrid", language="es", word="at") == "el lunes a las 09:00"


def test_a_customer_elsewhere_hears_their_own_clock_and_its_zone() -> None:
    due = datetime(2026, 11, 20, 18, 30, tzinfo=MADRID)
    said = {
        language: say_instant(
            due, now=NOW, zone="Europe/Madrid", language=language, customer_zone="America/Mexico_City"
        )
        for language in ("en", "es")
    }
    assert said == {
        "en": "today by 11:30 (Mexico City time)",
        "es": "hoy antes de las 11:30 (hora de Ciudad de México)",
    }


@pytest.mark.parametrize("zone", ["Europe/Paris", None, "", "No/Such", "../etc/passwd"])
def test_the_zone_is_not_said_when_the_clocks_agree_or_the_customers_is_unknown(zone: str | None) -> None:
    due = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    said = say_instant(due, now=NOW, zone="Europe/Madrid", language="en", customer_zone=zone)
    assert said == "today by 18:30"


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (0, "less than 1 minute", "menos de 1 minuto"),
        (59, "1 minute", "1 minuto"),
        (121, "3 minutes", "3 minutos"),
        (3600, "1 hour", "1 hora"),
        (2 * 3600 + 60, "2 hours and 1 minute", "2 horas y 1 minuto"),
        (-5, "less than 1 minute", "menos de 1 minuto"),
    ],
)
def test_a_duration_is_said_in_hours_and_minutes(seconds: int, english: str, spanish: str) -> None:
    assert say_duration(timedelta(seconds=seconds), "en") == english
    assert say_duration(timedelta(seconds=seconds), "es") == spanish
