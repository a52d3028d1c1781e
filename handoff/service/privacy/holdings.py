"""What is kept of a customer, table by table: whose rows they are, and what an erasure leaves of them.

Erasure and export both go by this list, and a test holds it to the schema: every column of every table stands either
here or in kept.py, with the reason why it stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, literal, or_, select

from handoff.models import (
    Address,
    Alert,
    Attempt,
    ContactProof,
    Conversation,
    Customer,
    Delivery,
    Erasure,
    HandoffRow,
    Idempotency,
    IdentityUse,
    LedgerRow,
    Message,
    Notification,
    PromiseRow,
    Rating,
    SignedDetails,
    StreamItem,
    Upload,
    UploadContent,
)
from handoff.models.talk import Attachment, TextRoute
from handoff.service.base.ledger import conversation_stream
from handoff.service.telling.notifying import CUSTOMER
from handoff.service.telling.proofs import PROOF

TOLD = ("code", "conversation", "notice")  # of an alert: what happened, in words of ours
SCOPES = ("handoff", "callback")  # of calls that may be repeated, each for one conversation


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The ids of what belongs to somebody; `customers` and `addresses` are empty where only conversations end."""

    customers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    handoffs: tuple[str, ...] = ()


Owned = Callable[[Scope], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One table. `owned` finds the rows; `gone`: they are deleted, else `blank` says what stands there afterwards.

    `secret` columns prove or open something and are in no export. `rewrite` makes a column's value anew, row by row.
    """

    table: Table
    owned: Owned
    gone: bool = False
    blank: Mapping[str, Any] = field(default_factory=dict)
    rewrite: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()


def _table(entity: Any) -> Table:
    table: Table = entity.__table__
    return table


def _by(column: Any, ids: str) -> Owned:
    return lambda scope: column.in_(getattr(scope, ids))


def _of_messages(column: Any) -> Owned:
    return lambda scope: column.in_(select(Message.id).where(Message.conversation_id.in_(scope.conversations)))


def _calls(scope: Scope) -> ColumnElement[bool]:
    named = [f"{name}:{each}" for name in SCOPES for each in scope.conversations]
    answer = Idempotency.response
    return or_(
        Idempotency.scope.in_(named),
        answer["conversation_id"].as_string().in_(scope.conversations),
        answer["handoff"].as_string().in_(scope.handoffs),
    )


def _alerts(scope: Scope) -> ColumnElement[bool]:
    told_of = Alert.data["conversation"].as_string().in_(scope.conversations)
    return or_(Alert.handoff_id.in_(scope.handoffs), told_of)


def _mails(scope: Scope) -> ColumnElement[bool]:
    """What went to the customer: of their cases, and codes to what they typed."""
    proofs = select(ContactProof.id).where(ContactProof.conversation_id.in_(scope.conversations))
    codes = and_(Notification.audience == PROOF, Notification.data["proof"].as_string().in_(proofs))
    return or_(and_(Notification.handoff_id.in_(scope.handoffs), Notification.audience == CUSTOMER), codes)


def _of_upload(scope: Scope) -> ColumnElement[bool]:
    mine = select(Upload.id).where(Upload.conversation_id.in_(scope.conversations))
    return UploadContent.upload_id.in_(mine)


def _stopped(status: Any) -> Any:
    """What is still to be sent never is."""
    return case((status.in_(("pending", "sending")), "superseded"), else_=status)


def _told(data: Any) -> dict[str, Any]:
    return {name: data[name] for name in TOLD if name in (data or {})}


HOLDINGS: tuple[Holding, ...] = (  # in an order in which rows may be deleted
    Holding(table=_table(UploadContent), owned=_of_upload, gone=True),
    Holding(
        table=_table(Upload),
        owned=_by(Upload.conversation_id, "conversations"),
        gone=True,
        secret=frozenset({"fingerprint"}),
    ),
    Holding(table=_table(Attachment), owned=_of_messages(Attachment.message_id), gone=True),
    Holding(
        table=_table(Delivery),
        owned=_by(Delivery.conversation_id, "conversations"),
        blank={"address": "", "error": None, "status": _stopped(Delivery.status), "follow_at": None},
    ),
    Holding(table=_table(StreamItem), owned=_by(StreamItem.conversation_id, "conversations"), gone=True),
    Holding(
        table=_table(Message),
        owned=_by(Message.conversation_id, "conversations"),
        blank={"text": "", "salt": "", "client_id": None, "choices": None},
        secret=frozenset({"salt"}),
    ),
    Holding(
        table=_table(Notification),
        owned=lambda scope: and_(
            Notification.handoff_id.in_(scope.handoffs), Notification.audience.in_((CUSTOMER, PROOF))
        ),
        blank={"target": "", "data": {}, "error": None, "status": _stopped(Notification.status)},
    ),
    Holding(table=_table(Alert), owned=_alerts, rewrite={"data": _told}),
    Holding(table=_table(Rating), owned=_by(Rating.conversation_id, "conversations"), blank={"comment": None}),
    Holding(table=_table(Attempt), owned=_by(Attempt.handoff_id, "handoffs")),
    Holding(table=_table(PromiseRow), owned=_by(PromiseRow.handoff_id, "handoffs")),
    Holding(
        table=_table(TextRoute),
        owned=_by(TextRoute.conversation_id, "conversations"),
        blank={"phone": "", "status": "over"},
    ),
    Holding(
        table=_table(HandoffRow),
        owned=_by(HandoffRow.conversation_id, "conversations"),
        blank={"contact": None, "signals": [], "topic": None, "pending": None, "pending_at": None},
    ),
    Holding(
        table=_table(ContactProof),
        owned=_by(ContactProof.conversation_id, "conversations"),
        gone=True,
        secret=frozenset({"nonce", "network"}),
    ),
    Holding(table=_table(Idempotency), owned=_calls, gone=True),
    Holding(table=_table(IdentityUse), owned=_by(IdentityUse.conversation_id, "conversations"), gone=True),
    Holding(
        table=_table(Conversation),
        owned=_by(Conversation.id, "conversations"),
        blank={
            "address": "",
            "time_zone": None,
            "dialogue": None,
            "memory": None,
            "turn_since": None,
            "turn_owner": None,
            "turn_until": None,
            "text_route_id": None,
        },
    ),
    Holding(table=_table(SignedDetails), owned=_by(SignedDetails.customer_id, "customers"), gone=True),
    Holding(
        table=_table(Address),
        owned=_by(Address.id, "addresses"),
        blank={"value": literal("erased-").concat(Address.id), "proven": False},
    ),
    Holding(table=_table(Customer), owned=_by(Customer.id, "customers"), blank={"name": None, "needs": None}),
    Holding(table=_table(Erasure), owned=_by(Erasure.customer_id, "customers")),
    Holding(
        table=_table(LedgerRow),
        owned=lambda scope: LedgerRow.stream.in_([conversation_stream(each) for each in scope.conversations]),
    ),
)
