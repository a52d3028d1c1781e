"""Line 18, at the desk: a page whose stream is cut anywhere ends with the truth, and never goes back in time."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from handoff.models import HandoffRow
from handoff.service import Core
from tests.faults.cuts import read_cut
from tests.faults.load import AgentThread, Crowd, insist
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop
from tests.faults.sizes import Run, in_parts

CUTS_PER_CASE = 4
KILLED = 0.03  # of the cuts come with the process's death
QUIET = 3  # silent looks in a row until the page has caught up


@dataclass(kw_only=True)
class Page:
    """An open desk: what it knows of each case, from snapshots alone."""

    watcher: AgentThread
    cursor: str
    heard: list[str] = field(default_factory=list)
    cases: dict[str, tuple[int, str]] = field(default_factory=dict)  # reference → version and state

    @classmethod
    def opened(cls, watcher: AgentThread) -> "Page":
        queue = insist(lambda: watcher.http.get("/queue"), watcher.book).json()
        return cls(watcher=watcher, cursor=queue["cursor"])

    def read(self, most: int) -> bool:
        """Takes the stream up where it was cut; False when nothing new came."""
        events = read_cut(self.watcher.http, "/events", self.cursor, most)
        changes = [json.loads(each["data"]) for each in events if each["event"] == "changes"]
        for change in changes:
            self._take(change)
        return any(change["cases"] for change in changes)

    def _take(self, change: dict[str, object]) -> None:
        assert not change["reset"], "the page was told to begin again although its cursor is young"
        cases: list[dict[str, object]] = change["cases"]  # type: ignore[assignment]
        cursor = str(change["cursor"])
        assert not cases or cursor not in self.heard, f"heard twice: {cursor}"
        self.heard += [cursor] if cases else []
        self.cursor = cursor
        for case in cases:
            reference, version = str(case["reference"]), int(str(case["version"]))
            known = self.cases.get(reference, (0, ""))[0]
            assert version >= known, f"{reference} went back from version {known} to {version}"
            self.cases[reference] = (version, str(case["state"]))


@pytest.mark.bar(18)
@in_parts("cuts", short=12, full=1_000, part=250)
def test_a_desk_whose_stream_is_cut_anywhere_ends_with_the_truth(
    open_shop: Callable[..., Shop], run: Run, cuts: int
) -> None:
    """A desk reconnects after a random number of bytes while customers, agents and the process's death go on beside."""
    shop, source = open_shop(), run.random
    crowd = Crowd(shop=shop)
    crowd.hire()
    watcher = AgentThread.hired(shop, crowd.book, "watcher", role="supervisor")
    crowd.agents.append(watcher)
    page = Page.opened(watcher)
    arrivals = crowd.customers(cuts // CUTS_PER_CASE, source)
    done = kills = 0
    while done < cuts or not arrivals.finished():
        if source.random() < KILLED:
            shop.kill()
            shop.start()
            kills += 1
        page.read(source.randint(1, 6000))
        done += 1
    arrivals.join()
    with shop.core() as core:
        _catch_up(page, core)
    drain_and_prove(shop, crowd)
    run.count(cuts=done, kills=kills, cases=len(page.cases))


def _catch_up(page: Page, core: Core) -> None:
    """Reads on until every case has ended and nothing more comes; then the page knows what the table says."""
    silent = 0
    while silent < QUIET:
        silent = 0 if page.read(10**6) or not _all_ended(core) else silent + 1
    truth = _truth(core)
    assert page.cases == truth, {key: (page.cases.get(key), truth.get(key)) for key in page.cases.keys() | truth.keys()}


def _truth(core: Core) -> dict[str, tuple[int, str]]:
    with core.database.read() as session:
        rows = session.execute(select(HandoffRow.reference, HandoffRow.version, HandoffRow.state))
        return {reference: (version, state) for reference, version, state in rows}


def _all_ended(core: Core) -> bool:
    with core.database.read() as session:
        return (
            session.execute(select(HandoffRow.id).where(HandoffRow.deadline_at.is_not(None)).limit(1)).first() is None
        )
