"""The customer's live stream: server-sent events over `fetch`, resumable at any cursor without gap or double.

The wake is a hint; without it the tables are looked at every 2 s, for all pages at once. What was written to a page
that is still there 2 s later counts as delivered.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from anyio import Event
from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query, Request
from pydantic import TypeAdapter
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.channels.web.access import Access, Door, core_of, read_access
from bot.channels.web.hints import PageHints
from bot.channels.web.pulse import POLL_SECONDS, Pulse
from bot.channels.web.wire import MessageOut
from handoff import service
from handoff.clock import utc_now
from handoff.errors import NotAuthenticated, RateLimited, Unavailable
from handoff.service import Core, StreamItem, conversation_topic
from handoff.service.cases.hints import customer_topic
from handoff.wake import Subscription

LOOK_SECONDS = 15.0  # a page's own look, in which its token may turn out to have expired
HEARTBEAT_SECONDS = 15
STOP_SECONDS = 3  # for the stream to end in good order when the server stops
MOST_STREAMS = 8  # open pages of one conversation
PAGE = 200

logging.getLogger("sse_starlette").setLevel(logging.INFO)  # its debug lines would hold what customers write

_anything: TypeAdapter[Any] = TypeAdapter(Any)

Cursor = Annotated[str | None, Query(max_length=200)]
LastEventId = Annotated[str | None, Header(max_length=200)]


def add_events(routes: APIRouter, door: Door) -> None:
    open_pages: Counter[str] = Counter()
    pulse = Pulse()

    @routes.get("/conversations/{conversation_id}/events", response_class=EventSourceResponse)
    async def events(
        request: Request, conversation_id: str, after: Cursor = None, last_event_id: LastEventId = None
    ) -> EventSourceResponse:
        """Events `message` and `state`, each with its cursor as `id`: those after the cursor, then as they come."""
        access = read_access(request, conversation_id)
        door.limit_conversation(access, door.rules.reads)
        await run_sync(door.check_token, access)
        if open_pages[conversation_id] >= MOST_STREAMS:
            raise RateLimited("Too many pages follow this conversation; close some.", fields={"retry_after": "10"})
        follower = Follower(request, access, after or last_event_id, open_pages, pulse)
        await follower.open()
        return EventSourceResponse(
            follower.events(),
            ping=HEARTBEAT_SECONDS,
            headers={"Cache-Control": "no-store"},
            shutdown_event=follower.stopping,
            shutdown_grace_period=STOP_SECONDS,
        )


class Follower:
    """One page that follows one conversation."""

    def __init__(
        self, request: Request, access: Access, cursor: str | None, open_pages: Counter[str], pulse: Pulse
    ) -> None:
        self._request = request
        self.conversation_id = access.conversation_id
        self._token = access.token
        self.cursor = cursor
        self._confirmed: str | None = None
        self._open_pages = open_pages
        self._pulse = pulse
        self._subscription: Subscription | None = None
        self._ready: tuple[StreamItem, ...] = ()
        self._hints = PageHints(request, access.conversation_id)
        self.stopping = Event()

    @property
    def core(self) -> Core:
        return core_of(self._request)

    def wake(self) -> None:
        """Something may be new."""
        if self._subscription is not None:
            self._subscription.wake()

    async def open(self) -> None:
        """The first read, before the answer begins, so that a wrong cursor is a typed error."""
        self._ready = await run_sync(self._read)

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        topics = (conversation_topic(self.conversation_id), customer_topic(self.conversation_id))
        subscription = self._subscription = self.core.wake.subscribe(topics)
        watching = asyncio.create_task(self._wake_at_the_end())
        self._open_pages[self.conversation_id] += 1
        try:
            with self._pulse.following(self):
                while not self.stopping.is_set():
                    for hint in self._hints.take(subscription.words()):
                        yield hint
                    for item in self._ready:
                        yield to_event(item)
                        self.cursor = item.cursor
                    if len(self._ready) < PAGE:
                        await subscription.wait(LOOK_SECONDS if self.cursor == self._confirmed else POLL_SECONDS)
                    await run_sync(self._confirm)
                    self._ready = await run_sync(self._read)
        except (NotAuthenticated, Unavailable):
            return  # the page comes again, with its cursor
        finally:
            watching.cancel()
            subscription.close()
            self._hints.leave()
            self._open_pages[self.conversation_id] -= 1
            if not self._open_pages[self.conversation_id]:
                del self._open_pages[self.conversation_id]

    async def _wake_at_the_end(self) -> None:
        await self.stopping.wait()
        self.wake()

    def _read(self) -> tuple[StreamItem, ...]:
        """What came after the cursor; raises NotAuthenticated once the token has expired."""
        core = self.core
        service.check_token(core, self._token, self.conversation_id, now=utc_now())
        return service.read_stream(core, self.conversation_id, self.cursor, limit=PAGE)

    def _confirm(self) -> None:
        if self.cursor is not None and self.cursor != self._confirmed:
            service.confirm_stream(self.core, self.conversation_id, self.cursor, now=utc_now())
            self._confirmed = self.cursor


def to_event(item: StreamItem) -> ServerSentEvent:
    if item.kind == "message":
        data = MessageOut.model_validate(item.data).model_dump_json(exclude_none=True)
    else:
        data = _anything.dump_json(item.data, exclude_none=not isinstance(item.data, Mapping)).decode()
    return ServerSentEvent(event=item.kind, id=item.cursor, data=data)
