"""Frustration grows over the dialogue."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.detection import Detectors, Memory, PastTurn

Dialogue = Callable[..., list[PastTurn]]
SHARED = Detectors()


def strength(detectors: Detectors, turns: list[PastTurn]) -> float:
    signals = detectors.before_engine(turns, "en")
    return max((signal.strength for signal in signals if signal.kind == "frustration"), default=0.0)


@pytest.mark.parametrize(
    "text",
    ["that is not what I asked", "eso no es lo que pregunté", "ya te lo dije", "you are useless", "eres un inútil"],
)
def test_a_complaint_about_the_bot_is_worth_an_offer(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    signals = detectors.before_engine(dialogue(f"customer: {text}"), "en")
    assert detectors.decide(signals, Memory())[0].kind == "offer"


@pytest.mark.parametrize(
    "text",
    [
        "where is my order", "quiero devolver unos zapatos", "great, thank you again", "my skype is not working",
        "¡¡Gracias!!", "la camiseta es fea?", "pinché un enlace", "aceite de oliva virgen", "puedo coger el paquete?",
        "a trash can, 50 litres", "cono de helado",
    ],
)  # fmt: skip
def test_ordinary_messages_are_not_frustration(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    assert strength(detectors, dialogue(f"customer: {text}")) == 0.0


def test_complaints_and_repetition_add_up_to_a_person(detectors: Detectors, dialogue: Dialogue) -> None:
    turns = dialogue(
        "customer: how do I return a damaged lamp",
        "bot[returns.how]: You can return within 30 days.",
        "customer: that is not what I asked",
        "bot[returns.how]: You can return within 30 days.",
        "customer: I ALREADY TOLD YOU, HOW DO I RETURN A DAMAGED LAMP???",
    )
    assert strength(detectors, turns[:1]) < strength(detectors, turns[:3]) < strength(detectors, turns)
    assert detectors.decide(detectors.before_engine(turns, "en"), Memory())[0].kind == "handoff"


def test_repeating_a_short_yes_is_not_rephrasing(detectors: Detectors, dialogue: Dialogue) -> None:
    turns = dialogue("customer: yes please", "bot[a]: A?", "customer: yes please", "bot[b]: B?", "customer: yes please")
    assert strength(detectors, turns) == 0.0


def test_old_anger_fades(detectors: Detectors, dialogue: Dialogue) -> None:
    angry = ["customer: you are useless", "bot[a]: A."]
    later = [*angry, "customer: ok and the delivery time?", "bot[b]: B.", "customer: thanks, which sizes are there"]
    assert strength(detectors, dialogue(*later)) < 0.5


def test_the_score_names_what_each_feature_gave(detectors: Detectors, dialogue: Dialogue) -> None:
    score = detectors.explain_frustration(dialogue("customer: you are useless!!!"))
    assert set(score.contributions) == {"insult", "marks"}
    assert score.evidence == "you are useless"


FIXTURES = Path(__file__).parents[3] / "fixtures" / "detection"


def felt(detectors: Detectors, name: str) -> Counter[tuple[bool, bool]]:
    """(is labelled frustrated, is felt from an offer on) of the last turns of a file."""
    talks = [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]
    cells: Counter[tuple[bool, bool]] = Counter()
    for talk in talks:
        turns = [PastTurn(**{key: each[key] for key in each if key != "label"}) for each in talk["turns"]]
        cells[talk["turns"][-1]["label"] == "frustrated", strength(detectors, turns) >= 0.5] += 1
    return cells


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("part", "least"), [("develop", 27), ("held", 22)])
def test_most_frustrated_dialogues_are_felt_and_nearly_no_calm_one(
    detectors: Detectors, language: str, part: str, least: int
) -> None:
    cells = felt(detectors, f"frustration.{language}.{part}.jsonl")
    assert cells.total() == 64
    assert cells[True, True] >= least
    assert cells[False, True] <= 2


@pytest.mark.parametrize("word", ["Brilliant", "qué listo eres", "genial", "wow you're smart"])
def test_praise_is_sarcasm_only_where_the_bot_was_no_help(detectors: Detectors, dialogue: Dialogue, word: str) -> None:
    stuck = dialogue("bot[a]: A.", "customer: does it fit", "bot[a]: A.", f"customer: {word}")
    helped = dialogue("bot[a]: A.", "customer: does it fit", "bot[b]: B.", f"customer: {word}")
    assert strength(detectors, stuck) >= 0.5
    assert strength(detectors, helped) == 0.0


def test_what_the_bot_did_alone_is_not_the_customers_frustration(detectors: Detectors, dialogue: Dialogue) -> None:
    turns = dialogue("customer: a shelf", "bot[a]: A.", "customer: and one lamp", "bot[a]: A.", "customer: hm")
    assert strength(detectors, turns) == 0.0


@pytest.mark.parametrize(
    ("calm", "angry"),
    [("is it packed", "IS IT PACKED"), ("no llega", "no llega!!!"), ("I need it", "ugh I need it")],
)
def test_the_tone_makes_the_same_words_stronger(
    detectors: Detectors, dialogue: Dialogue, calm: str, angry: str
) -> None:
    turns = ["customer: the order I made", "bot[a]: A.", "customer: that one", "bot[a]: A."]
    scores = [detectors.explain_frustration(dialogue(*turns, f"customer: {text}")) for text in (calm, angry)]
    assert scores[0].strength < scores[1].strength


def test_a_no_to_a_question_of_the_bot_is_an_answer(detectors: Detectors, dialogue: Dialogue) -> None:
    asked = detectors.explain_frustration(dialogue("bot: The big one?", "customer: no, the small one"))
    told = detectors.explain_frustration(dialogue("bot[a]: A.", "customer: no, the small one"))
    assert (asked.features["denial"], told.features["denial"]) == (0.0, 1.0)


def test_thanks_beside_an_insult_calm_nothing(detectors: Detectors, dialogue: Dialogue) -> None:
    assert "thanks" not in detectors.explain_frustration(dialogue("customer: thanks, idiot")).contributions


@given(
    said=st.lists(st.text(max_size=60), min_size=1, max_size=5), insult=st.sampled_from(["you idiot", "eres idiota"])
)
@settings(max_examples=60, deadline=None)
def test_an_insult_after_whatever_was_said_is_worth_an_offer(said: list[str], insult: str) -> None:
    turns = [PastTurn(role="customer", text=text) for text in [*said, insult]]
    score = SHARED.explain_frustration(turns)
    assert score.strength >= 0.5
    assert score.contributions["insult"] > 0
