"""What the whole application shares: errors as JSON, health, readiness and metrics."""

from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from bot.engine import EngineUnavailable
from handoff import service
from handoff.errors import Forbidden, InvalidInput, MalformedJson, NotFound, RelevoError, TooLarge

log = structlog.get_logger()


class MethodNotAllowed(RelevoError):
    """This address does not take this method."""

    code = "method_not_allowed"
    status = 405


def add_errors(app: FastAPI) -> None:
    """Every error leaves as `{error: {code, message, fields?}}` with a stable code."""

    @app.exception_handler(RelevoError)
    async def known(_request: Request, error: RelevoError) -> JSONResponse:
        if error.status >= 500:
            log.error("http.failed", code=error.code)
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        if any(each["type"] == "json_invalid" for each in error.errors()):
            return answer(MalformedJson())
        return answer(InvalidInput(fields={_where(each["loc"]): each["msg"] for each in error.errors()}))

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> JSONResponse:
        kinds: dict[int, RelevoError] = {
            400: MalformedJson(),
            404: NotFound(),
            405: MethodNotAllowed(),
            403: Forbidden(),
            413: TooLarge(error.detail),
        }
        return answer(kinds.get(error.status_code, RelevoError()), error.headers)

    @app.exception_handler(Exception)
    async def unknown(_request: Request, error: Exception) -> JSONResponse:
        log.error("http.broken", kind=type(error).__name__, exc_info=error)
        return answer(RelevoError())


def answer(error: RelevoError, headers: Any = None) -> JSONResponse:
    return JSONResponse(error.body(), status_code=error.status, headers=headers)


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"


def add_operations(app: FastAPI) -> None:
    """Health, readiness and metrics."""

    @app.get("/healthz", tags=["operations"])
    async def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"])
    def ready(request: Request) -> dict[str, str]:
        """The database can be read and a release is loaded. Without its engine Relevo still brings people."""
        service.settings_number(request.app.state.box.core.database)
        return {"status": "ok", "release": str(request.app.state.parts.release.number)}

    @app.get("/readyz/engine", tags=["operations"])
    async def engine_ready(request: Request) -> JSONResponse:
        """Whether the engine answers, and with which model."""
        try:
            health = await request.app.state.parts.engine.health()
        except EngineUnavailable as error:
            return answer(error)
        return JSONResponse({"status": "ok", **health.model_dump()})

    @app.get("/metrics", tags=["operations"])
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
