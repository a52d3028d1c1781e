import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.splitting import MOST, halves


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("When do you open? How much is delivery?", ("when do you open", "how much is delivery?")),
        ("when do you open and how much is delivery", ("when do you open", "how much is delivery")),
        ("¿Cuándo abren? ¿Cuánto cuesta el envío?", ("¿cuando abren", "¿cuanto cuesta el envio?")),
        ("cuándo abren y cuánto cuesta el envío", ("cuando abren", "cuanto cuesta el envio")),
        ("cuando abren, por cierto, cuanto cuesta", ("cuando abren", "cuanto cuesta")),
    ],
)
def test_text_is_cut_where_a_second_question_may_begin(text: str, parts: tuple[str, str]) -> None:
    assert parts in halves(text)


@pytest.mark.parametrize(
    "text", ["", "when do you open", "hi and thanks", "hello. thanks!", "salt and pepper", "rugs and lamps?", "y e and"]
)
def test_text_without_two_parts_of_two_words_stays_whole(text: str) -> None:
    assert halves(text) == []


@given(st.text(max_size=300))
def test_any_text_gives_few_pairs_of_parts(text: str) -> None:
    assert len(halves(text)) <= MOST
