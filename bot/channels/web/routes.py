"""The web channel's routes under /api/v1, as design section 7 gives them.

Every call names its conversation and bears its token; creating calls take an Idempotency-Key. Answers and errors
are JSON; errors are `{error: {code, message, fields?}}`.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.channels.web import wire
from bot.channels.web.access import Access, Door, core_of, is_id, key_of, read_access
from bot.channels.web.follow import follow_router
from bot.channels.web.origins import check_origin
from bot.channels.web.privacy import identity_of, privacy_router
from bot.channels.web.stream import add_events
from bot.channels.web.strict import StrictRoute
from bot.channels.web.texts import check_email, check_name, check_phone, check_text
from bot.channels.web.uploads import uploads_router
from handoff import service
from handoff.clock import utc_now
from handoff.errors import InvalidInput, NotFound
from handoff.limits import Limits, Rule
from handoff.service import CallbackForm, Core, Inbound
from handoff.service.cases.hints import desk_topic

CHANNEL = "web"
ACCOUNT = "web"  # a business has one website channel; its visitors are the addresses

Key = Annotated[str | None, Depends(key_of)]
Gate = Callable[[Request, str], Access]


def router(*, limits: Limits | None = None, public_url: str = "", door: Door | None = None) -> APIRouter:
    """All routes of the channel. `limits` are this process's own when none are given."""
    door = door or (Door(limits=limits, public_url=public_url) if limits else Door(public_url=public_url))

    def know_origin(request: Request) -> None:
        check_origin(request, core_of(request).business.sites, door.public_url)
        door.limit_network(request, door.rules.calls, utc_now())

    routes = APIRouter(
        prefix="/api/v1", tags=["web channel"], route_class=StrictRoute, dependencies=[Depends(know_origin)]
    )
    _add_start(routes, door)
    _add_reading(routes, door)
    _add_messages(routes, door)
    _add_person(routes, door)
    _add_case(routes, door)
    _add_helped(routes, door)
    _add_small(routes, door)
    add_events(routes, door)
    routes.include_router(privacy_router(door))
    routes.include_router(uploads_router(door))
    routes.include_router(follow_router(door))
    return routes


def _gate(door: Door, rule: Rule) -> Gate:
    """A dependency that lets a call in: limited first, so that a flood does not reach the database."""

    def enter(request: Request, conversation_id: str) -> Access:
        access = read_access(request, conversation_id)
        door.limit_conversation(access, rule)
        door.check_token(access)
        return access

    return enter


def is_empty(body: wire.Nothing | None = None) -> bool:
    """Lets in no body, or one without fields."""
    return body is None


def check_language(core: Core, language: str | None) -> str | None:
    """The business's own name of the language (`es-MX` is served as `es`); raises InvalidInput for another."""
    if language is None:
        return None
    short = language.lower().replace("_", "-").split("-")[0]
    if short not in core.business.languages:
        raise InvalidInput(fields={"language": "one of " + ", ".join(core.business.languages)})
    return short


def _visitor(key: str | None) -> str:
    """A new visitor's address; the same key is the same visitor, so a repeated start is the same conversation."""
    return "visitor-" + (hashlib.sha256(key.encode()).hexdigest()[:32] if key else secrets.token_hex(16))


def _add_start(routes: APIRouter, door: Door) -> None:
    @routes.post("/conversations", status_code=201, response_model_exclude_none=True)
    def start(request: Request, body: wire.StartBody, key: Key) -> wire.StartedOut:
        """Begins a conversation; its first message discloses that a bot speaks."""
        now, core = utc_now(), core_of(request)
        door.limit_network(request, door.rules.starts, now)
        identity = identity_of(request, body.identity)
        started = service.start_conversation(
            core,
            channel=CHANNEL,
            account=ACCOUNT,
            address=_visitor(key),
            language=check_language(core, body.language),
            time_zone=body.time_zone,
            idempotency_key=key,
            identity=identity,
            now=now,
        )
        return wire.StartedOut.model_validate(started)


def _add_reading(routes: APIRouter, door: Door) -> None:
    enter = Depends(_gate(door, door.rules.reads))

    @routes.get("/conversations/{conversation_id}", response_model_exclude_none=True)
    def read(access: Annotated[Access, enter]) -> wire.ConversationOut:
        """The whole conversation as the customer may see it, and the cursor to follow it from."""
        view = service.read_conversation(access.core, access.conversation_id, now=access.now)
        return wire.ConversationOut.model_validate(view)


def _add_messages(routes: APIRouter, door: Door) -> None:
    enter = Depends(_gate(door, door.rules.messages))

    @routes.post("/conversations/{conversation_id}/messages", status_code=202)
    def send(access: Annotated[Access, enter], body: wire.MessageBody, response: Response) -> wire.RecordedOut:
        """Takes a message: 202 once it is committed, 200 and the same body when it was sent before."""
        inbound = Inbound(
            channel=CHANNEL,
            account=ACCOUNT,
            address="",
            text="" if body.uploads and not body.text.strip() else check_text(body.text),
            uploads=body.uploads,
            at=access.now,
            conversation_id=access.conversation_id,
            client_id=body.client_id,
        )
        recorded = service.record_inbound(access.core, inbound, now=access.now)
        if recorded.repeated:
            response.status_code = 200
        return wire.RecordedOut.model_validate(recorded)


def _add_person(routes: APIRouter, door: Door) -> None:
    enter = Depends(_gate(door, door.rules.actions))

    @routes.post(
        "/conversations/{conversation_id}/handoff",
        status_code=201,
        response_model_exclude_none=True,
        dependencies=[Depends(is_empty)],
    )
    def ask_person(request: Request, access: Annotated[Access, enter], key: Key) -> wire.HandoffOut:
        """Asks for a person; needs nothing of the engine."""
        door.limit_network(request, door.rules.people, access.now)
        brief = service.ask_person(access.core, access.conversation_id, idempotency_key=key, now=access.now)
        return wire.HandoffOut.model_validate(brief)

    @routes.post("/conversations/{conversation_id}/callback", status_code=201, response_model_exclude_none=True)
    def leave_message(access: Annotated[Access, enter], body: wire.CallbackBody, key: Key) -> wire.HandoffOut:
        """Takes a message and promises a callback."""
        form = read_form(body)
        brief = service.submit_form(access.core, access.conversation_id, form, idempotency_key=key, now=access.now)
        return wire.HandoffOut.model_validate(brief)


def read_form(body: wire.CallbackBody) -> CallbackForm:
    """The form with its fields checked. Raises InvalidInput naming the field to mend."""
    form = CallbackForm(
        message=check_text(body.message, "message"),
        name=check_name(body.name),
        phone=check_phone(body.phone),
        email=check_email(body.email),
        consent=body.consent,
    )
    if not (form.phone or form.email):
        raise InvalidInput(fields={"phone": "leave a phone number or an e-mail address"})
    return form


def _add_case(routes: APIRouter, door: Door) -> None:
    enter = Depends(_gate(door, door.rules.actions))

    @routes.post("/conversations/{conversation_id}/withdraw")
    def withdraw(access: Annotated[Access, enter], body: wire.WithdrawBody) -> wire.WithdrawnOut:
        """The customer no longer needs a person; 409 when the case has changed since they were asked."""
        service.withdraw(access.core, access.conversation_id, body.reference, body.version, now=access.now)
        return wire.WithdrawnOut(reference=body.reference)

    @routes.post("/conversations/{conversation_id}/rating", status_code=204)
    def rate(access: Annotated[Access, enter], body: wire.RatingBody) -> None:
        """One to five stars, with a comment if they like."""
        comment = check_text(body.comment, "comment") if body.comment and body.comment.strip() else None
        service.rate(access.core, access.conversation_id, body.stars, comment, now=access.now)


def _add_helped(routes: APIRouter, door: Door) -> None:
    enter = Depends(_gate(door, door.rules.actions))
    enter_reading = Depends(_gate(door, door.rules.reads))

    @routes.put("/conversations/{conversation_id}/messages/{message_id}/helped")
    def tell_helped(access: Annotated[Access, enter], message_id: str, body: wire.HelpedBody) -> wire.HelpedOut:
        """The customer's word on an answer; every page of the conversation is told."""
        if not is_id(message_id):
            raise NotFound
        said = service.tell_helped(access.core, access.conversation_id, message_id, body.helped, now=access.now)
        return wire.HelpedOut.model_validate(said)

    @routes.get("/conversations/{conversation_id}/suggestions")
    def suggest(access: Annotated[Access, enter_reading]) -> wire.SuggestionsOut:
        """First questions of the current release, in the conversation's language."""
        view = service.read_conversation(access.core, access.conversation_id, now=access.now)
        return wire.SuggestionsOut(language=view.language, questions=access.core.texts.suggested(view.language))


def _add_small(routes: APIRouter, door: Door) -> None:
    enter = Depends(_gate(door, door.rules.actions))
    enter_typing = Depends(_gate(door, door.rules.typing))

    @routes.put("/conversations/{conversation_id}/language")
    def speak(access: Annotated[Access, enter], body: wire.LanguageBody) -> wire.LanguageOut:
        """The customer's choice of language; it stays whatever they write in."""
        language = check_language(access.core, body.language) or body.language
        service.set_language(access.core, access.conversation_id, language, now=access.now)
        return wire.LanguageOut(language=language)

    @routes.post("/conversations/{conversation_id}/typing", status_code=204, dependencies=[Depends(is_empty)])
    def typing(access: Annotated[Access, enter_typing]) -> None:
        """A hint that the customer is typing; nothing is stored."""
        access.core.wake.notify(f"{desk_topic(access.conversation_id)} typing:customer")
