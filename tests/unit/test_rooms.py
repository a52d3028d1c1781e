"""The rooms beside Rasa import nothing but themselves, Rasa, and what comes with it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT

ALLOWED = {
    "bot/dialogue": {"aiohttp", "bot.dialogue", "numpy", "rasa", "sanic", "scipy", "sklearn", "structlog"},
    "actions": {"actions", "rasa_sdk", "sanic"},
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}.{node.names[0].name}" if node.module == "bot" else node.module or "."


def is_allowed(name: str, allowed: set[str]) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names or any(
        name == room or name.startswith(f"{room}.") for room in allowed
    )


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_beside_rasa_imports_nothing_foreign(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    foreign = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in imported(file)
        if not is_allowed(name, ALLOWED[room])
    }
    assert foreign == set()
