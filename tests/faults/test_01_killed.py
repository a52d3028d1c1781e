"""Line 1: the process that is gateway, relay and sweeper is killed at random instants under load."""

import time
from collections.abc import Callable

import pytest

from tests.faults.load import Crowd
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop
from tests.faults.sizes import Run, in_parts

ESCALATIONS_PER_KILL = 4  # 2,000 escalations, 500 kills
QUICK, SLOW = 0.05, 2.5  # seconds between being up and being killed


@pytest.mark.bar(1)
@in_parts("kills", short=3, full=500, part=25)
def test_killed_at_random_instants_nothing_is_lost_or_doubled(
    open_shop: Callable[..., Shop], run: Run, kills: int
) -> None:
    """`kill -9` of gateway, relay and sweeper while customers escalate by web and text and agents serve them."""
    shop, source = open_shop(), run.random
    crowd = Crowd(shop=shop)
    crowd.hire()
    escalations, instants = kills * ESCALATIONS_PER_KILL, []
    arrivals = crowd.customers(escalations, source)
    began = time.monotonic()
    for _ in range(kills):
        time.sleep(source.uniform(QUICK, SLOW))
        instants.append(round(time.monotonic() - began, 3))
        shop.kill()
        shop.start()
    arrivals.join()
    took = drain_and_prove(shop, crowd)
    assert len(set(crowd.book.escalated)) == escalations
    run.count(kills=kills, escalations=escalations, messages=len(crowd.book.taken), texts=len(shop.taken_texts()))
    run.tell(killed_at_seconds=instants, drained_in_seconds=round(took, 1), clients_saw=dict(crowd.book.troubles))
