"""The tables of the core. Invariants are constraints here, each with a name that the store maps to an error."""

from handoff.models.base import Base
from handoff.models.cases import Attempt, HandoffRow, PromiseRow, Rating
from handoff.models.notices import Alert, Notification
from handoff.models.people import Address, Agent, AgentSession, Customer, Invite, Presence
from handoff.models.privacy import Erasure, IdentityUse, SignedDetails, StoppedNumber
from handoff.models.proofs import ContactProof
from handoff.models.records import Counter, Idempotency, LedgerRow, LedgerStream, SettingsVersion
from handoff.models.reports import ReportDay, TeamPause
from handoff.models.second_factors import SecondFactor
from handoff.models.talk import Conversation, Delivery, Message, StreamItem
from handoff.models.uploads import Upload, UploadContent
from handoff.models.writing import CannedReply

__all__ = [
    "Address",
    "Agent",
    "AgentSession",
    "Alert",
    "Attempt",
    "Base",
    "CannedReply",
    "ContactProof",
    "Conversation",
    "Counter",
    "Customer",
    "Delivery",
    "Erasure",
    "HandoffRow",
    "Idempotency",
    "IdentityUse",
    "Invite",
    "LedgerRow",
    "LedgerStream",
    "Message",
    "Notification",
    "Presence",
    "PromiseRow",
    "Rating",
    "ReportDay",
    "SecondFactor",
    "SettingsVersion",
    "SignedDetails",
    "StoppedNumber",
    "StreamItem",
    "TeamPause",
    "Upload",
    "UploadContent",
]
