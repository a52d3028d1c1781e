"""The desk's live stream: versioned snapshots of changed cases, resumable by cursor."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from handoff.clock import utc_now
from handoff.desk.auth import COOKIE, Reading, SecondFactorRequired
from handoff.desk.rounds import Rounds
from handoff.errors import NotAuthenticated, Unavailable
from handoff.service import DESK
from handoff.service.base.views import DeskChanges
from handoff.service.cases.feed import Ask

POLL_SECONDS = 2.0
PAUSE_SECONDS = 0.02  # between two looks: in a rush many changes come as one, and looking leaves time for taking
HEARTBEAT_SECONDS = 15

Cursor = Annotated[str | None, Query(max_length=200)]
LastEventId = Annotated[str | None, Header(max_length=200)]


def add_events(routes: APIRouter) -> None:
    rounds = Rounds()

    @routes.get("/events", response_class=EventSourceResponse)
    async def events(
        request: Request, _: Reading, after: Cursor = None, last_event_id: LastEventId = None
    ) -> EventSourceResponse:
        """Snapshots of every case that changed after the cursor, then as they change.

        `presence` and `alerts` are whole, or null where they are as this stream has told them before.
        """
        follower = Follower(request, rounds, after or last_event_id)
        await follower.start()
        return EventSourceResponse(follower.events(), ping=HEARTBEAT_SECONDS, headers={"Cache-Control": "no-store"})


class Follower:
    """One page that follows the desk. The wake is a hint; the table is read every 2 s without it."""

    def __init__(self, request: Request, rounds: Rounds, cursor: str | None) -> None:
        self._rounds = rounds
        self._box = request.app.state.box
        self._token = request.cookies[COOKIE]
        self._cursor = cursor
        self._told: DeskChanges | None = None
        self._subscription = self._box.core.wake.subscribe((DESK,))
        self._first: str | None = None

    async def start(self) -> None:
        """Reads once before anything is answered: a wrong cursor is an error, not a broken stream."""
        try:
            self._first = await self._read()
        except BaseException:
            self._subscription.close()
            raise

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        changed = self._first
        try:
            while True:
                if changed is not None:
                    yield ServerSentEvent(event="changes", id=self._cursor, data=changed)
                await asyncio.sleep(PAUSE_SECONDS)  # what happens meanwhile is not missed: the subscription keeps it
                await self._subscription.wait(POLL_SECONDS)
                changed = await self._read()
        except NotAuthenticated:
            yield ServerSentEvent(event="signed_out", data="{}")
        except (Unavailable, SecondFactorRequired):
            return  # the page comes again with its cursor, and is told what it must do first
        finally:
            self._subscription.close()

    async def _read(self) -> str | None:
        """What is new since the cursor, as JSON, or None.

        Raises NotAuthenticated once the session has ended, SecondFactorRequired while it must set one up.
        """
        answer = await self._rounds.ask(self._box, Ask(token=self._token, after=self._cursor))
        if answer.session.must_enrol:
            raise SecondFactorRequired
        found, before = answer.changes, self._told
        presence = before is None or found.presence != before.presence
        alerts = before is None or found.alerts != before.alerts
        fresh = bool(found.cases) or found.reset or found.cursor != self._cursor or presence or alerts
        self._cursor, self._told = found.cursor, found
        if not fresh:
            return None
        return self._rounds.written.changes(found, utc_now(), presence=presence, alerts=alerts)
