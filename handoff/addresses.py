"""What may stand in settings as text, as an address and as a place on the web. Pure; every check raises ValueError."""

import re
import unicodedata
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field

_PART = r"[^@\s,;:<>()\[\]\\\"\x00-\x1f\x7f-\x9f]"  # nothing that a mail's header would read as a second address
EMAIL = re.compile(rf"{_PART}+@{_PART}+\.{_PART}+")
_NEVER = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of a character, line and paragraph separators
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turn the direction of what follows


def check_email(address: str) -> str:
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise ValueError("is not one e-mail address, such as ana@shop.example")
    return address


def check_line(text: str) -> str:
    """One line that every page, mail and text can show."""
    if any(unicodedata.category(sign) in _NEVER for sign in text) or _TURNS.search(text):
        raise ValueError("has characters that cannot be shown in one line; write it without line breaks")
    return text


def check_webhook(url: str) -> str:
    parts = _split(url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or (parts.scheme != "https" and not (local and parts.scheme == "http")):
        raise ValueError("is not an https:// address (http:// only to this machine)")
    return url


def check_origin(site: str) -> str:
    parts = _split(site)
    plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    if not plain or site != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("is not an origin; write scheme, host and port only, such as https://shop.example")
    return site.lower()


def _split(url: str) -> SplitResult:
    """The parts of an address whose port is one; urlsplit would look away from line breaks."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise ValueError("is not an address; its host or port is impossible") from exc
    if port == 0 or any(sign.isspace() or unicodedata.category(sign) in _NEVER for sign in url):
        raise ValueError("is not an address; its port is impossible, or there is space in it")
    return parts


Email = Annotated[str, AfterValidator(check_email)]
Line = Annotated[str, AfterValidator(check_line)]
Webhook = Annotated[str, Field(max_length=2000), AfterValidator(check_webhook)]
Origin = Annotated[str, Field(max_length=300), AfterValidator(check_origin)]
