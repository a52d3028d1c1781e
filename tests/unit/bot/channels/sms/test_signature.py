import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from bot.channels.sms.forms import Form, parse_form
from bot.channels.sms.signature import Hash, Signatures
from handoff.errors import SignatureInvalid

VECTORS: dict[str, Any] = json.loads(Path("tests/fixtures/twilio/signature_vectors.json").read_text())
FORM = Form(list(VECTORS["params"].items()))
URL = "https://shop.example/channels/sms/inbound"
ODD_FORMS = {
    "empty values": Form([("Body", ""), ("From", "+34600000001"), ("FromCity", "")]),
    "repeated": Form([("Body", "a"), ("Body", "b"), ("Body", "a")]),
    "unknown": Form([("Body", "hola"), ("SomethingNew", "ñ ¿ ¡ 🙂")]),
    "nothing": Form([]),
}


def _request(path: str, query: bytes = b"", host: str = "127.0.0.1:8080") -> Request:
    return Request(
        {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "server": ("127.0.0.1", 8080),
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "headers": [(b"host", host.encode())],
        }
    )


@pytest.mark.bar(21)
@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['url']} {case['valid']}")
def test_published_vectors_hold(case: dict[str, Any]) -> None:
    signatures = Signatures(VECTORS["auth_token"])
    if case["valid"]:
        signatures.check(case["url"], FORM, case["signature"])
    else:
        with pytest.raises(SignatureInvalid):
            signatures.check(case["url"], FORM, case["signature"])


@pytest.mark.bar(21)
@pytest.mark.parametrize("name", ODD_FORMS)
@pytest.mark.parametrize("hash_name", Hash)
def test_every_kind_of_form_is_signed_whole(hash_name: Hash, name: str) -> None:
    signatures, form = Signatures("token", hash_name=hash_name), ODD_FORMS[name]
    signature = signatures.sign(URL, form)
    signatures.check(URL, form, signature)
    more = Form([*((key, value) for key in form for value in form.getlist(key)), ("Extra", "1")])
    with pytest.raises(SignatureInvalid):
        signatures.check(URL, more, signature)


@pytest.mark.bar(21)
def test_sender_cannot_choose_the_weaker_hash() -> None:
    sha1, sha256 = Signatures("token"), Signatures("token", hash_name=Hash.SHA256)
    with pytest.raises(SignatureInvalid):
        sha256.check(URL, FORM, sha1.sign(URL, FORM))
    with pytest.raises(SignatureInvalid):
        sha1.check(URL, FORM, sha256.sign(URL, FORM))


@pytest.mark.bar(21)
@pytest.mark.parametrize("signature", ["", "x", "é" * 28, "A" * 10_000])
def test_anything_else_is_refused(signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        Signatures("token").check(URL, FORM, signature)


def test_without_a_secret_nobody_signs() -> None:
    empty = Signatures("")
    with pytest.raises(SignatureInvalid):
        empty.check(URL, FORM, empty.sign(URL, FORM))


@pytest.mark.bar(21)
@pytest.mark.parametrize(
    ("public", "path", "query", "expected"),
    [
        ("https://shop.example", "/channels/sms/inbound", b"", URL),
        ("https://shop.example/", "/channels/sms/inbound", b"a=1&b=%20x", f"{URL}?a=1&b=%20x"),
        ("https://shop.example/chat", "/channels/sms/inbound", b"", "https://shop.example/chat/channels/sms/inbound"),
        (
            "https://shop.example/chat",
            "/chat/channels/sms/inbound",
            b"",
            "https://shop.example/chat/channels/sms/inbound",
        ),
        ("https://shop.example:8443", "/channels/sms/inbound", b"", "https://shop.example:8443/channels/sms/inbound"),
        ("", "/channels/sms/inbound", b"", "http://127.0.0.1:8080/channels/sms/inbound"),
    ],
)
def test_url_is_rebuilt_from_the_public_one(public: str, path: str, query: bytes, expected: str) -> None:
    assert Signatures("token", public_url=public).url_of(_request(path, query)) == expected


def test_host_header_does_not_move_the_public_url() -> None:
    request = _request("/channels/sms/inbound", host="evil.example")
    assert Signatures("token", public_url="https://shop.example").url_of(request) == URL


def test_form_keeps_empty_and_repeated_fields() -> None:
    form = parse_form(b"A=&B=1&B=2&C=%C3%B1+x")
    assert [(name, form.getlist(name)) for name in form] == [("A", [""]), ("B", ["1", "2"]), ("C", ["ñ x"])]
