"""The engine's model: trained from a release, kept by what it was trained from, and served in the engine's Python."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from bot.knowledge import release as releases
from bot.processes import dies_with_parent, engine_environment
from bot.settings import ROOT, Env
from handoff.errors import RelevoError
from handoff.service import Database

SOURCES = ("bot/dialogue", "config.yml", "domain.yml", "data/nlu", "data/rules", "requirements/engine.txt")


class ModelMissing(RelevoError):
    """There is no trained model; run `relevo train`."""

    code = "model_missing"


class TrainingFailed(RelevoError):
    """The engine's training failed; see train.log in the state folder."""

    code = "training_failed"


class EngineMissing(RelevoError):
    """The engine's Python environment is missing; run `make setup`, or name it in RELEVO_ENGINE_VENV."""

    code = "engine_missing"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A trained model. `trained_from`: a digest of the release's file and of the engine's sources."""

    path: Path
    sha256: str
    release: int
    digest: str
    trained_from: str


def train_current(env: Env, database: Database, now: datetime, *, force: bool = False) -> Model:
    """The model of the current release, trained unless there is one already. Raises TrainingFailed, ReleaseNotFound."""
    release = releases.current(database, now)
    exported = env.var / "releases" / str(release.number) / "release.json"
    exported.parent.mkdir(parents=True, exist_ok=True)
    release.export(exported, now)
    trained_from = _digest([exported, *(ROOT / source for source in SOURCES)])
    folder = env.var / "models" / str(release.number)
    model = None if force else _read(folder / "model.json")
    if model is None or model.trained_from != trained_from or not model.path.exists():
        model = _train(env, exported, folder, trained_from)
    _write(env.var / "models" / "current.json", model)
    return model


def current_model(env: Env) -> Model:
    """The model that was trained last. Raises ModelMissing."""
    model = _read(env.var / "models" / "current.json")
    if model is None or not model.path.exists():
        raise ModelMissing
    return model


def run_engine(env: Env) -> NoReturn:
    """Becomes the engine. Raises ModelMissing, EngineMissing."""
    model = current_model(env)
    arguments = ["--model", str(model.path), "--sha256", model.sha256, "--port", str(env.engine_port)]
    _become(env, "bot.dialogue.serve", arguments)


def run_actions(env: Env) -> NoReturn:
    """Becomes the action server. Raises EngineMissing."""
    _become(env, "actions", [])


def _become(env: Env, module: str, arguments: list[str]) -> NoReturn:
    python = _engine_python(env)
    os.chdir(ROOT)
    os.execve(python, [str(python), "-m", module, *arguments], engine_environment(env))  # noqa: S606 - no shell wanted


def _engine_python(env: Env) -> Path:
    if not env.engine_python.exists():
        raise EngineMissing
    return env.engine_python


def _train(env: Env, exported: Path, folder: Path, trained_from: str) -> Model:
    log = env.var / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as errors:
        done = subprocess.run(
            [_engine_python(env), "-m", "bot.dialogue.train", "--release", exported, "--out", folder],
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
    _write(folder / "model.json", model)
    return model


def _model(line: dict[str, object], trained_from: str) -> Model:
    return Model(
        path=Path(str(line["model"])),
        sha256=str(line["sha256"]),
        release=int(str(line["release"])),
        digest=str(line["digest"]),
        trained_from=trained_from,
    )


def _write(path: Path, model: Model) -> None:
    """The path is kept relative, so that a state folder can be moved or copied whole."""
    relative = os.path.relpath(model.path, path.parent)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(asdict(model) | {"path": relative}, indent=2) + "\n")
    aside.replace(path)


def _read(path: Path) -> Model | None:
    try:
        stored = json.loads(path.read_text())
        return Model(**stored | {"path": path.parent / stored["path"]})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(file for path in paths for file in _files(path)):
        total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return [path] if path.exists() else []
