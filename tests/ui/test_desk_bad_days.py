"""Days on which something goes wrong between the agent and the server: nothing is lost, and nothing said twice."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from handoff.clock import utc_now
from handoff.models import AgentSession
from handoff.service.people import accounts
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, eventually
from tests.support.missing import need
from tests.support.ports import free_port, wait_listening
from tests.support.processes import stop
from tests.support.wire import Wire
from tests.ui.conftest import DIST, Open
from tests.ui.test_desk import TAKE, claim, row

SLOW = 20_000


@pytest.fixture
def wire(desk: Desk) -> Iterator[Wire]:
    """What lies between the browser and the desk."""
    wire = Wire(int(desk.url.rpartition(":")[2]))
    desk.url = f"http://127.0.0.1:{wire.port}"
    yield wire
    wire.close()


def said(page: Page, words: str) -> int:
    return page.locator(".said .bubble").get_by_text(words, exact=True).count()


def test_the_wire_breaks_in_the_middle_of_a_reply(desk: Desk, wire: Wire, sit: Open) -> None:
    """The reply leaves as the wire breaks, and the customer goes on; once it is mended all is there, and once."""
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").press_sequentially("voy a mirarlo ")
    wire.cut()
    page.locator("#composer").press_sequentially("ahora")
    customer.says("¿sigue ahí?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.locator("#composer").fill("y otra cosa")
    wire.mend()
    expect(page.get_by_role("log")).to_contain_text("¿sigue ahí?", timeout=SLOW)
    expect(page.get_by_text("No connection.")).to_be_hidden()
    expect(page.locator("#composer")).to_have_value("y otra cosa")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Not confirmed")).to_be_hidden()
    eventually(lambda: customer.heard().count("voy a mirarlo ahora") == 1)
    assert said(page, "voy a mirarlo ahora") == said(page, "¿sigue ahí?") == 1


def end_sessions(desk: Desk) -> None:
    """As when their time is over."""
    with desk.core.database.write() as session:
        session.execute(update(AgentSession).values(expires_at=utc_now()))


def sign_in_again(page: Page, name: str = "ana") -> None:
    again = page.get_by_role("dialog")
    expect(again).to_contain_text("Your session has ended", timeout=SLOW)
    again.get_by_label("E-mail").fill(f"{name}@example.com")
    again.get_by_label("Password").fill("correct horse battery")
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_be_hidden()


def with_password(desk: Desk, name: str) -> None:
    """A new password ends every session that there is."""
    agent = next(each.agent for each in desk.present() if each.agent.name == name)
    accounts.set_password(desk.core, agent, "correct horse battery", now=utc_now())


def test_a_reply_into_an_ended_session_is_sent_once_after_signing_in_again(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").press_sequentially("la respuesta")

    def ended(route: Route) -> None:  # while the reply is on its way, so that the page cannot know before
        with_password(desk, "Ana")
        customer.says("mientras tanto")
        route.continue_()

    page.route("**/reply", ended, times=1)
    page.keyboard.press("Enter")
    sign_in_again(page)
    expect(page.get_by_role("log")).to_contain_text("mientras tanto")
    eventually(lambda: customer.heard().count("la respuesta") == 1)
    expect(page.get_by_text("Not confirmed")).to_have_count(0)
    assert said(page, "la respuesta") == 1


def test_a_draft_outlives_the_session_it_was_begun_in_but_is_nobody_elses(desk: Desk, sit: Open) -> None:
    desk.agent("Luis")
    with_password(desk, "Luis")
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").fill("a medio escribir")
    with_password(desk, "Ana")
    sign_in_again(page)
    expect(page.locator("#composer")).to_have_value("a medio escribir")
    end_sessions(desk)
    sign_in_again(page, "luis")
    expect(page.get_by_text("Ana has this chat")).to_be_visible()
    expect(page.get_by_text("a medio escribir")).to_have_count(0)
    assert page.evaluate("Object.values(localStorage).join()").count("a medio escribir") == 0


def test_two_tabs_of_one_agent_are_one_desk(desk: Desk, sit: Open) -> None:
    """Claim, draft, sending and what was read agree, whichever tab they were done in."""
    customer = desk.case("hola")
    one = sit("Ana")
    two = one.context.new_page()
    two.goto(one.url)
    row(one, customer.reference)
    row(two, customer.reference)
    one.locator("footer.bar").get_by_role("button", name=TAKE).click()
    expect(two.locator("#composer")).to_be_enabled()
    one.locator("#composer").fill("a medias")
    expect(two.locator("#composer")).to_have_value("a medias")
    two.locator("#composer").press("Enter")
    expect(one.locator("#composer")).to_have_value("")
    expect(one.get_by_role("log")).to_contain_text("a medias")
    eventually(lambda: customer.heard().count("a medias") == 1)
    two.goto(f"{desk.url}/desk/#/")
    one.keyboard.press("Escape")
    one.get_by_role("button", name="Callbacks").click()
    customer.says("¿y mi pedido?")
    for tab in (one, two):
        expect(tab).to_have_title(re.compile(r"^\(1\) "))
    one.get_by_role("button", name="Queue").click()
    row(one, customer.reference)
    for tab in (one, two):
        expect(tab).to_have_title(re.compile(r"^(?!\()"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Desk, Callable[[], None]]]:
    """A desk whose server is a process of its own; the second value kills it and starts another."""
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    url, port = f"sqlite:///{tmp_path / 'desk.db'}", free_port()
    core = make_core(url, hours=ALWAYS, undo_seconds=3)
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = [sys.executable, "-m", "tests.support.desk_process", url, str(port)]
        running.append(subprocess.Popen(command, cwd=Path(__file__).parents[2]))
        assert wait_listening(port, seconds=60)

    def again() -> None:
        os.kill(running[-1].pid, signal.SIGKILL)
        running[-1].wait()
        start()

    start()
    yield Desk(core=core, url=f"http://127.0.0.1:{port}"), again
    stop(running[-1])
    core.database.dispose()


class TestServerProcess:
    @pytest.fixture
    def desk(self, served: tuple[Desk, Callable[[], None]]) -> Desk:
        return served[0]

    def test_a_killed_server_costs_nothing_that_was_said(
        self, desk: Desk, served: tuple[Desk, Callable[[], None]], sit: Open
    ) -> None:
        """The chat is open and a draft begun; the server dies and another takes its place."""
        customer = desk.case("hola")
        page = sit("Ana")
        claim(page, customer.reference)
        page.locator("#composer").fill("antes")
        page.keyboard.press("Enter")
        eventually(lambda: "antes" in customer.heard())
        page.locator("#composer").fill("a medio escribir")
        again = served[1]
        again()
        customer.says("¿hola?")
        expect(page.get_by_role("log")).to_contain_text("¿hola?", timeout=60_000)
        expect(page.locator("#composer")).to_have_value("a medio escribir")
        page.locator("#composer").press("Enter")
        eventually(lambda: customer.heard().count("a medio escribir") == 1)
        assert customer.heard().count("antes") == 1
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_loses_a_claim_is_told_to_whom_and_takes_the_next_by_keys(desk: Desk, sit: Open) -> None:
    """Ana claims the case that Luis is looking at, and his page does not hear of it before he presses c."""
    first, second = desk.case("uno"), desk.case("dos")
    luis = sit("Luis")
    row(luis, first.reference)
    expect(luis.locator(".transcript")).to_contain_text("uno")
    luis.route(f"**/handoffs/{first.reference}", lambda route: route.abort())
    luis.route("**/events?*", lambda route: route.abort())
    claim(sit("Ana"), first.reference)
    luis.keyboard.press("c")
    expect(luis.get_by_role("alert")).to_contain_text("Ana took this chat first.")
    luis.unroute(f"**/handoffs/{first.reference}")
    luis.get_by_role("button", name="Next waiting chat").click()
    expect(luis.locator(".transcript")).to_contain_text("dos")
    luis.keyboard.press("c")
    expect(luis.locator("#composer")).to_be_enabled()
    assert second.reference in luis.url
