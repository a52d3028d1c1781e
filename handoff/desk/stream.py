"""The desk's live stream: versioned snapshots of changed cases, resumable by cursor."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query, Request
from pydantic import TypeAdapter
from sse_starlette import EventSourceResponse, ServerSentEvent

from handoff import service
from handoff.clock import utc_now
from handoff.desk.auth import COOKIE, Reading, SecondFactorRequired
from handoff.desk.wire import ChangesAnswer, with_now
from handoff.errors import NotAuthenticated, Unavailable
from handoff.service import DESK, Core
from handoff.service.people import accounts

POLL_SECONDS = 2.0
PAUSE_SECONDS = 0.1  # between two looks: in a rush many changes come as one, and looking leaves time for taking
HEARTBEAT_SECONDS = 15

_changes = TypeAdapter(ChangesAnswer)

Cursor = Annotated[str | None, Query(max_length=200)]
LastEventId = Annotated[str | None, Header(max_length=200)]


def add_events(routes: APIRouter) -> None:
    feed = service.Feed()

    @routes.get("/events", response_class=EventSourceResponse)
    async def events(
        request: Request, session: Reading, after: Cursor = None, last_event_id: LastEventId = None
    ) -> EventSourceResponse:
        """Snapshots of every case that changed after the cursor, then as they change."""
        follower = Follower(request, session, feed, after or last_event_id)
        await follower.start()
        return EventSourceResponse(follower.events(), ping=HEARTBEAT_SECONDS, headers={"Cache-Control": "no-store"})


class Follower:
    """One page that follows the desk. The wake is a hint; the table is read every 2 s without it."""

    def __init__(self, request: Request, session: accounts.Session, feed: service.Feed, cursor: str | None) -> None:
        self._feed = feed
        self._box = request.app.state.box
        self._token = request.cookies[COOKIE]
        self._agent = session.agent
        self._cursor = cursor
        self._presence: object = None
        self._subscription = self._core.wake.subscribe((DESK,))
        self._first: ChangesAnswer | None = None

    async def start(self) -> None:
        """Reads once before anything is answered: a wrong cursor is an error, not a broken stream."""
        try:
            self._first = await run_sync(self._read)
        except BaseException:
            self._subscription.close()
            raise

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        changed = self._first
        try:
            while True:
                if changed is not None:
                    yield ServerSentEvent(event="changes", id=changed.cursor, data=_changes.dump_json(changed).decode())
                await asyncio.sleep(PAUSE_SECONDS)  # what happens meanwhile is not missed: the subscription keeps it
                await self._subscription.wait(POLL_SECONDS)
                changed = await run_sync(self._read)
        except NotAuthenticated:
            yield ServerSentEvent(event="signed_out", data="{}")
        except (Unavailable, SecondFactorRequired):
            return  # the page comes again with its cursor, and is told what it must do first
        finally:
            self._subscription.close()

    @property
    def _core(self) -> Core:
        core: Core = self._box.core
        return core

    def _read(self) -> ChangesAnswer | None:
        """What is new since the cursor, or None.

        Raises NotAuthenticated once the session has ended, SecondFactorRequired while it must set one up.
        """
        now = utc_now()
        if accounts.read_session(self._core, self._token, touch=False, now=now).must_enrol:
            raise SecondFactorRequired
        found = self._feed.changes(self._core, self._agent, self._cursor, now=now)
        fresh = bool(found.cases) or found.reset or found.cursor != self._cursor or found.presence != self._presence
        self._cursor, self._presence = found.cursor, found.presence
        return with_now(ChangesAnswer, found, now) if fresh else None
