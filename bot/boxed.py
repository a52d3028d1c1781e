"""The boxed processes: engines with the models of their releases, and the actions, in the engine's Python.

Imports no room: the actions start in the blink of an eye.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from bot.processes import engine_environment
from bot.settings import ROOT, Env
from handoff.errors import RelevoError


class ModelMissing(RelevoError):
    """There is no trained model; run `relevo train`."""

    code = "model_missing"


class EngineMissing(RelevoError):
    """The engine's Python environment is missing; run `make setup`, or name it in RELEVO_ENGINE_VENV."""

    code = "engine_missing"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A trained model. `trained_from`: a digest of the release's file, the test questions and the engine's sources."""

    path: Path
    sha256: str
    release: int
    digest: str
    trained_from: str
    certificate: Mapping[str, Any] | None = None


def record_of(env: Env, release: int) -> Path:
    """Where it is kept which model a release has."""
    return env.var / "models" / str(release) / "model.json"


def model_of(env: Env, release: int) -> Model:
    """The model that was trained last for this release. Raises ModelMissing."""
    model = read_model(record_of(env, release))
    if model is None or not model.path.exists():
        raise ModelMissing
    return model


def engine_command(env: Env, model: Model, port: int) -> list[str]:
    """Starts an engine with exactly this model. Raises EngineMissing."""
    options = ["--model", str(model.path), "--sha256", model.sha256, "--port", str(port)]
    return [str(engine_python(env)), "-m", "bot.dialogue.serve", *options]


def run_actions(env: Env) -> NoReturn:
    """Becomes the action server. Raises EngineMissing."""
    _become(env, "actions", [])


def _become(env: Env, module: str, arguments: list[str]) -> NoReturn:
    python = engine_python(env)
    os.chdir(ROOT)
    os.execve(python, [str(python), "-m", module, *arguments], engine_environment(env))  # noqa: S606 - no shell wanted


def engine_python(env: Env) -> Path:
    """The engine's interpreter. Raises EngineMissing."""
    if not env.engine_python.exists():
        raise EngineMissing
    return env.engine_python


def write_model(path: Path, model: Model) -> None:
    """The model's path is kept relative, so that a state folder can be moved or copied whole."""
    relative = os.path.relpath(model.path, path.parent)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(asdict(model) | {"path": relative}, indent=2) + "\n")
    aside.replace(path)


def read_model(path: Path) -> Model | None:
    """What `write_model` wrote; None when there is nothing that can be read."""
    try:
        stored = json.loads(path.read_text())
        return Model(**stored | {"path": path.parent / stored["path"]})
    except (OSError, ValueError, TypeError, KeyError):
        return None
