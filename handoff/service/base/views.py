"""What the service hands out: frozen records, the shapes that the edges send as JSON.

Instants are aware and UTC. References look like `R-7K3M9Q`. Cursors are opaque.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handoff.service.base.links import Links
from handoff.service.base.uses import AnswerUse


@dataclass(frozen=True, kw_only=True)
class EntryRef:
    """The approved entry that a bot's message says, and where it comes from."""

    id: str
    version: int
    title: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """One thing said. `author` is customer, bot, agent or system."""

    id: str
    cursor: str
    author: str
    kind: str
    text: str
    language: str
    at: datetime
    entry: EntryRef | None = None
    choices: tuple[Choice, ...] | None = None
    agent: str | None = None  # the agent's name, when an agent said it
    client_id: str | None = None  # the sender's own id, so that a page knows its message again
    helped: bool | None = None  # what the customer said of an approved answer
    suggested: tuple[AnswerUse, ...] | None = None  # at the desk: approved answers that an agent's words were made of
    delivery: str | None = None  # at the desk: queued | sending | sent | delivered | superseded | dead
    attachments: tuple["AttachmentView", ...] = ()
    by: str | None = None  # at the desk: the channel by which it came, where that is not the conversation's


@dataclass(frozen=True, kw_only=True)
class AttachmentView:
    """A customer's picture or file. It is fetched from the carrier only when somebody opens it. Bytes and pixels are
    known of what was uploaded on the page."""

    id: str
    content_type: str
    is_image: bool  # of a kind that we show; anything else is only saved
    bytes: int | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, kw_only=True)
class HandoffBrief:
    """What a customer may know of their case."""

    reference: str
    state: str
    version: int
    due_at: datetime | None = None
    links: Links | None = None  # of the open promise
    place: int | None = None  # in the queue; 1 is next
    wait_seconds: int | None = None  # the expected wait, where there is an honest number


@dataclass(frozen=True, kw_only=True)
class AgentView:
    id: str
    name: str
    role: str  # agent | supervisor | admin
    languages: tuple[str, ...]
    capacity: int
    skills: tuple[str, ...] = ()  # teams


@dataclass(frozen=True, kw_only=True)
class AgentRef:
    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PresenceView:
    """One agent at the desk: `status` is online, away or offline (lost counts as offline)."""

    agent: AgentView
    status: str
    holding: int = 0  # chats they hold now
    shift: str = ""  # as "mon 09:00-14:00, tue …"; empty: all opening hours
    in_shift: bool = True  # outside it they are offered nothing new
    paused_until: datetime | None = None  # their team is in a meeting: they are offered nothing until then


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An action that waits for an undo before it happens. `kind` is resolve, return or transfer."""

    kind: str
    undo_until: datetime


@dataclass(frozen=True, kw_only=True)
class QueueItem:
    """One open handoff as a row; a snapshot of it at `version`."""

    reference: str
    version: int
    state: str
    urgency: str
    reason: str  # the kind of the strongest signal, such as urgency.fraud
    evidence: str  # the customer's own words
    language: str
    channel: str
    waiting_since: datetime
    customer_label: str  # a name or a masked address
    deadline_at: datetime | None = None
    deadline_kind: str | None = None
    agent: AgentRef | None = None  # the holder
    offered_to: AgentRef | None = None
    due_at: datetime | None = None  # of the open promise
    unseen: int = 0
    last_text: str = ""
    last_author: str = ""
    rung: int = 0
    front: bool = False  # its agent was lost: before the others of its urgency
    pending: Pending | None = None


@dataclass(frozen=True, kw_only=True)
class CallbackItem:
    """One open promise as a row."""

    reference: str
    version: int
    state: str
    customer_label: str
    language: str
    due_at: datetime
    overdue: bool
    attempts: int
    contact: str | None = None  # the phone or e-mail to use, as far as the role may see it
    contact_kind: str | None = None  # phone | email
    message: str = ""
    breaches: int = 0
    urgency: str = "normal"
    agent: AgentRef | None = None


@dataclass(frozen=True, kw_only=True)
class QueueView:
    """`waiting` is ordered by urgency, then deadline; `callbacks` overdue first."""

    waiting: tuple[QueueItem, ...]
    mine: tuple[QueueItem, ...]
    others: tuple[QueueItem, ...]
    callbacks: tuple[CallbackItem, ...]
    cursor: str


@dataclass(frozen=True, kw_only=True)
class SignalView:
    kind: str
    strength: float
    language: str
    evidence: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TriedView:
    """One answer of the bot in this conversation, with the customer's words before it."""

    question: str
    answer: str
    at: datetime
    entry: EntryRef | None = None


@dataclass(frozen=True, kw_only=True)
class FactView:
    """Something collected in the conversation, such as an order number."""

    name: str
    value: str
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class ContactView:
    kind: str  # phone | email | web | name
    value: str
    proven: bool = False


@dataclass(frozen=True, kw_only=True)
class EarlierCase:
    reference: str
    state: str
    opened_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    topic: str | None = None


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    at: datetime
    outcome: str  # reached | voicemail | no_answer | wrong_number
    agent: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseView:
    due_at: datetime
    remind_at: datetime | None = None
    breaches: int = 0
    message: str = ""
    attempts: tuple[AttemptView, ...] = ()
    attempts_left: int = 0


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """What an agent left for whoever takes the case; customers never see it."""

    at: datetime
    text: str
    agent: str | None = None
    id: str = ""
    reference: str = ""  # of the case in which it was left


@dataclass(frozen=True, kw_only=True)
class ReachView:
    """How the customer can be reached now: the phone for texts, and how the chat stands with it."""

    phone: str | None = None  # masked like the contact
    proven: bool = False
    status: str | None = None  # of the chat's route by text: asked | live | paused | over
    ended_by: str | None = None  # case_ended | opted_out | agent | declined
    opted_out: bool = False  # the address that replies go to now has stopped our texts
    page: bool = False  # the conversation has a page on the web


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """The whole packet at takeover: who, what, why, what was tried; extracted, never invented."""

    item: QueueItem
    conversation_id: str
    transcript: tuple[MessageView, ...]
    customer_id: str | None = None
    time_zone: str | None = None
    want: str = ""  # the customer's own sentence
    why: tuple[SignalView, ...] = ()
    tried: tuple[TriedView, ...] = ()
    facts: tuple[FactView, ...] = ()
    contact: tuple[ContactView, ...] = ()
    earlier: tuple[EarlierCase, ...] = ()
    promise: PromiseView | None = None
    pending: Pending | None = None
    notes: tuple[NoteView, ...] = ()
    reach: ReachView = ReachView()
    language_known: bool = False  # the customer chose it or clearly writes it
    masked: bool = False  # contact details are shown in full to whoever holds the case, and to supervisors


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """Something that this agent must know. `data` has the fields that its words need, such as `message`."""

    id: str
    kind: str
    reference: str | None  # of the case, when it is about one
    customer_label: str | None
    at: datetime
    data: Mapping[str, str]
    count: int = 1  # more than three of a kind are one, which stands for the newest
    references: tuple[str, ...] = ()  # of a group: the newest cases


@dataclass(frozen=True, kw_only=True)
class DeskChanges:
    """Snapshots of every case that changed after a cursor, who is present now, and every open alert.

    `reset` says that the cursor was unknown or too old: read the queue again.
    """

    cursor: str
    cases: tuple[QueueItem, ...] = ()
    presence: tuple[PresenceView, ...] = ()
    alerts: tuple[AlertView, ...] = ()
    reset: bool = False
