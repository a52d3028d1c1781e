"""The carrier's messages API, as its published description says."""

import asyncio
import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.sms.double.book import Book
from bot.channels.sms.double.courier import Courier, Line
from bot.channels.sms.double.faults import FaultBox, Faults
from bot.channels.sms.double.pictures import add_pictures, media_list
from bot.channels.sms.double.rules import Refusal, check_create, is_sid
from bot.channels.sms.double.texts import API_VERSION, Direction, StoredText, as_resource, new_sid
from bot.channels.sms.forms import Form, FormExpected, read_form
from bot.segments import count
from handoff.clock import utc_now
from handoff.errors import RelevoError

MESSAGES = f"/{API_VERSION}/Accounts/{{account_sid}}/Messages"
MOST_PAGE = 1000
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the double's routes share."""

    line: Line
    book: Book
    faults: FaultBox
    courier: Courier


def router(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.post(f"{MESSAGES}.json", status_code=201)
    async def create(account_sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        form = await _form(request)
        faults = desk.faults.take()
        await asyncio.sleep(faults.delay)
        await _misbehave_before(faults)
        text = _accept(desk, form, faults)
        if faults.answer == "hang_after":
            await asyncio.sleep(faults.hang)
        if faults.answer == "garbage_after":
            return Response("<html>", status_code=201, media_type="text/html")
        return JSONResponse(as_resource(text, desk.line.account_sid), status_code=201)

    @routes.get(f"{MESSAGES}.json")
    async def list_texts(account_sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        await asyncio.sleep(desk.faults.present.delay)
        if desk.faults.present.lists == "refused":
            raise Refusal(20500, "A fault by choice", 500)
        query = request.query_params
        texts = [text for text in desk.book.newest_first() if _matches(text, dict(query))]
        return JSONResponse(_page(texts, dict(query), desk.line.account_sid))

    @routes.get(f"{MESSAGES}/{{sid}}.json")
    async def fetch(account_sid: str, sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        return JSONResponse(as_resource(_found(desk.book, sid), desk.line.account_sid))

    @routes.post(f"{MESSAGES}/{{sid}}.json")
    async def update(account_sid: str, sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        text, form = _found(desk.book, sid), await _form(request)
        changed = desk.book.change(text.sid, **_changes(text, form)) or text
        return JSONResponse(as_resource(changed, desk.line.account_sid))

    @routes.delete(f"{MESSAGES}/{{sid}}.json", status_code=204)
    async def delete(account_sid: str, sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        desk.book.remove(_found(desk.book, sid).sid)
        return Response(status_code=204)

    _add_account(routes, desk)
    add_pictures(routes, check_sign_in, desk.line)
    return routes


def _add_account(routes: APIRouter, desk: Desk) -> None:
    @routes.get(f"/{API_VERSION}/Accounts/{{account_sid}}.json")
    async def account(account_sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        await asyncio.sleep(desk.faults.present.delay)
        named = {"sid": account_sid, "friendly_name": "double", "status": "active", "type": "Full"}
        return JSONResponse(named)

    @routes.get(f"{MESSAGES}/{{sid}}/Media.json")
    async def list_media(account_sid: str, sid: str, request: Request) -> Response:
        check_sign_in(request, account_sid, desk.line)
        return JSONResponse(media_list(_found(desk.book, sid), desk.line))


def check_sign_in(request: Request, account_sid: str, line: Line) -> None:
    """Raises Refusal unless the request signs in as the account that it names."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    expected = base64.b64encode(f"{line.account_sid}:{line.auth_token}".encode())
    if scheme.lower() != "basic" or not secrets.compare_digest(given.strip().encode(), expected):
        raise Refusal(20003, "Authenticate", 401)
    if account_sid != line.account_sid:
        raise Refusal(20404, "The requested resource was not found", 404)


def receive(desk: Desk, *, sender: str, to: str, body: str, media: tuple[str, ...] = (), ago: float = 0) -> StoredText:
    """A customer's phone sends a text to one of the account's numbers, or sent it `ago` seconds ago."""
    now = utc_now() - timedelta(seconds=ago)
    text = StoredText(
        sid=new_sid(media=bool(media)),
        direction=Direction.INBOUND,
        sender=sender,
        to=to,
        body=body,
        status="received",
        segments=max(count(body).segments, 1),
        created_at=now,
        updated_at=now,
        sent_at=now,
        media=media,
    )
    desk.book.add(text)
    desk.courier.bring_in(text)
    return text


async def _form(request: Request) -> Form:
    try:
        return await read_form(request)
    except FormExpected as exc:
        raise Refusal(20415, "The content type must be application/x-www-form-urlencoded", 415) from exc
    except RelevoError as exc:
        raise Refusal(20001, exc.message, exc.status) from exc


def _accept(desk: Desk, form: Form, faults: Faults) -> StoredText:
    check_create(form, frozenset(desk.line.numbers))
    now, service = utc_now(), form.first("MessagingServiceSid")
    media = tuple(form.getlist("MediaUrl"))
    text = StoredText(
        sid=new_sid(media=bool(media)),
        direction=Direction.OUTBOUND,
        sender=form.first("From") or desk.line.numbers[0],
        to=form.first("To"),
        body=form.first("Body"),
        status="accepted" if service and not form.first("From") else "queued",
        segments=max(count(form.first("Body")).segments, 1),
        created_at=now,
        updated_at=now,
        messaging_service=service or None,
        callback=form.first("StatusCallback") or None,
        media=media,
    )
    desk.book.add(text)
    desk.courier.send_out(text, faults)
    return text


async def _misbehave_before(faults: Faults) -> None:
    if faults.answer == "refuse":
        raise Refusal(faults.code, "A fault by choice", faults.status)
    if faults.answer == "hang":
        await asyncio.sleep(faults.hang)
        raise Refusal(20503, "A fault by choice", 503)


def _found(book: Book, sid: str) -> StoredText:
    text = book.get(sid) if is_sid(sid, "SM") or is_sid(sid, "MM") else None
    if text is None:
        raise Refusal(20404, "The requested resource was not found", 404)
    return text


def _changes(text: StoredText, form: Form) -> dict[str, Any]:
    status = form.first("Status")
    if status and status != "canceled":
        raise Refusal(20001, "Invalid parameter 'Status'")
    if status and text.status not in {"queued", "accepted", "scheduled"}:
        raise Refusal(30409, "This message can no longer be canceled", 409)
    if form.first("Body"):
        raise Refusal(20001, "The body can only be emptied")
    return {"status": status} if status else {"body": ""} if form.getlist("Body") else {}


def _matches(text: StoredText, query: dict[str, str]) -> bool:
    if query.get("To", text.to) != text.to or query.get("From", text.sender) != text.sender:
        return False
    return all(_sent_within(text.sent_at, name, query[name]) for name in query if name.startswith("DateSent"))


def _sent_within(sent: datetime | None, name: str, value: str) -> bool:
    """Compared as the carrier does: in UTC, by the day when only a day is given."""
    if sent is None:
        return False
    written = sent.strftime("%Y-%m-%dT%H:%M:%SZ")[: 10 if len(value) <= 10 else None]
    return {"DateSent<": written <= value, "DateSent>": written >= value}.get(name, written[:10] == value[:10])


def _page(texts: list[StoredText], query: dict[str, str], account_sid: str) -> dict[str, object]:
    size = _number(query, "PageSize", PAGE, 1, MOST_PAGE)
    page = _number(query, "Page", 0, 0, len(texts) // size + 1)
    start = page * size
    shown = texts[start : start + size]
    base = MESSAGES.format(account_sid=account_sid) + ".json"

    def uri(number: int) -> str:
        return f"{base}?{urlencode({**query, 'PageSize': size, 'Page': number})}"

    return {
        "end": start + max(len(shown) - 1, 0),
        "first_page_uri": uri(0),
        "messages": [as_resource(text, account_sid) for text in shown],
        "next_page_uri": uri(page + 1) if start + size < len(texts) else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": start,
        "uri": uri(page),
    }


def _number(query: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    value = query.get(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value)):
        raise Refusal(20001, f"Invalid parameter '{name}'")
    return min(int(value), most)
