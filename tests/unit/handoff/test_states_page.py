"""docs/states.md is what the table says."""

from pathlib import Path

from handoff.states import TABLE, State
from handoff.states.diagram import LETTERS, MEANINGS, render

PAGE = Path(__file__).parents[3] / "docs" / "states.md"


def test_the_page_is_drawn_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == render(), "run `python -m handoff.states`"


def test_each_letter_of_the_table_is_explained_once_and_no_other() -> None:
    letters = {edge.letter for edge in TABLE.values()}
    assert letters == set(LETTERS) == set("abcdefghijklmnopqrstuvwxyz")
    assert [line for line in render().splitlines() if line.startswith("- **a.**")] == [f"- **a.** {LETTERS['a']}"]


def test_each_state_has_its_meaning() -> None:
    assert list(MEANINGS) == list(State)
