"""Writing TOML: the standard library only reads it."""

import json
from collections.abc import Mapping
from typing import Any

KEY_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def dump(data: Mapping[str, Any]) -> str:
    """A TOML document of JSON-like data. None is left out: TOML has no word for it."""
    return "\n".join(_table(data, ())).strip() + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Plain values first; a key after a sub-table's header would belong to that sub-table."""
    present = {key: value for key, value in table.items() if value is not None}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in present.items() if not _is_nested(value)]
    for key, value in present.items():
        if _is_nested(value):
            lines += _nested(value, (*path, _key(key)))
    return lines


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping) or _is_tables(value)


def _is_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _nested(value: Any, path: tuple[str, ...]) -> list[str]:
    name = ".".join(path)
    if isinstance(value, Mapping):
        return ["", f"[{name}]", *_table(value, path)]
    return [line for item in value for line in ("", f"[[{name}]]", *_table(item, path))]


def _key(key: str) -> str:
    return key if key and set(key) <= KEY_CHARACTERS else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    return _string(str(value))


def _string(text: str) -> str:
    """JSON's escapes are TOML's; only DEL is allowed raw in JSON and not in TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
