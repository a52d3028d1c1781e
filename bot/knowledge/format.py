"""The folder format: `<topic>.yml` with entries, `notices.yml`, `negatives.yml`; read strictly, written whole."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.knowledge import yaml_tree
from bot.knowledge.content import MODELS, Approval, Entry, Item, Submitted
from bot.knowledge.errors import KnowledgeInvalid

FORMAT = 1
_OWN_FILES = frozenset({"notices", "negatives"})  # no topic's
_LISTS = {"entries": "entry", "notices": "notice"}
_MEND = {
    "extra_forbidden": "this key is not known; remove it or mend its spelling",
    "missing": "this key is missing; add it",
    "string_type": "write text here, in quotes when it looks like a number, a date, yes or no",
    "string_pattern_mismatch": "has characters that are not allowed here",
    "date_from_datetime_parsing": "write a date like 2027-06-30",
    "dict_type": "write `key: value` lines here",
    "tuple_type": "write a list here, one `- ` line each",
    "bool_parsing": "write true or false",
}


def parse_folder(folder: Path) -> tuple[Submitted, ...]:
    """Every item of every file; raises KnowledgeInvalid naming each error of all files at once."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise KnowledgeInvalid(f"{folder.name} has no .yml files", fields={folder.name: "add at least one file"})
    found: list[Submitted] = []
    fields: dict[str, str] = {}
    for path in files:
        try:
            found.extend(parse_text(_read(path), path.name))
        except KnowledgeInvalid as exc:
            fields.update(exc.fields)
    fields.update(_twice(found))
    if fields:
        raise _invalid(fields)
    return tuple(found)


def parse_text(text: str, name: str) -> tuple[Submitted, ...]:
    """The items of one file; raises KnowledgeInvalid with one field a place."""
    tree = yaml_tree.load(text, name)
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise _invalid({name: f"the file begins with `format: {FORMAT}`"})
    found: list[Submitted] = []
    fields: dict[str, str] = {}
    for kind, place, raw in _raw_items(tree, name):
        try:
            found.append(_submitted(kind, raw, place))
        except ValidationError as exc:
            fields.update(_mends(exc, place))
    if fields:
        raise _invalid(fields)
    return tuple(found)


def read_item(kind: str, raw: Mapping[str, Any]) -> Item:
    """The item of this content; raises KnowledgeInvalid with one field a place, such as `answers.en.web`."""
    try:
        return MODELS[kind].model_validate(dict(raw))
    except ValidationError as exc:
        raise _invalid({where.removeprefix("."): mend for where, mend in _mends(exc, "")}) from exc


def dump_folder(items: Iterable[Submitted], folder: Path) -> tuple[Path, ...]:
    """Writes the files that `parse_folder` reads back to the same items; other files there are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    trees: dict[str, dict[str, Any]] = {}
    for submitted in sorted(items, key=lambda one: one.item.id):
        _place(trees, submitted)
    paths = []
    for name, tree in sorted(trees.items()):
        path = folder / f"{name}.yml"
        path.write_text(yaml_tree.dump(tree), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _place(trees: dict[str, dict[str, Any]], submitted: Submitted) -> None:
    raw = _written(submitted)
    item = submitted.item
    if isinstance(item, Entry):
        raw.pop("topic")
        name = f"entries.{item.topic}" if item.topic in _OWN_FILES else item.topic
        tree = trees.setdefault(name, {"format": FORMAT, "topic": item.topic, "entries": []})
        tree["entries"].append(raw)
    elif item.kind == "notice":
        trees.setdefault("notices", {"format": FORMAT, "notices": []})["notices"].append(raw)
    else:
        trees["negatives"] = {"format": FORMAT, "negatives": raw}


def _written(submitted: Submitted) -> dict[str, Any]:
    raw = submitted.item.model_dump(mode="python", exclude_defaults=True)
    if submitted.approval:
        raw["approval"] = submitted.approval.model_dump(mode="python")
    written = _plain(raw)
    assert isinstance(written, dict)  # noqa: S101 - narrows for mypy; model_dump gives a dict
    return written


def _plain(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _plain(value) for key, value in tree.items()}
    return [_plain(value) for value in tree] if isinstance(tree, list | tuple) else tree


def _raw_items(tree: Mapping[str, Any], name: str) -> Iterator[tuple[str, str, Any]]:
    body = set(tree) - {"format", "topic"}
    if len(body) != 1 or not body <= {*_LISTS, "negatives"}:
        raise _invalid({name: "a file has exactly one of entries (with topic), notices, negatives"})
    (key,) = body
    if ("topic" in tree) != (key == "entries"):
        raise _invalid({f"{name}.topic": "a file of entries, and only that, names its topic"})
    if key == "negatives":
        yield "negatives", f"{name}.negatives", tree[key]
        return
    if not isinstance(tree[key], list):
        raise _invalid({f"{name}.{key}": "write a list here, one `- ` line each"})
    topic = {"topic": tree["topic"]} if key == "entries" else {}
    for index, raw in enumerate(tree[key]):
        place = f"{name}.{key}[{index}]"
        if not isinstance(raw, dict) or "topic" in raw:
            raise _invalid({place: "write `key: value` lines here; the topic stands at the head of the file"})
        yield _LISTS[key], place, {**raw, **topic}


def _submitted(kind: str, raw: Any, place: str) -> Submitted:
    rest = dict(raw) if isinstance(raw, dict) else raw
    claimed = rest.pop("approval", None) if isinstance(rest, dict) else None
    item = MODELS[kind].model_validate(rest)
    return Submitted(item=item, approval=Approval.model_validate(claimed) if claimed else None, where=place)


def _mends(exc: ValidationError, place: str) -> Iterator[tuple[str, str]]:
    for error in exc.errors(include_url=False, include_context=False, include_input=False):
        where = place
        for step in error["loc"]:
            where += f"[{step}]" if isinstance(step, int) else f".{step}"
        yield where, _MEND.get(error["type"], error["msg"].removeprefix("Value error, "))


def _twice(found: Iterable[Submitted]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for submitted in found:
        item_id = submitted.item.id
        if item_id in seen:
            yield f"{submitted.where}.id", f"{item_id!r} is also the id of {seen[item_id]}; rename one"
        seen.setdefault(item_id, submitted.where)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as exc:
        raise _invalid({path.name: "is not UTF-8; save it as UTF-8"}) from exc


def _invalid(fields: Mapping[str, str]) -> KnowledgeInvalid:
    first = next(iter(fields.items()))
    more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
    return KnowledgeInvalid(f"{first[0]}: {first[1]}{more}", fields=fields)
