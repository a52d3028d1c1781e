"""The desk shows what customers write as text, whatever they write, and everybody can read and use it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk import Desk
from tests.support.missing import need
from tests.ui.conftest import Open
from tests.ui.test_desk import claim, row

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CORPUS = (
    "<script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "javascript:document.title='pwned'",
    '"><svg onload=document.title="pwned">',
    "{{constructor.constructor('document.title=1')()}}",
    "\u202eabc\u202c \u200b\u200d مرحبا بالعالم",
    "😀" * 2000,
    "a" * 8000,
)


@pytest.mark.bar(30)
def test_nothing_that_a_customer_writes_is_run(desk: Desk, sit: Open) -> None:
    customer = desk.case(*CORPUS, evidence=CORPUS[1])
    customer.leaves_message(CORPUS[0], name=CORPUS[3], email="a@example.com")
    page = sit("Ana")
    page.get_by_role("button", name="Callbacks").click()
    row(page, customer.reference)
    for text in CORPUS[:5]:
        expect(page.locator(".transcript")).to_contain_text(text)
    assert "pwned" not in page.title()
    assert page.locator(".desk script, .desk img, .transcript svg[onload]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


@pytest.mark.bar(29)
def test_the_page_allows_no_inline_code_no_frame_and_no_third_party(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(desk.url) else foreign.append(request.url))
    answer = page.reload()
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    expect(page.locator(".queue")).to_be_visible()
    assert foreign == []


def findings(page: Page) -> list[str]:
    page.evaluate(need("axe-core (npm ci)", AXE if AXE.is_file() else None).read_text(encoding="utf-8"))
    found: Any = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_on_any_view(desk: Desk, sit: Open, scheme: str, width: int) -> None:
    customer = desk.case("me han robado la tarjeta", reason="urgency.fraud")
    desk.case("hola").leaves_message("Llegó roto", name="Carmen", phone="+34600111222")
    page = sit("Ana", width=width, scheme=scheme)
    expect(page.locator(".row").first).to_be_visible()
    assert findings(page) == []
    claim(page, customer.reference)
    assert findings(page) == []
    page.locator("#composer").blur()
    for key in ("e", "?"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Callbacks").click()
    expect(page.locator(".row").first).to_be_visible()
    assert findings(page) == []
