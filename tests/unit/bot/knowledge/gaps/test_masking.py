"""What tells who a customer is leaves their words before anybody reads them in a list."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.facts import second_fact
from bot.knowledge.gaps.masking import MASK, masked, unmasked, without_proof


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("my mail is ana.lopez+x@example.co.uk, ok?", f"my mail is {MASK}, ok?"),
        ("llámame al +34 600 12 34 56 por favor", f"llámame al {MASK} por favor"),
        ("call (212) 555-0199 now", f"call {MASK} now"),
        ("card 4111 1111 1111 1111 was charged", f"card {MASK} was charged"),
        ("card 4111-1111-1111-1111", f"card {MASK}"),
        ("IBAN ES91 2100 0418 4502 0005 1332", f"IBAN {MASK}"),
        ("dni 12345678-Z", f"dni {MASK}"),
        ("where is A-104820?", f"where is {MASK}?"),
        ("see https://shop.example/me?token=abc and www.shop.example/x", f"see {MASK} and {MASK}"),
        ("llega en 24 horas o 3-5 días?", "llega en 24 horas o 3-5 días?"),
        ("is there a size 42 for 19.90?", f"is there a size 42 for {MASK}?"),
        ("two\nlines\u200bhere", "two lines here"),
    ],
)
def test_what_tells_who_it_is_is_masked(said: str, shown: str) -> None:
    assert masked(said) == shown


@pytest.mark.parametrize(
    ("names", "said", "shown"),
    [
        (["Ana López"], "soy ANA LOPEZ, abrís hoy?", f"soy {MASK}, abrís hoy?"),
        (["Ana López"], "anagram of lópezes", "anagram of lópezes"),
        (["José de la Cruz"], "de la cruz, jose", f"de la {MASK}, {MASK}"),
        (["Al Pacino"], "al final, says Al", f"al final, says {MASK}"),
        (["Jean-Luc O'Neil"], "jean-luc here, o'neil", f"{MASK}-{MASK} here, o'{MASK}"),
        (["7", "…", ""], "is it so", "is it so"),
    ],
)
def test_names_that_are_known_are_masked_by_their_words(names: list[str], said: str, shown: str) -> None:
    assert masked(said, names) == shown


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_names_take_nothing_away_but_their_own_words(said: str, names: list[str]) -> None:
    plain = masked(said)
    assert masked(said, []) == plain
    assert len(unmasked(masked(said, names))) <= len(unmasked(plain))


@given(st.text())
def test_whatever_was_said_is_one_printable_line_without_long_numbers(said: str) -> None:
    shown = masked(said)
    assert shown.isprintable()
    assert not re.search(r"\d{4}", shown)


@given(st.text(alphabet="abc .,", max_size=8), st.integers(min_value=1000, max_value=10**18), st.text(max_size=8))
def test_no_long_number_is_left_whatever_is_around_it(before: str, number: int, after: str) -> None:
    assert str(number) not in masked(f"{before}{number}{after}")


def test_what_is_left_without_the_masks_is_how_somebody_else_asks() -> None:
    assert unmasked(masked("where is order 104820 please")) == "where is order please"


@pytest.mark.parametrize("proof", ["ana.lopez@example.com", "28013", "¿28013?", "ANA@EXAMPLE.CO.UK.", "(a-b@c-d.es)"])
def test_what_would_open_an_order_is_gone_and_its_number_is_not(proof: str) -> None:
    said = f"where is A-104820, it is {proof}"
    assert second_fact(said)
    assert second_fact(without_proof(said)) is None
    assert without_proof(said).startswith("where is A-104820, it is ")


@given(st.text(alphabet="ab1289@.-_ \u200b%+,", max_size=40))
def test_nothing_that_is_said_opens_an_order(said: str) -> None:
    assert second_fact(without_proof(said)) is None


@pytest.mark.parametrize("piece", ["x", "@", "x@", "1", "1 ", "(1", "a1-", "http://", "."])
def test_a_long_hostile_text_is_masked_quickly(piece: str) -> None:
    began = time.process_time()
    masked(piece * (8192 // len(piece)))
    without_proof(piece * (8192 // len(piece)))
    assert time.process_time() - began < 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["(", "+", "a", "1 ", "a@", "www.", "ab-"])
def test_no_text_of_a_customer_takes_long(sign: str) -> None:
    """Looking back and forth over 40,000 signs takes half a minute; reading them once, no time at all."""
    masked(sign * 40_000)
