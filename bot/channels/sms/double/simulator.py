"""The simulator: phones in the browser that text the bot through the double."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.sms.double.api import Desk, receive
from bot.channels.sms.double.faults import Faults
from bot.channels.sms.double.pictures import picture_at
from bot.channels.sms.double.rules import Refusal
from bot.channels.sms.double.texts import Direction, StoredText
from bot.channels.sms.numbers import is_e164
from bot.segments import count

PAGE = "/simulator"
STATIC = Path(__file__).with_name("static")
FILES = {"simulator.css": "text/css", "simulator.js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
LONGEST = 1600


class NewText(BaseModel):
    """A text that a phone sends."""

    model_config = ConfigDict(extra="forbid")

    phone: str
    to: str | None = None
    text: str = Field(max_length=LONGEST)
    picture: bool = False
    ago: float = Field(default=0, ge=0, le=30 * 24 * 3600)  # seconds since it was sent


def router(desk: Desk) -> APIRouter:
    """The page, its files, and the JSON that it lives on."""
    routes = APIRouter(prefix=PAGE)
    _add_page(routes)
    _add_texts(routes, desk)
    _add_control(routes, desk)
    return routes


def _add_page(routes: APIRouter) -> None:
    @routes.get("")
    async def page() -> FileResponse:
        return FileResponse(STATIC / "simulator.html", media_type="text/html", headers=HEADERS)

    @routes.get("/")
    async def page_with_slash() -> RedirectResponse:
        return RedirectResponse(PAGE)

    @routes.get("/static/{name}")
    async def file(name: str) -> FileResponse:
        if name not in FILES:
            raise Refusal(20404, "The requested resource was not found", 404)
        return FileResponse(STATIC / name, media_type=FILES[name], headers=HEADERS)


def _add_texts(routes: APIRouter, desk: Desk) -> None:
    """JSON bodies only: another site's form cannot send one."""

    @routes.get("/api/threads")
    async def threads(phone: str = "") -> dict[str, object]:
        return {
            "version": desk.book.version,
            "numbers": desk.line.numbers,
            "phones": [_summary(desk.book.thread(known)) for known in desk.book.phones()],
            "texts": [_shown(text) for text in desk.book.thread(phone)],
        }

    @routes.post("/api/texts", status_code=201)
    async def send(new: NewText, request: Request) -> dict[str, object]:
        to = new.to or desk.line.numbers[0]
        if not is_e164(new.phone):
            raise Refusal(21211, "A phone number has a + and the country code")
        if to not in desk.line.numbers:
            raise Refusal(21606, "This is not one of the account's numbers")
        media = (picture_at(str(request.base_url), desk.line),) if new.picture else ()
        return _shown(receive(desk, sender=new.phone, to=to, body=new.text, media=media, ago=new.ago))


def _add_control(routes: APIRouter, desk: Desk) -> None:
    @routes.put("/api/faults")
    async def choose_faults(chosen: Faults) -> Faults:
        desk.faults.present = chosen
        return chosen

    @routes.get("/api/faults")
    async def read_faults() -> Faults:
        return desk.faults.present

    @routes.get("/api/segments")
    async def segments(text: Annotated[str, Query(max_length=LONGEST)]) -> dict[str, object]:
        counted = count(text)
        return {"encoding": counted.encoding, "units": counted.units, "segments": counted.segments}


def _summary(thread: list[StoredText]) -> dict[str, object]:
    last = thread[-1]
    return {"phone": last.phone, "last": last.body, "at": last.created_at, "texts": len(thread)}


def _shown(text: StoredText) -> dict[str, object]:
    return {
        "sid": text.sid,
        "mine": text.direction is Direction.INBOUND,
        "body": text.body,
        "at": text.created_at,
        "status": text.status,
        "error_code": text.error_code,
        "segments": text.segments,
        "encoding": count(text.body).encoding,
        "media": len(text.media),
        "webhook": text.webhook,
    }
