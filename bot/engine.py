"""The gateway's side of the boxed engine: a deadline, a circuit breaker, and nothing believed unchecked."""

import asyncio
import os
import secrets
from types import TracebackType
from typing import ClassVar, Self, TypeVar

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from bot.breaker import Breaker
from bot.explaining import Explain, Explained
from bot.outcome import Candidate, Form, Health, Outcome, Said, Turn, TypedValue
from handoff.errors import RelevoError, SettingsInvalid

__all__ = ["Candidate", "EngineClient", "EngineUnavailable", "Form", "Health", "Outcome", "Said", "Turn", "TypedValue"]
DEADLINE = 3.0
SHORTEST, LONGEST = 0.1, 30.0
LARGEST = 128 * 1024
Checked = TypeVar("Checked", bound=BaseModel)
log = structlog.get_logger()


class EngineUnavailable(RelevoError):
    """The assistant cannot answer at the moment; a person is offered instead."""

    code: ClassVar[str] = "engine_unavailable"
    status: ClassVar[int] = 503

    def __init__(self, reason: str) -> None:
        """`reason` is late, refused, status_<n>, garbage or open: for the log and the agent, not the customer."""
        super().__init__()
        self.reason = reason


class RequestRefused(EngineUnavailable):
    """The engine found fault with this one request; it is not a sign that the engine is ill."""


class StateRefused(RequestRefused):
    """The engine does not know this dialogue state."""


def deadline() -> float:
    """RELEVO_ENGINE_TIMEOUT in seconds, else DEADLINE; raises SettingsInvalid when it is no number from 0.1 to 30."""
    raw = os.environ.get("RELEVO_ENGINE_TIMEOUT") or str(DEADLINE)
    try:
        seconds = float(raw)
    except ValueError:
        seconds = 0.0
    if not SHORTEST <= seconds <= LONGEST:
        raise SettingsInvalid(fields={"RELEVO_ENGINE_TIMEOUT": "a number of seconds from 0.1 to 30"})
    return seconds


class EngineClient:
    """Asks the engine one turn at a time; safe to share between conversations."""

    def __init__(self, url: str, secret: str, timeout: float | None = None, breaker: Breaker | None = None) -> None:
        """`url` is the engine's address, `timeout` the seconds for a turn (RELEVO_ENGINE_TIMEOUT, else 3)."""
        self._timeout = timeout = timeout or deadline()
        self._breaker = breaker or Breaker()
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        # trust_env is off: a proxy in the environment must never see a customer's words on their way to loopback.
        base = f"{url.rstrip('/')}/webhooks/relevo"
        self._http = httpx.AsyncClient(base_url=base, headers=headers, timeout=timeout, trust_env=False)

    async def ask(self, turn: Turn) -> Outcome:
        """The turn's Outcome; raises EngineUnavailable within the deadline, at once while the breaker is open."""
        try:
            outcome = await self._guarded("POST", "/turn", Outcome, turn.body())
        except StateRefused:
            # A state of another version must not lock a customer out: the dialogue starts afresh.
            log.warning("engine.state_dropped", turn=turn.id)
            outcome = await self._guarded("POST", "/turn", Outcome, turn.model_copy(update={"state": None}).body())
        if outcome.turn != turn.id:
            raise self._ill("garbage")
        return outcome

    async def probe(self, language: str) -> float:
        """Asks it something of nobody's; returns for how many seconds it has been well. Raises EngineUnavailable."""
        asked = {"id": f"probe-{secrets.token_hex(6)}", "text": "?", "language": language, "channel": "web"}
        await self.ask(Turn.model_validate(asked))
        return self._breaker.well_for()

    async def health(self) -> Health:
        """What the engine serves; raises EngineUnavailable."""
        return await self._guarded("GET", "/health", Health)

    async def explain(self, asked: Explain) -> Explained | None:
        """How near texts are to phrasings; None when the engine is too old to say. Raises EngineUnavailable.

        The desk asks this, so it leaves the breaker alone: it says nothing of whether customers are answered.
        """
        try:
            found = await self._checked("POST", "/explain", Explained, asked.body())
        except EngineUnavailable as error:
            if error.reason == "status_404":
                return None
            raise
        if not found.fits(asked):
            raise EngineUnavailable("garbage")
        return found

    async def _guarded(self, method: str, path: str, kind: type[Checked], body: bytes | None = None) -> Checked:
        if not self._breaker.admits():
            raise EngineUnavailable("open")
        try:
            found = await self._checked(method, path, kind, body)
        except (RequestRefused, asyncio.CancelledError):
            self._breaker.let_go()
            raise
        except EngineUnavailable as error:
            raise self._ill(error.reason) from None
        self._breaker.succeeded()
        return found

    async def _checked(self, method: str, path: str, kind: type[Checked], body: bytes | None = None) -> Checked:
        try:
            async with asyncio.timeout(self._timeout):
                return kind.model_validate_json(await self._fetch(method, path, body))
        except RequestRefused:
            raise
        except (TimeoutError, httpx.TimeoutException):
            raise EngineUnavailable("late") from None
        except httpx.HTTPStatusError as error:
            raise EngineUnavailable(f"status_{error.response.status_code}") from None
        except httpx.HTTPError:
            raise EngineUnavailable("refused") from None
        except (ValidationError, ValueError, RecursionError):
            # `from None`: the cause would carry the engine's bytes into a log.
            raise EngineUnavailable("garbage") from None

    async def _fetch(self, method: str, path: str, body: bytes | None) -> bytes:
        async with self._http.stream(method, path, content=body) as response:
            read = bytearray()
            async for chunk in response.aiter_bytes():
                read += chunk
                if len(read) > LARGEST:
                    raise ValueError("the answer is longer than 128 KiB")
        if response.status_code in (400, 413, 422):
            raise StateRefused("state") if b'"state_refused"' in read else RequestRefused("request")
        if response.status_code != 200:
            raise httpx.HTTPStatusError("not 200", request=response.request, response=response)
        return bytes(read)

    def _ill(self, reason: str) -> EngineUnavailable:
        self._breaker.failed()
        log.warning("engine.unavailable", reason=reason)
        return EngineUnavailable(reason)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connections."""
        await self.aclose()
