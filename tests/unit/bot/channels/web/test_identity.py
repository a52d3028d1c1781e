"""Signed identities at the door: what is let in, what is refused and by which code, and the snippets of the docs."""

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.identity import Identities, IdentityInvalid, read_keys
from handoff.errors import InvalidInput, SettingsInvalid

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SECRET, OTHER = "s" * 32, "another secret of the same length"
US = "https://chat.shop.example"
KEYS = read_keys(f"shop.a:{SECRET}, shop.b:{OTHER}")
DOCS = Path(__file__).resolve().parents[5] / "docs" / "identity.md"


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token(secret: str = SECRET, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Made by hand, so that what is wrong may be wrong. A claim of None is left out."""
    seconds = int(NOW.timestamp())
    whole = {"sub": "1042", "aud": US, "iat": seconds, "exp": seconds + 300, **claims}
    body = ".".join(
        (
            part({"alg": "HS256", "typ": "JWT", "kid": "shop.a", **(header or {})}),
            part({name: value for name, value in whole.items() if value is not None}),
        )
    )
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def check(text: str, keys: Any = KEYS, now: datetime = NOW) -> Any:
    return Identities(keys=keys, audience=US).check(text, now)


def test_a_signed_customer_is_let_in_with_what_the_site_tells() -> None:
    found = check(token(name=" Ana Ruiz ", email="ana@example.com", phone="+34 600 111 222", order="A-1042"))
    assert (found.site, found.subject, found.expires_at) == ("shop", "1042", NOW + timedelta(minutes=5))
    assert found.details == {
        "name": "Ana Ruiz", "email": "ana@example.com", "phone": "+34600111222", "order": "A-1042"
    }  # fmt: skip


def test_what_is_not_asked_for_is_not_read() -> None:
    assert check(token(name="", email=None, birthday="1980-01-01", iss="https://shop.example")).details == {}


def test_either_key_of_a_site_is_good_while_one_replaces_the_other() -> None:
    assert check(token(OTHER, {"kid": "shop.b"})).site == "shop"
    with pytest.raises(IdentityInvalid):
        check(token(OTHER, {"kid": "shop.a"}))


def test_a_single_site_may_leave_the_key_out() -> None:
    def unnamed(secret: str) -> str:
        claims = token(secret).split(".")[1]
        body = f"{part({'alg': 'HS256'})}.{claims}"
        made = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
        return f"{body}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    assert check(unnamed(OTHER)).site == "shop"
    with pytest.raises(IdentityInvalid):
        check(unnamed(OTHER), keys=read_keys(f"shop.a:{SECRET},outlet.a:{OTHER}"))


def unsigned() -> str:
    claims = token().split(".")[1]
    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'shop.a'})}.{claims}."


def tampered() -> str:
    head, _, signature = token().split(".")
    return ".".join((head, token(sub="7").split(".")[1], signature))


SECONDS = int(NOW.timestamp())
REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "forged": (lambda: token("f" * 32), "identity_invalid"),
    "unsigned": (unsigned, "identity_invalid"),
    "none, but signed": (lambda: token(header={"alg": "none"}), "identity_invalid"),
    "NONE": (lambda: token(header={"alg": "NonE"}), "identity_invalid"),
    "another algorithm": (lambda: token(header={"alg": "HS512"}), "identity_invalid"),
    "public key": (lambda: token(header={"alg": "RS256"}), "identity_invalid"),
    "tampered": (tampered, "identity_invalid"),
    "unknown key": (lambda: token(header={"kid": "shop.z"}), "identity_invalid"),
    "odd key": (lambda: token(header={"kid": ["shop.a"]}), "identity_invalid"),
    "critical header": (lambda: token(header={"crit": ["b64"], "b64": False}), "identity_invalid"),
    "no subject": (lambda: token(sub=None), "identity_invalid"),
    "empty subject": (lambda: token(sub=""), "identity_invalid"),
    "odd subject": (lambda: token(sub=1042), "identity_invalid"),
    "long subject": (lambda: token(sub="x" * 201), "identity_invalid"),
    "no end": (lambda: token(exp=None), "identity_invalid"),
    "no beginning": (lambda: token(iat=None), "identity_invalid"),
    "no audience": (lambda: token(aud=None), "identity_invalid"),
    "text as end": (lambda: token(exp=str(SECONDS + 300)), "identity_invalid"),
    "true as end": (lambda: token(exp=True), "identity_invalid"),
    "endless": (lambda: token(exp=10**30), "identity_invalid"),
    "not a number": (lambda: token(exp=float("nan")), "identity_invalid"),
    "expired": (lambda: token(iat=SECONDS - 600, exp=SECONDS - 1), "identity_expired"),
    "ends now": (lambda: token(iat=SECONDS - 600, exp=SECONDS), "identity_expired"),
    "signed tomorrow": (lambda: token(iat=SECONDS + 31, exp=SECONDS + 300), "identity_not_yet_valid"),
    "not before": (lambda: token(nbf=SECONDS + 31), "identity_not_yet_valid"),
    "for too long": (lambda: token(exp=SECONDS + 3601), "identity_too_long"),
    "for years": (lambda: token(exp=SECONDS + 10**8), "identity_too_long"),
    "for somebody else": (lambda: token(aud="https://other.example"), "identity_wrong_audience"),
    "for two others": (lambda: token(aud=["https://other.example", "relevo"]), "identity_wrong_audience"),
    "bad mail": (lambda: token(email="no mail"), "identity_invalid"),
    "bad phone": (lambda: token(phone="call me"), "identity_invalid"),
    "bad order": (lambda: token(order="A 1042; drop"), "identity_invalid"),
    "odd name": (lambda: token(name={"first": "Ana"}), "identity_invalid"),
    "two lines": (lambda: token(name="Ana\nRuiz"), "identity_invalid"),
    "lone surrogate": (lambda: token(name="\ud800"), "identity_invalid"),
    "nothing": (lambda: "", "identity_invalid"),
    "no token": (lambda: "a.b.c", "identity_invalid"),
    "five parts": (lambda: "a.b.c.d.e", "identity_invalid"),
}


@pytest.mark.bar(28)
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_right_is_refused_by_a_stable_code(case: str) -> None:
    make, code = REFUSED[case]
    with pytest.raises(IdentityInvalid) as refused:
        check(make())
    assert (refused.value.code, refused.value.status) == (code, 403)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(IdentityInvalid) as refused:
        check(token(sub=None))
    assert refused.value.fields == {"sub": "is missing"}


@pytest.mark.parametrize("ahead", [0, 29])
def test_a_clock_that_runs_a_little_ahead_does_no_harm(ahead: int) -> None:
    assert check(token(iat=SECONDS + ahead, nbf=SECONDS + ahead)).subject == "1042"


def test_an_address_with_a_slash_is_the_same_address() -> None:
    assert check(token(aud=[f"{US}/", "https://other.example"])).subject == "1042"


@given(st.text(max_size=300))
def test_no_text_breaks_the_door(text: str) -> None:
    with pytest.raises(IdentityInvalid):
        check(text)


@given(st.dictionaries(st.sampled_from(["sub", "aud", "iat", "exp", "nbf", "name", "email"]), st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.just({"a": 1})
)))  # fmt: skip
def test_no_claim_breaks_the_door(claims: dict[str, Any]) -> None:
    with suppress(IdentityInvalid):
        assert check(token(**claims)).site == "shop"


def test_without_keys_nobody_can_be_known() -> None:
    with pytest.raises(InvalidInput) as refused:
        check(token(), keys=())
    assert "identity" in refused.value.fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shop.a", "is shorter"),
        ("shop.a:short", "is shorter"),
        (f"Shop:{SECRET}", "small letters"),
        (f"shop.a:{SECRET},shop.a:{OTHER}", "twice"),
        (f"shop.a:{SECRET},shop.b:{SECRET},shop.c:{SECRET}", "more than 2 keys"),
    ],
)
def test_keys_that_cannot_be_used_stop_the_start_and_never_show_a_secret(text: str, said: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_keys(text)
    assert said in refused.value.fields["RELEVO_IDENTITY_KEYS"]
    assert SECRET not in str(refused.value.body())


def test_secrets_are_in_no_repr() -> None:
    assert SECRET not in repr(Identities(keys=KEYS, audience=US))
    found = check(token(name="Zzname"))
    assert "1042" not in repr(found)
    assert "Zzname" not in repr(found)


def block(language: str) -> str:
    """The last one of the page: what is run on the customer's page comes first."""
    found = re.findall(rf"^```{language}\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return str(found[-1])


def runners() -> dict[str, list[str]]:
    node, php = shutil.which("node"), shutil.which("php")
    return {"python": [sys.executable, "-c"], "js": [node or "", "-e"], "php": [php or "", "-r"]}


@pytest.mark.parametrize("language", ["python", "js", "php"])
def test_the_documented_code_signs_what_we_let_in(language: str) -> None:
    code = block(language)
    runner = runners()[language]
    if not runner[0]:
        assert language == "php", "Node is part of what the project needs"
        for named in ("HS256", "hash_hmac('sha256'", "'kid' => 'shop.2026a'", "'aud'", "'iat'", "'exp'", "'sub'"):
            assert named in code
        pytest.skip("there is no PHP on this machine: its code was read, not run")
    environment = {**os.environ, "RELEVO_PUBLIC_URL": US, "RELEVO_SECRET": SECRET}
    text = code.removeprefix("<?php\n")
    made = subprocess.run([*runner, text], env=environment, capture_output=True, text=True, check=True, timeout=60)
    found = check(made.stdout.strip(), keys=read_keys(f"shop.2026a:{SECRET}"), now=datetime.now(UTC))  # noqa: TID251
    assert (found.subject, found.details) == ("1042", {"name": "Ana Ruiz", "email": "ana@example.com"})
