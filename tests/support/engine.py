"""An engine that says what a test scripts, over real HTTP on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from anyio.from_thread import start_blocking_portal

Script = Callable[[dict[str, Any]], Any]  # the request's JSON → what goes into the Outcome, or raw bytes


def outcome(asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A well-formed Outcome that answers with the entry `shop-hours`."""
    base: dict[str, Any] = {
        "turn": asked["turn"],
        "release": 1,
        "digest": "d",
        "model": "a" * 64,
        "decision": "answer",
        "intent": "answer",
        "say": [{"kind": "entry", "id": "shop-hours", "values": {}, "choices": []}],
        "candidates": [{"id": "shop-hours", "score": 0.9}],
        "score": 0.9,
        "threshold": 0.4,
        "form": None,
        "state": {"turns": ((asked["state"] or {}).get("turns", 0)) + 1},
    }
    return {**base, **changes}


@dataclass
class ScriptedEngine:
    """Its `script` may be changed while it runs; `asked` holds every turn. `hold` keeps answers back.

    `explain` answers its route; without it the engine is one that is too old to know it.
    """

    url: str = ""
    script: Script = outcome
    explain: Script | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    health: Any = field(default_factory=lambda: {"release": 1, "digest": "d", "model": "a" * 64})

    def _outcome(self, asked: dict[str, Any]) -> Any:
        self.asked.append(asked)
        return self.script(asked)

    def _said(self, head: bytes, body: bytes) -> tuple[int, Any]:
        if head.startswith(b"GET"):
            return 200, self.health
        if b"/explain " in head.split(b"\r\n")[0]:
            return (200, self.explain(json.loads(body))) if self.explain else (404, b"")
        return 200, self._outcome(json.loads(body))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if b"content-length" in x), 0)
            body = await reader.readexactly(length)
            status, said = self._said(head, body)
            await self.hold.wait()
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            start = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(start.encode() + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def explained(asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A well-formed answer of the explain route: the share of words that two texts have in common."""
    nearest = [_nearest(text, asked["phrasings"]) for text in asked["texts"]]
    return {"model": "a" * 64, "nearest": nearest, **changes}


def _nearest(text: str, phrasings: list[str]) -> list[dict[str, Any]]:
    words = set(text.lower().split())
    shares = ((at, words & (other := set(one.lower().split())), words | other) for at, one in enumerate(phrasings))
    near = [{"at": at, "similarity": len(both) / len(either)} for at, both, either in shares if both]
    return sorted(near, key=lambda each: -each["similarity"])[:5]


@contextmanager
def engine_in_a_thread() -> Iterator[ScriptedEngine]:
    """For a test that is not a coroutine itself."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(scripted_engine()) as engine:
        yield engine


@asynccontextmanager
async def scripted_engine() -> AsyncIterator[ScriptedEngine]:
    engine = ScriptedEngine()
    engine.hold.set()
    listening = await asyncio.start_server(engine.serve, "127.0.0.1", 0)
    engine.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield engine
    finally:
        engine.hold.set()
        listening.close()
