"""`python -m handoff.states` draws docs/states.md anew."""

from pathlib import Path

from handoff.states.diagram import render

PAGE = Path(__file__).parents[2] / "docs" / "states.md"

if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
