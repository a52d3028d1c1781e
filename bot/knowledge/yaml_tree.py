"""YAML, read strictly: text, whole numbers, yes/no, dates, lists and mappings; no aliases, tags or doubled keys."""

from collections.abc import Callable
from datetime import date
from typing import Any

import yaml

from bot.knowledge.errors import KnowledgeInvalid

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32  # far more than knowledge needs; the parser's own tree ends the process somewhere below 100,000
_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:bool": lambda word: word.lower() in {"true", "yes", "on"},
    "tag:yaml.org,2002:timestamp": date.fromisoformat,
}


def load(text: str, name: str) -> Any:
    """The tree of one document; raises KnowledgeInvalid with the place in `name` and what to mend."""
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise _invalid(name, "is larger than 4 MiB; split it by topic")
    try:
        if _depth(text) > MAX_DEPTH:
            raise _invalid(name, f"is nested deeper than {MAX_DEPTH} levels; write it flatter")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeEncodeError) as exc:
        raise _invalid(name, f"is not YAML: {' '.join(str(exc).split())}") from exc
    if root is None:
        raise _invalid(name, "is empty")
    return _build(root, name, set())


def _depth(text: str) -> int:
    """How deep its lists and mappings go, counted without building them; beyond MAX_DEPTH it is not counted on."""
    depth = deepest = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def dump(tree: Any) -> str:
    """YAML that `load` reads back to the same tree."""
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False)


class _Dumper(yaml.SafeDumper):
    """Indents lists, writes long texts as blocks, never uses aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - their name
        super().increase_indent(flow, False)

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _invalid(place: str, message: str) -> KnowledgeInvalid:
    return KnowledgeInvalid(f"{place}: {message}", fields={place: message})


def _build(node: yaml.Node, place: str, seen: set[int]) -> Any:
    where = f"{place} (line {node.start_mark.line + 1})"
    if id(node) in seen:
        raise _invalid(where, "aliases (*name) are not allowed; write it out")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, seen)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_build(child, f"{place}[{index}]", seen) for index, child in enumerate(node.value)]
    build = _SCALARS.get(node.tag)
    if not isinstance(node, yaml.ScalarNode) or build is None:
        raise _invalid(where, f"has a value of a kind that is not used here ({node.tag.rsplit(':', 1)[-1]}); quote it")
    try:
        return build(node.value)
    except ValueError as exc:
        raise _invalid(where, f"cannot be read: {node.value!r}; put it in quotes if it is text") from exc


def _mapping(node: yaml.MappingNode, place: str, seen: set[int]) -> dict[str, Any]:
    if node.tag != "tag:yaml.org,2002:map":
        raise _invalid(place, "tags are not allowed")
    tree: dict[str, Any] = {}
    for key_node, value_node in node.value:
        where = f"{place} (line {key_node.start_mark.line + 1})"
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
            raise _invalid(where, "has a key that is not plain text; put it in quotes")
        if key_node.value in tree:
            raise _invalid(where, f"has the key {key_node.value!r} twice; keep one")
        tree[key_node.value] = _build(value_node, f"{place}.{key_node.value}", seen)
    return tree
