"""`relevo agents …` at the command line."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from handoff.clock import utc_now
from handoff.desk.cli import agents
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
    assert "email: an e-mail address" in wrong.output
