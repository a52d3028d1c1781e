"""`/promise/{token}`: what we promised, for whoever has the link.

A GET changes nothing, whoever makes it: mail scanners and previews open every link. A POST names the version that
the customer saw, and does nothing when they were told something new since.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.pages.document import style
from bot.promises import page as html
from bot.promises.words import WORDS, Words
from handoff import service
from handoff.clock import utc_now
from handoff.errors import InvalidInput, LinkExpired, NotFound, PromiseClosed, RateLimited, RelevoError, StaleVersion
from handoff.limits import InProcessLimits, Limits, Rule, check_limit
from handoff.network import network_of
from handoff.service import Core, PromisePage

STYLE = Path(__file__).resolve().with_name("page.css")
READS = Rule(name="promise.reads", burst=60, per_minute=60)
ACTS = Rule(name="promise.acts", burst=10, per_minute=10)
NETWORKS = Rule(name="promise.networks", burst=300, per_minute=300)

log = structlog.get_logger()


class Call(NamedTuple):
    """One call of one link, at one instant."""

    core: Core
    token: str
    now: datetime


def router(*, limits: Limits | None = None, clock: Callable[[], datetime] = utc_now) -> APIRouter:
    """All routes of the page. `limits` are this process's own when none are given."""
    routes, shared = APIRouter(include_in_schema=False), limits or InProcessLimits()

    async def answer(request: Request, token: str, rule: Rule, act: Callable[[Call], Response]) -> Response:
        core: Core = request.app.state.box.core
        call = Call(core, token, clock())
        try:
            check_limit(shared, NETWORKS, network_of(request), call.now)
            check_limit(shared, rule, hashlib.sha256(token.encode()).hexdigest()[:32], call.now)
            return await run_sync(act, call)
        except RelevoError as error:
            return trouble(core, error, request)

    @routes.get(f"{html.ASSETS}/{{name}}")
    def asset(name: str) -> Response:
        return style(name, STYLE)

    @routes.api_route("/promise/{token}.ics", methods=["GET", "HEAD"])
    async def calendar(request: Request, token: str) -> Response:
        return await answer(request, token, READS, in_calendar)

    @routes.api_route("/promise/{token}", methods=["GET", "HEAD"])
    async def read(request: Request, token: str) -> Response:
        return await answer(request, token, READS, show)

    @routes.api_route("/promise/{token}/{action}", methods=["GET", "HEAD"])
    async def ask(request: Request, token: str, action: str) -> Response:
        return await answer(request, token, READS, lambda call: ask_for(call, action))

    @routes.post("/promise/{token}/{action}")
    async def act(request: Request, token: str, action: str) -> Response:
        fields = await read_fields(request)
        return await answer(request, token, ACTS, lambda call: carry_out(call, action, fields))

    return routes


async def read_fields(request: Request) -> dict[str, str]:
    """The form as a browser sends it; of a field sent twice the first. What is no form is an empty one."""
    body = (await request.body()).decode("ascii", "replace")
    try:
        return {name: values[0] for name, values in parse_qs(body, max_num_fields=8).items()}
    except ValueError:
        return {}


def show(call: Call) -> Response:
    found = service.read_promise(call.core, call.token, now=call.now)
    return answer_with(html.promise_page(found, call.token), 200 if found.status == "open" else 410)


def in_calendar(call: Call) -> Response:
    found = service.read_promise(call.core, call.token, now=call.now)
    text = service.promise_calendar(call.core, call.token, now=call.now)
    headers = {**html.HEADERS, "Content-Disposition": f'attachment; filename="{found.reference}.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


PAGES = {"move": html.move_page, "withdraw": html.withdraw_page}


def ask_for(call: Call, action: str, *, note: str = "", status: int = 200) -> Response:
    """The choice, or the question, with the confirmation that its button sends back."""
    if action not in PAGES:
        raise NotFound
    found = service.read_promise(call.core, call.token, now=call.now)
    if found.status != "open":
        return answer_with(html.promise_page(found, call.token), 410)
    confirmation = service.make_confirmation(call.core, call.token, action, found.version)
    return answer_with(PAGES[action](found, call.token, confirmation, note=note), status)


def carry_out(call: Call, action: str, fields: dict[str, str]) -> Response:
    """Does what was confirmed. What has changed since, or is not offered any more, is asked again."""
    if action not in PAGES:
        raise NotFound
    known = service.read_promise(call.core, call.token, now=call.now)
    words = WORDS[known.language]
    try:
        version = service.read_confirmation(call.core, call.token, action, fields.get("confirm", ""))
        done = _move(call, version, fields) if action == "move" else _withdraw(call, version)
    except (StaleVersion, InvalidInput):
        return ask_for(call, action, note=words.ask_again, status=409)
    except PromiseClosed:
        return show(call)
    note = words.changed if action == "move" else ""
    return answer_with(html.promise_page(done, call.token, note=note), 200)


def _move(call: Call, version: int, fields: dict[str, str]) -> PromisePage:
    return service.move_promise(call.core, call.token, version, read_instant(fields.get("at", "")), now=call.now)


def _withdraw(call: Call, version: int) -> PromisePage:
    return service.withdraw_promise(call.core, call.token, version, now=call.now)


def read_instant(text: str) -> datetime:
    """The time of one of our own choices. Raises InvalidInput for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as exc:
        raise InvalidInput(fields={"at": "choose one of the times that are offered"}) from exc


def answer_with(text: str, status: int) -> Response:
    return HTMLResponse(text, status_code=status, headers=html.HEADERS)


def trouble(core: Core, error: RelevoError, request: Request) -> Response:
    """A page for people instead of an error: what it means and what to do next."""
    if error.status >= 500:
        log.error("promise.failed", code=error.code)
    language = error.fields.get("language") or spoken(request, core)
    title, hint = _explained(error, WORDS[language])
    site = next(iter(core.business.sites), None)
    return answer_with(html.trouble_page(language, core.business.name, title, hint, site), error.status)


def _explained(error: RelevoError, words: Words) -> tuple[str, str]:
    if isinstance(error, LinkExpired):
        return words.expired, words.expired_hint
    if isinstance(error, NotFound):
        return words.unknown, words.unknown_hint
    if isinstance(error, RateLimited):
        return words.too_many, words.too_many_hint
    return words.failed, words.failed_hint


def spoken(request: Request, core: Core) -> str:
    """The language that the browser asks for first and the business speaks; else the business's own."""
    asked = [part.split(";")[0].strip().lower()[:2] for part in request.headers.get("accept-language", "").split(",")]
    return next((one for one in (*asked, *core.business.languages) if one in core.business.languages), "en")
