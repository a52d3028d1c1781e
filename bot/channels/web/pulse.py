"""One look for all open pages of a process: whose conversation has moved on is woken, though every wake were lost."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog
from anyio.to_thread import run_sync

from handoff import service
from handoff.errors import RelevoError
from handoff.service import Core

POLL_SECONDS = 2.0
log = structlog.get_logger()


class Page(Protocol):
    """A page that follows one conversation."""

    conversation_id: str
    cursor: str | None

    def wake(self) -> None: ...

    @property
    def core(self) -> Core: ...


class Pulse:
    """Reads where the followed conversations stand, every 2 s while there are pages. Lives in one event loop."""

    def __init__(self) -> None:
        self._pages: set[Page] = set()
        self._beating: asyncio.Task[None] | None = None

    @contextmanager
    def following(self, page: Page) -> Iterator[None]:
        """Within the block the page is woken when its cursor is not the newest one."""
        self._pages.add(page)
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            self._pages.discard(page)

    async def _beat(self) -> None:
        while self._pages:
            await asyncio.sleep(POLL_SECONDS)
            pages = tuple(self._pages)
            try:
                newest = await run_sync(_newest, pages)
            except RelevoError as error:
                log.warning("pulse.failed", code=error.code)
                continue
            except Exception:
                log.exception("pulse.broken")
                continue
            for page in pages:
                if newest.get(page.conversation_id) != page.cursor:
                    page.wake()


def _newest(pages: tuple[Page, ...]) -> dict[str, str]:
    if not pages:
        return {}
    return service.newest_cursors(pages[0].core, {page.conversation_id for page in pages})
