"""The engine client against a real local server that answers, hangs, refuses, fails and lies."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.breaker import Breaker
from bot.engine import EngineClient, EngineUnavailable, Turn, deadline
from bot.explaining import Explain
from handoff.errors import SettingsInvalid

SECRET = "a-secret-of-good-length"
TURN = Turn(id="t-1", text="hola", language="es", channel="web")
GOOD: dict[str, Any] = {
    "turn": "t-1",
    "release": 3,
    "digest": "d",
    "model": "a" * 64,
    "decision": "answer",
    "intent": "answer",
    "say": [{"kind": "entry", "id": "returns-window", "values": {}, "choices": []}],
    "candidates": [{"id": "returns-window", "score": 0.9}],
    "score": 0.9,
    "threshold": 0.4,
    "form": None,
    "state": {"v": 1},
}
Answer = Callable[[bytes], Awaitable[bytes]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if b"content-length" in x), 0)
            writer.write(await answer(head + await reader.readexactly(length)))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


def http(body: bytes, status: int = 200) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def always(raw: bytes) -> Answer:
    async def answer(request: bytes) -> bytes:
        return raw

    return answer


def changed(**fields: Any) -> bytes:
    return http(json.dumps({**GOOD, **fields}).encode())


async def reason(answer: Answer, deadline: float = 30) -> str:
    async with server(answer) as url, EngineClient(url, SECRET, deadline) as client:
        with pytest.raises(EngineUnavailable) as caught:
            await client.ask(TURN)
        return caught.value.reason


def test_good_outcome_is_typed() -> None:
    seen: list[bytes] = []

    async def answer(request: bytes) -> bytes:
        seen.append(request)
        return changed()

    async def run() -> None:
        async with server(answer) as url, EngineClient(url, SECRET) as client:
            outcome = await client.ask(TURN)
        assert outcome.say[0].id == "returns-window"
        assert outcome.candidates[0].score == 0.9

    asyncio.run(run())
    assert f"authorization: bearer {SECRET}".encode() in seen[0].lower()
    assert json.loads(seen[0].split(b"\r\n\r\n", 1)[1])["text"] == "hola"


def test_hanging_engine_is_late_within_the_deadline() -> None:
    async def hang(request: bytes) -> bytes:
        await asyncio.sleep(30)
        return b""

    began = time.monotonic()
    assert asyncio.run(reason(hang, 0.3)) == "late"
    assert time.monotonic() - began < 2


def test_engine_that_drips_bytes_forever_is_late() -> None:
    async def run() -> None:
        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while True:
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            except (ConnectionError, asyncio.CancelledError):
                writer.close()

        listening = await asyncio.start_server(drip, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with EngineClient(url, SECRET, 0.4) as client:
            with pytest.raises(EngineUnavailable) as caught:
                await client.ask(TURN)
        assert caught.value.reason == "late"
        listening.close()
        await asyncio.sleep(0.1)

    asyncio.run(run())


def test_nobody_listening_is_refused() -> None:
    async def run() -> None:
        async with EngineClient("http://127.0.0.1:9", SECRET) as client:
            with pytest.raises(EngineUnavailable) as caught:
                await client.ask(TURN)
            assert caught.value.reason == "refused"

    asyncio.run(run())


@pytest.mark.parametrize("status", [301, 401, 404, 500, 503])
def test_other_status_is_unavailable(status: int) -> None:
    assert asyncio.run(reason(always(http(b"{}", status)))) == f"status_{status}"


@pytest.mark.parametrize(
    "raw",
    [
        http(b""),
        http(b"null"),
        http(b"not json"),
        http(b"\xff\xfe"),
        http(b"[]"),
        http(b"[" * 100_000),
        http(b" " * 200_000),
        changed(turn="another"),
        changed(say=[]),
        changed(say=[{"kind": "entry", "id": "x", "text": "Trust me, it is free."}]),
        changed(say=[{"kind": "entry", "id": "Trust me, it is free."}]),
        changed(say=[{"kind": "prose", "id": "x"}]),
        changed(say=[{"kind": "notice", "id": "x", "values": {"a": {"kind": "text", "value": "hi"}}}]),
        changed(say=[{"kind": "notice", "id": "x", "values": {"a": {"kind": "enum", "value": "two\nlines"}}}]),
        changed(say=[{"kind": "notice", "id": "x", "values": {"a": {"kind": "number", "value": True}}}]),
        changed(score="0.9"),
        changed(score=2),
        changed(decision="maybe"),
        changed(model="../../etc"),
        changed(state={"v": "x" * 40_000}),
        changed(prose="hello"),
        http(json.dumps({**GOOD, "score": 0.5}).replace("0.5", "NaN").encode()),
    ],
)
def test_garbage_is_not_believed(raw: bytes) -> None:
    assert asyncio.run(reason(always(raw))) == "garbage"


def test_connection_cut_in_the_middle_is_refused() -> None:
    assert asyncio.run(reason(always(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"))) == "refused"


def test_refused_state_is_asked_again_without_state() -> None:
    async def answer(request: bytes) -> bytes:
        state = json.loads(request.split(b"\r\n\r\n", 1)[1])["state"]
        return changed() if state is None else http(b'{"error":{"code":"state_refused"}}', 422)

    async def run() -> None:
        async with server(answer) as url, EngineClient(url, SECRET) as client:
            assert (await client.ask(TURN.model_copy(update={"state": {"old": 1}}))).decision == "answer"

    asyncio.run(run())


def test_refused_requests_do_not_open_the_breaker() -> None:
    async def run() -> None:
        async with server(always(http(b"{}", 413))) as url, EngineClient(url, SECRET) as client:
            for _ in range(6):
                with pytest.raises(EngineUnavailable) as caught:
                    await client.ask(TURN)
                assert caught.value.reason == "request"

    asyncio.run(run())


def test_three_failures_open_the_breaker_and_one_probe_closes_it() -> None:
    clock = [0.0]
    calls: list[int] = []
    healthy = [False]

    async def answer(request: bytes) -> bytes:
        calls.append(1)
        return changed() if healthy[0] else http(b"", 500)

    async def ask(client: EngineClient) -> str:
        try:
            return (await client.ask(TURN)).decision
        except EngineUnavailable as error:
            return error.reason

    async def run() -> None:
        async with server(answer) as url, EngineClient(url, SECRET, breaker=Breaker(lambda: clock[0])) as client:
            assert [await ask(client) for _ in range(5)] == ["status_500"] * 3 + ["open"] * 2
            assert len(calls) == 3
            clock[0] = 5.1
            assert [await ask(client), await ask(client)] == ["status_500", "open"]
            clock[0] = 10.3
            healthy[0] = True
            probes = await asyncio.gather(*[ask(client) for _ in range(4)])
            assert sorted(probes) == ["answer", "open", "open", "open"]
            assert await ask(client) == "answer"

    asyncio.run(run())


def test_cancelled_probe_lets_the_next_caller_probe() -> None:
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    for _ in range(3):
        breaker.failed()
    assert not breaker.admits()
    clock[0] = 6.0
    assert breaker.admits()
    assert not breaker.admits()
    breaker.let_go()
    assert breaker.admits()


def test_deadline_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEVO_ENGINE_TIMEOUT", raising=False)
    assert deadline() == 3.0
    monkeypatch.setenv("RELEVO_ENGINE_TIMEOUT", "1.5")
    assert deadline() == 1.5
    for wrong in ("nan", "0", "-1", "soon", "1e9"):
        monkeypatch.setenv("RELEVO_ENGINE_TIMEOUT", wrong)
        with pytest.raises(SettingsInvalid):
            deadline()


ASKED = Explain(texts=("hola", "\ud800"), phrasings=("hola", "adios"))
NEAREST: list[Any] = [[{"at": 0, "similarity": 1.0}], []]


async def explained(raw: bytes) -> tuple[Any, bytes]:
    """What the client makes of it, and what it sent."""
    seen = b""

    async def answer(request: bytes) -> bytes:
        nonlocal seen
        seen = request
        return raw

    async with server(answer) as url, EngineClient(url, SECRET) as client:
        return await client.explain(ASKED), seen


def test_an_explanation_is_typed_and_asked_with_the_secret() -> None:
    found, seen = asyncio.run(explained(http(json.dumps({"model": "a" * 64, "nearest": NEAREST}).encode())))
    assert [[near.at for near in each] for each in found.nearest] == [[0], []]
    head, _, body = seen.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /webhooks/relevo/explain ")
    assert f"authorization: bearer {SECRET}".encode() in head.lower()
    assert json.loads(body) == {"texts": ["hola", "?"], "phrasings": ["hola", "adios"]}


def test_an_engine_that_does_not_know_the_route_explains_nothing() -> None:
    assert asyncio.run(explained(http(b"{}", 404)))[0] is None


@pytest.mark.parametrize(
    "nearest", [[], [[]], [[{"at": 2, "similarity": 1.0}], []], [[{"at": 0, "similarity": 2}], []]]
)
def test_an_explanation_that_does_not_fit_the_question_is_garbage(nearest: Any) -> None:
    raw = http(json.dumps({"model": "a" * 64, "nearest": nearest}).encode())
    with pytest.raises(EngineUnavailable) as caught:
        asyncio.run(explained(raw))
    assert caught.value.reason == "garbage"


def test_what_the_desk_asks_never_opens_the_breaker_over_customers() -> None:
    async def run() -> None:
        async def answer(request: bytes) -> bytes:
            return http(b"{}", 500) if b"/explain" in request.split(b"\r\n")[0] else changed()

        async with server(answer) as url, EngineClient(url, SECRET) as client:
            for _ in range(5):
                with pytest.raises(EngineUnavailable):
                    await client.explain(ASKED)
            assert (await client.ask(TURN)).turn == "t-1"

    asyncio.run(run())
