"""Contacts that a code proves: the code, its message, and where an agent's reply follows a customer who has left."""

import hashlib
import hmac
from typing import Final

import structlog
from sqlalchemy import select

from handoff.errors import TextMissing
from handoff.models import Conversation, HandoffRow, Message, Notification
from handoff.models.proofs import ContactProof
from handoff.service.base.core import NOTIFICATIONS, Core, Text, Work
from handoff.service.telling.notifying import queue_email
from handoff.store import new_id, one

CODE: Final = "contact_code"  # approved notices
BY_TEXT: Final = "contact_follows_text"
BY_EMAIL: Final = "contact_follows_email"
MAIL_FOOT: Final = "contact_reply_email"
PROOF: Final = "proof"  # the audience of a code
WAYS: Final = {"phone": "sms", "email": "email"}
ASKED, PROVEN, OVER = "asked", "proven", "over"
log = structlog.get_logger()


def code_of(core: Core, proof: ContactProof) -> str:
    """The six digits that were sent for this proof, and only for it."""
    digest = hmac.new(core.secret, f"proof\x00{proof.id}\x00{proof.nonce}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def code_words(core: Core, proof: ContactProof, language: str) -> Text:
    """What is sent with the code: nothing of the case. Raises TextMissing."""
    return core.texts.render(CODE, language, "sms", {"code": code_of(core, proof), "business": core.business.name})


def queue_code(unit: Work, proof: ContactProof, row: HandoffRow, language: str) -> None:
    """One message with the code. The row names the proof; the code is made when it is sent."""
    message = Notification(
        id=new_id(unit.now),
        channel=WAYS[proof.kind],
        target=proof.value,
        audience=PROOF,
        kind=CODE,
        handoff_id=row.id,
        data={"proof": proof.id, "language": language},
        status="pending",
        tries=0,
        next_at=unit.now,
        created_at=unit.now,
    )
    unit.session.add(message)
    unit.wake(NOTIFICATIONS)


def is_code_open(unit: Work, row: Notification) -> bool:
    """Whether the code that this message brings would still be taken."""
    proof = one(unit.session, ContactProof, row.data["proof"])
    return proof is not None and proof.status == ASKED and proof.expires_at > unit.now


def proof_of(unit: Work, conversation_id: str) -> ContactProof | None:
    """The conversation's contact that is asked or proven."""
    statement = select(ContactProof).where(ContactProof.conversation_id == conversation_id, ContactProof.status != OVER)
    return unit.session.execute(statement).scalar_one_or_none()


def proven_of(unit: Work, conversation_id: str) -> ContactProof | None:
    """Where replies follow the customer, if a code has proven it."""
    proof = proof_of(unit, conversation_id)
    return proof if proof is not None and proof.status == PROVEN else None


def mail_reply(unit: Work, conversation: Conversation, row: HandoffRow, message: Message, target: str) -> bool:
    """Queues the agent's own words for a proven address; False where the release has no words around them."""
    values = {
        "business": unit.core.business.name,
        "reference": row.reference,
        "agent": message.agent_name or unit.core.business.name,
    }
    try:
        foot = unit.core.texts.render(MAIL_FOOT, conversation.language, "sms", values).text
    except TextMissing as error:
        log.warning("proofs.no_text", code=error.code, reference=row.reference)
        return False
    queue_email(
        unit,
        target=target,
        kind="reply",
        subject=f"{unit.core.business.name} · {row.reference}",
        text=f"{message.text}\n\n{foot}",
        language=conversation.language,
        row=row,
        lasting=True,
    )
    return True
