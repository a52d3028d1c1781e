"""What travels between a web page and the channel: bodies that come in, answers that go out (JSON)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Opaque = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Short = Annotated[str, Field(min_length=1, max_length=64)]


class Body(BaseModel):
    """A request's body: exactly these fields, in their own types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StartBody(Body):
    """`time_zone` is an IANA name. `identity` is a token that the site has signed."""

    language: Annotated[str, Field(min_length=2, max_length=35)] | None = None
    time_zone: Short | None = None
    identity: Annotated[str, Field(max_length=4096)] | None = None


class MessageBody(Body):
    """`client_id` is the page's own name for the message: sending it again changes nothing."""

    client_id: Opaque
    text: str
    uploads: Annotated[tuple[Opaque, ...], Field(max_length=5, strict=False)] = ()


class Nothing(Body):
    pass


class CallbackBody(Body):
    """The message and one way to call back: `phone` or `email`."""

    message: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    consent: Annotated[str, Field(max_length=64)] | None = None  # the version of the line above the contact fields


class WithdrawBody(Body):
    """Names the case as the customer saw it; a confirmation older than its last change is refused."""

    reference: Short
    version: Annotated[int, Field(ge=0)]


class RatingBody(Body):
    stars: Annotated[int, Field(ge=1, le=5)]
    comment: str | None = None


class HelpedBody(Body):
    """Whether an answer helped. The other word may follow; the last one counts."""

    helped: bool


class LanguageBody(Body):
    language: Annotated[str, Field(min_length=2, max_length=35)]


class Answer(BaseModel):
    """An answer's body; what is not there is left out."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class EntryOut(Answer):
    id: str
    version: int
    title: str
    source: str


class ChoiceOut(Answer):
    label: str
    value: str


class AttachmentOut(Answer):
    """What came with a message. Of an upload the size is known, and `/files/{id}` has it."""

    id: str
    content_type: str
    bytes: int | None = None
    width: int | None = None
    height: int | None = None


class MessageOut(Answer):
    id: str
    cursor: str
    author: str
    kind: str
    text: str
    language: str
    at: datetime
    entry: EntryOut | None = None
    choices: tuple[ChoiceOut, ...] | None = None
    agent: str | None = None
    client_id: str | None = None
    attachments: Annotated[tuple[AttachmentOut, ...] | None, BeforeValidator(lambda found: found or None)] = None
    helped: bool | None = None


class LinksOut(Answer):
    """The promise's page, and the promise for a calendar."""

    page: str
    ics: str


class HandoffOut(Answer):
    reference: str
    state: str
    version: int
    due_at: datetime | None = None
    links: LinksOut | None = None
    place: int | None = None
    wait_seconds: int | None = None


class StartedOut(Answer):
    conversation_id: str
    token: str
    cursor: str
    messages: tuple[MessageOut, ...]


class UploadOut(Answer):
    id: str
    content_type: str
    bytes: int
    width: int | None = None
    height: int | None = None


class RecordedOut(Answer):
    message_id: str
    cursor: str


class ConversationOut(Answer):
    """`state` is bot, waiting, agent, callback or closed."""

    id: str
    state: str
    language: str
    handoff: HandoffOut | None = None
    agent: str | None = None
    messages: tuple[MessageOut, ...]
    cursor: str
    read_upto: str | None = None


class WithdrawnOut(Answer):
    reference: str


class LanguageOut(Answer):
    language: str


class HelpedOut(Answer):
    message: str
    helped: bool


class SuggestionsOut(Answer):
    language: str
    questions: tuple[str, ...]
