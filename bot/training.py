"""Training the engine's model from a release: done again only when the release or what it is trained by changed."""

import fcntl
import hashlib
import json
import secrets
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from bot.boxed import Model, engine_python, read_model, record_of, write_model
from bot.knowledge import questions
from bot.knowledge import release as releases
from bot.processes import dies_with_parent, engine_environment
from bot.settings import ROOT, Env
from handoff.errors import RelevoError
from handoff.service import Database

SOURCES = ("bot/dialogue", "config.yml", "domain.yml", "data/nlu", "data/rules", "requirements/engine.txt")
UNFINISHED = ".part"
Started = Callable[["subprocess.Popen[bytes]"], None]


class TrainingFailed(RelevoError):
    """The engine's training failed; see train.log in the state folder."""

    code = "training_failed"


def train_current(env: Env, database: Database, now: datetime, *, force: bool = False) -> Model:
    """The model of the current release, trained unless there is one already. Raises TrainingFailed, ReleaseNotFound."""
    return train(env, database, releases.mark(database)[0], now, force=force)


def train(
    env: Env, database: Database, number: int, now: datetime, *, force: bool = False, started: Started | None = None
) -> Model:
    """The model of this release, trained unless there is one already. `started` gets the process that trains.

    An older model stays in its place until the new one is complete. Raises TrainingFailed, ReleaseNotFound.
    """
    with _one_at_a_time(lock_of(env)):
        exported = _export(env, database, number, now)
        trained_from = _digest([*exported, *(ROOT / source for source in SOURCES)])
        record = record_of(env, number)
        model = None if force else read_model(record)
        if model is None or model.trained_from != trained_from or not model.path.exists():
            model = _train(env, exported, record.parent, trained_from, started)
            write_model(record, model)
        return model


def lock_of(env: Env) -> Path:
    """Who trains, or removes what was trained, holds a lock on this file."""
    return env.var / "models" / "train.lock"


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Of two commands that would train the same, the second finds what the first has made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _export(env: Env, database: Database, number: int, now: datetime) -> tuple[Path, ...]:
    """The files that are trained from: the release, and the owner's questions when there are any."""
    folder = env.var / "releases" / str(number)
    release, asked = folder / "release.json", folder / "questions.csv"
    folder.mkdir(parents=True, exist_ok=True)
    releases.load(database, number, now).export(release)
    stored = questions.stored(database)
    questions.write_file(stored, asked)
    return (release, asked) if stored else (release,)


def _train(env: Env, exported: tuple[Path, ...], folder: Path, trained_from: str, started: Started | None) -> Model:
    for left in folder.glob(f"*{UNFINISHED}"):  # of a training that was killed
        rmtree(left, ignore_errors=True)
    log = env.var / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{secrets.token_hex(6)}{UNFINISHED}"
    options = [f"--{name}={path}" for name, path in zip(("release", "questions"), exported, strict=False)]
    with log.open("wb") as errors:
        trainer = subprocess.Popen(
            [engine_python(env), "-m", "bot.dialogue.train", *options, "--out", aside],
            cwd=ROOT,
            env=engine_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
        )
        with trainer:
            if started:
                started(trainer)
            printed = trainer.communicate()[0]
    if trainer.returncode:
        raise TrainingFailed(f"The engine's training failed; the reason is at the end of {log}.")
    whole = aside.with_suffix("")
    aside.rename(whole)
    return _model(json.loads(printed.splitlines()[-1]), whole, trained_from)


def _model(line: dict[str, object], folder: Path, trained_from: str) -> Model:
    certificate = line.get("certificate")
    return Model(
        path=folder / Path(str(line["model"])).name,
        sha256=str(line["sha256"]),
        release=int(str(line["release"])),
        digest=str(line["digest"]),
        trained_from=trained_from,
        certificate=certificate if isinstance(certificate, dict) else None,
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
