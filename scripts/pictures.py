"""Takes the desk's pictures for docs/pictures: `.venv/bin/python -m scripts.pictures`, with the desk built.

A real desk over a fresh database, with the shop's approved answers and a day's work in it, in a real Chromium.
"""

import argparse
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.engine import EngineClient
from bot.knowledge.release import build_release, current
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from bot.replies import seed_replies
from bot.texts import ReleaseTexts
from handoff.clock import utc_now
from handoff.service import Core
from handoff.service.base.settings import save_business
from handoff.service.base.views import AgentView
from handoff.service.people import accounts
from scripts.pictures_day import Day, promised, this_hour, work_of_days
from scripts.steps import ROOT
from tests.support.browser import find_chromium, launch_arguments
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running
from tests.support.engine import engine_in_a_thread, outcome
from tests.support.knowledge import library_in

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 120 * 1024
WIDE, PHONE = (1440, 900), (390, 844)
BEAT = 10.0  # seconds


@contextmanager
def at_work(folder: Path, engine_url: str) -> Iterator[tuple[Desk, Day]]:
    core = make_core(f"sqlite:///{folder / 'desk.db'}", hours=ALWAYS, undo_seconds=10)
    migrate(core.database)
    import_folder(library_in(core), ROOT / "data" / "knowledge", utc_now(), by="Pilar")
    build_release(library_in(core), utc_now(), by="Pilar")
    release = current(core.database, utc_now())
    if release is None:
        raise SystemExit("the knowledge has no release")
    seed_replies(core, utc_now())
    save_business(core, core.business.model_dump(mode="json"), actor="operator", now=utc_now())
    texts = ReleaseTexts(release=release, clock=utc_now)
    core = replace(core, texts=texts, text_sender="+34900000000")
    engine = EngineClient(engine_url, "a-secret-of-good-length", timeout=5)
    parts = SimpleNamespace(answering=lambda: SimpleNamespace(release=release, engine=engine, released={}.get))
    long_ago = utc_now() - timedelta(days=30)
    people = {
        name: accounts.add_agent(
            core, email=f"{name.lower()}@example.com", name=name, role=role, languages=("es", "en"), skills=skills,
            capacity=2 if name == "Ana" else 4,
            now=long_ago,
        )
        for name, role, skills in (
            ("Ana", "agent", ("returns",)),
            ("Luis", "agent", ("billing", "returns")),
            ("Marta", "agent", ("billing",)),
            ("Samuel", "admin", ()),
        )
    }  # fmt: skip
    for person in people.values():
        accounts.beat(core, person, "away", now=utc_now())
    day = Day(core=core, release=release, now=utc_now())
    work_of_days(day, people)
    promised(day)
    this_hour(day, people)
    with running(core, more=[router()], parts=parts) as desk, present(core, people):
        yield desk, day


@contextmanager
def present(core: Core, people: dict[str, AgentView]) -> Iterator[None]:
    """They are at their desks, two of them away, so that the sweeper neither loses them nor offers them what waits."""
    over = threading.Event()

    def beat() -> None:
        while True:
            for name, status in (("Ana", "online"), ("Luis", "away"), ("Marta", "away")):
                accounts.beat(core, people[name], status, now=utc_now())
            if over.wait(BEAT):
                return

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


Pose = Callable[[Page, Day], None]


def refunds(asked: dict[str, Any]) -> dict[str, Any]:
    """The engine of the pictures knows one answer."""
    say = {"kind": "entry", "id": "refund-time", "values": {}, "choices": []}
    return outcome(asked, say=[say], candidates=[{"id": "refund-time", "score": 0.9}])


def hash_of(address: str) -> Pose:
    return lambda page, day: page.evaluate("(hash) => { location.hash = hash }", address.format(**day.refs))


def nothing(page: Page, day: Day) -> None:
    del page, day


def chat(page: Page, day: Day) -> None:
    page.locator(f".queue [data-reference={day.refs['main']}]").click()
    expect(page.locator(".transcript")).to_contain_text("Carmen")


def resolving(page: Page, day: Day) -> None:
    chat(page, day)
    page.locator(".transcript").focus()
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()


def week(page: Page, day: Day) -> None:
    del day
    page.get_by_role("navigation").get_by_role("button").nth(1).click()
    page.locator(".as button").nth(1).click()
    expect(page.locator(".calendar-call").first).to_be_visible()


def calls(page: Page, day: Day) -> None:
    del day
    page.get_by_role("navigation").get_by_role("button").nth(1).click()
    expect(page.locator(".row").first).to_be_visible()


@dataclass(frozen=True)
class Shot:
    name: str
    who: str
    pose: Pose
    wait: str
    size: tuple[int, int] = WIDE
    language: str = "en-GB"
    scheme: str = "light"


SHOTS = (
    Shot("desk", "Ana", chat, ".packet .part"),
    Shot("desk-dark", "Ana", resolving, "dialog", language="es-ES", scheme="dark"),
    Shot("desk-callbacks", "Ana", week, ".calendar-call", language="es-ES"),
    Shot("desk-board", "Samuel", hash_of("#/board"), ".board-teams", scheme="dark"),
    Shot("desk-reports", "Samuel", hash_of("#/reports"), "h2", language="es-ES"),
    Shot("desk-replies", "Samuel", hash_of("#/replies"), "h1"),
    Shot("desk-knowledge", "Samuel", hash_of("#/knowledge/entry/returns-damaged"), ".knowledge"),
    Shot("desk-settings", "Samuel", hash_of("#/settings/levels"), "h1", scheme="dark"),
    Shot("desk-guarantee", "Samuel", hash_of("#/guarantee"), ".card", language="es-ES"),
    Shot("desk-phone-queue", "Ana", nothing, ".row", size=PHONE),
    Shot("desk-phone-chat", "Ana", chat, ".transcript", size=PHONE, language="es-ES", scheme="dark"),
    Shot("desk-phone-callbacks", "Ana", calls, ".row", size=PHONE),
)


def take(browser: Browser, desk: Desk, day: Day, shot: Shot, folder: Path) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=shot.language,
        color_scheme="dark" if shot.scheme == "dark" else "light",
        timezone_id="Europe/Madrid",
        reduced_motion="reduce",
    )
    if shot.who == "Samuel":  # who is away is offered nothing
        context.add_init_script("localStorage.setItem('relevo.desk.status', 'away')")
    page = context.new_page()
    page.goto(desk.link(shot.who))
    page.get_by_role("dialog").get_by_role(
        "button", name="Later" if shot.language.startswith("en") else "Más tarde"
    ).click()
    expect(page.locator(".queue")).to_be_visible()
    shot.pose(page, day)
    expect(page.locator(shot.wait).first).to_be_visible()
    page.wait_for_timeout(1500)  # fonts, charts and the first second of every countdown
    small(page.screenshot(), folder / f"{shot.name}.png")
    context.close()


def small(png: bytes, path: Path) -> None:
    """With as few colours as keep it under the limit; flat pages need few."""
    image = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return
    raise SystemExit(f"{path.name} is larger than {LARGEST} bytes")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", help="only these pictures")
    arguments.add_argument("--to", type=Path, default=PICTURES)
    given = arguments.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        engine = stack.enter_context(engine_in_a_thread())
        engine.script = refunds
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        desk, day = stack.enter_context(at_work(Path(folder), engine.url))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(**launch_arguments(find_chromium() or ""))
        for shot in SHOTS:
            if not given.names or shot.name in given.names:
                take(browser, desk, day, shot, given.to)
                print(shot.name, (given.to / f"{shot.name}.png").stat().st_size)
        browser.close()


if __name__ == "__main__":
    main()
