"""`relevo agents …` at the command line."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from handoff.clock import utc_now
from handoff.desk.cli import agents
from handoff.errors import RelevoError
from handoff.service import Core
from handoff.service.people import accounts
from tests.support.core import make_core


@dataclass
class Shop:
    made: Core
    public_url: str = "https://help.example.com/"

    def core(self) -> Core:
        return self.made

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(agents, words, obj=self)


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    core = make_core(sqlite_url)
    yield Shop(core)
    core.database.dispose()


def test_add_prints_a_link_that_signs_in_once(shop: Shop) -> None:
    result = shop.run("add", "ana@example.com", "--name", "Ana", "--role", "supervisor", "--language", "es")
    address, _, token = result.output.strip().partition("#invite=")
    assert address == "https://help.example.com/desk/"
    opened = accounts.open_session(shop.made, invite=token, now=utc_now())
    assert (opened.agent.role, opened.agent.languages) == ("supervisor", ("es",))


def test_invite_makes_a_new_link_and_list_shows_who_there_is(shop: Shop) -> None:
    shop.run("add", "ana@example.com", "--name", "Ana")
    assert "#invite=" in shop.run("invite", "ana@example.com").output
    assert shop.run("list").output.split("\t")[:2] == ["Ana", "agent"]


def test_an_error_is_a_line_that_says_what_to_mend(shop: Shop) -> None:
    unknown = shop.run("invite", "nobody@example.com")
    assert unknown.exit_code == 1
    assert "add them first" in unknown.output
    wrong = shop.run("add", "not-an-address", "--name", "Ana")
    assert "email: one e-mail address" in wrong.output


def line_of(shop: Shop) -> list[str]:
    return shop.run("list").output.rstrip("\n").split("\t")


def test_an_agents_team_shift_and_room_are_set_and_shown(shop: Shop) -> None:
    shop.run("add", "ana@example.com", "--name", "Ana", "--capacity", "4", "--skill", "billing")
    done = shop.run("set", "ana@example.com", "--skill", "orders", "--shift", "mon 09:00-14:00", "--language", "en")
    assert (done.exit_code, done.output) == (0, "Ana is changed.\n")
    name, role, languages, capacity, _, skills, shift = line_of(shop)
    assert (name, role, languages, capacity, skills) == ("Ana", "agent", "en", "4", "orders")
    assert shift.startswith("mon 09:00-14:00")


def test_what_is_not_said_stays_as_it_was(shop: Shop) -> None:
    shop.run("add", "ana@example.com", "--name", "Ana", "--skill", "billing", "--shift", "mon 09:00-14:00")
    shop.run("set", "ana@example.com", "--capacity", "7")
    assert (line_of(shop)[3], line_of(shop)[5]) == ("7", "billing")
    shop.run("set", "ana@example.com", "--no-skills", "--shift", "")
    assert (line_of(shop)[5], line_of(shop)[6].split(" (")[0]) == ("-", "all opening hours")


def test_who_is_disabled_cannot_sign_in_until_enabled_again(shop: Shop) -> None:
    link = shop.run("add", "ana@example.com", "--name", "Ana").output
    shop.run("set", "ana@example.com", "--disable")
    with pytest.raises(RelevoError):
        accounts.open_session(shop.made, invite=link.strip().partition("#invite=")[2], now=utc_now())
    shop.run("set", "ana@example.com", "--enable")
    token = shop.run("invite", "ana@example.com").output.strip().partition("#invite=")[2]
    assert accounts.open_session(shop.made, invite=token, now=utc_now()).agent.name == "Ana"


@pytest.mark.parametrize("shift", ["monday 9-14", "mon 14:00-09:00", "mon 09:00"])
def test_a_shift_that_cannot_be_read_changes_nothing(shop: Shop, shift: str) -> None:
    shop.run("add", "ana@example.com", "--name", "Ana", "--shift", "mon 09:00-14:00")
    refused = shop.run("set", "ana@example.com", "--shift", shift, "--capacity", "9")
    assert refused.exit_code == 1
    assert "shift" in refused.output
    assert line_of(shop)[3] != "9"
    assert line_of(shop)[6].startswith("mon 09:00-14:00")
