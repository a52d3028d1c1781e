"""What travels between the desk page and the server: bodies that come in, answers that go out."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from handoff.service.base.uses import LONGEST, MOST
from handoff.service.base.views import AgentView, AlertView, CallbackItem, QueueView

Answer = TypeVar("Answer")

Short = Annotated[str, Field(min_length=1, max_length=200)]
Reference = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
AlertId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Version = Annotated[int, Field(ge=0)]
UseToken = Annotated[str, Field(max_length=LONGEST)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def check_text(cls, value: object) -> object:
        """Half a character and NUL can be sent in JSON, but neither stored nor shown."""
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError as exc:
                raise ValueError("this is not valid Unicode") from exc
            if "\x00" in value:
                raise ValueError("this has a NUL character")
        return value


class SignIn(Body):
    """A one-time `invite`, or `email` and `password`; with the second factor's `code` once that is asked for."""

    invite: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=320)] | None = None
    password: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    code: Annotated[str, Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def check_one_way(self) -> "SignIn":
        by_password = self.email is not None and self.password is not None
        if (self.invite is not None) == by_password:
            raise ValueError("send an invite, or an email with a password")
        return self


class NewPassword(Body):
    """`current` is needed once a password is set."""

    password: Annotated[str, Field(min_length=1, max_length=1000)]
    current: Annotated[str, Field(max_length=1000)] | None = None


class Act(Body):
    """An action on a case names the version that the agent saw."""

    version: Version


class Seen(Body):
    """`upto`: the cursor of the newest message that the page shows; without it everything was seen."""

    upto: Annotated[str, Field(max_length=200)] | None = None


class Reply(Act, Seen):
    client_id: Short
    text: str  # its size and characters are the service's to check
    suggested: Annotated[list[UseToken], Field(max_length=MOST)] = []  # of approved answers that are in the text


class Transfer(Act):
    """To one `agent` (their id) or to a `team`."""

    agent: Short | None = None
    team: Short | None = None
    note: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def check_one_target(self) -> "Transfer":
        if (self.agent is None) == (self.team is None):
            raise ValueError("name an agent or a team")
        return self


class Reassign(Act):
    """To another `agent` (their id), by a supervisor."""

    agent: Short


class ListedCase(Body):
    """A case as the page shows it; one that has changed since is refused."""

    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    version: Version
    unseen: Version


class ResolveMany(Body):
    cases: Annotated[list[ListedCase], Field(min_length=1, max_length=200)]
    outcome: Literal["solved", "partly", "not_solved", "wrong_channel", "abuse"]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Resolve(Act):
    outcome: Literal["solved", "partly", "not_solved", "wrong_channel", "abuse"]
    topic: Annotated[str, Field(max_length=200)] = ""


class Attempt(Act):
    outcome: Literal["reached", "voicemail", "no_answer", "wrong_number"]


class Presence(Body):
    status: Literal["online", "away", "offline"]


@dataclass(frozen=True, kw_only=True)
class SessionAnswer:
    """Who is signed in; `csrf` goes into the X-Relevo-CSRF header of every write."""

    csrf: str
    agent: AgentView
    business: str
    has_password: bool
    must_enrol: bool  # the settings ask this role for a second factor: nothing else is answered before
    now: datetime


@dataclass(frozen=True, kw_only=True)
class QueueAnswer(QueueView):
    """The queue with the server's clock, so that a page with a wrong clock counts right."""

    now: datetime


@dataclass(frozen=True, kw_only=True)
class CallbacksAnswer:
    callbacks: tuple[CallbackItem, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class AlertsAnswer:
    alerts: tuple[AlertView, ...]
    now: datetime


def with_now(kind: type[Answer], view: object, now: datetime) -> Answer:
    """`view` as a `kind`, which has the same fields and `now`."""
    values = {each.name: getattr(view, each.name) for each in fields(view)}  # type: ignore[arg-type]
    return kind(**values, now=now)  # type: ignore[call-arg]
