"""Whatever stands in a field of the settings, it is taken as it is, or refused by that field's name."""

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff import toml
from handoff.errors import SettingsInvalid
from handoff.policy import parse_business

ROOT = Path(__file__).resolve().parents[3]
Steps = tuple[str | int, ...]


def whole() -> dict[str, Any]:
    """Settings in which every list has something."""
    data = parse_business(tomllib.loads((ROOT / "relevo.toml").read_text(encoding="utf-8"))).model_dump(mode="json")
    targets = {"emails": ["ana@b.example"], "phones": ["+34600111222"], "webhooks": ["https://h.example/x"]}
    data["notify"] |= {"on_call": targets, "supervisor": copy.deepcopy(targets)}
    data["exceptions"] = [{"date": "2026-12-24", "intervals": ["09:00-12:00"], "name": {"en": "Eve", "es": "Víspera"}}]
    data["sites"] = ["https://shop.example"]
    data["detection"]["signals"] = {"loop": {"offer": 0.5}}
    return data


WHOLE = whole()


def paths(data: Any, here: Steps = ()) -> Iterator[Steps]:
    if here:
        yield here
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths(value, (*here, key))


PATHS = tuple(paths(WHOLE))
SPELT = {"".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:] for path in PATHS}


def with_value(path: Steps, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(WHOLE)
    at: Any = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return data


def refusal(data: Any) -> SettingsInvalid | None:
    """Taken, it reads back the same from JSON and from TOML; refused, the answer can be sent and names fields."""
    try:
        business = parse_business(data)
    except SettingsInvalid as refused:
        return _sendable(refused)
    stored = business.model_dump(mode="json")
    json.dumps(stored, ensure_ascii=False, allow_nan=False).encode()
    assert parse_business(stored) == business
    assert parse_business(tomllib.loads(toml.dump(stored))) == business
    return None


def _sendable(refused: SettingsInvalid) -> SettingsInvalid:
    assert refused.fields
    assert set(refused.fields) == set(refused.codes)
    json.dumps(refused.body(), ensure_ascii=False).encode()
    return refused


ODD: list[Any] = [
    *(None, "", " ", "\x00", "\ud800", "a\nb", "\u202e", "\u2028", "x" * 5000, "never", "٣:00-٤:00", "00:00-24:01"),
    *(-1, 0, 10**30, -(10**30), 1e308, float("nan"), float("inf"), True, [], {}, [[]], [None], [""], {"\ud800": 1}),
    *("2026-02-30", "9999-12-31", "0001-01-01", "9" * 400, "99999999999999999d", ["25:00-26:00"], [10**30]),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:20])
def test_an_odd_value_in_any_field_is_taken_or_refused_by_its_name(odd: Any) -> None:
    for path in PATHS:
        refused = refusal(with_value(path, odd))
        if refused is not None:
            top = str(path[0])
            assert all(name.startswith((top, "country", "region", "relevo")) for name in refused.fields), path


def test_a_key_that_nobody_knows_is_refused_wherever_it_stands() -> None:
    open_to_any = {("detection", "frustration")}
    for path in PATHS:
        at: Any = WHOLE
        for step in path:
            at = at[step]
        if isinstance(at, dict) and path not in open_to_any:
            for key in ("nobody_knows", "\ud800"):
                assert refusal(with_value((*path, key), 1)) is not None, path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(path=st.sampled_from(PATHS), value=JSON)
def test_any_json_in_any_field_is_taken_or_refused(path: Steps, value: Any) -> None:
    refusal(with_value(path, value))


TWO_ADDRESSES = [
    *("a,b@c.example", "a@b.example,c@d.example", "a@b.example\nBcc: x@y.example", "a@b.example\r\n", "a@b.example\n"),
    *("<a@b.example>", "a;b@c.example", "a b@c.example", "a@b", "@b.example", "a@@b.example", "a@b.example\x00"),
    *(" a@b.example", "a@b.example ", f"{'a' * 250}@b.example", "Ana <a@b.example>", '"a"@b.example', "a\t@b.example"),
]


@pytest.mark.parametrize("address", TWO_ADDRESSES, ids=lambda address: ascii(address)[:30])
@pytest.mark.parametrize("who", ["on_call", "supervisor"])
def test_what_is_not_one_address_is_refused(who: str, address: str) -> None:
    refused = refusal(with_value(("notify", who, "emails"), [address]))
    assert refused is not None
    assert set(refused.fields) == {f"notify.{who}.emails[0]"}


@pytest.mark.parametrize("address", ["ana@shop.example", "ana.maria+desk@mail.shop.example", "o'neil@shop.example"])
def test_an_address_as_people_have_them_is_taken(address: str) -> None:
    assert refusal(with_value(("notify", "on_call", "emails"), [address])) is None


BAD_HOOKS = [
    *("https://h.example:99999/x", "https://h.example:0/x", "https://h.example:x/", "https://[::1", "https://[bad]/"),
    *(
        "https://h.example/\nX: y",
        "https://h.example/\n",
        "https:// h.example/",
        "http://h.example/",
        "ftp://h.example",
    ),
    *("https://", "https://:443/x", "h.example", "javascript:alert(1)", "https://h.example/\x00"),
]


@pytest.mark.parametrize("url", BAD_HOOKS, ids=ascii)
def test_a_webhook_that_cannot_be_called_is_refused(url: str) -> None:
    refused = refusal(with_value(("notify", "on_call", "webhooks"), [url]))
    assert refused is not None
    assert set(refused.fields) == {"notify.on_call.webhooks[0]"}


@pytest.mark.parametrize("url", ["https://h.example/x?y=1#z", "http://localhost:8081/x", "https://[2001:db8::1]:8443/"])
def test_a_webhook_that_can_be_called_is_taken(url: str) -> None:
    assert refusal(with_value(("notify", "on_call", "webhooks"), [url])) is None


@pytest.mark.parametrize(
    "site",
    ["https://shop.example:99999", "https://shop.example\n", "https://us er@shop.example", "https://a@shop.example",
     "https://shop.example/", "shop.example", "https://[bad]", "https://:80"],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_origin_is_refused(site: str) -> None:
    refused = refusal(with_value(("sites",), [site]))
    assert refused is not None
    assert set(refused.fields) == {"sites[0]"}
