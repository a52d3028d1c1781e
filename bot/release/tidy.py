"""Old models leave the disk: those of releases that are neither served, nor the way back, nor in work.

It can be killed at any instant: the record goes first, so that what is half gone is never taken for a model.
"""

import fcntl
from collections.abc import Collection
from pathlib import Path
from shutil import rmtree

import structlog

from bot.boxed import read_model, record_of
from bot.settings import Env
from bot.training import lock_of

log = structlog.get_logger()


def tidy(env: Env, keep: Collection[int], used: Collection[Path]) -> int:
    """Removes the models of other releases than `keep`, and of those the ones that were trained before the last.

    What lies in one of the folders `used` stays, whatever its release. Nothing is removed while something is trained.
    Returns how many folders went.
    """
    models = env.var / "models"
    if not models.is_dir():
        return 0
    with lock_of(env).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 0
        releases = sorted(each for each in models.iterdir() if each.is_dir() and each.name.isdecimal())
        gone = [path for each in releases for path in _old_in(env, each, int(each.name) in keep, set(used))]
        for path in gone:
            _remove(path)
    if gone:
        log.info("host.tidied", removed=len(gone))
    return len(gone)


def _old_in(env: Env, release: Path, kept: bool, used: set[Path]) -> list[Path]:
    """Of one release: its whole folder, or what lies in it beside what is served."""
    if not kept and not any(path.is_relative_to(release) for path in used):
        return [release]
    known = read_model(record_of(env, int(release.name)))
    last = {known.path.parent.resolve()} if known and kept else set()
    inside = (each for each in release.iterdir() if each.is_dir())
    return sorted(each for each in inside if each.resolve() not in last | {path.resolve() for path in used})


def _remove(folder: Path) -> None:
    (folder / "model.json").unlink(missing_ok=True)
    rmtree(folder, ignore_errors=True)
