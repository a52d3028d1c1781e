"""Line 2: the process dies before and after every commit and every outside call, each once."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import select

from bot.replies import SEEDS, read_replies
from handoff.models import CannedReply
from handoff.service import Database, settings_number
from tests.faults.load import AgentThread, Crowd
from tests.faults.points import DIE_AT, KILLED, REACHED
from tests.faults.prepared import Prepared
from tests.faults.proof import drain_and_prove
from tests.faults.shop import ALWAYS, Shop, wait_until
from tests.faults.sizes import FULL, Run
from tests.faults.tour import Tour
from tests.support.sms import serving

PARTS = 6  # of the full run: each fires its share of the points
FEW = 4  # points that the short form fires
REACHED_WITHIN = 120.0  # seconds; a round of the tour takes a few
FIRST_START = tuple(  # no later start stores them again; of the retention's day, none within it
    f"commit.{name}.{when}" for name in ("import_canned", "save_business", "sweep_old") for when in ("before", "after")
)


@dataclass(kw_only=True)
class Deaths:
    """A tour that goes on while the process dies at one point after another."""

    shop: Shop
    tour: Tour
    fired: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def at(self, point: str) -> None:
        """Starts the process so that it dies at this point, and waits until it has."""
        self.shop.environment[DIE_AT] = point
        self.shop.launch()
        deadline = time.monotonic() + REACHED_WITHIN
        while not self.shop.died() and time.monotonic() < deadline and not self.tour.broken:
            time.sleep(0.02)
        assert not self.tour.broken, f"{point}: {self.tour.broken}\n{self.shop.log()}"
        if not self.shop.died():
            self.missed.append(point)
            self.shop.kill()
            return
        assert self.shop.process
        code = self.shop.process.wait()
        assert code == KILLED, f"{point}: it ended by itself with {code}\n{self.shop.log()}"
        self.fired.append(point)


@pytest.fixture
def listener() -> Iterator[str]:
    """The address of somebody on call: takes every signed webhook."""
    receiver = FastAPI()
    receiver.add_api_route("/", lambda: Response(status_code=204), methods=["POST"])
    with serving(receiver) as base:
        yield f"{base}/"


@pytest.mark.bar(2)
@pytest.mark.parametrize("part", range(PARTS if FULL else 1), ids=lambda part: f"part{part + 1}")
def test_dies_at_every_point_once_and_nothing_is_lost_or_doubled(
    open_shop: Callable[..., Shop], redis_url: str, listener: str, run: Run, part: int, tmp_path: Path
) -> None:
    """The process dies before or after a commit or an outside call, at every such point that the tour reaches."""
    reached = tmp_path / "reached"
    environment = {"RELEVO_REDIS_URL": redis_url, REACHED: str(reached)}
    settings = ALWAYS | {"undo_seconds": 1, "notify": {"on_call": {"webhooks": [listener]}}}
    shop = open_shop(module=("tests.faults.launch",), environment=environment, settings=settings)
    crowd = Crowd(shop=shop)
    ana, ben = (AgentThread.hired(shop, crowd.book, name) for name in ("ana", "ben"))
    boss = AgentThread.hired(shop, crowd.book, "bea", role="supervisor")
    crowd.agents.extend((ana, ben, boss))
    tour = Tour(shop=shop, book=crowd.book, agent=ana, other=ben, boss=boss)
    tour.round()
    wait_until(lambda: "commit.record_status.after" in reached.read_text(), seconds=60, what="a status report")
    points = sorted(set(reached.read_text().split()) - set(FIRST_START))
    mine = chosen(points, part, run)
    deaths = Deaths(shop=shop, tour=tour)
    going = threading.Thread(target=tour.run, daemon=True)
    shop.kill()
    going.start()
    for point in mine:
        deaths.at(point)
    shop.environment.pop(DIE_AT)
    shop.start()
    tour.stopping.set()
    going.join(400)
    assert not going.is_alive()
    assert not tour.broken, tour.broken
    drain_and_prove(shop, crowd, resolved=False)
    run.count(points_fired=len(deaths.fired), points_reached=len(points), rounds=tour.rounds)
    run.tell(fired=deaths.fired, missed=deaths.missed, reached=points, clients_saw=dict(crowd.book.troubles))
    assert not deaths.missed, f"never reached again: {deaths.missed}"


@pytest.mark.bar(2)
@pytest.mark.parametrize("point", FIRST_START)
def test_dies_in_its_first_start_and_the_next_one_finds_everything_once(
    prepared: Prepared, run: Run, point: str, tmp_path: Path
) -> None:
    """The process dies while it stores what it starts with; afterwards that is there, each as its first version."""
    shop = Shop(var=tmp_path / "var", url=prepared.url, module=("tests.faults.launch",), environment={DIE_AT: point})
    seeds = {draft.name for draft in read_replies(SEEDS)}
    with shop.surroundings():
        shop.launch()
        assert shop.process
        assert shop.process.wait(60) == KILLED, shop.log()
        done = FIRST_START.index(point)
        assert _stored(prepared.url) == (seeds if done >= 1 else set(), 1 if done >= 3 else 0)
        shop.environment.pop(DIE_AT)
        shop.start()
        assert _stored(prepared.url) == (seeds, 1)
    run.count(points_fired=1)


def _stored(url: str) -> tuple[set[str], int]:
    """The names of the replies at their first version, and the number of the settings."""
    database = Database(url)
    try:
        with database.read() as session:
            names = session.scalars(select(CannedReply.name).where(CannedReply.version == 1)).all()
        assert len(names) == len(set(names))
        return set(names), settings_number(database)
    finally:
        database.dispose()


def chosen(points: list[str], part: int, run: Run) -> list[str]:
    """This part's share of the points; the short form draws a few."""
    share = [point for point in points if zlib.crc32(point.encode()) % PARTS == part] if FULL else points
    source = run.random
    source.shuffle(share)
    return share if FULL else share[:FEW]
