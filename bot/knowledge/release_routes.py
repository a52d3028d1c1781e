"""Releases under /api/v1/desk/knowledge/releases: everybody reads, supervisors have them built and switched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict

from bot.knowledge import builds, changes, engines
from bot.knowledge.builds import Build
from bot.knowledge.changes import ItemChange, ReleaseLine
from bot.knowledge.deciding import Deciding, library_of
from bot.knowledge.wire import MOST_VERSIONS
from handoff.clock import utc_now
from handoff.desk.auth import TheCore, current_session
from handoff.service.people.identity import signature_of

ReleaseNumber = Annotated[int, Path(ge=1, le=MOST_VERSIONS)]


class Empty(BaseModel):
    """Nothing needs to be said."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class BuildAnswer:
    """One build, as the pages follow it."""

    id: int
    kind: str
    number: int | None
    state: str
    step: str | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    error: Mapping[str, str] | None
    findings: Sequence[Mapping[str, str]]
    report: Mapping[str, Any] | None
    certificate: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class HostAnswer:
    """One engine of a live host; `ready` when it answers."""

    host: str
    release: int
    ready: bool
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReleasesAnswer:
    """`build` is the newest, ended or not."""

    current: int | None
    switched_at: datetime | None
    releases: tuple[ReleaseLine, ...]
    build: BuildAnswer | None
    changes: tuple[ItemChange, ...]
    hosts: tuple[HostAnswer, ...]


def add_releases(routes: APIRouter) -> None:
    """Puts the routes below the knowledge's own."""

    @routes.get("/releases", dependencies=[Depends(current_session)])
    def list_releases(core: TheCore) -> ReleasesAnswer:
        """The releases, what the next would change, the newest build, and the engines that run."""
        shown, build = changes.show(core.database), builds.newest(core.database)
        return ReleasesAnswer(
            current=shown.current,
            switched_at=shown.switched_at,
            releases=shown.releases,
            build=_answer(build) if build else None,
            changes=shown.changes,
            hosts=tuple(
                HostAnswer(host=each.host, release=each.release, ready=each.ready, seen_at=each.seen_at)
                for each in engines.alive(core.database, utc_now())
            ),
        )

    @routes.post("/releases", status_code=202)
    def build_release(_body: Empty, session: Deciding, core: TheCore) -> BuildAnswer:
        """Asks for a release of everything approved; a host of engines works it."""
        return _answer(builds.ask_build(library_of(core), utc_now(), by=signature_of(core, session.agent)))

    @routes.post("/releases/{number}/switch", status_code=202)
    def switch_release(number: ReleaseNumber, _body: Empty, session: Deciding, core: TheCore) -> BuildAnswer:
        """Asks to serve this release, an earlier or a later one."""
        by = signature_of(core, session.agent)
        return _answer(builds.ask_switch(library_of(core), number, utc_now(), by=by))


def _answer(build: Build) -> BuildAnswer:
    return BuildAnswer(**{name: value for name, value in vars(build).items() if name != "host"})
