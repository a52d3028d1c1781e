"""The engine's only door: POST turn, POST explain and GET health under /webhooks/relevo, with a shared secret."""

import asyncio
import hmac
import logging
import time
import uuid
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue import explain as explaining
from bot.dialogue import store
from bot.dialogue.outcome import outcome
from bot.dialogue.turn import Refused, Turn, parse

logger = logging.getLogger(__name__)
Handler = Callable[[UserMessage], Awaitable[Any]]


class RelevoInput(InputChannel):
    """A stateless channel: (model, state, text) in, Outcome out."""

    def __init__(self, secret: str, model: str) -> None:
        """`secret` is the bearer token asked for; `model` the hash every Outcome names."""
        self._secret = secret.encode()
        self._model = model
        self._explainer: Optional[explaining.Explainer] = None

    @classmethod
    def name(cls) -> str:
        """The channel's name in credentials, URLs and trackers."""
        return "relevo"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "RelevoInput":
        """Made by Rasa from credentials.yml; a missing or short secret stops the start."""
        given = credentials or {}
        secret = str(given.get("secret") or "")
        if len(secret) < 16 or secret.startswith("${"):
            raise ValueError("RELEVO_ENGINE_SECRET is missing or shorter than 16 characters")
        return cls(secret, str(given.get("model") or ""))

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The three routes."""
        hook = Blueprint("relevo_turn", __name__)

        @hook.middleware("request")
        async def guard(request: Request) -> Optional[HTTPResponse]:
            return None if self._knows(request) else _error(Refused(401, "not_authenticated", "Send the secret."))

        @hook.get("/health")
        async def health(request: Request) -> HTTPResponse:
            parsed = await request.app.ctx.agent.parse_message("health")
            weighed = parsed["relevo"]
            return response.json({"release": weighed["release"], "digest": weighed["digest"], "model": self._model})

        @hook.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            reader = request.app.ctx.agent.processor
            return await _guarded(self._answer, lambda: parse(request.body, _now()), on_new_message, reader)

        @hook.post("/explain")
        async def explain(request: Request) -> HTTPResponse:
            model = Path(request.app.ctx.agent.processor.model_path)
            return await _guarded(self._explain, lambda: explaining.parse(request.body), model)

        return hook

    def _knows(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, b"Bearer " + self._secret)

    async def _explain(self, asked: explaining.Asked, model: Path) -> Dict[str, Any]:
        """In a thread of its own: customers' turns go on meanwhile."""
        nearest = await asyncio.get_running_loop().run_in_executor(None, self._nearest, asked, model)
        return {"model": self._model, "nearest": nearest}

    def _nearest(self, asked: explaining.Asked, model: Path) -> List[List[Dict[str, Any]]]:
        if self._explainer is None:
            self._explainer = explaining.Explainer.load(model)
        return self._explainer.nearest(asked)

    async def _answer(self, turn: Turn, on_new_message: Handler, reader: MessageProcessor) -> Dict[str, Any]:
        # The gateway may retake a turn while the first try still runs, so the tracker gets an id of its own.
        sender = uuid.uuid4().hex
        output = CollectingOutputChannel()
        metadata = {
            "language": turn.language,
            "channel": turn.channel,
            "asked": turn.state.asked,
            "tries": turn.state.tries,
            "offered": list(turn.state.offered),
            "after": turn.state.answered,
        }
        store.open_turn(sender, turn.state.events())
        try:
            message = UserMessage(turn.text, output, sender, input_channel=self.name(), metadata=metadata)
            message.parse_data = _parsed(message, reader)
            await on_new_message(message)
        finally:
            tracker = store.close_turn(sender)
        if tracker is None:
            raise RuntimeError("the dialogue kept no tracker")
        spoken: List[Dict[str, Any]] = output.messages
        return outcome(turn.id, self._model, turn.state, tracker, spoken, _now())


def _parsed(message: UserMessage, reader: MessageProcessor) -> Dict[str, Any]:
    """What the pipeline makes of it. Rasa itself would build an empty domain to compare with ours at every message."""
    target = reader.model_metadata.nlu_target
    (read,) = reader.graph_runner.run(inputs={PLACEHOLDER_MESSAGE: [message]}, targets=[target])[target]
    return dict(read.as_dict(only_output_properties=True))


async def _guarded(answer: Callable[..., Awaitable[Any]], read: Callable[[], Any], *more: Any) -> HTTPResponse:
    try:
        return response.json(await answer(read(), *more))
    except Refused as refusal:
        return _error(refusal)
    except Exception:
        logger.exception("engine.turn_failed")
        return _error(Refused(500, "internal", "The turn failed inside the engine."))


def _now() -> int:
    return int(time.time())


def _error(refused: Refused) -> HTTPResponse:
    return response.json({"error": {"code": refused.code, "message": refused.message}}, refused.status)
