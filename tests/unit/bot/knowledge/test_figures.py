"""Figures are read alike in both languages, whatever their dress."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.figures import figures, read, shown


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("€1,500.00 by 8:30", "1500 € antes de las 08:30"),
        ("€3.90 or 10%", "3,90 € o un 10 %"),
        ("12,345 items", "12.345 artículos"),
        ("[see](https://a.example/2024)", "[ver](https://a.example/2025)"),
        ("thirty days", "30 días"),
        ("two weeks", "14 días"),
        ("2 weeks", "dos semanas"),
        ("48 hours", "2 días"),
        ("a 2-year guarantee", "una garantía de 24 meses"),
        ("twenty-four hours", "veinticuatro horas"),
        ("5 working days", "5 días hábiles"),
        ("5 business days", "cinco días laborables"),
        ("30 calendar days", "30 días naturales"),
        ("3 to 5 working days", "de 3 a 5 días laborables"),
        ("8-15 working days", "entre 8 y 15 días laborables"),
        ("8:30 pm", "20:30"),
        ("8 p.m.", "20:00"),
        ("8:30 in the evening", "8:30 de la tarde"),
        ("+34 900 123 456", "900 12 34 56"),
        ("Mon to Fri", "Lun–Vie"),
        ("Friday to Monday", "viernes, sábado, domingo y lunes"),
        ("10 a.m.", "10 de la mañana"),
        ("from 15 November to 31 December 2026", "del 15 de noviembre al 31 de diciembre de 2026"),
        ("November 15th", "15 de noviembre"),
        ("24 and 31 December", "24 y 31 de diciembre"),
        ("2026-12-24", "24/12/2026"),
        ("Monday to Thursday", "lunes, martes, miércoles y jueves"),
        ("Mon-Thu, Sat", "lun-jue y sábados"),
        ("call +34 900 123 456", "llamar al +34 900123456"),
        ("US$29.50", "29,50 dólares"),
        ("half an hour", "30 minutos"),
        ("1.5 kg", "1500 g"),
        ("30 °C", "30 °C"),
        ("up to the 5th floor", "hasta un 5.º piso"),
        ("1. Choose\n2. Pack", "- Elegir\n- Embalar"),
        ("**14** days, **€5**, 5*6", "14 días, 5 €, 5 * 6"),
        ("hola@a.example", "hola@a.example"),
    ],
)
def test_figures_are_compared_across_ways_of_writing(english: str, spanish: str) -> None:
    assert figures(english, "en") == figures(spanish, "es")


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("5 working days", "5 días"),
        ("15 November", "15 de octubre"),
        ("8 pm", "8:00"),
        ("€20", "20 $"),
        ("30 days", "30 horas"),
        ("two weeks", "15 días"),
        ("Friday", "jueves"),
        ("1,500", "1,5"),
    ],
)
def test_what_means_something_else_is_not_the_same(english: str, spanish: str) -> None:
    assert figures(english, "en") != figures(spanish, "es")


def test_words_are_numerals_only_before_a_unit() -> None:
    assert figures("one of our people takes two boxes", "en") == frozenset()
    (two,) = read("within two days", "en")
    assert (two.kind, two.amount, two.sure) == ("time span", "2880", False)


def test_a_day_may_be_left_out() -> None:
    assert [one.loose for one in read("a day, one week, 1 hour", "en")] == [True, True, False]


def test_a_number_takes_the_unit_of_the_next_only_when_they_are_joined() -> None:
    assert [one.kind for one in read("3 or 5 days", "en")] == ["time span", "time span"]
    assert [one.kind for one in read("Choose 3. 5 days later", "en")] == ["", "time span"]


def test_a_month_is_not_30_days() -> None:
    assert figures("1 month", "en") != figures("30 days", "en")


def test_a_language_without_words_still_has_digits() -> None:
    assert figures("30 jours, 9:00, 3,50 €", "fr") == {("", "30"), ("time", "9:00"), ("money in EUR", "3.5")}


@given(st.text(max_size=80), st.sampled_from(["en", "es", "fr"]))
def test_reading_never_fails_and_points_into_the_text(text: str, language: str) -> None:
    seen = shown(text)
    assert all(seen[one.start : one.end] == one.said for one in read(text, language))


_PIECES = st.sampled_from(
    "1 31 2026 , . : / - – € $ % pm h días days semanas weeks working laborables diciembre December de la tarde a to "
    "y and Mon lunes 9:00 ٣ ² two dos half an hour media hora +34 @ a.b https:// [x](tel:1) **".split()
)


@given(st.lists(_PIECES, max_size=14).map(" ".join), st.sampled_from(["en", "es"]))
def test_reading_never_fails_on_what_looks_like_figures(text: str, language: str) -> None:
    seen = shown(text)
    assert all(seen[one.start : one.end] == one.said for one in read(text, language))
