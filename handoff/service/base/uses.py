"""Approved answers in the words of agents: what was suggested, and whether it was sent as it is or edited.

The core does not know the knowledge. Whoever suggests an answer gives it a token that says which version it is, with a
digest of its words; who sends the token back with a reply has the two compared, and can claim nothing that is not so.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handoff.service.base.core import Core

MOST = 5  # answers in one reply
LONGEST = 2000  # of a token, in characters


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One version of an approved answer in one release."""

    id: str
    version: int
    release: int
    title: str


@dataclass(frozen=True, kw_only=True)
class AnswerUse(Answer):
    """`used` is as_is, or edited: the reply says something else, white space aside."""

    used: str


def make_use_token(core: Core, answer: Answer, text: str) -> str:
    """What a page sends back with the reply that it put `text` into."""
    facts = [answer.id, answer.version, answer.release, answer.title, _digest(text)]
    body = base64.urlsafe_b64encode(json.dumps(facts, ensure_ascii=False).encode()).decode().rstrip("=")
    return f"{body}.{_sign(core, body)}"


def uses_of(core: Core, tokens: Iterable[str], text: str) -> tuple[AnswerUse, ...]:
    """What `text` was made of, each answer once. A token that is not ours says nothing: it never stops a reply."""
    found: dict[tuple[str, int], AnswerUse] = {}
    for token in tokens:
        for use in _read(core, token, text):
            found.setdefault((use.id, use.version), use)
    return tuple(found.values())


def _read(core: Core, token: str, text: str) -> Iterator[AnswerUse]:
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(errors="replace"), _sign(core, body).encode()):
        return
    try:
        facts: list[Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return
    item, version, release, title, digest = facts
    used = "as_is" if _digest(text) == digest else "edited"
    yield AnswerUse(id=item, version=version, release=release, title=title, used=used)


def _digest(text: str) -> str:
    """Of the words, however they are spaced."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def _sign(core: Core, body: str) -> str:
    digest = hmac.new(core.secret, f"answer\x00{body}".encode(errors="replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
