"""What is written as TOML is read back the same."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handoff.toml import dump

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(
    SCALARS | st.lists(SCALARS, max_size=3),
    lambda inner: st.dictionaries(TEXT, inner, max_size=3) | st.lists(st.dictionaries(TEXT, inner, max_size=2)),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_any_settings_survive_the_way_through_toml(data: dict[str, Any]) -> None:
    assert tomllib.loads(dump(data)) == data


def test_what_is_not_set_is_left_out() -> None:
    assert dump({"region": None, "name": "Tienda"}) == 'name = "Tienda"\n'
