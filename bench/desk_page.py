"""What the bench of the desk does in a real Chromium: when is something on the screen, and what was drawn for it?"""

import re
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support.browser import find_chromium, launch_arguments

SIZE = {"width": 1440, "height": 900}
SLOW_LINE = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 625_000}  # 10 Mbit/s
SLOW_PROCESSOR = 4
SHARES = (("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("longest", 1.0))

# Time of the first frame that shows rows, since the navigation began; a message after a frame comes when it is painted.
FIRST_ROWS = """
  window.firstRows = new Promise((resolve) => {
    const painted = () => { const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve([performance.now(), document.querySelectorAll('.queue .row').length]);
      requestAnimationFrame(() => port2.postMessage(0)); };
    new MutationObserver((_, observer) => {
      if (document.querySelector('.queue .row')) { observer.disconnect(); painted(); }
    }).observe(document, { childList: true, subtree: true });
  });
"""

# For each message: when its row and the open chat showed it, and how many rows were drawn for it.
WATCH = """
  window.rowsAt = {}; window.chatAt = {}; window.drawn = [];
  const number = (text) => Number(/message (\\d+):/.exec(text)?.[1] ?? 0);
  const now = () => performance.timeOrigin + performance.now();
  const clock = (node) => node.closest?.('.deadline, .waits, .livemark');
  new MutationObserver((changes) => {
    const rows = new Set(), said = [];
    for (const { target, addedNodes } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      if (!element?.isConnected || clock(element)) continue;
      const row = element.closest('.queue .row');
      if (row) rows.add(row);
      if (!element.closest('.transcript')) continue;
      for (const node of [element, ...addedNodes]) said.push(number(node.textContent));
    }
    const shown = [...rows].map((row) => [row.dataset.reference, number(row.textContent)]).filter(([, at]) => at);
    const last = Math.max(0, ...said);
    if (!shown.length && !last) return;
    if (rows.size) window.drawn.push(rows.size);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { const at = now();
      for (const [reference, each] of shown) (window.rowsAt[reference] ??= []).push([each, at]);
      if (last) window.chatAt[last] ??= at; };
    requestAnimationFrame(() => port2.postMessage(0));
  }).observe(document.getElementById('desk'), { childList: true, subtree: true, characterData: true });
"""

# Wheels through the list while every frame is timed.
FRAMES = """async () => {
  const list = document.querySelector('.queue .list'), times = [];
  let on = true, before = performance.now();
  const frame = (at) => { times.push(at - before); before = at; if (on) requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  const end = list.scrollHeight;
  for (let at = 0; at < end && times.length < 900; at += 240) {
    list.scrollTop = at; await new Promise((done) => requestAnimationFrame(done));
  }
  on = false;
  return times.slice(2);
}"""


@dataclass(kw_only=True)
class Seen:
    """What an agent's open page showed; instants in seconds since the epoch."""

    rows: dict[str, list[tuple[int, float]]] = field(default_factory=dict)  # by reference: message, when
    chat: dict[int, float] = field(default_factory=dict)  # by message
    drawn: list[int] = field(default_factory=list)  # rows that changed together


def at(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(times: list[float]) -> str:
    return "  ".join(f"{name} {at(times, share):7.1f} ms" for name, share in SHARES) + f"  ({len(times)})"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    executable = find_chromium()
    if executable is None:
        raise SystemExit("There is no Chromium: set RELEVO_CHROMIUM.")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(**launch_arguments(executable))
        try:
            yield browser
        finally:
            await browser.close()


async def signed_in(browser: Browser, url: str, token: str) -> BrowserContext:
    """A browser of its own, with nothing in its cache, for the agent with this session."""
    context = await browser.new_context(viewport=SIZE, locale="en-GB")  # type: ignore[arg-type]
    cookie = {
        "name": "relevo_desk",
        "value": token,
        "url": f"{url}/api/v1/desk",
        "httpOnly": True,
        "sameSite": "Strict",
    }
    await context.add_cookies([cookie])  # type: ignore[list-item]
    return context


async def first_view(browser: Browser, url: str, token: str, *, slow: bool) -> tuple[float, int, dict[str, int]]:
    """Milliseconds until rows are on the screen, how many, and what came over the line in bytes by kind."""
    context = await signed_in(browser, url, token)
    page = await context.new_page()
    line = await context.new_cdp_session(page)
    await line.send("Network.enable")
    if slow:
        await line.send("Network.emulateNetworkConditions", SLOW_LINE)
        await line.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
    kinds: dict[str, str] = {}
    weights: dict[str, int] = {}

    def finished(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "other")
        weights[kind] = weights.get(kind, 0) + int(event["encodedDataLength"])

    line.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    line.on("Network.loadingFinished", finished)
    await page.add_init_script(FIRST_ROWS)
    await page.goto(f"{url}/desk/", wait_until="commit")
    took, rows = await page.evaluate("window.firstRows")
    await context.close()
    return took, rows, weights


async def first_views(browser: Browser, url: str, token: str, rounds: int) -> float:
    """Prints the figures; returns the slowest of the plain ones."""
    plain = [await first_view(browser, url, token, slow=False) for _ in range(rounds)]
    slow = [(await first_view(browser, url, token, slow=True))[0] for _ in range(max(3, rounds // 3))]
    took = [each[0] for each in plain]
    middle = statistics.median(took)
    print(f"  first view     median {middle:.0f} ms, slowest {max(took):.0f} ms of {rounds}; rows then: {plain[0][1]}")
    print(f"  slow line      median {statistics.median(slow):.0f} ms: 10 Mbit/s, 40 ms, processor 1/{SLOW_PROCESSOR}")
    weights = {kind: f"{weight / 1024:.0f} KB" for kind, weight in sorted(plain[0][2].items())}
    print(f"  over the line  {weights}")
    return max(took)


async def watching(browser: Browser, url: str, token: str, reference: str) -> Page:
    """A page with this chat open, which notes what it shows."""
    context = await signed_in(browser, url, token)
    page = await context.new_page()
    await page.goto(f"{url}/desk/#/case/{reference}")
    await page.locator(".transcript").wait_for()
    await page.evaluate(WATCH)
    return page


async def what_was_seen(page: Page) -> Seen:
    rows, chat, drawn = await page.evaluate("[window.rowsAt, window.chatAt, window.drawn]")
    return Seen(
        rows={reference: [(number, when / 1000) for number, when in all_] for reference, all_ in rows.items()},
        chat={int(number): when / 1000 for number, when in chat.items()},
        drawn=drawn,
    )


async def scrolled(browser: Browser, url: str, token: str) -> list[float]:
    """Milliseconds between frames while the whole list goes by."""
    context = await signed_in(browser, url, token)
    page = await context.new_page()
    await page.goto(f"{url}/desk/")
    await page.locator(".queue .row").first.wait_for()
    times: list[float] = await page.evaluate(FRAMES)
    await context.close()
    return times


def number_of(text: str) -> int:
    """Which message this is; 0 for what came before the measurement."""
    found = re.match(r"message (\d+):", text)
    return int(found[1]) if found else 0
