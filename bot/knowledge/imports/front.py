"""What may stand at the head of a Markdown file, between two lines of `---`: YAML, read as strictly as our own."""

import re
from collections.abc import Mapping
from typing import Any

from bot.knowledge import yaml_tree
from bot.knowledge.imports.files import invalid

KEYS = frozenset(
    "id title topic owner author review_by audience suggested language phrasings sms document section".split()
)
_HEAD = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_LONGEST = 64 * 1024


def split(text: str, name: str) -> tuple[Mapping[str, Any], str, int]:
    """(front matter, the text below, how many lines it begins after). Raises KnowledgeInvalid naming the line."""
    found = _HEAD.match(text)
    if found is None:
        return {}, text, 0
    body = found.group(1) or ""
    tree = _load(body, name) if body.strip() else {}
    if not isinstance(tree, dict):
        raise invalid({name: "begins with `---` but not with `key: value` lines"})
    return tree, text[found.end() :], text.count("\n", 0, found.end())


def _load(body: str, name: str) -> Any:
    if len(body) > _LONGEST:
        raise invalid({name: "has front matter that is too large"})
    return yaml_tree.load(body, name)
