from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import text
from bot.dialogue.repeats import groups


def test_accents_and_case_do_not_matter() -> None:
    assert text.words("¿DÓNDE está mi pedido?") == text.words("donde esta mi pedido")


def test_short_spellings_are_written_out() -> None:
    assert text.words("xq no llega, q pasa") == ["porque", "no", "llega", "que", "pasa"]
    assert text.words("can u help pls") == ["can", "you", "help", "please"]


def test_greeting_around_a_question_is_left_out_but_a_bare_one_stays() -> None:
    assert text.word_grams("hola, buenas tardes, dónde está")[:2] == ["donde", "esta"]
    assert text.without_courtesy(text.words("buenas tardes")) == ["buenas", "tardes"]


def test_near_repeats_share_a_group_and_other_labels_do_not() -> None:
    found = groups(
        ["where is my order", "where is my order?", "refund please", "where is my order"], ["a", "a", "a", "b"]
    )
    assert found.tolist() == [0, 0, 1, 2]


@given(st.text(max_size=3000))
def test_any_text_gives_features(said: str) -> None:
    for grams in (text.word_grams, text.letter_grams, text.pair_grams):
        assert all(isinstance(gram, str) for gram in grams(said))
