"""Bodies as they come in: small, JSON, UTF-8, one object; everything else is a typed error before any work is done."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from handoff.errors import InvalidInput, MalformedJson, TooLarge

BODY_BYTES = 64 * 1024  # 8 KiB of text, escaped as \uXXXX, and its envelope


async def read_body(request: Request) -> bytes:
    """The whole body; raises TooLarge as soon as it is too long, however it is sent."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_BYTES:
            raise TooLarge("The request is larger than 64 KiB; send the text in parts.")
        parts.append(part)
    return b"".join(parts)


def check_json(body: bytes) -> None:
    """Raises MalformedJson, or InvalidInput when a string holds half of a surrogate pair."""
    try:
        parsed = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedJson from error
    try:
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidInput("A text holds half of a character (a lone surrogate); send whole characters.") from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _again(body: bytes) -> Receive:
    """The body for FastAPI to read, now that it was read here."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class StrictRoute(APIRoute):
    """A route whose body is checked before FastAPI parses it, and whose answers nobody may cache."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            body = await read_body(request)
            if body.strip():
                if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
                    raise InvalidInput(
                        "Send JSON with `Content-Type: application/json`.",
                        fields={"content-type": "must be application/json"},
                    )
                check_json(body)
            response = await handle(Request(request.scope, _again(body)))
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            return response

        return strict
