"""Serve a trained model on loopback: python -m bot.dialogue.serve --model PATH [--sha256 HEX] --port N.

RELEVO_ENGINE_SECRET (16 characters or more) is asked of every caller.
"""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Any

from bot.dialogue.quiet import quiet
from bot.dialogue.train import ROOT, sha256
from bot.dialogue.turn import LARGEST_BODY

HOST = "127.0.0.1"


def serve(model: Path, port: int) -> None:
    """Blocks until stopped; the HTTP API of Rasa stays off."""
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from bot.dialogue.lookups import action_endpoint

    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.action = action_endpoint()
    serve_application(
        str(model),
        interface=HOST,
        port=port,
        credentials=str(ROOT / "credentials.yml"),
        enable_api=False,
        endpoints=endpoints,
        server_listeners=[(_limit, "before_server_start"), (_straighten, "after_server_start")],
    )


async def _limit(app: Any, _loop: Any) -> None:
    app.config.REQUEST_MAX_SIZE = 8 * LARGEST_BODY  # the channel refuses from LARGEST_BODY on, with its own error
    app.config.ACCESS_LOG = False
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 3.0


async def _straighten(app: Any, _loop: Any) -> None:
    from bot.dialogue.straight import StraightRunner

    processor = app.ctx.agent.processor
    processor.graph_runner = StraightRunner.of(processor.graph_runner)
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it for garbage would only make turns wait


def main() -> int:
    """The command; exits 2 when the model is not the expected one or the secret is missing."""
    parser = argparse.ArgumentParser(prog="python -m bot.dialogue.serve")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--sha256", help="the hash the model must have")
    parser.add_argument("--port", type=int, default=5055)
    given = parser.parse_args()
    if len(os.environ.get("RELEVO_ENGINE_SECRET", "")) < 16:
        return _stop("RELEVO_ENGINE_SECRET is missing or shorter than 16 characters")
    if not given.model.is_file():
        return _stop(f"there is no model at {given.model}; train one first")
    found = sha256(given.model)
    if given.sha256 and found != given.sha256:
        return _stop("the model's hash is not the release's; train it again")
    os.environ["RELEVO_MODEL_SHA256"] = found
    quiet()
    serve(given.model, given.port)
    return 0


def _stop(reason: str) -> int:
    print(f"engine: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
