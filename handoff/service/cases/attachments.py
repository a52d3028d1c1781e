"""Pictures and files that customers sent: known by type, fetched from the carrier only when an agent opens one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.errors import NotFound
from handoff.models import Conversation, Message
from handoff.models.talk import Attachment
from handoff.models.uploads import Upload
from handoff.service.base.core import Core
from handoff.service.base.records import message_view
from handoff.service.base.views import AgentView, AttachmentView, MessageView

SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Where the carrier keeps one attachment, for whoever fetches it."""

    id: str
    url: str
    content_type: str
    channel: str


def attachments_of(session: Session, message_ids: Sequence[str]) -> dict[str, tuple[AttachmentView, ...]]:
    """What came with these messages, by message, in order."""
    if not message_ids:
        return {}
    statement = (
        select(Attachment, Upload)
        .outerjoin(Upload, Upload.id == Attachment.id)
        .where(Attachment.message_id.in_(message_ids))
        .order_by(Attachment.position)
    )
    found: dict[str, tuple[AttachmentView, ...]] = {}
    for each, upload in session.execute(statement):
        found[each.message_id] = (*found.get(each.message_id, ()), _view(each, upload))
    return found


def _view(each: Attachment, upload: Upload | None) -> AttachmentView:
    return AttachmentView(
        id=each.id,
        content_type=each.content_type,
        is_image=each.content_type in SHOWN,
        bytes=upload.bytes if upload else None,
        width=upload.width if upload else None,
        height=upload.height if upload else None,
    )


def with_attachments(session: Session, messages: Sequence[Message]) -> tuple[MessageView, ...]:
    """The messages as their customer sees them, with what they sent along."""
    attached = attachments_of(session, [message.id for message in messages if message.media])
    return tuple(replace(message_view(each), attachments=attached.get(each.id, ())) for each in messages)


def read_attachment(core: Core, actor: AgentView, attachment_id: str, now: datetime) -> Kept:
    """One attachment, for every agent who may read cases. Raises NotFound, also once the conversation is erased."""
    del actor, now
    with core.database.read() as session:
        statement = (
            select(Attachment, Message.channel)
            .join(Message, Message.id == Attachment.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Attachment.id == attachment_id, Conversation.erased_at.is_(None))
        )
        found = session.execute(statement).one_or_none()
        if found is None:
            raise NotFound
        kept, channel = found
        return Kept(id=kept.id, url=kept.url, content_type=kept.content_type, channel=channel)
