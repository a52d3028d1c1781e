"""The desk's API under /api/v1/desk: everything that the page can do, and nothing more."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from handoff import service
from handoff.clock import utc_now
from handoff.desk import people, reports, settings, stream, supervision, writing
from handoff.desk.auth import (
    COOKIE,
    Beating,
    Reading,
    TheCore,
    Writing,
    check_origin,
    check_sign_ins,
    current_session,
    drop_cookie,
    set_cookie,
    writing_session,
)
from handoff.desk.chat import add_chat
from handoff.desk.extras import add_extras
from handoff.desk.wire import (
    Act,
    AlertId,
    AlertsAnswer,
    Attempt,
    CallbacksAnswer,
    NewPassword,
    Presence,
    QueueAnswer,
    Reference,
    Reply,
    Resolve,
    Seen,
    SessionAnswer,
    SignIn,
    Transfer,
    with_now,
)
from handoff.service import Core, MessageView
from handoff.service.base.views import AgentView, CaseView, PresenceView
from handoff.service.people import accounts


def router() -> APIRouter:
    """All routes of the desk; the app state needs `box.core`, and `public_url` when it is not the Host."""
    routes = APIRouter(prefix="/api/v1/desk", tags=["desk"])
    _add_session(routes)
    _add_reading(routes)
    _add_actions(routes)
    supervision.add_supervision(routes)
    people.add_people(routes)
    settings.add_settings(routes)
    reports.add_reports(routes)
    writing.add_writing(routes)
    stream.add_events(routes)
    add_extras(routes)
    add_chat(routes)
    return routes


def _answer(core: Core, session: accounts.Session) -> SessionAnswer:
    return SessionAnswer(
        csrf=session.csrf,
        agent=session.agent,
        business=core.business.name,
        has_password=session.has_password,
        must_enrol=session.must_enrol,
        now=utc_now(),
    )


def _add_session(routes: APIRouter) -> None:
    @routes.post("/session")
    def sign_in(body: SignIn, request: Request, response: Response, core: TheCore) -> SessionAnswer:
        """Opens a session by a one-time invite, or by e-mail and password, and sets its cookie."""
        check_origin(request, required=False)
        check_sign_ins(request)
        now = utc_now()
        opened = accounts.open_session(core, **body.model_dump(), now=now)
        set_cookie(request, response, opened.session_token)
        return _answer(core, accounts.read_session(core, opened.session_token, now=now))

    @routes.get("/session")
    def read_session(session: Reading, core: TheCore) -> SessionAnswer:
        return _answer(core, session)

    @routes.delete("/session", status_code=204, dependencies=[Depends(writing_session)])
    def sign_out(request: Request, response: Response, core: TheCore) -> None:
        accounts.close_session(core, request.cookies[COOKIE], now=utc_now())
        drop_cookie(response)

    @routes.put("/password", status_code=204)
    def set_password(body: NewPassword, session: Writing, request: Request, core: TheCore) -> None:
        """Sets the own password; every other session of this agent ends."""
        accounts.set_password(
            core, session.agent, body.password, current=body.current, keep=request.cookies[COOKIE], now=utc_now()
        )

    @routes.put("/presence", status_code=204)
    def beat(body: Presence, session: Beating, core: TheCore) -> None:
        """The page's heartbeat, every 10 s; an agent without one for 40 s is lost."""
        accounts.beat(core, session.agent, body.status, now=utc_now())


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/queue")
    def read_queue(session: Reading, core: TheCore) -> QueueAnswer:
        now = utc_now()
        return with_now(QueueAnswer, service.read_queue(core, session.agent, now=now), now)

    @routes.get("/handoffs/{reference}")
    def read_case(reference: Reference, session: Reading, core: TheCore) -> CaseView:
        return service.read_case(core, session.agent, reference, now=utc_now())

    @routes.get("/callbacks")
    def read_callbacks(session: Reading, core: TheCore) -> CallbacksAnswer:
        now = utc_now()
        return CallbacksAnswer(callbacks=tuple(service.read_callbacks(core, session.agent, now=now)), now=now)

    @routes.get("/alerts")
    def read_alerts(session: Reading, core: TheCore) -> AlertsAnswer:
        """What this agent must know, newest first, at most 100."""
        now = utc_now()
        return AlertsAnswer(alerts=service.read_alerts(core, session.agent, now=now), now=now)

    @routes.get("/agents", dependencies=[Depends(current_session)])
    def list_agents(core: TheCore) -> list[PresenceView]:
        """Who works here and who is present: for transfers and the head of the page."""
        return list(accounts.list_presence(core, now=utc_now()))


def _add_actions(routes: APIRouter) -> None:
    simple: dict[str, Callable[..., Any]] = {
        "claim": service.claim,
        "accept": service.accept,
        "decline": service.decline,
        "call": service.start_call,
        "chat": service.to_chat,
        "callback": service.make_callback,
        "return": service.return_to_bot,
    }
    for name, act in simple.items():
        _add_simple(routes, name, act)
    _add_reply(routes)
    _add_ends(routes)
    _add_alerts(routes)


def _add_simple(routes: APIRouter, name: str, act: Callable[..., Any]) -> None:
    def take(reference: Reference, body: Act, session: Writing, core: TheCore) -> CaseView:
        now = utc_now()
        act(core, session.agent, reference, body.version, now=now)
        return service.read_case(core, session.agent, reference, now=now)

    routes.add_api_route(f"/handoffs/{{reference}}/{name}", take, methods=["POST"], name=f"{name}_handoff")


def _add_reply(routes: APIRouter) -> None:
    @routes.post("/handoffs/{reference}/reply")
    def reply(reference: Reference, body: Reply, session: Writing, core: TheCore) -> MessageView:
        """Says something to the customer; the same client_id again says it only once."""
        return service.reply(
            core, session.agent, reference, body.version, body.client_id, body.text,
            upto=body.upto, suggested=body.suggested, now=utc_now(),
        )  # fmt: skip

    @routes.post("/handoffs/{reference}/seen", status_code=204)
    def mark_seen(reference: Reference, session: Writing, core: TheCore, body: Seen | None = None) -> None:
        """The agent has seen the customer's messages, those up to the cursor when one is named."""
        service.mark_seen(core, session.agent, reference, upto=body.upto if body else None, now=utc_now())


def _add_alerts(routes: APIRouter) -> None:
    @routes.post("/alerts/{alert_id}/done", status_code=204)
    def finish_alert(alert_id: AlertId, session: Writing, core: TheCore, alike: bool = False) -> None:
        """Takes the alert from everybody who sees it; `alike`: with all of its kind that are no newer."""
        finish = service.finish_alike if alike else service.finish_alert
        finish(core, session.agent, alert_id, now=utc_now())


def _add_ends(routes: APIRouter) -> None:
    def fresh(core: Core, agent: AgentView, reference: str) -> CaseView:
        return service.read_case(core, agent, reference, now=utc_now())

    @routes.post("/handoffs/{reference}/resolve")
    def resolve(reference: Reference, body: Resolve, session: Writing, core: TheCore) -> CaseView:
        """Ends the case after 10 s, unless undone; `pending` says until when."""
        service.resolve(core, session.agent, reference, body.version, body.outcome, body.topic, now=utc_now())
        return fresh(core, session.agent, reference)

    @routes.post("/handoffs/{reference}/transfer")
    def transfer(reference: Reference, body: Transfer, session: Writing, core: TheCore) -> CaseView:
        """Gives the case to a present agent or a team after 10 s, unless undone."""
        service.transfer(
            core, session.agent, reference, body.version,
            agent=body.agent, team=body.team, note=body.note, now=utc_now(),
        )  # fmt: skip
        return fresh(core, session.agent, reference)

    @routes.post("/handoffs/{reference}/attempt")
    def record_attempt(reference: Reference, body: Attempt, session: Writing, core: TheCore) -> CaseView:
        service.record_attempt(core, session.agent, reference, body.version, body.outcome, now=utc_now())
        return fresh(core, session.agent, reference)

    @routes.post("/handoffs/{reference}/undo")
    def undo(reference: Reference, session: Writing, core: TheCore) -> CaseView:
        service.undo(core, session.agent, reference, now=utc_now())
        return fresh(core, session.agent, reference)
