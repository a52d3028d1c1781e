"""Line 19: a shop where nobody can receive handoffs says so as it starts, and alerts; no customer is lost to it."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.settings import ROOT
from handoff.models import Alert
from tests.faults.guest import Guest
from tests.faults.load import Crowd
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop, wait_until
from tests.faults.sizes import FULL, SLACK, Run

CODE = "nobody_can_receive"
SAID_WITHIN = 60.0  # seconds after the start: an alert of what is serious


@pytest.mark.bar(19)
@pytest.mark.parametrize("prepared", ["sqlite", "postgresql"] if FULL else ["sqlite"], indirect=True)
def test_a_start_with_nobody_is_an_error_and_an_alert(open_shop: Callable[..., Shop], run: Run) -> None:
    """Said by the command, logged as an error, alerted; customers keep their case, and a hire ends the alert."""
    shop = open_shop()
    crowd = Crowd(shop=shop)
    wait_until(lambda: _alerts(shop), seconds=SAID_WITHIN * SLACK, what="the alert")
    logged = next(line for line in shop.log(500).splitlines() if CODE in line)
    assert "doctor.found" in logged
    assert "error" in logged
    assert {each["audience"] for each in _alerts(shop)} == {"supervisor", "on_call"}
    assert _doctor(shop) == (1, "serious")
    guest = Guest(shop=shop, book=crowd.book, name="guest")
    assert guest.asks_person() in str(guest.view()["messages"])
    crowd.hire(1)
    assert _doctor(shop)[1] is None
    shop.stop()
    shop.start()  # else the next round is ten minutes away
    wait_until(lambda: not _alerts(shop), seconds=SAID_WITHIN * SLACK, what="the end of the alert")
    drain_and_prove(shop, crowd)
    run.count(starts_with_nobody=1)


def _alerts(shop: Shop) -> list[dict[str, Any]]:
    """Those that are not done."""
    with shop.core() as core, core.database.read() as session:
        found = session.execute(select(Alert).where(Alert.kind == "doctor", Alert.done_at.is_(None))).scalars()
        return [{"audience": each.audience, **each.data} for each in found if each.data["item"] == CODE]


def _doctor(shop: Shop) -> tuple[int, str | None]:
    """The command's exit code, and how grave it calls a shop without people."""
    command = [sys.executable, "-m", "bot.cli", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=shop.variables(), capture_output=True, text=True, check=False)
    found = {each["code"]: each["severity"] for each in json.loads(done.stdout)["findings"]}
    return done.returncode, found.get(CODE)
