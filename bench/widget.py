"""What the widget costs the page that carries it: `.venv/bin/python -m bench.widget [loads]`.

A host page with a style sheet and pictures is loaded in Chromium with and without the tag, one after the other in turn,
each in a fresh context with an empty cache. Read are the browser's own times, and `busy`: the time for which the page's
main thread really had the processor until the load event, which other work on the machine does not stretch. Also the
sizes of the build.
"""

import gzip
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, sync_playwright

from bot.channels.web.static import static_router
from handoff.service import CoreBox
from tests.support.browser import find_chromium, launch_arguments
from tests.support.core import make_core
from tests.support.web import DIST, serving

LOADS = 40
MOST_MS = 20
READ = """() => {
    const [page] = performance.getEntriesByType('navigation');
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return {
        interactive: page.domInteractive,
        content: page.domContentLoadedEventEnd,
        paint: paint ? paint.startTime : 0,
        load: page.loadEventEnd,
    };
}"""
Times = dict[str, float]


def host_page(tag: str) -> str:
    pictures = "".join(
        f'<img src="/demo/{name}.svg?{number}" alt="">' for number in range(6) for name in ("mug", "lamp")
    )
    text = "<p>Some text of a page. </p>" * 200
    return (
        f'<!doctype html><html lang="en"><title>Host</title><link rel="stylesheet" href="/demo/demo.css">{tag}'
        f"<h1>A page</h1>{pictures}{text}</html>"
    )


def make_app(folder: Path) -> FastAPI:
    app = FastAPI()
    app.state.box = CoreBox(make_core(f"sqlite:///{folder / 'bench.db'}"))
    app.include_router(static_router(DIST))

    @app.get("/with")
    def with_tag() -> HTMLResponse:
        return HTMLResponse(host_page('<script async src="/widget.js" data-relevo></script>'))

    @app.get("/without")
    def without() -> HTMLResponse:
        return HTMLResponse(host_page(""))

    return app


@contextmanager
def chromium() -> Iterator[Browser]:
    found = find_chromium()
    if found is None:
        raise SystemExit("this machine has no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments(found))
        yield browser
        browser.close()


def load(browser: Browser, address: str) -> Times:
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address, wait_until="load")
    times: Times = page.evaluate(READ)
    while not times["load"]:
        times = page.evaluate(READ)
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    context.close()
    return {**times, "busy": found["TaskDuration"] * 1000}


def measure(loads: int) -> dict[str, list[Times]]:
    found: dict[str, list[Times]] = {"with": [], "without": []}
    with tempfile.TemporaryDirectory() as folder, serving(make_app(Path(folder))) as url, chromium() as browser:
        for kind in found:
            load(browser, f"{url}/{kind}")  # the first of each warms the machine up
        for _ in range(loads):
            for kind in random.sample(sorted(found), 2):
                found[kind].append(load(browser, f"{url}/{kind}"))
    return found


def main() -> int:
    """Exit code 1 when the load differs by 20 ms or more."""
    loads = int(sys.argv[1]) if len(sys.argv) > 1 else LOADS
    found = measure(loads)
    medians = {
        kind: {name: statistics.median(each[name] for each in all_) for name in all_[0]} for kind, all_ in found.items()
    }
    print(f"{loads} loads of each, medians in ms")
    for name in medians["with"]:
        with_, without = medians["with"][name], medians["without"][name]
        print(f"{name:12} without {without:7.1f}   with {with_:7.1f}   difference {with_ - without:+6.1f}")
    pairs = [one["load"] - other["load"] for one, other in zip(found["with"], found["without"], strict=True)]
    print(f"load, pair by pair: median {statistics.median(pairs):+.1f}, quartiles {statistics.quantiles(pairs, n=4)}")
    panel = [
        DIST / "panel" / "index.html",
        *(file for file in (DIST / "panel" / "assets").iterdir() if file.suffix != ".gz"),
    ]
    for what, files in (("loader", [DIST / "widget.js"]), ("panel", panel)):
        print(f"{what}: {sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)} bytes compressed")
    return int(medians["with"]["load"] - medians["without"]["load"] >= MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
