"""Questions that ask the same come together, whatever their order; ids stay while more is asked."""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.gaps.grouping import ALIKE, Group, group
from bot.knowledge.likeness import Index, Rarity, alike

START = datetime(2026, 11, 1, tzinfo=UTC)
KNOWN = Rarity.of(
    (text, language)
    for language, texts in {
        "en": ("how much is delivery", "how long does delivery take", "when do you open", "how do I return a lamp"),
        "es": ("cuanto cuesta el envio", "cuanto tarda el envio", "cuando abren", "como devuelvo una lampara"),
    }.items()
    for text in texts
)
WORDS = "gift card voucher wrapping invoice loan plant wedding list sofa repair how when much".split()


@dataclass(frozen=True)
class Asked:
    text: str
    language: str = "en"
    at: datetime = START


def asked(*texts: str, language: str = "en") -> list[Asked]:
    return [Asked(text, language, START + timedelta(minutes=n)) for n, text in enumerate(texts)]


questions = st.lists(
    st.builds(
        Asked,
        text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join) | st.text(min_size=1, max_size=12),
        language=st.sampled_from(("en", "es")),
        at=st.integers(0, 10_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    ),
    max_size=40,
)


def as_sets(groups: tuple[Group[Asked], ...]) -> list[tuple[str, str, tuple[Asked, ...]]]:
    return [(one.id, one.text, one.questions) for one in groups]


def test_ways_to_ask_the_same_come_together_and_others_stay_apart() -> None:
    found = group(
        asked(
            "Do you sell gift cards?", "gift card", "GIFT CARDS?? do u sell", "how much is gift wrapping", "sofa loan"
        ),
        KNOWN,
    )
    assert [[one.text for one in each.questions] for each in found] == [
        ["GIFT CARDS?? do u sell", "gift card", "Do you sell gift cards?"],
        ["sofa loan"],
        ["how much is gift wrapping"],
    ]


def test_how_something_is_asked_does_not_bring_other_things_together() -> None:
    found = group(asked("how much is a sofa", "how much is a wedding list", "how much is an invoice copy"), KNOWN)
    assert len(found) == 3


def test_accents_and_endings_do_not_keep_questions_apart() -> None:
    found = group(asked("¿Tenéis tarjetas de regalo?", "teneis tarjeta regalo", language="es"), KNOWN)
    assert len(found) == 1


def test_languages_stay_apart() -> None:
    same = [Asked("wifi", "en"), Asked("wifi", "es")]
    assert [each.language for each in group(same, KNOWN)] in (["en", "es"], ["es", "en"])


def test_what_was_asked_most_stands_for_the_group() -> None:
    (found,) = group(asked("any gift card", "gift cards", "Gift cards?"), KNOWN)
    assert found.text == "gift cards"


@given(questions, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_nothing_is_lost(given_: list[Asked], mix: random.Random) -> None:
    mixed = list(given_)
    mix.shuffle(mixed)
    found = group(given_, KNOWN)
    assert as_sets(found) == as_sets(group(mixed, KNOWN))
    assert sorted(map(repr, given_)) == sorted(repr(one) for each in found for one in each.questions)
    assert len({each.id for each in found}) == len(found)
    assert all(one.language == each.language for each in found for one in each.questions)


@given(questions, questions)
def test_a_group_keeps_its_id_while_more_is_asked(before: list[Asked], more: list[Asked]) -> None:
    later = [Asked(one.text, one.language, one.at + timedelta(days=30)) for one in more]
    ids = {each.id for each in group(before, KNOWN)}
    assert ids <= {each.id for each in group([*before, *later], KNOWN)}


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=30))
def test_the_index_finds_what_comparing_all_with_all_finds(texts: list[str]) -> None:
    weighed = [KNOWN.weigh(text, "en") for text in texts]
    index = Index(ALIKE)
    for words in weighed[1:]:
        index.add(words)
    every = [(n, alike(weighed[0], words)) for n, words in enumerate(weighed[1:])]
    expected = sorted((one for one in every if one[1] >= ALIKE), key=lambda one: (-one[1], one[0]))
    assert index.nearest(weighed[0], 100) == expected


@pytest.mark.parametrize("size", [20_000])
def test_twenty_thousand_questions_take_seconds(size: int) -> None:
    mix = random.Random(7)
    words = [f"{a}{b}" for a in ("lam", "sof", "tab", "rug", "mir") for b in range(400)] + WORDS
    many = asked(*(" ".join(mix.choices(words, k=mix.randint(2, 8))) for _ in range(size)))
    began = time.process_time()
    assert sum(len(each.questions) for each in group(many, KNOWN)) == size
    assert time.process_time() - began < 60  # compared all with all it is minutes
