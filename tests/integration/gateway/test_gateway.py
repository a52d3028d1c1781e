"""The gateway's loop over a real core and a real engine client; only the engine's choices are scripted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from anyio.to_thread import run_sync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering import Answering
from bot.engine import EngineClient
from bot.gateway import Gateway
from bot.knowledge.render import Release
from bot.texts import ReleaseTexts
from handoff import service
from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.detection import Detectors, PastTurn
from handoff.service import CoreBox
from tests.support.core import World, make_core
from tests.support.engine import ScriptedEngine, outcome, scripted_engine
from tests.support.knowledge import entry, every_notice, notice

ENGINE_MAY_SAY = {"greeting", "refuse", "ask_choices", "ask_order_number"}
DETECTORS = Detectors(("es", "en"), {})
REFUSE = {"kind": "notice", "id": "refuse", "values": {}, "choices": []}
SECRET = "a-secret-of-good-length"
ALWAYS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def small_release() -> Release:
    notices = {one.id: (notice(one.id, one.values, engine=one.id in ENGINE_MAY_SAY), 1) for one in every_notice()}
    notices["why_stuck"] = (notice("why_stuck"), 1)
    return Release(
        number=1,
        digest="d",
        loaded_at=datetime(2026, 11, 20, tzinfo=UTC),
        entries={
            "shop-hours": (entry("shop-hours"), 3),
            "returns": (entry("returns"), 2),
            "old": (entry("old", review_by=date(2026, 11, 1)), 1),
        },
        notices=notices,
    )


@dataclass
class Running:
    """A gateway at work."""

    world: World
    engine: ScriptedEngine
    release: Release

    async def ask(self, conversation: str, text: str) -> None:
        self.world.now = utc_now()
        await run_sync(self.world.write, conversation, text)

    async def visit(self) -> str:
        self.world.now = utc_now()
        return await run_sync(self.world.visit)

    async def heard(self, conversation: str) -> list[str]:
        view = await run_sync(self.view, conversation)
        return [message.text for message in view.messages if message.author != "customer"][2:]

    def view(self, conversation: str) -> service.ConversationView:
        return service.read_conversation(self.world.core, conversation, now=utc_now())

    async def until(self, look: Callable[[], Awaitable[Any]], seconds: float = 10) -> Any:
        async with asyncio.timeout(seconds):
            while not (found := await look()):  # noqa: ASYNC110 - what it looks at is a database
                await asyncio.sleep(0.02)
        return found


@asynccontextmanager
async def running(url: str, deadline: float = 1.0) -> AsyncIterator[Running]:
    release = small_release()
    core = make_core(url, hours=ALWAYS)
    core = replace(core, texts=ReleaseTexts(release=release, clock=utc_now))
    box = CoreBox(core)
    async with (
        scripted_engine() as engine,
        EngineClient(engine.url, SECRET, timeout=deadline) as client,
    ):
        answering = Answering(release=release, engine=client, detectors=DETECTORS, languages=("es", "en"))
        task = asyncio.create_task(Gateway(box, lambda: answering, utc_now).run())
        try:
            yield Running(World(core), engine, release)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    try:
        check_clean(core)
    finally:
        core.database.dispose()


def check_clean(core: service.Core) -> None:
    report = audit_database(core.database, core.secret, utc_now())
    assert report.clean, report.as_text()


async def test_a_question_is_answered_with_its_approved_text_and_source(database_url: str) -> None:
    async with running(database_url) as shop:
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        assert await shop.until(lambda: shop.heard(conversation)) == ["Open **every day**."]
        answer = shop.view(conversation).messages[-1]
        assert answer.entry is not None
        assert (answer.entry.id, answer.entry.version, answer.entry.source) == ("shop-hours", 3, "Guide · 1")


async def test_the_state_goes_out_with_each_turn_and_comes_back(database_url: str) -> None:
    async with running(database_url) as shop:
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        await shop.until(lambda: shop.heard(conversation))
        await shop.ask(conversation, "and on Sundays?")
        await shop.until(lambda: _asked(shop, 2))
        assert [asked["state"] for asked in shop.engine.asked] == [None, {"turns": 1}]


async def test_who_did_not_ask_for_a_person_hears_why_one_comes(database_url: str) -> None:
    async with running(database_url) as shop:
        shop.engine.script = lambda asked: outcome(asked, decision="refuse", say=[REFUSE])
        conversation = await shop.visit()
        await shop.ask(conversation, "can I pay in crowns")
        await shop.until(partial(shop.heard, conversation))  # else both are one turn
        await shop.ask(conversation, "what about shillings")
        await shop.until(lambda: _state(shop, conversation, "waiting"))
        assert [text.split()[0] for text in await shop.heard(conversation)][-2:] == ["why_stuck", "handoff_waiting"]


async def test_a_release_that_cannot_say_why_brings_the_person_all_the_same(database_url: str) -> None:
    async with running(database_url) as shop:
        conversation = await shop.visit()
        await shop.ask(conversation, "someone used my card without asking, it was stolen")
        await shop.until(lambda: _state(shop, conversation, "waiting"))
        assert [text.split()[0] for text in await shop.heard(conversation)] == ["handoff_waiting"]


async def test_a_request_for_a_person_needs_no_engine(database_url: str) -> None:
    async with running(database_url) as shop:
        conversation = await shop.visit()
        await shop.ask(conversation, "quiero hablar con una persona")
        await shop.until(lambda: _state(shop, conversation, "waiting"))
        assert shop.engine.asked == []


@pytest.mark.parametrize("later", ["it is about order A-104820", "thank you", "when do you open?"])
async def test_who_asks_for_a_person_and_writes_on_gets_one(database_url: str, later: str) -> None:
    """A burst is one turn: after a restart, or while the bot thinks, several messages wait together."""
    async with running(database_url) as shop:
        shop.engine.hold.clear()
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        await shop.until(lambda: _asked(shop))
        await shop.ask(conversation, "I want to talk to a person")
        await shop.ask(conversation, later)
        shop.engine.hold.set()
        await shop.until(lambda: _state(shop, conversation, "waiting"))


async def _state(shop: Running, conversation: str, state: str) -> bool:
    return (await run_sync(shop.view, conversation)).state == state


@pytest.mark.bar(12)
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage",
        b"{}",
        b"[]",
        b'{"text": "You get a full refund, I promise"}',
        b"\xff" * 200_000,
    ],
    ids=["empty", "garbage", "no fields", "a list", "prose", "huge"],
)
async def test_an_engine_that_answers_nonsense_brings_a_person(sqlite_url: str, answer: bytes) -> None:
    async with running(sqlite_url) as shop:
        shop.engine.script = lambda asked: answer
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        await shop.until(lambda: _state(shop, conversation, "waiting"), seconds=5)
        assert (await shop.heard(conversation))[0] == "engine_down"


@pytest.mark.bar(12)
async def test_a_hung_engine_brings_a_person_within_five_seconds(database_url: str) -> None:
    async with running(database_url, deadline=3.0) as shop:
        shop.engine.hold.clear()
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        await shop.until(lambda: _state(shop, conversation, "waiting"), seconds=5)


@pytest.mark.parametrize(
    "say",
    [
        [{"kind": "entry", "id": "nowhere", "values": {}, "choices": []}],
        [{"kind": "notice", "id": "promised", "values": {}, "choices": []}],
        [{"kind": "entry", "id": "shop-hours", "values": {"x": {"kind": "enum", "value": "y"}}, "choices": []}],
        [{"kind": "notice", "id": "ask_choices", "values": {}, "choices": ["nowhere"]}],
    ],
    ids=["unknown entry", "a notice that is the core's", "a value it does not have", "an unknown choice"],
)
async def test_what_is_not_approved_is_never_said(sqlite_url: str, say: list[dict[str, Any]]) -> None:
    async with running(sqlite_url) as shop:
        shop.engine.script = lambda asked: outcome(asked, say=say)
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        await shop.until(lambda: _state(shop, conversation, "waiting"))
        assert (await shop.heard(conversation))[0] == "engine_down"


async def test_a_question_whose_answer_is_past_its_review_goes_to_a_person_who_reads_which_it_is(
    database_url: str,
) -> None:
    async with running(database_url) as shop:
        shop.engine.script = lambda asked: outcome(asked, say=[{"kind": "entry", "id": "old", "values": {}}])
        conversation = await shop.visit()
        await shop.ask(conversation, "what about the old thing?")
        await shop.until(lambda: _state(shop, conversation, "waiting"))
        assert "engine_down" not in await shop.heard(conversation)
        agent = shop.world.agent("Ana")
        case = service.read_case(shop.world.core, agent, _reference(shop, conversation), now=utc_now())
        assert case.item.reason == "entry_expired"
        assert [(each.kind, each.evidence) for each in case.why] == [("entry_expired", "old (Carmen)")]


def _reference(shop: Running, conversation: str) -> str:
    found = shop.view(conversation).handoff
    assert found is not None
    return found.reference


@pytest.mark.parametrize(("named", "words"), [(1, "Open **every day**."), (2, "Closed."), (3, "Open **every day**.")])
def test_a_turn_that_a_switch_overtook_is_said_in_the_words_of_the_release_it_names(named: int, words: str) -> None:
    """Release 3 may not be said any more: then it is the current one's words."""
    closed = {language: {"web": "Closed.", "sms": "Closed."} for language in ("en", "es")}
    other = replace(small_release(), number=2, entries={"shop-hours": (entry("shop-hours", answers=closed), 4)})

    async def answer() -> service.Reply:
        async with scripted_engine() as engine, EngineClient(engine.url, SECRET) as client:
            engine.script = lambda asked: outcome(asked, release=named)
            answering = Answering(
                release=small_release(),
                engine=client,
                detectors=DETECTORS,
                languages=("es", "en"),
                released={2: other}.get,
            )
            return await answering.answer(_turn(), utc_now())

    (said,) = asyncio.run(answer()).said
    assert (said.text, said.release) == (words, 2 if named == 2 else 1)


def test_the_same_answer_to_the_same_question_is_a_loop_though_each_burst_ends_with_thanks() -> None:
    asked = [PastTurn(role="customer", text=text) for text in ("when do you open on Sundays?", "thanks")]

    async def kinds() -> list[str]:
        memory = None
        async with scripted_engine() as engine, EngineClient(engine.url, SECRET) as client:
            answering = Answering(release=small_release(), engine=client, detectors=DETECTORS, languages=("es", "en"))
            for _ in range(3):
                text = "\n".join(each.text for each in asked)
                turn = replace(_turn(), text=text, history=tuple(asked), burst=2, memory=memory)
                reply = await answering.answer(turn, utc_now())
                memory = reply.memory
        return [] if reply.need is None else [each.kind for each in reply.need.signals]

    assert "loop" in asyncio.run(kinds())


@pytest.mark.bar(17)
async def test_the_engines_answer_is_dropped_when_a_person_takes_over_meanwhile(database_url: str) -> None:
    async with running(database_url) as shop:
        shop.engine.hold.clear()
        conversation = await shop.visit()
        await shop.ask(conversation, "when do you open?")
        await shop.until(lambda: _asked(shop))
        await run_sync(lambda: service.ask_person(shop.world.core, conversation, now=utc_now()))
        shop.engine.hold.set()
        await asyncio.sleep(0.5)
        assert "Open **every day**." not in await shop.heard(conversation)


async def _heard(shop: Running, conversation: str, least: int) -> list[str]:
    heard = await shop.heard(conversation)
    return heard if len(heard) >= least else []


async def _asked(shop: Running, times: int = 1) -> bool:
    return len(shop.engine.asked) >= times


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
SAYS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["entry", "notice", "text"]) | st.text(max_size=8),
            "id": st.sampled_from(["shop-hours", "returns", "greeting", "promised", "refuse"]) | st.text(max_size=20),
            "values": st.dictionaries(st.text(max_size=8), JSON, max_size=2),
            "choices": st.lists(st.sampled_from(["returns", "shop-hours"]) | st.text(max_size=8), max_size=2),
        }
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hostile=st.binary(max_size=200) | JSON | SAYS.map(lambda say: {"say": say}))
def test_whatever_a_hostile_engine_sends_only_approved_words_come_out(hostile: Any) -> None:
    """No database here: what the gateway would commit is looked at itself."""
    release = small_release()
    approved = {
        text
        for item, _ in [*release.entries.values(), *release.notices.values()]
        for text in (item.text("en", "web"), item.text("es", "web"))
    }

    def script(asked: dict[str, Any]) -> Any:
        if isinstance(hostile, dict) and set(hostile) == {"say"}:
            return outcome(asked, **hostile)
        return hostile if isinstance(hostile, bytes) else {**outcome(asked), "extra": hostile}

    async def answer() -> service.Reply:
        async with scripted_engine() as engine, EngineClient(engine.url, SECRET) as client:
            engine.script = script
            answering = Answering(release=release, engine=client, detectors=DETECTORS, languages=("es", "en"))
            return await answering.answer(_turn(), utc_now())

    reply = asyncio.run(answer())
    for said in reply.said:
        assert said.text in approved if said.text is not None else said.notice in release.notices
    assert reply.said or reply.need


def _turn() -> service.Turn:
    return service.Turn(
        conversation_id="c",
        owner="o",
        epoch=0,
        channel="web",
        language="en",
        language_known=True,
        since=utc_now(),
        tries=1,
        upto=1,
        text="when do you open?",
        media=0,
        history=(PastTurn(role="customer", text="when do you open?"),),
        dialogue=None,
        memory=None,
        handoff_open=False,
    )
