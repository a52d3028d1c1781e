"""The small classifier: its coefficients follow from the sentences, and its opinions quote the customer."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.detection.classifier import HEADS, Classifier, bars
from handoff.detection.grammar import load_lexicon
from handoff.detection.traits import Senses, Traits
from handoff.detection.words import clean
from scripts import train_detection

STEPS = 2  # of a stored weight: arithmetic differs a little between machines


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def test_the_stored_coefficients_follow_from_the_sentences() -> None:
    stored = json.loads(files("handoff.detection").joinpath("lexicons", "coefficients.json").read_text("utf-8"))
    made = train_detection.train(train_detection.examples(), heads=("deadline",))
    assert train_detection.differences(made, stored) <= STEPS
    assert made["biases"]["deadline"] == pytest.approx(stored["biases"]["deadline"], abs=1e-3)


def share_learnt(lines: list[str]) -> float:
    """How much of these lines is learnt from; only the number, since some of them are blind."""
    learnt = {example.text for example in train_detection.examples()}
    kept = [line.split(": ", 1)[-1] for line in lines if line and not line.startswith("#")]
    return sum(line in learnt for line in kept) / len(kept)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_blind_part_and_the_half_that_measures_are_not_learnt_from(language: str) -> None:
    blind = sorted(train_detection.CHALLENGE.glob(f"*.{language}.[56].txt"))
    ordinary = (train_detection.CHALLENGE / f"ordinary.{language}.txt").read_text("utf-8").splitlines()[1::2]
    shares = [share_learnt(file.read_text("utf-8").splitlines()) for file in blind] + [share_learnt(ordinary)]
    most = max(shares)
    assert most <= 0.05, "more than the few short sentences that anybody writes"


@given(st.text(max_size=300))
def test_an_opinion_quotes_the_customer(text: str) -> None:
    for opinion in Classifier.read(_SHARED, text).values():
        assert opinion.evidence in clean(text)


def test_words_nobody_wrote_a_pattern_for_are_understood(classifier: Classifier) -> None:
    assert classifier.read("the lamp is glowing red and smokes")["safety"].score > 0
    assert classifier.read("un señor me sacó dinero de la cuenta con engaños")["fraud"].score > 0
    assert classifier.read("which lamp is the brightest?")["safety"].score < 0


def test_every_head_has_its_bars_and_anchors_among_the_senses() -> None:
    senses = load_lexicon("senses")
    for head in HEADS:
        assert bars(head).beside <= bars(head).alone <= bars(head).against
    for anchors in senses["anchors"].values():
        assert set(anchors.split()) <= set(senses["senses"])


def test_senses_know_beginnings_and_misspelt_words() -> None:
    senses = Senses()
    assert "HURT" in senses.of("sangrando")
    assert "FIRE" in senses.of("umo")
    assert senses.of("lamp shade") == ()


def test_a_long_message_is_weighed_in_windows() -> None:
    text = "I ordered a lamp and a table and a chair " * 10 + "get me a person"
    segments = Traits().read(text)
    assert len(segments) > 1
    assert segments[-1].text.endswith("get me a person")


_SHARED = Classifier()
