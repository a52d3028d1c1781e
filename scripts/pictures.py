"""Takes the desk's pictures for docs/pictures: `.venv/bin/python -m scripts.pictures`, with the desk built.

A real desk over a fresh database, with the shop's approved answers and a day's work in it, in a real Chromium.
"""

import argparse
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.engine import EngineClient
from bot.knowledge.release import build_release, current
from bot.knowledge.render import Release
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from bot.replies import seed_replies
from bot.texts import ReleaseTexts
from handoff import service
from handoff.clock import utc_now
from handoff.detection.signals import Signal
from handoff.service import Core, Need, Reply, Said
from handoff.service.base.core import work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.settings import save_business
from handoff.service.base.views import AgentView, EntryRef
from handoff.service.cases.notes import leave_note
from handoff.service.cases.opening import open_handoff
from handoff.service.people import accounts
from handoff.states import Urgency
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


@dataclass
class Day:
    """What happens in the shop: customers who write, the bot that answers, and people who take over."""

    core: Core
    release: Release
    now: datetime
    said: int = 0
    refs: dict[str, str] = field(default_factory=dict)

    def ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def arrives(self, minutes: float, language: str, *, phone: str | None = None, zone: str | None = None) -> str:
        self.said += 1
        if phone is not None:
            return self._text(phone, "hola", minutes)
        started = service.start_conversation(
            self.core, channel="web", account="shop", address=f"v{self.said}", language=language, time_zone=zone,
            now=self.ago(minutes),
        )  # fmt: skip
        return started.conversation_id

    def _text(self, phone: str, text: str, minutes: float) -> str:
        self.said += 1
        inbound = service.Inbound(
            channel="sms", account="+34900000000", address=phone, text=text, at=self.ago(minutes),
            carrier_id=f"SM{self.said}",
        )  # fmt: skip
        return service.record_inbound(self.core, inbound, self.ago(minutes)).conversation_id

    def says(self, conversation: str, text: str, minutes: float) -> None:
        self.said += 1
        inbound = service.Inbound(
            channel="web", account="shop", address="", text=text, at=self.ago(minutes), conversation_id=conversation,
            client_id=f"c{self.said}",
        )  # fmt: skip
        service.record_inbound(self.core, inbound, self.ago(minutes))

    def answers(self, entry: str, minutes: float, language: str) -> None:
        """The bot answers whoever waits for it, with the approved words."""
        now = self.ago(minutes)
        told = self.release.render_entry(entry, language, "web", {}, now)
        ref = EntryRef(id=told.id, version=told.version, title=told.title or "", source=told.source or "")
        for turn in service.take_turns(self.core, owner="bot", limit=9, now=now):
            reply = Reply(said=[Said(text=told.text, entry=ref, release=told.release)], decision="answer", facts={})
            service.finish_turn(self.core, turn, reply, now=now)

    def needs(
        self,
        conversation: str,
        minutes: float,
        reason: str,
        evidence: str,
        language: str = "es",
        *,
        urgent: bool = False,
    ) -> str:
        signal = Signal(kind=reason, strength=0.9, language=language, evidence=evidence)
        with work(self.core, self.ago(minutes)) as unit:
            row = open_handoff(
                unit,
                lock_conversation(unit, conversation),
                Need(reason=reason, urgency=Urgency.HIGH if urgent else Urgency.NORMAL, signals=(signal,)),
            )
            return row.reference

    def claims(self, agent: AgentView, reference: str, minutes: float) -> None:
        version = service.read_case(self.core, agent, reference, now=self.ago(minutes)).item.version
        service.claim(self.core, agent, reference, version, now=self.ago(minutes))
        service.mark_seen(self.core, agent, reference, now=self.ago(minutes))

    def replies(self, agent: AgentView, reference: str, text: str, minutes: float) -> None:
        version = service.read_case(self.core, agent, reference, now=self.ago(minutes)).item.version
        service.reply(self.core, agent, reference, version, text, text, now=self.ago(minutes))

    def resolved(self, agent: AgentView, reference: str, outcome: str, topic: str, minutes: float) -> None:
        version = service.read_case(self.core, agent, reference, now=self.ago(minutes)).item.version
        service.resolve(self.core, agent, reference, version, outcome, topic, now=self.ago(minutes))

    def promises(self, conversation: str, minutes: float, message: str, **contact: str) -> None:
        form = service.CallbackForm(message=message, **contact)
        service.submit_form(self.core, conversation, form, now=self.ago(minutes))


def work_of_days(day: Day, people: dict[str, AgentView]) -> None:
    """Some cases of the last days, for the reports."""
    ana, luis = people["Ana"], people["Luis"]
    outcomes = ("solved", "solved", "partly", "solved", "not_solved")
    topics = ("delivery", "returns", "orders", "payment", "refunds")
    for number in range(30):
        minutes = 60 * (14 + 21.7 * (number % 26)) + number * 17
        language = "es" if number % 3 else "en"
        talk = day.arrives(minutes, language)
        day.says(talk, "¿Cuánto tarda el envío?" if language == "es" else "How long does delivery take?", minutes - 0.2)
        day.answers("delivery-time-spain", minutes - 0.4, language)
        if number % 4 == 0:
            service.rate(day.core, talk, 5 if number % 8 else 2, now=day.ago(minutes - 1))
            continue
        reason = ("request", "frustration", "loop", "refusals")[number % 4]
        reference = day.needs(talk, minutes - 1, reason, "quiero hablar con una persona", language)
        agent = ana if number % 2 else luis
        wait = (0.6, 1.4, 2.1, 4.2)[number % 4]
        day.claims(agent, reference, minutes - 1 - wait)
        day.replies(agent, reference, "Hola, lo miro ahora mismo.", minutes - 2 - wait)
        day.resolved(agent, reference, outcomes[number % 5], topics[number % 5], minutes - 9)
        service.expire(day.core, day.ago(minutes - 10))
        if number % 5 != 4:
            service.rate(day.core, talk, 4 + number % 2, now=day.ago(minutes - 11))


def this_hour(day: Day, people: dict[str, AgentView]) -> None:
    ana, luis, marta = people["Ana"], people["Luis"], people["Marta"]
    chat = day.arrives(12, "es", zone="Atlantic/Canary")
    day.says(chat, "Hola, mi lámpara llegó rota, ¿qué hago?", 11.5)
    day.answers("returns-damaged", 11.4, "es")
    day.says(chat, "Ya mandé las fotos el lunes y nadie me contesta", 10)
    day.answers("returns-damaged", 9.9, "es")
    day.says(chat, "Otra vez lo mismo. Quiero hablar con una persona, por favor", 9)
    main = day.refs["main"] = day.needs(chat, 8.9, "loop", "Otra vez lo mismo")
    with work(day.core, day.ago(8.8)) as unit:
        signal = Signal(kind="request", strength=1.0, language="es", evidence="Quiero hablar con una persona")
        open_handoff(unit, lock_conversation(unit, chat), Need(reason="request", signals=(signal,)))
    day.promises(chat, 8.5, "Mi lámpara llegó rota", name="Carmen Ruiz", phone="+34600111222")
    day.claims(ana, main, 7)
    leave_note(day.core, luis, main, "n1", "Las fotos están en el pedido 40712: rota de verdad.", now=day.ago(6.5))
    day.replies(
        ana, main, "Hola, Carmen: soy Ana. He visto las fotos del pedido 40712, así que no hace falta repetirlo.", 6
    )
    day.says(chat, "¡Por fin! ¿Me la cambian o me devuelven el dinero?", 1.2)

    for minutes, language, said, reason, urgent in (
        (2.2, "es", "me han cobrado dos veces y no reconozco este cargo", "urgency.fraud", True),
        (1.6, "en", "I want to talk to a real person", "request", False),
        (1.1, "es", "esto no me sirve de nada, llevo una semana así", "frustration", False),
        (0.5, "en", "where is my order? it said Tuesday", "refusals", False),
    ):
        talk = day.arrives(minutes + 1, language)
        day.says(talk, said, minutes + 0.1)
        day.needs(talk, minutes, reason, said, language, urgent=urgent)
    phone = day.arrives(2, "es", phone="+34600333444")
    day.needs(phone, 1.4, "request", "hola", "es")

    for agent, said, text in (
        (luis, "can I change the delivery address?", "Yes, until it is packed. Which order is it?"),
        (luis, "necesito la factura con el NIF", "Claro: se la envío ahora mismo."),
        (ana, "¿puedo pagar a plazos?", "Sí, en tres pagos. ¿Le mando el enlace?"),
        (marta, "the chair wobbles", "Could you send us a photo of the leg?"),
    ):
        talk = day.arrives(16, "en" if said.isascii() else "es")
        day.says(talk, said, 15)
        reference = day.needs(talk, 14.5, "request", said, "en")
        day.claims(agent, reference, 13.5)
        day.replies(agent, reference, text, 13)


def promised(day: Day) -> None:
    for hours, name, phone, message, language in (
        (1.2, "Jorge Molina", "+34600222333", "¿Cuándo llega el sofá?", "es"),
        (9, "Emma Clarke", "+447700900123", "The invoice has the wrong company name", "en"),
        (1.7, "Lucía Vega", "+34600444555", "El transportista no me encontró en casa", "es"),
        (1, "Tom Baker", "+447700900456", "Can the shelf be mounted on plaster?", "en"),
        (0.4, "Marina Gil", "+34600777888", "Quiero cambiar el color del pedido", "es"),
    ):
        talk = day.arrives(hours * 60 + 3, language)
        day.says(talk, message, hours * 60 + 2)
        day.needs(talk, hours * 60 + 1, "request", message, language)
        day.promises(talk, hours * 60, message, name=name, phone=phone)


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
