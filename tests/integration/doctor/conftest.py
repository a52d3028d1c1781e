"""The clinic: a product in which nothing is wrong, on each of the two databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.knowledge.tables import migrate
from handoff.service.people import accounts
from tests.support.clinic import Clinic, Sides
from tests.support.core import World, make_core
from tests.support.knowledge import entry, every_notice
from tests.support.mail import running_mail_server
from tests.support.sms import serving


@pytest.fixture
def sides() -> Iterator[Sides]:
    sides = Sides()
    with serving(sides.app()) as base:
        sides.base = base
        yield sides


@pytest.fixture
def clinic(database_url: str, sides: Sides, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    for name in [name for name in os.environ if name.startswith("RELEVO_")]:
        monkeypatch.delenv(name)
    with running_mail_server() as mail:
        world = World(make_core(database_url))
        migrate(world.core.database)
        clinic = Clinic(world, sides, mail, tmp_path, [*every_notice(), entry()])
        clinic.settle()
        clinic.publish()
        boss = world.agent("Samuel", role="supervisor")
        accounts.set_password(world.core, boss, "a passphrase that is long", now=world.now)
        yield clinic
        world.core.database.dispose()
