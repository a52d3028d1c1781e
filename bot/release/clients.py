"""The gateway's engines: for each release the client of the engine that this host runs for it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.engine import LONGEST, EngineClient
from bot.knowledge import engines
from handoff.service import Database

log = structlog.get_logger()
TURN_OVER = timedelta(seconds=3 * LONGEST)  # more than a turn can take: it asks at most two times


class Engines:
    """Picked by release; `single` serves where no host tells of an engine: one engine at a fixed address."""

    def __init__(
        self, database: Database, host: str, single: EngineClient, make: Callable[[str], EngineClient]
    ) -> None:
        self._database = database
        self._host = host
        self._single = single
        self._make = make
        self._clients: dict[str, EngineClient] = {}  # by address
        self._by_release: Mapping[int, EngineClient] = {}
        self._leaving: list[tuple[datetime, EngineClient]] = []

    def of(self, release: int) -> EngineClient:
        """The engine for a turn that begins now with this release."""
        return self._by_release.get(release, self._single)

    async def follow(self, found: Mapping[int, str], now: datetime) -> None:
        """Takes in what `look` found. The client of an engine that is gone closes when its last turn must be over."""
        gone = self._clients.keys() - found.values()
        self._leaving += [(now + TURN_OVER, self._clients.pop(url)) for url in gone]
        for url in found.values():
            if url not in self._clients:
                self._clients[url] = self._make(url)
        self._by_release = {release: self._clients[url] for release, url in found.items()}
        over = [each for each in self._leaving if each[0] <= now]
        self._leaving = [each for each in self._leaving if each[0] > now]
        for _, client in over:
            await client.aclose()

    def look(self, now: datetime) -> Mapping[int, str]:
        """Release → address of the live engines of this host; one query."""
        return engines.ready_on(self._database, self._host, now)

    async def aclose(self) -> None:
        """Closes every client."""
        for client in (self._single, *self._clients.values(), *(client for _, client in self._leaving)):
            await client.aclose()
