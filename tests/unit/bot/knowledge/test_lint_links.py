"""Links that hide, mislead or differ."""

import pytest

from bot.knowledge.lint.links import check
from tests.support.knowledge import entry

GOOD = "[our shop](https://shop.example/en/jobs)"


def found(english: str, spanish: str | None = None, channel: str = "web") -> list[tuple[str, str]]:
    texts = {"en": {channel: english}, "es": {channel: english if spanish is None else spanish}}
    return [
        (one.level, one.message) for one in check(entry(answers=texts)) if spanish is not None or ".en." in one.place
    ]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "[shop.example/jobs](https://shop.example/jobs)",
        "[www.shop.example](https://shop.example/)",
        "[shop.example](https://help.shop.example/)",
        "[hola@shop.example](mailto:hola@shop.example)",
        "[900 123 456](tel:+34900123456)",
        "[call us](tel:112)",
        "[manual.pdf](https://shop.example/manual.pdf)",
        "See the manual.pdf or write to a@shop.example.",
        "Paga con Bit.ly o T.co",
    ],
)
def test_an_honest_link_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "[here](https://192.168.0.1/a)",
        "[here](https://0x7f.1/a)",
        "[here](https://[::ffff:1.2.3.4]/a)",
        "[here](https://xn--shp-1na.example/)",
        "[here](https://bit.ly/abc)",
        "[here](https://www.tinyurl.com/abc)",
        "more at bit.ly/abc",
        "[shop.example](https://shop.example.evil.example/)",
        "[shop.example](https://evil.example/shop.example)",
        "[shop.example/jobs](https://shop.example/other)",
        "[hola@shop.example](mailto:other@shop.example)",
        "[hola@shop.example](https://shop.example/)",
        "[900 123 456](tel:900123457)",
        "[shоp.example](https://shop.example/)",  # with a Cyrillic o
        "at shоp.example",
    ],
)
def test_a_link_that_hides_or_misleads_is_an_error(text: str) -> None:
    assert "error" in {level for level, _ in found(text)}


@pytest.mark.parametrize("text", ["https://1.2.3.4/a", "Ver https://bit.ly/abc.", "https://xn--a.example"])
def test_a_text_message_is_held_to_the_same(text: str) -> None:
    assert [level for level, _ in found(text, channel="sms")] == ["error"]


def test_what_follows_the_customer_is_advice() -> None:
    ((level, message),) = found("[here](https://shop.example/?id=3&utm_source=bot&gclid=1)")
    assert level == "advice"
    assert "gclid, utm_source" in message


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (GOOD, "[nuestra tienda](https://shop.example/es/jobs)"),
        (GOOD, "[nuestra tienda](https://shop.example/es-ES/jobs/)"),
        ("[a](https://en.shop.example/a)", "[a](https://es.shop.example/a)"),
        ("[a](https://shop.example/a?lang=en&id=1)", "[a](https://shop.example/a?id=1&lang=es)"),
        ("[a](https://shop.example/a)", "[a](https://shop.example/es/a)"),
    ],
)
def test_both_languages_lead_to_the_same_page(english: str, spanish: str) -> None:
    assert found(english, spanish) == []


def test_another_page_in_the_other_language_is_advice_that_names_both() -> None:
    ((level, message),) = found(GOOD, "[nuestra tienda](https://shop.example/es/empleo)")
    assert level == "advice"
    assert "answers.en.web" in message
    assert "https://shop.example/en/jobs" in message
    assert "https://shop.example/es/empleo" in message
