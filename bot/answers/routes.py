"""`/t/{language}/{entry}/{version}`: one approved answer, whole, for whoever has its address. It changes nothing."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.answers.links import PATH, Shown
from bot.answers.page import ASSETS, HEADERS, answer_page, missing_page
from bot.answers.reading import read_page
from bot.knowledge.render import Release
from bot.pages.document import style
from handoff.clock import utc_now
from handoff.errors import NotFound, RelevoError
from handoff.limits import InProcessLimits, Limits, Rule, check_limit
from handoff.network import network_of
from handoff.service import Core

STYLE = Path(__file__).resolve().with_name("page.css")
NETWORKS = Rule(name="answers.networks", burst=300, per_minute=300)
LANGUAGES = ("en", "es")


def router(
    release: Callable[[], Release], *, limits: Limits | None = None, clock: Callable[[], datetime] = utc_now
) -> APIRouter:
    """`release` gives the one in force now."""
    routes, shared = APIRouter(include_in_schema=False), limits or InProcessLimits()

    @routes.get(f"{ASSETS}/{{name}}")
    def asset(name: str) -> Response:
        return style(name, STYLE)

    @routes.api_route(f"{PATH}/{{language}}/{{entry}}/{{version}}", methods=["GET", "HEAD"])
    async def show(request: Request, language: str, entry: str, version: str) -> Response:
        core: Core = request.app.state.box.core
        spoken = language if language in LANGUAGES else core.business.default_language
        now = clock()
        try:
            check_limit(shared, NETWORKS, network_of(request), now)
            shown = Shown(entry=entry, version=_number(version), language=spoken)
            current = release().entries.get(entry)
            page = await run_sync(read_page, core.database, shown, current[1] if current else None, now)
        except RelevoError as error:
            return _html(missing_page(core.business.name, spoken, busy=error.status == 429), error.status)
        return _html(answer_page(core.business.name, page), 200)

    return routes


def _number(version: str) -> int:
    if not (version.isascii() and version.isdigit() and len(version) < 7):
        raise NotFound
    return int(version)


def _html(text: str, status: int) -> Response:
    return HTMLResponse(text, status_code=status, headers=HEADERS)
