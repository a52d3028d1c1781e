"""The desk's question to the engine: how near texts are to phrasings, by the features of the model that answers."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.engine import EngineClient
from bot.explaining import Explain, Explained
from tests.dialogue.engines import SECRET, Process, Talk, post

pytestmark = pytest.mark.timeout(180)
PHRASINGS = ["how much is delivery", "what does shipping cost", "when do you open", "hola"]


def asked(texts: Any = ("how much is delivery?",), phrasings: Any = PHRASINGS, **more: Any) -> dict[str, Any]:
    return {"texts": texts, "phrasings": phrasings, **more}


def explain(engine: Process, what: Any, secret: str | None = SECRET) -> tuple[int, Any]:
    return post(engine.port, what, secret, route="explain")


def nearest(engine: Process, text: str, phrasings: list[str] | None = None) -> list[tuple[int, float]]:
    status, answer = explain(engine, asked([text], phrasings or PHRASINGS))
    assert status == 200, answer
    Explained.model_validate_json(json.dumps(answer))  # what the gateway would believe
    return [(near["at"], near["similarity"]) for near in answer["nearest"][0]]


def test_the_same_words_are_as_near_as_can_be_whatever_their_dress(engine: Process) -> None:
    assert nearest(engine, "¡HOW much is DELIVERY!")[0] == (0, 1.0)
    assert nearest(engine, "how much is dlivery")[0][0] == 0
    assert 0.3 < nearest(engine, "how much is dlivery")[0][1] < 1.0


def test_nearest_first_and_nothing_that_shares_nothing(engine: Process) -> None:
    near = [similarity for _, similarity in nearest(engine, "when do you open the delivery desk")]
    assert near == sorted(near, reverse=True)
    assert nearest(engine, "x") == nearest(engine, "") == nearest(engine, "🙂") == []


def test_it_names_the_model_and_answers_each_text(engine: Process, trained: dict[str, Any]) -> None:
    status, answer = explain(engine, asked([*PHRASINGS, "?"]))
    assert (status, answer["model"]) == (200, trained["sha256"])
    assert [each[0]["at"] for each in answer["nearest"][:4]] == [0, 1, 2, 3]
    assert Explained.model_validate_json(json.dumps(answer)).fits(Explain(texts=("",) * 5, phrasings=("",) * 4))


@pytest.mark.parametrize(("texts", "phrasings"), [([], []), (["hi"], []), ([], ["hi"])])
def test_nothing_to_compare_is_no_error(engine: Process, texts: list[str], phrasings: list[str]) -> None:
    status, answer = explain(engine, asked(texts, phrasings))
    assert (status, answer["nearest"]) == (200, [[] for _ in texts])


@pytest.mark.parametrize("secret", [None, "wrong", SECRET + "x"])
def test_without_the_secret_nothing_is_explained(engine: Process, secret: str | None) -> None:
    status, answer = explain(engine, asked(), secret)
    assert (status, answer["error"]["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"\xff\xfe\x00", 400, "malformed_json"),
        (b"[" * 50_000, 400, "malformed_json"),
        (b"[]", 422, "invalid_input"),
        (b"{}", 422, "invalid_input"),
        (b" " * 200_000, 413, "too_large"),
        (json.dumps(asked(more=1)).encode(), 422, "invalid_input"),
        (json.dumps(asked("hi")).encode(), 422, "invalid_input"),
        (json.dumps(asked([7])).encode(), 422, "invalid_input"),
        (json.dumps(asked(["x"] * 101)).encode(), 422, "invalid_input"),
        (json.dumps(asked(["x"], ["x"] * 501)).encode(), 422, "invalid_input"),
        (json.dumps(asked(["x" * 9000])).encode(), 413, "too_large"),
    ],
)
def test_bad_requests_are_typed_errors(engine: Process, raw: bytes, status: int, code: str) -> None:
    found, answer = explain(engine, raw)
    assert (found, answer["error"]["code"]) == (status, code)


def test_strange_texts_are_compared_like_others(engine: Process) -> None:
    raw = b'{"texts": ["\\ud800 how much is delivery", "a\\u0000b"], "phrasings": ["how much is delivery"]}'
    status, answer = explain(engine, raw)
    assert (status, answer["nearest"][0][0]["at"]) == (200, 0)


def test_turns_go_on_while_the_desk_asks_much(engine: Process) -> None:
    much = asked(
        [f"how much is delivery to place {n}" for n in range(100)], [f"phrasing {n} of it" for n in range(500)]
    )
    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(explain, engine, much) for _ in range(3)]
        assert Talk(engine.port).ids("what are your opening hours?")
        assert [each.result()[0] for each in asking] == [200, 200, 200]


async def test_the_gateways_own_client_understands_the_engine(engine: Process) -> None:
    question = Explain(texts=("how much is delivery", "🙂"), phrasings=tuple(PHRASINGS))
    async with EngineClient(f"http://127.0.0.1:{engine.port}", SECRET, timeout=30) as client:
        found = await client.explain(question)
    assert found is not None
    assert [[near.at for near in each][:1] for each in found.nearest] == [[0], []]
