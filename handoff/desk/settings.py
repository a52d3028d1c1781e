"""The settings at the desk: reading, changing, comparing and trying them. Supervisors read, administrators write."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from handoff import toml
from handoff.business import Business
from handoff.clock import utc_now
from handoff.desk.auth import Reading, TheCore, Writing
from handoff.desk.wire import Body
from handoff.errors import SettingsInvalid
from handoff.policy import parse_business
from handoff.preview import DayPreview, next_clock_changes, preview_days
from handoff.service import Core, save_business
from handoff.service.base.versions import (
    Difference,
    SettingsView,
    VersionView,
    difference,
    list_versions,
    read_settings,
)
from handoff.service.people.accounts import Session
from handoff.service.people.roles import check_admin, check_overseer
from handoff.service.proof.rehearsing import Rehearsal, promises_moved, rehearse_levels
from handoff.service.talk.testing import start_test
from handoff.service.telling.personal import SendingView, read_sending, send_test

FOUR_WEEKS = 28
LONGEST_TOML = 200_000
Number = Annotated[int, Path(ge=1)]
SendingId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]


def _overseer(session: Reading) -> Session:
    check_overseer(session.agent)
    return session


def _admin(session: Writing) -> Session:
    check_admin(session.agent)
    return session


def _trying(session: Writing) -> Session:
    """A preview is a POST, as settings do not fit into an address; it changes nothing."""
    check_overseer(session.agent)
    return session


Overseeing = Annotated[Session, Depends(_overseer)]
Administering = Annotated[Session, Depends(_admin)]
Trying = Annotated[Session, Depends(_trying)]


class Saved(Body):
    """The settings whole, as relevo.toml spells them, and the version (`base`) that they were made from."""

    base: Annotated[int, Field(ge=0)]
    data: dict[str, Any]


class Tried(Body):
    data: dict[str, Any]


class Imported(Body):
    """A relevo.toml. Without `save` it is only compared."""

    base: Annotated[int, Field(ge=0)]
    toml: Annotated[str, Field(max_length=LONGEST_TOML)]
    save: bool = False


class Restored(Body):
    base: Annotated[int, Field(ge=0)]


class Tested(Body):
    """`way` is email, sms or webhook."""

    way: Annotated[str, Field(max_length=20)]
    target: Annotated[str, Field(min_length=1, max_length=2000)]


@dataclass(frozen=True, kw_only=True)
class SettingsAnswer(SettingsView):
    may_edit: bool  # the reader is an administrator
    in_force: int  # the newest version's number
    now: datetime


@dataclass(frozen=True, kw_only=True)
class VersionsAnswer:
    """Newest first; `older`: the number to ask for what came before, if anything did."""

    versions: tuple[VersionView, ...]
    older: int | None


@dataclass(frozen=True, kw_only=True)
class ImportAnswer:
    """`number` is the version that was stored, None when it was only compared."""

    data: Mapping[str, Any]
    changes: tuple[Difference, ...]
    number: int | None


@dataclass(frozen=True, kw_only=True)
class HoursPreview:
    """Four weeks from today, the next two days on which the clocks change, and how many promises would move."""

    days: tuple[DayPreview, ...]
    clock_changes: tuple[DayPreview, ...]
    today: str
    time_zone: str
    promises_moved: int


@dataclass(frozen=True, kw_only=True)
class SentTest:
    id: str


@dataclass(frozen=True, kw_only=True)
class WebTest:
    """`url` opens the conversation; what follows the # is told to no server, and is told once, here."""

    url: str


def add_settings(routes: APIRouter) -> None:
    _add_reading(routes)
    _add_comparing(routes)
    _add_saving(routes)
    _add_trying(routes)
    _add_testing(routes)


def _answer(core: Core, session: Session, number: int | None = None) -> SettingsAnswer:
    newest = read_settings(core)
    view = newest if number is None else read_settings(core, number)
    return SettingsAnswer(
        number=view.number,
        at=view.at,
        actor=view.actor,
        by=view.by,
        data=view.data,
        may_edit=session.agent.role == "admin",
        in_force=newest.number,
        now=utc_now(),
    )


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/settings")
    def read(session: Overseeing, core: TheCore) -> SettingsAnswer:
        """The newest settings, with the number to name when they are changed."""
        return _answer(core, session)

    @routes.get("/settings/versions")
    def versions(
        session: Overseeing, core: TheCore, before: Annotated[int | None, Query(ge=1)] = None
    ) -> VersionsAnswer:
        """Fifty versions, newest first, each with what it changed."""
        del session
        found = list_versions(core, before=before)
        older = found[-1].number if found and found[-1].number > 1 else None
        return VersionsAnswer(versions=found, older=older)

    @routes.get("/settings/versions/{number}")
    def version(number: Number, session: Overseeing, core: TheCore) -> SettingsAnswer:
        return _answer(core, session, number)

    @routes.get("/settings/export")
    def export(session: Overseeing, core: TheCore, number: Annotated[int | None, Query(ge=1)] = None) -> Response:
        """A version as a relevo.toml, the newest unless told otherwise."""
        del session
        view = read_settings(core, number)
        headers = {"Content-Disposition": f'attachment; filename="relevo-{view.number}.toml"'}
        return Response(toml.dump(view.data), media_type="application/toml", headers=headers)


def _add_comparing(routes: APIRouter) -> None:
    @routes.get("/settings/diff")
    def diff(
        session: Overseeing,
        core: TheCore,
        before: Annotated[int, Query(ge=1, alias="from")],
        after: Annotated[int, Query(ge=1, alias="to")],
    ) -> list[Difference]:
        """What differs between two versions, by path."""
        del session
        return list(difference(read_settings(core, before).data, read_settings(core, after).data))


def _add_saving(routes: APIRouter) -> None:
    def stored(core: Core, session: Session, base: int, data: Mapping[str, Any], **more: Any) -> int:
        now, changes = utc_now(), difference(read_settings(core).data, parse_business(data).model_dump(mode="json"))
        changed = [each.path for each in changes]
        actor = f"agent:{session.agent.id}"
        return save_business(core, data, actor=actor, now=now, base=base, changed=changed, **more)

    @routes.put("/settings")
    def save(body: Saved, session: Administering, core: TheCore) -> SettingsAnswer:
        """Stores the next version. Refused as `settings_changed` when `base` is not the newest any more."""
        stored(core, session, body.base, body.data)
        return _answer(core, session)

    @routes.post("/settings/versions/{number}/restore")
    def restore(number: Number, body: Restored, session: Administering, core: TheCore) -> SettingsAnswer:
        """Makes an earlier version the newest again, as a version of its own."""
        stored(core, session, body.base, read_settings(core, number).data, restored=number)
        return _answer(core, session)

    @routes.post("/settings/import")
    def bring(body: Imported, session: Administering, core: TheCore) -> ImportAnswer:
        """Reads a relevo.toml and says what it would change; with `save` it is stored."""
        data = _read_toml(body.toml)
        whole = parse_business(data).model_dump(mode="json")
        changes = difference(read_settings(core).data, whole)
        number = stored(core, session, body.base, data, imported=True) if body.save else None
        return ImportAnswer(data=whole, changes=changes, number=number)


def _read_toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise SettingsInvalid("This is not TOML.", fields={"toml": str(exc)}) from exc


def _add_trying(routes: APIRouter) -> None:
    @routes.post("/settings/preview/hours")
    def preview_hours(body: Tried, session: Trying, core: TheCore) -> HoursPreview:
        """What these hours come to, day by day; nothing is stored."""
        del session
        now, business = utc_now(), parse_business(body.data)
        today = now.astimezone(ZoneInfo(business.time_zone)).date()
        return HoursPreview(
            days=preview_days(business, today, FOUR_WEEKS),
            clock_changes=next_clock_changes(business, today),
            today=today.isoformat(),
            time_zone=business.time_zone,
            promises_moved=promises_moved(core, business, now),
        )

    @routes.post("/settings/preview/levels")
    def preview_levels(body: Tried, session: Trying, core: TheCore) -> Rehearsal:
        """What these levels would have done to last week's cases, compared with those in force; nothing is stored."""
        del session
        tried: Business = parse_business(body.data)
        return rehearse_levels(core, parse_business(read_settings(core).data), tried, utc_now())


def _add_testing(routes: APIRouter) -> None:
    @routes.post("/settings/test/web")
    def test_web(session: Administering, core: TheCore) -> WebTest:
        """A marked conversation, to be had with the widget at `url` on our own origin; it counts in no report."""
        started = start_test(core, session.agent, now=utc_now())
        return WebTest(url=f"/widget/#test={started.conversation_id}:{started.token}")

    @routes.post("/settings/test")
    def test(body: Tested, session: Administering, core: TheCore) -> SentTest:
        """Sends a test by e-mail, text or webhook, at most five a minute."""
        return SentTest(id=send_test(core, session.agent, body.way, body.target, now=utc_now()))

    @routes.get("/settings/test/{sending}")
    def tested(sending: SendingId, session: Reading, core: TheCore) -> SendingView:
        """How the test fares."""
        return read_sending(core, session.agent, sending)
