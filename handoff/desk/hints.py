"""A chat's hints to an agent's page: whether the customer is there and types, and which colleagues do. Never stored."""

import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from handoff.clock import utc_now
from handoff.desk.auth import COOKIE, Reading, TheCore, Writing
from handoff.desk.wire import Body
from handoff.errors import NotAuthenticated, Unavailable
from handoff.service import Core
from handoff.service.cases.hints import WHO, customer_topic, desk_topic, place_of
from handoff.service.cases.holding import check_supervisor
from handoff.service.people import accounts

HERE_SECONDS = 10.0  # how often a page says that it has the chat open
SAME_SECONDS = 2.0  # the same hint is passed on at most this often
HEARTBEAT_SECONDS = 15
Reference = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class Typing(Body):
    what: Literal["reply", "note"]


def add_hints(routes: APIRouter) -> None:
    @routes.post("/handoffs/{reference}/typing", status_code=204)
    def type_in(reference: Reference, body: Typing, session: Writing, core: TheCore) -> None:
        """Lets colleagues know that this agent types; the customer, too, when the agent holds the chat and replies."""
        place = place_of(core, session.agent, reference, now=utc_now())
        core.wake.notify(f"{desk_topic(place.conversation_id)} {body.what}:{session.agent.id}")
        if place.holds and body.what == "reply":
            core.wake.notify(f"{customer_topic(place.conversation_id)} typing:{session.agent.name}")

    @routes.get("/handoffs/{reference}/hints", response_class=EventSourceResponse)
    async def hints(
        reference: Reference, request: Request, session: Reading, core: TheCore, quiet: bool = False
    ) -> EventSourceResponse:
        """Events `hint`: `{who, what, page}`; who is `customer` or an agent's id, what is here, left, typing, reply or
        note. Following it tells the others that this agent has the chat open; `quiet`, for supervisors, tells nobody.
        """
        if quiet:
            check_supervisor(session.agent)
        place = await run_sync(lambda: place_of(core, session.agent, reference, now=utc_now()))
        listener = Listener(request, session, place.conversation_id, quiet=quiet)
        return EventSourceResponse(listener.events(), ping=HEARTBEAT_SECONDS, headers={"Cache-Control": "no-store"})


class Listener:
    """One agent's page with one chat open."""

    def __init__(self, request: Request, session: accounts.Session, conversation_id: str, *, quiet: bool) -> None:
        self._quiet = quiet
        self._box = request.app.state.box
        self._token = request.cookies[COOKIE]
        self._agent = session.agent
        self._page = secrets.token_hex(4)
        self._desk, self._customer = desk_topic(conversation_id), customer_topic(conversation_id)
        self._passed: dict[str, float] = {}

    @property
    def _core(self) -> Core:
        core: Core = self._box.core
        return core

    def _say(self, what: str) -> None:
        if not self._quiet:
            self._core.wake.notify(f"{self._desk} {what}:{self._agent.id}:{self._page}")

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        with self._core.wake.subscribe((self._desk,)) as subscription:
            for topic in (self._desk, self._customer):
                self._core.wake.notify(f"{topic} {WHO}")
            said, checked = 0.0, time.monotonic()
            try:
                while True:
                    words = subscription.words()
                    if WHO in words or time.monotonic() - said >= HERE_SECONDS:
                        self._say("here")
                        said = time.monotonic()
                    for word in words:
                        if event := self._event(word):
                            yield event
                    await subscription.wait(HERE_SECONDS)
                    if time.monotonic() - checked >= HERE_SECONDS:  # however much is said meanwhile
                        await run_sync(self._check)
                        checked = time.monotonic()
            except (NotAuthenticated, Unavailable):
                return  # the page comes again, or signs in again
            finally:
                self._say("left")

    def _event(self, word: str) -> ServerSentEvent | None:
        """The hint for this page; None for its own, and for one that it has just been given."""
        what, _, rest = word.partition(":")
        who, _, page = rest.partition(":")
        now = time.monotonic()
        if not who or who == self._agent.id or now - self._passed.get(word, -SAME_SECONDS) < SAME_SECONDS:
            return None
        if len(self._passed) > 200:
            self._passed.clear()
        self._passed[word] = now
        return ServerSentEvent(event="hint", data=json.dumps({"who": who, "what": what, "page": page}))

    def _check(self) -> None:
        session = accounts.read_session(self._core, self._token, touch=False, now=utc_now())
        if session.must_enrol:
            raise NotAuthenticated
