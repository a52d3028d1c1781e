"""Training the engine's model from a release: done again only when the release or the engine's sources changed."""

import hashlib
import json
import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.boxed import Model, current_record, engine_python, read_model, record_of, write_model
from bot.knowledge import release as releases
from bot.processes import dies_with_parent, engine_environment
from bot.settings import ROOT, Env
from handoff.errors import RelevoError
from handoff.service import Database

SOURCES = ("bot/dialogue", "config.yml", "domain.yml", "data/nlu", "data/rules", "requirements/engine.txt")


class TrainingFailed(RelevoError):
    """The engine's training failed; see train.log in the state folder."""

    code = "training_failed"


def train_current(env: Env, database: Database, now: datetime, *, force: bool = False) -> Model:
    """The model of the current release, trained unless there is one already. Raises TrainingFailed, ReleaseNotFound."""
    release = releases.current(database, now)
    exported = env.var / "releases" / str(release.number) / "release.json"
    exported.parent.mkdir(parents=True, exist_ok=True)
    release.export(exported)
    trained_from = _digest([exported, *(ROOT / source for source in SOURCES)])
    folder = env.var / "models" / str(release.number)
    model = None if force else read_model(record_of(folder))
    if model is None or model.trained_from != trained_from or not model.path.exists():
        model = _train(env, exported, folder, trained_from)
    write_model(current_record(env), model)
    return model


def _train(env: Env, exported: Path, folder: Path, trained_from: str) -> Model:
    log = env.var / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors:
        done = subprocess.run(
            [engine_python(env), "-m", "bot.dialogue.train", "--release", exported, "--out", folder],
            cwd=ROOT,
            env=engine_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
            preexec_fn=dies_with_parent(),
        )
    if done.returncode:
        raise TrainingFailed(f"The engine's training failed; the reason is at the end of {log}.")
    model = _model(json.loads(done.stdout.splitlines()[-1]), trained_from)
    write_model(record_of(folder), model)
    return model


def _model(line: dict[str, object], trained_from: str) -> Model:
    return Model(
        path=Path(str(line["model"])),
        sha256=str(line["sha256"]),
        release=int(str(line["release"])),
        digest=str(line["digest"]),
        trained_from=trained_from,
    )


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(file for path in paths for file in _files(path)):
        total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return [path] if path.exists() else []
