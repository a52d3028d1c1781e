"""What is to be mended is a sentence and a code; the desk has its own words for every code, in each language."""

import json
import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.errors import ApprovalRefused, KnowledgeInvalid
from bot.knowledge.lint import errors_of, lint
from bot.knowledge.lint.finding import Finding
from bot.knowledge.mends import WORDS, Part, coded, mend, parts_of, together
from bot.settings import ROOT
from tests.support.knowledge import entry

DESK = (ROOT / "handoff/desk/ui/src/words/mends.ts").read_text(encoding="utf-8")
SAID = re.compile(r'^  "mend\.(\w+)": "((?:[^"\\]|\\.)*)",$', re.MULTILINE)
NAME = re.compile(r"\{(\w+)\}")
LITERAL = {"section_empty": {"value"}, "brace_alone": {"lower_case"}}  # braces that an author writes


def places_in(words: str, code: str) -> set[str]:
    return set(NAME.findall(words)) - LITERAL.get(code, set())


@pytest.mark.parametrize("language", [0, 1], ids=["en", "es"])
def test_the_desk_says_every_code_with_values_that_it_has(language: int) -> None:
    half = DESK.split("export const")[1:][language]
    said = dict(SAID.findall(half))
    assert said.keys() == WORDS.keys()
    for code, words in said.items():
        assert places_in(words, code) <= places_in(WORDS[code], code), code


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_code_makes_its_sentence_with_its_values(code: str) -> None:
    values: dict[str, str | int] = {name: f"the {name} {{x}}" for name in places_in(WORDS[code], code)}
    made = mend(code, **values)
    assert parts_of(made) == (Part(code, values),)
    assert all(str(value) in made for value in values.values())
    assert json.loads(json.dumps(made)) == str(made)


def test_a_sentence_without_values_is_known_by_itself_and_others_are_not() -> None:
    assert parts_of("this text is missing; write it") == (Part("text_missing", {}),)
    assert parts_of("something new") == ()
    assert coded(["html", "code marks are not allowed"]) == {"code marks are not allowed": (Part("code_marks", {}),)}


@given(st.lists(st.sampled_from([mend("html"), mend("few_phrasings", count=2, least=8), "it rains"]), min_size=1))
def test_several_have_all_their_parts_or_none(sentences: list[str]) -> None:
    joined = together(sentences)
    assert joined == "; ".join(sentences)
    assert len(parts_of(joined)) == (0 if "it rains" in sentences else len(sentences))


def test_every_finding_of_a_broken_entry_is_coded() -> None:
    broken = entry(
        phrasings={"en": ["one"], "es": ["uno", "uno"]},
        answers={"en": {"web": "<b>5 days</b> {x} [here](http://a)", "sms": "**5** days"}, "es": {"web": "6 días"}},
    )
    found = [each.as_dict() for each in lint([broken, entry("copy", phrasings=broken.phrasings)])]
    assert len(found) > 10
    assert [each for each in found if not each["parts"]] == []
    assert json.loads(json.dumps(found)) == found
    assert all(parts_of(each) for each in errors_of(broken).values())


@pytest.mark.parametrize("kind", [KnowledgeInvalid, ApprovalRefused])
def test_an_error_says_its_fields_in_codes_too(kind: type[KnowledgeInvalid]) -> None:
    told = kind(fields={"id": mend("id_taken", item="x", kind="notice"), "title": "something new"}).body()["error"]
    assert isinstance(told, dict)
    assert told["said"] == {
        "x is already a notice; choose another id": [asdict(mend("id_taken", item="x", kind="notice").parts[0])]
    }
    assert "said" not in str(kind(fields={"title": "something new"}).body())


def test_a_finding_with_other_words_has_no_parts() -> None:
    assert Finding("advice", "x", "title.en", "something new").as_dict()["parts"] == []
