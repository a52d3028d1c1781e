"""An approved answer as a text: in its own wording, never over the limit, with the address of the whole of it."""

from typing import Any

import pytest

from bot.answers.links import Shown, address_of
from bot.knowledge.content import Item
from bot.knowledge.render import Release
from bot.plain import to_plain
from bot.segments import count
from bot.texting import LONG, Texting
from tests.support.knowledge import NOW, entry, notice

PUBLIC = "https://chat.example.com"
SENTENCE = "One sentence of an approved answer that is of an ordinary length. "
MORE = f"{PUBLIC}/t/en/shop-hours/3"


def _release(*items: Item) -> Release:
    kept = {item.id: (item, 3) for item in items}
    entries = {name: each for name, each in kept.items() if each[0].kind == "entry"}
    notices = {name: each for name, each in kept.items() if each[0].kind == "notice"}
    return Release(number=7, digest="d", loaded_at=NOW, entries=entries, notices=notices)  # type: ignore[arg-type]


def _answers(sms: str, web: str = "Open.") -> dict[str, dict[str, str]]:
    return {"en": {"web": web, "sms": sms}, "es": {"web": web, "sms": sms}}


def _compose(
    sms: str, *, web: str = "Open.", texting: Texting | None = None, lines: tuple[str, ...] = (), **more: Any
) -> str:
    release = _release(entry(answers=_answers(sms, web), **more), notice("full_answer", ["link"]))
    said = release.render_entry("shop-hours", "en", "sms", {}, NOW)
    return (texting or Texting(public_url=PUBLIC)).compose(release, said, "en", lines)


def test_a_short_answer_is_sent_as_it_is_approved() -> None:
    assert _compose("Open every day.") == "Open every day."


def test_the_short_form_of_a_long_answer_ends_with_the_address_of_the_whole() -> None:
    assert _compose("Open every day.", web="x" * (LONG + 1)) == f"Open every day.\nfull_answer {MORE}"


@pytest.mark.bar(26)
@pytest.mark.parametrize("most", [1, 2, 3, 4])
@pytest.mark.parametrize("letter", ["a", "á"])
def test_what_is_too_long_is_cut_between_sentences_and_never_over_the_limit(most: int, letter: str) -> None:
    text = (SENTENCE * 12).strip().replace("a", letter)
    said = _compose(text, texting=Texting(max_segments=most, public_url=PUBLIC))
    assert count(said).segments <= most
    *kept, more = said.split("\n")
    assert more == f"full_answer {MORE}"
    assert all(part.endswith(".") and text.startswith(part) for part in kept)


def test_choices_stay_below_the_address() -> None:
    said = _compose(SENTENCE * 20, lines=("1. Yes", "2. No"))
    assert said.split("\n")[-3:] == [f"full_answer {MORE}", "1. Yes", "2. No"]
    assert count(said).segments <= 4


def test_without_approved_words_for_it_the_address_stands_alone() -> None:
    release = _release(entry(answers=_answers(SENTENCE * 20)))
    said = release.render_entry("shop-hours", "en", "sms", {}, NOW)
    assert Texting(public_url=PUBLIC).compose(release, said, "en").split("\n")[-1] == MORE


def test_nobody_gets_an_address_that_shows_nothing() -> None:
    cases: tuple[tuple[Texting | None, dict[str, Any]], ...] = ((Texting(), {}), (None, {"audience": "customers"}))
    for texting, more in cases:
        assert "http" not in _compose(SENTENCE * 20, texting=texting, **more)


def test_plain_punctuation_counts_as_it_will_be_sent() -> None:
    text = "“" + "a" * 158 + "”"
    assert count(text).segments == 3
    plain = Texting(max_segments=1, plain_punctuation=True, public_url=PUBLIC)
    assert _compose(text, texting=plain) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("«Sí» — mañana…", '"Sí" - mañana...'),
        ("don’t\u00a0go", "don't go"),
        ("zero\u200bwidth", "zerowidth"),
        ("áéíóúñü¿¡ €", "áéíóúñü¿¡ €"),
    ],
)
def test_only_punctuation_and_spaces_become_plain(text: str, plain: str) -> None:
    assert to_plain(text) == plain
    assert [letter for letter in plain if letter.isalpha()] == [letter for letter in text if letter.isalpha()]


def test_an_address_is_made_of_cheap_characters() -> None:
    address = address_of(f"{PUBLIC}/", Shown(entry="shop-hours", version=3, language="en"))
    assert (address, count(address).encoding) == (MORE, "GSM-7")
