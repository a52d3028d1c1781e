"""The reports, the live board and what supervisors do from it: listen, take over, pause a team, open or close early."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, Field

from handoff.clock import utc_now
from handoff.desk.auth import TheCore, Writing
from handoff.desk.supervision import Supervising
from handoff.desk.wire import Act, Body, Reference
from handoff.service import Core, read_case
from handoff.service.base import today
from handoff.service.base.views import CaseView
from handoff.service.cases import overseeing
from handoff.service.cases.holding import check_supervisor
from handoff.service.people import accounts, pauses
from handoff.service.proof import reports
from handoff.service.proof.reports import Asked, Parted, Report

Clock = Annotated[str, Field(min_length=4, max_length=5)]
Team = Annotated[str, Field(min_length=1, max_length=40)]
READERS = 2  # reports that are counted at the same time in this process
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run it


class TodaysHours(Body):
    """`close` at a local time of today (`at`, now without it), `open` from `at` until `until`, or as `planned`."""

    act: Literal["close", "open", "planned"]
    at: Clock | None = None
    until: Clock | None = None


class TeamStatus(Body):
    """The team is offered nothing `until` then; null ends that."""

    team: Team
    until: AwareDatetime | None = None
    reason: Literal["meeting", "training", "break", "other"] = "meeting"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One report: how it is read, what it answers with, and the columns of its export."""

    name: str
    read: Callable[..., Any]
    answer: Any
    row: type


KINDS = (
    Kind(name="answers", read=reports.read_answers, answer=Report[reports.AnswersRow], row=reports.AnswersRow),
    Kind(name="ratings", read=reports.read_ratings, answer=Parted[reports.RatingsRow], row=reports.RatingsRow),
    Kind(name="returns", read=reports.read_returns, answer=Parted[reports.ReturnsRow], row=reports.ReturnsRow),
    Kind(name="promises", read=reports.read_promises, answer=Report[reports.PromisesRow], row=reports.PromisesRow),
    Kind(name="waits", read=reports.read_waits, answer=Report[reports.WaitsRow], row=reports.WaitsRow),
    Kind(name="reasons", read=reports.read_reasons, answer=Parted[reports.ReasonsRow], row=reports.ReasonsRow),
    Kind(
        name="suggestions",
        read=reports.read_suggestions,
        answer=Report[reports.SuggestionsRow],
        row=reports.SuggestionsRow,
    ),
    Kind(name="gaps", read=reports.read_gaps, answer=Report[reports.GapsRow], row=reports.GapsRow),
)


def _supervisor_writes(session: Writing) -> accounts.Session:
    check_supervisor(session.agent)
    return session


Deciding = Annotated[accounts.Session, Depends(_supervisor_writes)]


def _asked(
    core: TheCore,
    session: Supervising,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: date | None = None,
    by: Literal["day", "language", "channel"] = "day",
    language: Literal["en", "es"] | None = None,
    channel: Literal["web", "sms", "email"] | None = None,
) -> Asked:
    """Local days of the business, both included; the last 28 without any, at most 366."""
    del session
    return reports.asked_for(core, since, until, by, language, channel, utc_now())


Range = Annotated[Asked, Depends(_asked)]


def _readers(request: Request) -> CapacityLimiter:
    """The few threads that count: who asks for many years at once waits here, and no reply of an agent behind them."""
    state = request.app.state
    if not hasattr(state, "report_readers"):
        state.report_readers = CapacityLimiter(READERS)
    found: CapacityLimiter = state.report_readers
    return found


Readers = Annotated[CapacityLimiter, Depends(_readers)]


def add_reports(routes: APIRouter) -> None:
    """Adds the routes of the reports and of the board."""
    for kind in KINDS:
        _add_report(routes, kind)
    _add_board(routes)
    _add_listening(routes)


def _add_report(routes: APIRouter, kind: Kind) -> None:
    async def read(core: TheCore, asked: Range, readers: Readers) -> Any:
        return await run_sync(kind.read, core, asked, utc_now(), limiter=readers)

    async def export(core: TheCore, asked: Range, readers: Readers) -> Response:
        found = await run_sync(kind.read, core, asked, utc_now(), limiter=readers)
        name = f"{kind.name}-{asked.since}-{asked.until}-{asked.by}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        text = as_csv(kind.row, found.rows)
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    read.__doc__, export.__doc__ = kind.read.__doc__, f"The rows of `{kind.name}` as a table."
    add = partial(routes.add_api_route, methods=["GET"])
    add(f"/reports/{kind.name}", read, response_model=kind.answer, name=f"report_{kind.name}")
    add(f"/reports/{kind.name}.csv", export, response_class=Response, name=f"export_{kind.name}")


def as_csv(kind: type, rows: Iterable[Any]) -> str:
    """A header and one line a row, in UTF-8 with the mark by which spreadsheets know it."""
    columns = [each.name for each in fields(kind)]
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        values = asdict(row)
        writer.writerow([_cell(values[name]) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _add_board(routes: APIRouter) -> None:
    @routes.get("/reports/board")
    def board(session: Supervising, core: TheCore) -> reports.BoardView:
        """Who waits, how today goes, who is there and with what, broken promises, and what falls due next."""
        del session
        return reports.read_board(core, utc_now())

    @routes.post("/reports/board/hours")
    def change_today(body: TodaysHours, session: Deciding, core: TheCore) -> today.TodayView:
        """Opens or closes early today by a dated exception; promises move and customers are told within seconds."""
        _change_today(core, session, body, utc_now())
        return today.read_today(core, utc_now())

    @routes.post("/reports/board/team", status_code=204)
    def set_team(body: TeamStatus, session: Deciding, core: TheCore) -> None:
        """A team in a meeting is offered no chats until then; null ends it."""
        if body.until is None:
            pauses.resume_team(core, session.agent, body.team, now=utc_now())
        else:
            pauses.pause_team(core, session.agent, body.team, body.until, body.reason, now=utc_now())


def _change_today(core: Core, session: accounts.Session, body: TodaysHours, now: datetime) -> None:
    if body.act == "close":
        today.close_early(core, session.agent, body.at, now)
    elif body.act == "open":
        today.open_early(core, session.agent, body.at, body.until, now)
    else:
        today.as_planned(core, session.agent, now)


def _add_listening(routes: APIRouter) -> None:
    @routes.post("/handoffs/{reference}/takeover")
    def take_over(reference: Reference, body: Act, session: Deciding, core: TheCore) -> CaseView:
        """Takes a chat from whoever holds it; they and the customer are told."""
        now = utc_now()
        overseeing.take_over(core, session.agent, reference, body.version, now=now)
        return read_case(core, session.agent, reference, now=now)

    @routes.post("/handoffs/{reference}/listen")
    def listen(reference: Reference, session: Deciding, core: TheCore) -> CaseView:
        """Reads a held chat from now on without being in it; only the ledger hears of it."""
        now = utc_now()
        overseeing.begin_listening(core, session.agent, reference, now=now)
        return read_case(core, session.agent, reference, now=now)

    @routes.post("/handoffs/{reference}/unlisten", status_code=204)
    def unlisten(reference: Reference, session: Deciding, core: TheCore) -> None:
        """Stops listening, whatever has become of the case."""
        overseeing.end_listening(core, session.agent, reference, now=utc_now())
