"""Pictures and files from the page: kept cleaned in the database, sent with a message, swept when they never are.

A file is uploaded first and sent then: the message that names it and the file become one in one transaction.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from handoff.errors import ClientIdReused, Conflict, Forbidden, InvalidInput, NotFound
from handoff.models import Conversation, Message
from handoff.models.uploads import Upload, UploadContent
from handoff.service.base.core import Core, Work, work
from handoff.service.base.inbound import Attached
from handoff.service.base.rows import lock_conversation
from handoff.store import locked

MOST_FILES: Final = 30  # of one conversation
MOST_BYTES: Final = 100 * 1024 * 1024  # of one conversation
MOST_IN_MESSAGE: Final = 5
UNSENT_LASTS: Final = timedelta(hours=6)
_AT_A_TIME: Final = 20
_ADDRESS: Final = "upload:"


class UploadsOff(Forbidden):
    """Files are not taken here."""

    code: ClassVar[str] = "uploads_off"


class UploadsFull(Conflict):
    """This conversation has as many files as one may have; say in words what else there is."""

    code: ClassVar[str] = "uploads_full"


class UploadGone(InvalidInput):
    """A file that this message names is not there any more; choose it again."""

    code: ClassVar[str] = "upload_gone"


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A file as the edge hands it in: checked and cleaned. Sizes are bytes and pixels."""

    client_id: str
    fingerprint: str
    content: bytes
    content_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, kw_only=True)
class UploadView:
    id: str
    content_type: str
    bytes: int
    width: int | None
    height: int | None


@dataclass(frozen=True, kw_only=True)
class FileContent:
    id: str
    content_type: str
    content: bytes


def fingerprint_of(core: Core, conversation_id: str, original: bytes) -> str:
    """Tells the same file of the same conversation; without our key it confirms nothing."""
    key = hmac.new(core.secret, f"upload\x00{conversation_id}".encode(), hashlib.sha256).digest()
    return hmac.new(key, original, hashlib.sha256).hexdigest()


def check_uploads(core: Core, conversation_id: str) -> None:
    """Whether one more may come, before anything is read. Raises UploadsOff, UploadsFull or NotFound."""
    if not core.business.channels.web.attachments:
        raise UploadsOff
    with core.database.read() as session:
        _check_room(session, conversation_id, 0)


def find_upload(core: Core, conversation_id: str, client_id: str, fingerprint: str) -> UploadView | None:
    """What was kept under this client id. Raises ClientIdReused where that was another file."""
    with core.database.read() as session:
        known = _known(session, conversation_id, client_id)
        return _same(known, fingerprint) if known is not None else None


def keep_upload(core: Core, conversation_id: str, new: NewFile, now: datetime) -> UploadView:
    """Keeps one file; the same again is the same. Raises NotFound, ClientIdReused, UploadsOff or UploadsFull."""
    if not core.business.channels.web.attachments:
        raise UploadsOff
    with work(core, now) as unit:
        conversation = lock_conversation(unit, conversation_id)
        if conversation.erased_at is not None:
            raise NotFound
        known = _known(unit.session, conversation_id, new.client_id)
        if known is not None:
            return _same(known, new.fingerprint)
        _check_room(unit.session, conversation_id, len(new.content))
        return _view(_add(unit, conversation_id, new))


def _add(unit: Work, conversation_id: str, new: NewFile) -> Upload:
    row = Upload(
        id=secrets.token_hex(16),
        conversation_id=conversation_id,
        message_id=None,
        client_id=new.client_id,
        fingerprint=new.fingerprint,
        content_type=new.content_type,
        bytes=len(new.content),
        width=new.width,
        height=new.height,
        created_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.session.add(UploadContent(upload_id=row.id, content=new.content))
    unit.session.flush()
    return row


def _check_room(session: Session, conversation_id: str, more: int) -> None:
    statement = select(func.count(), func.coalesce(func.sum(Upload.bytes), 0)).where(
        Upload.conversation_id == conversation_id
    )
    files, size = session.execute(statement).one()
    if files >= MOST_FILES or size + more > MOST_BYTES:
        raise UploadsFull


def _known(session: Session, conversation_id: str, client_id: str) -> Upload | None:
    statement = select(Upload).where(Upload.conversation_id == conversation_id, Upload.client_id == client_id)
    return session.execute(statement).scalar_one_or_none()


def _same(known: Upload, fingerprint: str) -> UploadView:
    if not hmac.compare_digest(known.fingerprint, fingerprint):
        raise ClientIdReused
    return _view(known)


def _view(row: Upload) -> UploadView:
    return UploadView(id=row.id, content_type=row.content_type, bytes=row.bytes, width=row.width, height=row.height)


def drop_upload(core: Core, conversation_id: str, upload_id: str, now: datetime) -> None:
    """The customer thought better of it before sending; what is sent or gone already stays as it is."""
    with work(core, now) as unit:
        lock_conversation(unit, conversation_id)
        unsent = select(Upload.id).where(
            Upload.id == upload_id, Upload.conversation_id == conversation_id, Upload.message_id.is_(None)
        )
        _remove(unit.session, unit.session.execute(unsent).scalars().all())


def read_upload(core: Core, conversation_id: str, upload_id: str, now: datetime) -> FileContent:
    """A file of this conversation, for its customer. Raises NotFound."""
    del now
    with core.database.read() as session:
        return _content(session, Upload.id == upload_id, Upload.conversation_id == conversation_id)


def read_sent(core: Core, address: str) -> FileContent:
    """The file at an attachment's address, for whoever may read the case. Raises NotFound."""
    with core.database.read() as session:
        return _content(session, Upload.id == address.removeprefix(_ADDRESS), Upload.message_id.is_not(None))


def _content(session: Session, *which: ColumnElement[bool]) -> FileContent:
    statement = (
        select(Upload.id, Upload.content_type, UploadContent.content)
        .join(UploadContent, UploadContent.upload_id == Upload.id)
        .join(Conversation, Conversation.id == Upload.conversation_id)
        .where(Conversation.erased_at.is_(None), *which)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return FileContent(id=found.id, content_type=found.content_type, content=found.content)


def take_uploads(unit: Work, conversation_id: str, ids: Sequence[str]) -> tuple[Attached, ...]:
    """The files that a message names, as its attachments; the conversation is locked. Raises UploadGone."""
    statement = select(Upload).where(
        Upload.id.in_(ids), Upload.conversation_id == conversation_id, Upload.message_id.is_(None)
    )
    found = {row.id: row for row in unit.session.execute(statement).scalars()} if ids else {}
    missing = [each for each in ids if each not in found]
    if missing or len(set(ids)) != len(ids):
        raise UploadGone(fields={"uploads": ", ".join(missing) or "each once"})
    return tuple(Attached(id=each, url=_ADDRESS + each, content_type=found[each].content_type) for each in ids)


def bind_uploads(unit: Work, message: Message, ids: Sequence[str]) -> None:
    """From here on they are the message's, and are kept as long as it is."""
    if ids:
        unit.session.execute(update(Upload).where(Upload.id.in_(ids)).values(message_id=message.id))


def sent_with(unit: Work, message: Message) -> tuple[str, ...]:
    """The files of a message, to tell a repetition from another message of the same client id."""
    statement = select(Upload.id).where(Upload.message_id == message.id)
    return tuple(sorted(unit.session.execute(statement).scalars())) if message.media else ()


def sweep_uploads(core: Core, now: datetime) -> int:
    """Removes files that were never sent, some at a time; moves no case, so it counts none."""
    overdue = (
        select(Upload.id)
        .where(Upload.message_id.is_(None), Upload.created_at < now - UNSENT_LASTS)
        .order_by(Upload.created_at)
        .limit(_AT_A_TIME)
    )
    with core.database.read() as session:
        found = session.execute(overdue).scalars().all()
    if found:
        with work(core, now) as unit:
            again = select(Upload.id).where(Upload.id.in_(found), Upload.message_id.is_(None))
            _remove(unit.session, unit.session.execute(locked(again)).scalars().all())
    return 0


def forget_uploads(unit: Work, conversation_id: str) -> int:
    """Removes all files of a conversation, sent or not, for its erasure; returns how many."""
    statement = select(Upload.id).where(Upload.conversation_id == conversation_id)
    found = unit.session.execute(statement).scalars().all()
    _remove(unit.session, found)
    return len(found)


def _remove(session: Session, ids: Sequence[str]) -> None:
    if ids:
        session.execute(delete(UploadContent).where(UploadContent.upload_id.in_(ids)))
        session.execute(delete(Upload).where(Upload.id.in_(ids)))
