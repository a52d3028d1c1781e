import pytest

from bot.dialogue import facts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A-104820", "A-104820"),
        ("a104820", "A-104820"),
        ("it is A 104820, thanks", "A-104820"),
        ("pedido nº A–104820.", "A-104820"),
        ("A-1048201", None),
        ("A-10482", None),
        ("BA-104820", None),
        ("a104820@example.com", None),
        ("me-a104820@example.com", None),
        ("104820", None),
    ],
)
def test_order_number_has_its_letter(text: str, number: str | None) -> None:
    assert facts.order_number(text, bare=False) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("104820", "A-104820"), ("es el 104820", "A-104820"), ("10482", None), ("1048201", None), ("+34104820", None)],
)
def test_six_digits_are_a_number_where_one_was_asked(text: str, number: str | None) -> None:
    assert facts.order_number(text, bare=True) == number


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Lucia@Example.com", "lucia@example.com"),
        ("mi correo es lucia@example.com.", "lucia@example.com"),
        ("28013", "28013"),
        ("cp: 08002, Barcelona", "08002"),
        ("280131", None),
        ("lucia@example", None),
        ("nothing", None),
    ],
)
def test_second_fact_is_an_address_or_a_postcode(text: str, fact: str | None) -> None:
    assert facts.second_fact(text) == fact
