"""A stand-in for the engine's Python, for tests of what surrounds it: it trains at once and knows phrasings by heart.

Run as `python -m bot.dialogue.train …` and `… -m bot.dialogue.serve …` are, over real processes and real HTTP.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SLOW = "slow to train"  # a release with this phrasing takes a minute
SICK = "makes the engine sick"  # one with this is trained into a model that does not start
BAD = "cannot be trained"


def environment_in(folder: Path) -> Path:
    """What RELEVO_ENGINE_VENV names."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT / "tests" / "support" / "boxed.py"}" "$@"\n')
    python.chmod(0o755)
    return folder


def option(arguments: Sequence[str], name: str) -> str:
    joined = [one.partition("=")[2] for one in arguments if one.startswith(f"{name}=")]
    return joined[0] if joined else arguments[arguments.index(name) + 1]


def train(arguments: Sequence[str]) -> None:
    release = json.loads(Path(option(arguments, "--release")).read_text())
    known = {
        text: entry["id"]
        for entry in release["entries"]
        for language, title in entry["titles"].items()
        for text in (title, *entry["phrasings"].get(language, ()))
    }
    if SLOW in known:
        time.sleep(60)
    if BAD in known:
        sys.exit("this release cannot be trained")
    model = Path(option(arguments, "--out")) / "engine.tar.gz"
    model.parent.mkdir(parents=True)
    model.write_text(json.dumps({"release": release["release"], "digest": release["digest"], "known": known}))
    sha = hashlib.sha256(model.read_bytes()).hexdigest()
    line = {"model": str(model), "sha256": sha, "release": release["release"], "digest": release["digest"]}
    print(json.dumps({**line, "certificate": {"en": {"claimed": False}}, "seconds": 0.1}))


def serve(arguments: Sequence[str]) -> None:
    model = Path(option(arguments, "--model")).read_bytes()
    sha = hashlib.sha256(model).hexdigest()
    trained: dict[str, Any] = json.loads(model)
    if sha != option(arguments, "--sha256") or SICK in trained["known"]:
        sys.exit("not this model")
    mark = {"release": trained["release"], "digest": trained["digest"], "model": sha}

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(mark)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            entry = trained["known"].get(asked["text"])
            say = {"kind": "entry", "id": entry} if entry else {"kind": "notice", "id": "refuse"}
            decided: dict[str, Any] = {
                "decision": "answer" if entry else "refuse",
                "intent": "answer",
                "form": None,
                "state": {},
            }
            weighed = {"candidates": [], "score": 0.9, "threshold": 0.5, "say": [{**say, "values": {}, "choices": []}]}
            self.answer({"turn": asked["turn"], **mark, **decided, **weighed})

        def answer(self, said: dict[str, Any]) -> None:
            allowed = self.headers["Authorization"] == f"Bearer {os.environ['RELEVO_ENGINE_SECRET']}"
            body = json.dumps(said).encode()
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    ThreadingHTTPServer(("127.0.0.1", int(option(arguments, "--port"))), Door).serve_forever()


if __name__ == "__main__":
    {"bot.dialogue.train": train, "bot.dialogue.serve": serve}[sys.argv[2]](sys.argv[3:])
