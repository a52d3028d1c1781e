"""Whatever content the model accepts, the lint has findings and no failures, and the same ones every time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.knowledge.catalogue import NOTICES
from bot.knowledge.content import Item, from_content
from bot.knowledge.lint import errors_of, lint

_PIECES = (
    "30 14 días days of to return devolver € €3.90 3,90 2 two weeks dos semanas 8:30 pm 24/12/2026 31 December "
    "diciembre lunes Monday - . ! ? {a} {b} {reference} [[ ]] { } [[{a}]] [words](https://a.example/en) "
    "[b.example](https://a.example) [x](mailto:a@b.example) [1](tel:112) https://bit.ly/x https://[:: ( ) [ ] ** < "
    "bit.ly/x xn--a.example аb.example utm_a 1. ² ٣ ½ Ⅷ not n't ’t 1,2,3.4 +34 900 123 456 x@y.z"
)
_texts = st.one_of(
    st.lists(st.one_of(st.sampled_from(_PIECES.split()), st.sampled_from("\n ")), min_size=1, max_size=25).map(
        " ".join
    ),
    st.text(min_size=1, max_size=60),
)
_languages = st.sampled_from(["en", "es", "fr"])
_wordings = st.dictionaries(_languages, st.fixed_dictionaries({}, optional={"web": _texts, "sms": _texts}), max_size=3)
_lines = st.dictionaries(_languages, st.lists(_texts, max_size=4), max_size=3)
_line = st.dictionaries(_languages, _texts, max_size=3)
_labels = st.dictionaries(st.sampled_from(["x", "y"]), _line, max_size=2)
_specs = st.one_of(
    st.fixed_dictionaries({"kind": st.just("enum"), "optional": st.booleans(), "labels": _labels}),
    st.fixed_dictionaries({"kind": st.sampled_from(["number", "date", "time", "text"]), "optional": st.booleans()}),
    st.just({"kind": "money", "currency": "EUR"}),
    st.just({"kind": "pattern", "pattern": "A-[0-9]{6}"}),
)
_values = st.dictionaries(st.sampled_from(["a", "b", "reference"]), _specs, max_size=3)
_ids = st.sampled_from(["one", "two", "three", *sorted(NOTICES)[:3], "yes"])
_base = {"id": _ids, "owner": st.just("Pilar"), "author": st.just("Marta"), "review_by": st.just("2027-06-30")}
_source = st.fixed_dictionaries({"document": _line, "section": _line})
_contents = st.one_of(
    st.tuples(
        st.just("entry"),
        st.fixed_dictionaries(
            {
                **_base,
                "topic": st.just("t"),
                "title": _line,
                "phrasings": _lines,
                "answers": _wordings,
                "source": _source,
            }
            | {"values": _values}
        ),
    ),
    st.tuples(st.just("notice"), st.fixed_dictionaries({**_base, "texts": _wordings, "values": _values})),
    st.tuples(st.just("negatives"), st.fixed_dictionaries({**_base, "near": _lines, "far": _lines})),
)


def accepted(contents: list[tuple[str, dict[str, Any]]]) -> list[Item]:
    items: list[Item] = []
    for kind, content in contents:
        try:
            items.append(from_content(kind, content))
        except ValidationError:
            continue
    return items


@settings(max_examples=200, deadline=None)
@given(st.lists(_contents, max_size=4))
def test_nothing_that_the_model_accepts_stops_the_lint(contents: list[tuple[str, dict[str, Any]]]) -> None:
    items = accepted(contents)
    findings = lint(items)
    assert findings == lint(items)
    assert {one.item for one in findings} <= {item.id for item in items}
    assert all(one.message and one.place for one in findings)
    assert all(isinstance(mend, str) for item in items for mend in errors_of(item).values())
