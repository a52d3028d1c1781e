"""Words, and the spelling of customers."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.detection.grammar import Grammar
from handoff.detection.words import LONGEST, clean, fold, sound, squeezed, words_of


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar("request")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ajente", "agente"), ("agnete", "agente"), ("agenteeee", "agente"), ("umano", "humano"), ("kiero", "quiero"),
        ("representitive", "representative"), ("operdor", "operador"), ("ag3nt", "agent"), ("HUMÁNO", "humano"),
    ],
)  # fmt: skip
def test_misspelt_words_reach_the_lexicon(grammar: Grammar, written: str, meant: str) -> None:
    assert meant in grammar.read(written).forms


@pytest.mark.parametrize("word", ["parson", "gente", "urgent", "operation", "agency", "prison", "blessing"])
def test_real_words_stay_what_they_are(grammar: Grammar, word: str) -> None:
    assert grammar.read(word).forms == ["^", "·", "$"]


def test_accents_stretching_and_sounds() -> None:
    assert fold("Código ÑANDÚ") == "codigo nandu"
    assert squeezed("holaaaa") == ("hola", "holaa")
    assert sound("kiero") == sound("quiero")
    assert sound("ablar") == sound("hablar")


def test_invisible_signs_and_halves_of_pairs_are_left_out() -> None:
    assert clean("ho\u200bla\x00\ud800") == "hola"
    assert len(clean("x" * 9000)) <= LONGEST + 1


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    words = words_of(clean(text))
    assert (words[0].form, words[-1].form) == ("^", "$")


def test_importing_the_room_does_not_load_spacy() -> None:
    code = "import sys, handoff.detection.evaluate; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
