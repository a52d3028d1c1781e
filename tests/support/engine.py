"""An engine that says what a test scripts, over real HTTP on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

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
    """Its `script` may be changed while it runs; `asked` holds every request. `hold` keeps answers back."""

    url: str = ""
    script: Script = outcome
    asked: list[dict[str, Any]] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    health: Any = field(default_factory=lambda: {"release": 1, "digest": "d", "model": "a" * 64})

    def _outcome(self, asked: dict[str, Any]) -> Any:
        self.asked.append(asked)
        return self.script(asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if b"content-length" in x), 0)
            body = await reader.readexactly(length)
            said = self.health if head.startswith(b"GET") else self._outcome(json.loads(body))
            await self.hold.wait()
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            start = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(start.encode() + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


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
