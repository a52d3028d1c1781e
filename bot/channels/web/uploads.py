"""Pictures and files of customers: taken in, cleaned, kept until a message sends them, and given back to their own."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Request, Response

from bot.channels.web import wire
from bot.channels.web.access import Access, Door, read_access
from bot.channels.web.cleaning import clean, kind_of
from handoff.clock import utc_now
from handoff.desk.attachments import HEADERS, AttachmentUnavailable
from handoff.errors import InvalidInput, NotFound, TooLarge, Unavailable
from handoff.limits import Rule
from handoff.service import CoreBox
from handoff.service.base import uploads
from handoff.service.base.uploads import NewFile, UploadView

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_IN_FLIGHT: Final = 100 * 1024 * 1024  # of all customers of this process, in memory
PATIENCE: Final = 300.0  # seconds for one file, on a slow phone
AT_ONCE: Final = 2  # files cleaned at the same time

_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

ClientId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
FileId = Annotated[str, Path(pattern=r"^[a-z0-9]{1,64}$")]


class Intake:
    """What is being taken in at this moment: bounded, so that many slow senders do not fill the memory."""

    def __init__(self) -> None:
        self.bytes = 0
        self.cleaners = CapacityLimiter(AT_ONCE)

    @contextmanager
    def holding(self) -> Iterator[bytearray]:
        body = bytearray()
        try:
            yield body
        finally:
            self.bytes -= len(body)

    def add(self, body: bytearray, part: bytes) -> None:
        if len(body) + len(part) > MOST_BYTES:
            raise TooLarge("The file is larger than 10 MiB.", fields={"file": "at most 10 MiB"})
        if self.bytes + len(part) > MOST_IN_FLIGHT:
            raise Unavailable("Too many files at once; send it again in a moment.")
        body.extend(part)
        self.bytes += len(part)


def uploads_router(door: Door) -> APIRouter:
    """Routes of the channel whose bodies are not JSON; it has checked the origin."""
    routes = APIRouter()
    _add_taking(routes, door, Intake())
    _add_giving(routes, door)
    return routes


def _entered(request: Request, conversation_id: str, door: Door, rule: Rule) -> Access:
    access = read_access(request, conversation_id)
    door.limit_conversation(access, rule)
    door.check_token(access)
    return access


def _add_taking(routes: APIRouter, door: Door, intake: Intake) -> None:
    def enter(request: Request, conversation_id: str) -> Access:
        access = _entered(request, conversation_id, door, door.rules.files)
        door.limit_network(request, door.rules.files_of_network, access.now)
        uploads.check_uploads(access.core, conversation_id)
        return access

    @routes.put(
        "/conversations/{conversation_id}/uploads/{client_id}",
        status_code=201,
        openapi_extra=_BODY,
        response_model_exclude_none=True,
    )
    async def upload(
        request: Request, client_id: ClientId, access: Annotated[Access, Depends(enter)]
    ) -> wire.UploadOut:
        """Takes one picture or PDF file, at most 10 MiB; the same again gives the same. A message then sends it."""
        with intake.holding() as body:
            await _read(request, body, intake)
            kept = await run_sync(_keep, access, client_id, bytes(body), limiter=intake.cleaners)
        return wire.UploadOut.model_validate(kept)


async def _read(request: Request, body: bytearray, intake: Intake) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                intake.add(body, part)
    except TimeoutError as exc:
        raise InvalidInput("The file did not arrive in five minutes.", fields={"file": "too slow"}) from exc


def _keep(access: Access, client_id: str, original: bytes) -> UploadView:
    kind_of(original)
    fingerprint = uploads.fingerprint_of(access.core, access.conversation_id, original)
    known = uploads.find_upload(access.core, access.conversation_id, client_id, fingerprint)
    if known is not None:
        return known
    cleaned = clean(original)
    new = NewFile(
        client_id=client_id,
        fingerprint=fingerprint,
        content=cleaned.content,
        content_type=cleaned.content_type,
        width=cleaned.width,
        height=cleaned.height,
    )
    return uploads.keep_upload(access.core, access.conversation_id, new, now=utc_now())


def _add_giving(routes: APIRouter, door: Door) -> None:
    def enter(request: Request, conversation_id: str) -> Access:
        return _entered(request, conversation_id, door, door.rules.file_reads)

    @routes.delete("/conversations/{conversation_id}/uploads/{upload_id}", status_code=204)
    def drop(upload_id: FileId, access: Annotated[Access, Depends(enter)]) -> None:
        """Takes back a file that was not sent yet; of one that was sent or is gone nothing changes."""
        uploads.drop_upload(access.core, access.conversation_id, upload_id, now=access.now)

    @routes.get("/conversations/{conversation_id}/files/{file_id}", response_class=Response)
    def read(file_id: FileId, access: Annotated[Access, Depends(enter)]) -> Response:
        """The customer's own file, always as one to save; the page draws pictures from it."""
        found = uploads.read_upload(access.core, access.conversation_id, file_id, now=access.now)
        name = (
            f"attachment-{hashlib.sha256(file_id.encode()).hexdigest()[:8]}.{_ENDINGS.get(found.content_type, 'bin')}"
        )
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found.content, media_type=found.content_type, headers=headers)


class UploadedMedia:
    """The desk's way to files of the page: where a carrier would be asked, the database is."""

    def __init__(self, box: CoreBox) -> None:
        self._box = box

    def fetch(self, url: str) -> bytes:
        """The content, at most 10 MiB. Raises AttachmentUnavailable."""
        try:
            return uploads.read_sent(self._box.core, url).content
        except NotFound as exc:
            raise AttachmentUnavailable("This file is no longer kept.") from exc
