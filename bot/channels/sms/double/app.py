"""The double as one small application: the carrier's API, and the simulator with its control of faults."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bot.channels.sms.double import api, simulator
from bot.channels.sms.double.book import Book
from bot.channels.sms.double.courier import Courier, Line
from bot.channels.sms.double.faults import FaultBox
from bot.channels.sms.double.rules import Refusal


def app(line: Line, *, state: Path | None = None) -> FastAPI:
    """The double for one account. With `state` its texts survive a restart. Listen on loopback only."""
    book, faults = Book(state), FaultBox()

    @asynccontextmanager
    async def lifespan(double: FastAPI) -> AsyncIterator[None]:
        courier = Courier(line, book, faults)
        double.state.desk = desk = api.Desk(line=line, book=book, faults=faults, courier=courier)
        double.include_router(api.router(desk))
        double.include_router(simulator.router(desk))
        yield
        await courier.close()
        book.close()

    double = FastAPI(title="Relevo SMS carrier double", lifespan=lifespan, docs_url=None, redoc_url=None)

    @double.exception_handler(Refusal)
    async def refuse(_: Request, refusal: Refusal) -> JSONResponse:
        return JSONResponse(refusal.body(), status_code=refusal.status)

    @double.get("/healthz")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return double
