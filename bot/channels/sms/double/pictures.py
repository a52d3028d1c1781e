"""The picture that a simulated phone can send: kept and served as the carrier does it, to the account alone."""

import secrets
import struct
import zlib
from collections.abc import Callable
from email.utils import format_datetime
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from bot.channels.sms.double.courier import Line
from bot.channels.sms.double.rules import Refusal
from bot.channels.sms.double.texts import API_VERSION, StoredText

WIDTH, HEIGHT = 240, 160
PAGE = 50
MEDIA = f"/{API_VERSION}/Accounts/{{account_sid}}/Messages/{{sid}}/Media/{{name}}"


def picture_at(base: str, line: Line) -> str:
    """Where a new picture of this account is kept."""
    name, sid = f"ME{secrets.token_hex(16)}", f"MM{secrets.token_hex(16)}"
    return base.rstrip("/") + MEDIA.format(account_sid=line.account_sid, sid=sid, name=name)


def add_pictures(routes: APIRouter, check_sign_in: Callable[[Request, str, Line], None], line: Line) -> None:
    @routes.get(MEDIA)
    async def media(account_sid: str, sid: str, name: str, request: Request) -> Response:
        check_sign_in(request, account_sid, line)
        if not (sid.startswith("MM") and name.startswith("ME")):
            raise Refusal(20404, "The requested resource was not found", 404)
        return Response(picture(), media_type="image/png")


def media_list(text: StoredText, line: Line) -> dict[str, object]:
    """What came with a text, as the carrier lists it."""
    uri = f"/{API_VERSION}/Accounts/{line.account_sid}/Messages/{text.sid}/Media.json"
    paths = [urlsplit(url).path for url in text.media]
    return {
        "media_list": [
            {
                "account_sid": line.account_sid,
                "content_type": "image/png",
                "date_created": format_datetime(text.created_at),
                "date_updated": format_datetime(text.updated_at),
                "parent_sid": text.sid,
                "sid": path.rsplit("/", 1)[1],
                "uri": f"{path}.json",
            }
            for path in paths
        ],
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
        "page": 0,
        "page_size": PAGE,
        "start": 0,
        "end": max(len(paths) - 1, 0),
    }


def picture() -> bytes:
    """A PNG that fades from one colour into another."""
    rows = b"".join(
        b"\x00" + b"".join(bytes((x * 255 // WIDTH, y * 255 // HEIGHT, 150)) for x in range(WIDTH))
        for y in range(HEIGHT)
    )
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
