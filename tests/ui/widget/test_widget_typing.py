"""The customer's page shows that the agent types, and forgets it again; nothing of it is a message."""

from playwright.sync_api import expect

from handoff import service
from handoff.clock import utc_now
from handoff.service.cases.hints import customer_topic
from tests.support.web import Site, eventually
from tests.ui.widget.conftest import OpenPage


def test_the_agents_typing_is_shown_and_goes_with_the_reply_or_after_a_while(site: Site, visit: OpenPage) -> None:
    widget = visit().open()
    widget.panel.get_by_role("button", name="Talk to a person").click()
    widget.expect_state("waiting")
    reference = site.claim("Ana Ruiz")
    widget.expect_state("agent")
    assert site.agent
    case = service.read_case(site.core, site.agent, reference, now=utc_now())
    topic = customer_topic(case.conversation_id)

    def types() -> bool:
        """The same hint is passed on again after 3 s."""
        site.core.wake.notify(f"{topic} typing:Ana Ruiz")
        return line.is_visible()

    line = widget.panel.locator(".typing-line")
    expect(line).to_be_hidden()
    eventually(types)
    expect(line).to_have_text("Ana Ruiz is typing…")
    site.says(reference, "Hello, I am looking at it")
    expect(widget.panel.locator(".messages")).to_contain_text("Hello, I am looking at it")
    expect(line).to_be_hidden()
    eventually(types)
    expect(line).to_be_hidden(timeout=10_000)
    assert widget.complaints() == []
