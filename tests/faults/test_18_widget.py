"""Line 18, from the customer's side: whatever happens, each message is there once and in order."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Route, expect

from handoff import service
from handoff.clock import utc_now
from tests.faults.sizes import Run, in_parts
from tests.support.missing import need
from tests.support.web import DIST, Site, running
from tests.ui.widget.conftest import Widget

STEPS = 9
ROUNDS_EACH = 5  # of one customer: a browser's context takes longer to begin than a round
ACTS = ("say", "say", "say", "say other", "cut", "mend", "restart", "reload", "lose", "lose", "hold", "let go", "close")
SECONDS = 60  # a loaded machine must not fail a run


@dataclass
class Customer:
    """One with two tabs, and what happens to them."""

    site: Site
    context: BrowserContext
    tabs: list[Widget] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    held: list[Route] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)  # what happens to the next sendings
    offline: bool = False
    source: random.Random = field(default_factory=random.Random)

    def begin(self) -> None:
        self.context.route("**/messages", self.meddle)
        for _ in range(2):
            self.tabs.append(Widget(page=self.context.new_page()))
            self.load(self.tabs[-1])

    def suffer(self, source: random.Random) -> None:
        """One round."""
        self.source = source
        for _ in range(STEPS):
            self.act(source.choice(ACTS))
        self.end()

    def load(self, tab: Widget) -> None:
        tab.page.goto(self.site.url)
        tab.launcher.click()
        expect(tab.composer).to_be_visible()

    def meddle(self, route: Route) -> None:
        """A sending is lost on its way there or back, or waits while others go on."""
        plan = self.plans.pop() if self.plans else ""
        try:
            if plan == "there":
                route.abort()
            elif plan == "back":
                route.fetch()
                route.abort()
            elif plan == "hold":
                self.held.append(route)
            else:
                route.continue_()
        except Error:
            return  # its page, or the server, has gone meanwhile

    def let_go(self) -> None:
        for route in self.held:
            try:
                route.continue_()
            except Error:
                continue  # its page has gone
        self.held.clear()

    def act(self, act: str) -> None:
        one, other = self.tabs
        if act.startswith("say"):
            self.texts.append(f"text {len(self.texts)}")
            (other if "other" in act else one).say(self.texts[-1])
        elif act in {"cut", "mend"}:
            self.offline = act == "cut"
            self.context.set_offline(self.offline)
        elif act == "restart":
            self.site.stop()
            self.site.start()
        elif act == "lose":
            self.plans.append(self.source.choice(("there", "back")))
        elif act == "hold":
            self.plans.append("hold")
        elif act == "let go":
            self.let_go()
        elif not self.offline and act == "reload":
            self.load(self.source.choice(self.tabs))
        elif not self.offline and act == "close":
            other.page.close()
            self.tabs[1] = Widget(page=self.context.new_page())
            self.load(self.tabs[1])

    def end(self) -> None:
        """All is well again; both tabs and the database have each text once, in the order of their writing."""
        self.plans.clear()
        self.let_go()
        self.offline = False
        self.context.set_offline(True)
        self.context.set_offline(False)  # what waits for another try, tries now
        for tab in self.tabs:
            tab.expect_said(self.texts, seconds=SECONDS)
        stored = self.tabs[0].frame.evaluate("JSON.parse(localStorage.getItem('relevo:conversation')).id")
        view = service.read_conversation(self.site.core, stored, now=utc_now())
        assert [each.text for each in view.messages if each.author == "customer"] == self.texts


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    need("build of the widget (npm ci && npm run build)", DIST if (DIST / "widget.js").exists() else None)
    with running(sqlite_url) as made:
        yield made


@contextmanager
def customer(browser: Browser, site: Site) -> Iterator[Customer]:
    errors: list[str] = []
    context = browser.new_context(locale="en-GB")
    context.on("weberror", lambda error: errors.append(str(error.error)))
    try:
        yield Customer(site=site, context=context)
    finally:
        context.close()
    assert errors == []


@pytest.mark.bar(18)
@in_parts("rounds", short=20, full=200, part=20)
def test_random_cuts_reloads_restarts_and_delays_lose_and_double_nothing(
    browser: Browser, site: Site, run: Run, rounds: int
) -> None:
    """Two tabs write while the network is cut, sendings are lost or held, pages reload and the server restarts."""
    said = 0
    for first in range(0, rounds, ROUNDS_EACH):
        with customer(browser, site) as one:
            one.begin()
            for number in range(first, min(first + ROUNDS_EACH, rounds)):
                one.suffer(random.Random(f"{run.seed} {number}"))
            said += len(one.texts)
    run.count(rounds=rounds, messages=said)
