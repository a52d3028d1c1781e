"""Languages and channels of one answer say the same figures."""

import pytest

from bot.knowledge.lint import errors_of
from bot.knowledge.lint.agreement import check
from tests.support.knowledge import entry, notice


def findings(english: str, spanish: str, **sms: str) -> list[tuple[str, str, str]]:
    texts = {"en": {"web": english}, "es": {"web": spanish}}
    for language, text in sms.items():
        texts[language]["sms"] = text
    return [(one.level, one.place, one.message) for one in check(entry(answers=texts))]


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Within thirty days.", "En 30 días."),
        ("Within 2 weeks.", "En 14 días."),
        ("Open until 8 pm.", "Abierto hasta las 20:00."),
        ("Kept for a week.", "Se guarda siempre."),
        ("The bank takes 3 to 5 more.", "El banco tarda de 3 a 5 días laborables más."),
        ("A link in [the account](https://a.example/1).", "Un enlace en [la cuenta](https://a.example/2)."),
        ("On 24 and 31 December.", "El 24 y el 31 de diciembre."),
        ("14 days, then 14 days more.", "14 días y luego lo mismo."),
        ("1. Open it.\n2. Pay.", "- Abrirlo.\n- Pagar."),
    ],
)
def test_the_same_in_other_words_is_no_finding(english: str, spanish: str) -> None:
    assert findings(english, spanish) == []


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Within 14 days.", "En 15 días."),
        ("Until 31 January.", "Hasta el 31 de diciembre."),
        ("It costs €4.90.", "Cuesta 4,50 €."),
        ("Before 13:00.", "Antes de las 14:00."),
        ("Call 900 123 456.", "Llamar al 900 123 457."),
        ("Refunded.", "Se devuelve en 5 días."),
        ("It costs €20.", "Cuesta 20 $."),
        ("Within 5 weeks.", "En 5 días."),
        ("Within 5 days.", "En 5 meses."),
    ],
)
def test_another_figure_is_an_error_that_names_both_places(english: str, spanish: str) -> None:
    ((level, place, message),) = findings(english, spanish)
    assert (level, place) == ("error", "answers.es.web")
    assert "answers.en.web" in message


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Within 5 working days.", "En 5 días."),
        ("Open on Friday.", "Abierto el jueves."),
        ("Within two weeks.", "En quince días."),
        ("At 8:30 pm.", "A las 8:30."),
        ("Until 20:00.", "Hasta las 20 h."),
        ("Spain €4.90, France €7.90.", "España 7,90 €, Francia 4,90 €."),
        ("9:00–14:00 and 15:00–19:00", "9:00–15:00 y 14:00–19:00"),
        ("Write to help@a.example.", "Escribir a ayuda@a.example."),
    ],
)
def test_what_may_be_meant_is_advice(english: str, spanish: str) -> None:
    found = findings(english, spanish)
    assert found
    assert {level for level, _, _ in found} == {"advice"}


def test_a_text_message_says_no_figure_that_the_web_does_not() -> None:
    ((level, place, message),) = findings("Within 14 days.", "En 14 días.", en="Within 30 days.")
    assert (level, place) == ("advice", "answers.en.sms")
    assert "30 days" in message
    assert "answers.en.web" in message


def test_a_text_message_may_leave_figures_out() -> None:
    assert findings("Within 14 days, for €5.", "En 14 días, por 5 €.", en="Within 14 days.", es="En 14 días.") == []


def test_the_words_of_an_enum_agree_too() -> None:
    labels = {"late": {"en": "comes in 2 days", "es": "llega en 3 días"}}
    item = notice(texts={"en": {"web": "It {status}"}}, values={"status": {"kind": "enum", "labels": labels}})
    assert [(one.level, one.place) for one in check(item)] == [("error", "values.status.labels.late.es")]


def test_all_that_is_wrong_with_one_text_is_told_at_once() -> None:
    texts = {"en": {"web": "14 days", "sms": "14 days"}, "es": {"web": "<b>15 días</b>", "sms": "14 días"}}
    mend = errors_of(entry(answers=texts))["answers.es.web"]
    assert "HTML" in mend
    assert "15 días" in mend
