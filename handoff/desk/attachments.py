"""A customer's picture or file, fetched by the server when an agent opens it, and served so that it can do no harm."""

from typing import Annotated, ClassVar, Final, Protocol

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from handoff.clock import utc_now
from handoff.desk.auth import Reading, TheCore
from handoff.errors import RelevoError
from handoff.service.cases.attachments import SHOWN, read_attachment

AttachmentId = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,64}$")]
MOST_BYTES = 5 * 1024 * 1024  # what carriers take in one message
MOST_SERVED = 10 * 1024 * 1024  # what a page takes
_STARTS: Final = {  # how a picture of each shown type begins
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
_ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/amr": "amr",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
}
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


class AttachmentUnavailable(RelevoError):
    """The carrier does not give us this attachment now; try again later, or ask the customer to send it anew."""

    code: ClassVar[str] = "attachment_unavailable"
    status: ClassVar[int] = 502


class AttachmentRefused(RelevoError):
    """This attachment is not where our carrier keeps attachments, or is larger than 5 MiB; it is not fetched."""

    code: ClassVar[str] = "attachment_refused"
    status: ClassVar[int] = 422


class Media(Protocol):
    """The way to what a carrier keeps; the app's state has it as `media`, by channel."""

    def fetch(self, url: str) -> bytes:
        """The content, of a carrier at most 5 MiB. Raises AttachmentUnavailable or AttachmentRefused."""
        ...


def add_attachments(routes: APIRouter) -> None:
    @routes.get("/attachments/{attachment_id}", response_class=Response)
    def open_attachment(attachment_id: AttachmentId, request: Request, session: Reading, core: TheCore) -> Response:
        """The picture, when it truly is one of a kind that we show; anything else as a file to save."""
        kept = read_attachment(core, session.agent, attachment_id, now=utc_now())
        media: Media | None = getattr(request.app.state, "media", {}).get(kept.channel)
        if media is None:
            raise AttachmentUnavailable("The carrier that keeps this attachment is not set up here.")
        return served(media.fetch(kept.url), kept.content_type, kept.id)


def served(content: bytes, named: str, attachment_id: str) -> Response:
    """`content` with what it is, not with what it is called: a page that is called a picture is saved, never shown."""
    if len(content) > MOST_SERVED:
        raise AttachmentRefused
    shown = named in SHOWN and is_picture(content, named)
    ending = _ENDINGS.get(named, "bin") if shown or named not in SHOWN else "bin"
    name = f"attachment-{attachment_id[-8:]}.{ending}"
    how = "inline" if shown else "attachment"
    headers = {**HEADERS, "Content-Disposition": f'{how}; filename="{name}"'}
    return Response(content, media_type=named if shown else "application/octet-stream", headers=headers)


def is_picture(content: bytes, named: str) -> bool:
    """Whether the content begins as a picture of that type does."""
    if named == "image/webp":
        return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return content.startswith(_STARTS.get(named, ()))
