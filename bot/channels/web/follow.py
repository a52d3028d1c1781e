"""Where replies follow a customer who leaves the page: a typed number or address, its code, and the end of it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from bot.channels.web import wire
from bot.channels.web.access import Access, Door, read_access
from bot.channels.web.strict import StrictRoute
from bot.channels.web.texts import check_email, check_phone
from handoff.errors import InvalidInput
from handoff.network import network_of
from handoff.service.talk import proving
from handoff.service.talk.proving import CannotFollow, Following


class FollowBody(wire.Body):
    """One of the two; a number without a country is of our own number's. `consent`: the version of the line shown."""

    phone: str | None = None
    email: str | None = None
    consent: Annotated[str, Field(max_length=80)] | None = None


class CodeBody(wire.Body):
    code: Annotated[str, Field(pattern=r"^[0-9 ]{6,12}$")]


class FollowOut(wire.Answer):
    """`status` is asked (a code is on its way, until `expires_at`), proven, or none; `to` is masked."""

    status: str
    kind: str | None = None
    to: str | None = None
    expires_at: datetime | None = None
    phone: bool = False  # whether texts are set up here
    email: bool = False  # whether e-mail is


def follow_router(door: Door) -> APIRouter:
    """Routes of the channel, which has checked the origin."""
    routes = APIRouter(route_class=StrictRoute)

    def enter(request: Request, conversation_id: str) -> Access:
        access = read_access(request, conversation_id)
        door.limit_conversation(access, door.rules.actions)
        door.check_token(access)
        return access

    entered = Depends(enter)

    @routes.get("/conversations/{conversation_id}/follow", response_model_exclude_none=True)
    def read(request: Request, access: Annotated[Access, entered]) -> FollowOut:
        """Where replies go when the page is left."""
        return _out(request, access, proving.read_following(access.core, access.conversation_id, now=access.now))

    @routes.post("/conversations/{conversation_id}/follow", status_code=202, response_model_exclude_none=True)
    def ask(request: Request, access: Annotated[Access, entered], body: FollowBody) -> FollowOut:
        """Sends one code to a number or an address that was typed; nothing else is sent there before it came back."""
        phone, email = check_phone(body.phone), check_email(body.email)
        if email and not phone and not has_mail(request):
            raise CannotFollow(fields={"why": "not_set_up"})
        following = proving.ask_code(
            access.core,
            access.conversation_id,
            phone=phone,
            email=email,
            network=network_of(request),
            consent=body.consent,
            now=access.now,
        )
        return _out(request, access, following)

    @routes.post("/conversations/{conversation_id}/follow/code", response_model_exclude_none=True)
    def prove(request: Request, access: Annotated[Access, entered], body: CodeBody) -> FollowOut:
        """Takes the code; from then on replies go there."""
        code = body.code.replace(" ", "")
        if len(code) != 6:
            raise InvalidInput(fields={"code": "six digits"})
        return _out(request, access, proving.prove(access.core, access.conversation_id, code, now=access.now))

    @routes.delete("/conversations/{conversation_id}/follow", status_code=204, response_class=Response)
    def stop(access: Annotated[Access, entered]) -> None:
        """No more replies there; the page goes on."""
        proving.stop_following(access.core, access.conversation_id, now=access.now)

    return routes


def has_mail(request: Request) -> bool:
    return bool(getattr(request.app.state, "mail", False))


def _out(request: Request, access: Access, following: Following | None) -> FollowOut:
    return FollowOut(
        status=following.status if following else "none",
        kind=following.kind if following else None,
        to=following.to if following else None,
        expires_at=following.expires_at if following else None,
        phone=bool(access.core.text_sender),
        email=has_mail(request),
    )
