"""Who may call, and how often: origin, bearer token and rate limits, checked before anything is done."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

from handoff import service
from handoff.clock import utc_now
from handoff.errors import InvalidInput, NotAuthenticated, NotFound
from handoff.limits import InProcessLimits, Limits, Rule, check_limit
from handoff.network import network_of
from handoff.service import Core

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, kw_only=True)
class WebRules:
    """How often one network may call at all and begin, and how often one conversation may do each thing.

    The form is never limited by network: when many ask for a person from one place, a message is still taken.
    """

    calls: Rule = field(default=Rule(name="web.calls", burst=2000, per_minute=2400))
    starts: Rule = field(default=Rule(name="web.starts", burst=300, per_minute=60))
    people: Rule = field(default=Rule(name="web.people", burst=120, per_minute=60))
    messages: Rule = field(default=Rule(name="web.messages", burst=20, per_minute=20))
    reads: Rule = field(default=Rule(name="web.reads", burst=60, per_minute=120))
    typing: Rule = field(default=Rule(name="web.typing", burst=10, per_minute=30))
    actions: Rule = field(default=Rule(name="web.actions", burst=20, per_minute=30))
    files: Rule = field(default=Rule(name="web.files", burst=10, per_minute=10))
    files_of_network: Rule = field(default=Rule(name="web.files_of_network", burst=40, per_minute=20))
    file_reads: Rule = field(default=Rule(name="web.file_reads", burst=60, per_minute=120))


@dataclass(frozen=True, kw_only=True)
class Access:
    """One call that is allowed, at one instant."""

    core: Core
    conversation_id: str
    token: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Door:
    """The checks of one channel: its limits, its rules and its own public address."""

    limits: Limits = field(default_factory=InProcessLimits)
    rules: WebRules = field(default_factory=WebRules)
    public_url: str = ""

    def limit_network(self, request: Request, rule: Rule, now: datetime) -> None:
        check_limit(self.limits, rule, network_of(request), now)

    def limit_conversation(self, access: Access, rule: Rule) -> None:
        """The key holds the token too: a stranger who guesses an id spends only a bucket of their own."""
        digest = hashlib.sha256(f"{access.conversation_id}\n{access.token}".encode()).hexdigest()[:32]
        check_limit(self.limits, rule, digest, access.now)

    def check_token(self, access: Access) -> None:
        """Raises NotAuthenticated."""
        service.check_token(access.core, access.token, access.conversation_id, now=access.now)


def core_of(request: Request) -> Core:
    core: Core = request.app.state.box.core
    return core


def read_access(request: Request, conversation_id: str) -> Access:
    """The call's own claims, not yet checked. Raises NotFound for an impossible id, NotAuthenticated for no token."""
    if not is_id(conversation_id):
        raise NotFound
    return Access(core=core_of(request), conversation_id=conversation_id, token=bearer_of(request), now=utc_now())


def is_id(text: str) -> bool:
    """Whether it could name a conversation or a message at all."""
    return _ID.fullmatch(text) is not None


def bearer_of(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > 400 or not token.isascii():
        raise NotAuthenticated
    return token


def key_of(request: Request) -> str | None:
    """The Idempotency-Key. Raises InvalidInput for one that is too long or not plain ASCII."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidInput(fields={"idempotency-key": "1 to 128 visible ASCII characters"})
    return key
