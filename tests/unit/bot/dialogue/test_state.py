"""The state between turns: our own goes round unchanged, anything else is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.state import FACTS, WINDOW, State, StateRefused, load

ids = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
values = st.fixed_dictionaries({"kind": st.sampled_from(["enum", "date"]), "value": ids | st.integers()})
said = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["entry", "notice"]),
        "id": ids,
        "values": st.dictionaries(ids, values, max_size=3),
        "choices": st.lists(ids, max_size=2),
    }
)
states = st.builds(
    State,
    facts=st.dictionaries(st.sampled_from(FACTS), st.text(min_size=1, max_size=30)),
    asked=st.sampled_from(FACTS),
    tries=st.integers(0, 5),
    since=st.just(1000),
    said=st.lists(said, max_size=3).map(tuple),
    offered=st.lists(ids, max_size=2).map(tuple),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(states)
def test_own_state_goes_round(state: State) -> None:
    travelled = json.loads(json.dumps(state.dump()))
    assert load(travelled, 1001).dump() == state.dump()


@given(anything)
def test_anything_else_is_refused_and_never_crashes(raw: Any) -> None:
    if raw is not None:
        with pytest.raises(StateRefused):
            load(raw, 0)


@given(states, st.sampled_from(["v", "events", "tries", "said", "offered"]), anything)
def test_changed_field_is_refused_or_still_well_formed(state: State, name: str, value: Any) -> None:
    try:
        changed = load({**state.dump(), name: value}, 1001)
    except StateRefused:
        return
    assert load(changed.dump(), 1001) == changed


def test_tries_lapse_after_an_hour() -> None:
    spent = State(tries=3, since=1000).dump()
    assert load(spent, 1000 + WINDOW - 1).tries == 3
    assert load(spent, 1000 + WINDOW).tries == 0


def test_no_state_is_a_new_dialogue() -> None:
    assert load(None, 0) == State()
    assert State().events() == [{"event": "action", "name": "action_listen"}]
