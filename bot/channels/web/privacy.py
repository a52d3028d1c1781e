"""Routes by which a customer is known by their site's word, and by which they are forgotten by their own."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.web.access import Access, Door, read_access
from bot.channels.web.identity import Identities
from handoff import service
from handoff.clock import utc_now
from handoff.limits import Rule
from handoff.service.privacy.erasing import Confirmed, forget_visitor
from handoff.service.talk.identities import SignedIdentity, identify

MOST_TOKEN = 4096
MOST_CASES = 100
NOBODY = Identities()


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class IdentityBody(_Body):
    """A token that the site has signed (docs/identity.md)."""

    identity: Annotated[str, Field(min_length=1, max_length=MOST_TOKEN)]


class CaseBody(_Body):
    """An open case as the customer saw it when they confirmed that it ends."""

    reference: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[int, Field(ge=0)]


class EraseBody(_Body):
    """The open cases, where there are any: their customer was told that nobody will get back to them.

    `case` is the one of this conversation, `cases` any of theirs.
    """

    case: CaseBody | None = None
    cases: Annotated[tuple[CaseBody, ...], Field(max_length=MOST_CASES, strict=False)] = ()


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class ElsewhereOut(_Answer):
    """The same customer's open case in another conversation, with the token that opens it."""

    conversation_id: str
    token: str
    reference: str


class IdentifiedOut(_Answer):
    name: str | None = None
    elsewhere: ElsewhereOut | None = None


class ErasedOut(_Answer):
    """`withdrawn` are the cases that ended with it; `done` is false while a last text is on its way to a phone."""

    withdrawn: tuple[str, ...]
    done: bool


def identity_of(request: Request, token: str | None) -> SignedIdentity | None:
    """Who the token names, checked. Raises IdentityInvalid or InvalidInput."""
    known: Identities = getattr(request.app.state, "identities", NOBODY)
    return known.check(token, utc_now()) if token is not None else None


def privacy_router(door: Door) -> APIRouter:
    """Both sides of it. The channel has checked the origin."""
    routes = APIRouter()
    enter = Depends(_gate(door, door.rules.actions))

    @routes.post("/conversations/{conversation_id}/identity", response_model_exclude_none=True)
    def know(request: Request, access: Annotated[Access, enter], body: IdentityBody) -> IdentifiedOut:
        """The visitor of this conversation is the customer whom the site has signed."""
        signed = identity_of(request, body.identity)
        assert signed is not None  # noqa: S101 - a body without a token is refused above
        found = identify(access.core, access.conversation_id, signed, now=access.now)
        return IdentifiedOut.model_validate(found)

    @routes.post("/conversations/{conversation_id}/erase")
    def forget(access: Annotated[Access, enter], body: EraseBody) -> ErasedOut:
        """Forgets the customer of this conversation; 409 when an open case is not named as they last saw it.

        The error's `fields` are the references of those cases, each with its version.
        """
        named = (body.case, *body.cases) if body.case else body.cases
        seen = tuple(Confirmed(reference=each.reference, version=each.version) for each in named)
        found = forget_visitor(access.core, access.conversation_id, seen, now=access.now)
        return ErasedOut.model_validate(found)

    return routes


def _gate(door: Door, rule: Rule) -> Any:
    def enter(request: Request, conversation_id: str) -> Access:
        access = read_access(request, conversation_id)
        door.limit_conversation(access, rule)
        door.check_token(access)
        return access

    return enter


def privacy_config(core: service.Core) -> dict[str, Any]:
    """What the panel's page must know beforehand: the consent line of each language, and who may write."""
    lines = {language: service.consent_line(core, language) for language in core.business.languages}
    return {
        "consent": {language: asdict(line) for language, line in lines.items() if line is not None},
        "identity": core.business.channels.web.identity,
    }
