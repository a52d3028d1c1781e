"""Releases under /api/v1/desk/knowledge/releases: everybody reads, supervisors have them built and switched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict

from bot.knowledge import builds, changes, engines
from bot.knowledge.builds import Build
from bot.knowledge.certainty.shown import CertificateAnswer, DriftAnswer, show_certainty
from bot.knowledge.changes import ItemChange, ReleaseLine
from bot.knowledge.deciding import Deciding, library_of
from bot.knowledge.wire import MOST_VERSIONS
from handoff.clock import utc_now
from handoff.desk.auth import TheCore, current_session
from handoff.service import Database
from handoff.service.people.identity import signature_of

BuildId = Annotated[int, Path(ge=1, le=MOST_VERSIONS)]
ReleaseNumber = Annotated[int, Path(ge=1, le=MOST_VERSIONS)]


class Empty(BaseModel):
    """Nothing needs to be said."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class BuildAnswer:
    """One build, as the pages follow it. `waits`: why an unfinished one does not go on; `no_host` or nothing."""

    id: int
    kind: str
    number: int | None
    state: str
    step: str | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    error: Mapping[str, str] | None
    findings: Sequence[Mapping[str, Any]]
    report: Mapping[str, Any] | None
    certificate: Mapping[str, Any] | None
    waits: str | None = None


@dataclass(frozen=True, kw_only=True)
class HostAnswer:
    """One engine of a live host; `ready` when it answers. `measured`: the certificate of its release is its own."""

    host: str
    release: int
    ready: bool
    measured: bool
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReleaseAnswer(ReleaseLine):
    """One release with its certificate; None where its model was never measured."""

    certificate: CertificateAnswer | None


@dataclass(frozen=True, kw_only=True)
class ReleasesAnswer:
    """`build` is the newest, ended or not."""

    current: int | None
    switched_at: datetime | None
    releases: tuple[ReleaseAnswer, ...]
    build: BuildAnswer | None
    changes: tuple[ItemChange, ...]
    hosts: tuple[HostAnswer, ...]
    drift: DriftAnswer


def add_releases(routes: APIRouter) -> None:
    """Puts the routes below the knowledge's own."""

    @routes.get("/releases", dependencies=[Depends(current_session)])
    def list_releases(core: TheCore) -> ReleasesAnswer:
        """The releases, what the next would change, the newest build, the engines that run, and what is certain."""
        return _shown(core.database, utc_now())

    @routes.post("/releases", status_code=202)
    def build_release(_body: Empty, session: Deciding, core: TheCore) -> BuildAnswer:
        """Asks for a release of everything approved; a host of engines works it."""
        return _answer(builds.ask_build(library_of(core), utc_now(), by=signature_of(core, session.agent)))

    @routes.post("/releases/{number}/switch", status_code=202)
    def switch_release(number: ReleaseNumber, _body: Empty, session: Deciding, core: TheCore) -> BuildAnswer:
        """Asks to serve this release, an earlier or a later one."""
        by = signature_of(core, session.agent)
        return _answer(builds.ask_switch(library_of(core), number, utc_now(), by=by))

    @routes.post("/releases/builds/{build_id}/cancel")
    def cancel_build(build_id: BuildId, _body: Empty, session: Deciding, core: TheCore) -> BuildAnswer:
        """Calls an unfinished build off; what is served has not changed."""
        return _answer(builds.cancel(library_of(core), build_id, utc_now(), by=signature_of(core, session.agent)))


def _shown(database: Database, now: datetime) -> ReleasesAnswer:
    shown, build = changes.show(database), builds.newest(database)
    alive = engines.alive(database, now)
    certain = show_certainty(database, [each.number for each in shown.releases], shown.current, now)
    return ReleasesAnswer(
        current=shown.current,
        switched_at=shown.switched_at,
        releases=tuple(
            ReleaseAnswer(**vars(each), certificate=certain.certificates.get(each.number)) for each in shown.releases
        ),
        build=_answer(build, builds.waits(build, len(alive), now)) if build else None,
        changes=shown.changes,
        hosts=tuple(
            HostAnswer(
                host=each.host,
                release=each.release,
                ready=each.ready,
                measured=each.model in certain.measured,
                seen_at=each.seen_at,
            )
            for each in alive
        ),
        drift=certain.drift,
    )


def _answer(build: Build, waits: str | None = None) -> BuildAnswer:
    told = {name: value for name, value in vars(build).items() if name not in {"host", "lease_until"}}
    return BuildAnswer(**told, waits=waits)
