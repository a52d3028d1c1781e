"""A desk where release 1 is in service, as the tests of its knowledge pages begin."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page

from bot.engine import EngineClient
from bot.knowledge import release as releases
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from handoff import service
from handoff.clock import utc_now
from handoff.service import Reply, Said
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, running
from tests.support.engine import ScriptedEngine
from tests.support.knowledge import entry, every_notice, library_in, write_folder
from tests.support.missing import need
from tests.ui.conftest import DIST, Open
from tests.ui.test_desk_guarantee import place, sit_as

Room = Callable[..., Page]


@contextmanager
def knowledge_desk(folder: Path, engine: ScriptedEngine) -> Iterator[Desk]:
    """Release 1 is in service; the answer about gifts is approved and waits for the next one."""
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    core = make_core(f"sqlite:///{folder / 'desk.db'}", hours=ALWAYS)
    migrate(core.database)
    library = library_in(core)
    import_folder(library, write_folder(folder / "one", entry(), *every_notice()), utc_now(), by="Pilar")
    releases.build_release(library, utc_now(), by="Pilar")
    gifts = entry("gifts", title={"en": "Gift cards", "es": "Tarjetas regalo"})
    import_folder(library, write_folder(folder / "two", gifts), utc_now(), by="Pilar")
    client = EngineClient(engine.url, "a-secret-of-good-length", timeout=5)
    answers = SimpleNamespace(
        release=releases.current(core.database, utc_now()), engine=client, released=lambda number: None
    )
    with running(core, more=[router()], parts=SimpleNamespace(answering=lambda: answers)) as desk:
        yield desk


def room_in(desk: Desk, sit: Open) -> Room:
    """Opens a page of the knowledge for somebody at the desk."""

    def opened(page: str, name: str = "Elena", role: str = "supervisor", **how: Any) -> Page:
        browser = sit_as(desk, sit, name, role, **how)
        place(browser, "Knowledge" if how.get("locale", "en").startswith("en") else "Conocimiento").click()
        browser.evaluate(f"location.hash = '#/knowledge/{page}'")
        return browser

    return opened


def refused(desk: Desk, text: str) -> None:
    """A customer asks this and the bot has no answer."""
    Customer.arrives(desk.core, language="en").says(text)
    (turn,) = service.take_turns(desk.core, owner="t", limit=1, now=utc_now())
    weighed = {"decision": "refuse", "candidates": [{"id": "shop-hours", "score": 0.3}]}
    reply = Reply(said=(Said(notice="refuse"),), decision="refuse", facts=weighed)
    assert service.finish_turn(desk.core, turn, reply, now=utc_now())
