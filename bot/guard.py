"""Around every request: a limit on bodies, the headers that every answer has, and a count."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import REQUESTS
from bot.routes import answer
from handoff.errors import TooLarge

BIGGEST_BODY = 64 * 1024
BIGGEST_FILE = 10 * 1024 * 1024  # a customer's picture or PDF
_UPLOAD = re.compile(r"/api/v1/conversations/[A-Za-z0-9_-]{1,64}/uploads/[A-Za-z0-9_-]{1,64}")
TOO_LARGE = "The request is larger than 64 KiB, or the file than 10 MiB"


class Guard:
    """Pure ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length, biggest = Headers(scope=scope).get("content-length", "0"), _biggest(scope)
        if not length.isdecimal() or len(length) > 12 or int(length) > biggest:
            await answer(TooLarge(TOO_LARGE))(scope, receive, send)
            return
        await self._app(scope, _counted(receive, biggest), _dressed(scope, send))


def _biggest(scope: Scope) -> int:
    return BIGGEST_FILE if scope["method"] == "PUT" and _UPLOAD.fullmatch(scope["path"]) else BIGGEST_BODY


def _counted(receive: Receive, biggest: int) -> Receive:
    """A body sent in chunks names no length: it is counted as it comes."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > biggest:
            raise HTTPException(413, TOO_LARGE)  # the one kind of error that FastAPI lets out of reading a body
        return message

    return counted


def _dressed(scope: Scope, send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "same-origin")
            route = getattr(scope.get("route"), "path", "none")
            REQUESTS.labels(route=route, status=str(message["status"])).inc()
        await send(message)

    return dressed
