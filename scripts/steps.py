"""Steps of the set-up: each is stamped with the digest of what it depends on, and done again when that changes."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOG = ROOT / "var" / "log" / "setup.log"
SKIPPED = {"node_modules", "dist", "__pycache__", "coverage", "test-results"}


class StepFailed(Exception):
    """A step went wrong; the message says what to do."""


def digest_of(paths: Iterable[Path], *facts: object) -> str:
    """A digest of the facts and of the names and contents of the files (of all files below a folder)."""
    total = hashlib.sha256(repr(facts).encode())
    for file in sorted(file for path in paths for file in _files(path)):
        total.update(str(file).encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path] if path.exists() else []
    walked = (Path(folder) / name for folder, names, files in _walk(path) for name in files)
    return list(walked)


def _walk(path: Path) -> Iterable[tuple[str, list[str], list[str]]]:
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if name not in SKIPPED]
        yield folder, names, files


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: `stamp` holds the digest under which it was last done."""

    name: str
    stamp: Path
    digest: Callable[[], str]
    act: Callable[["Runner"], None]
    present: Callable[[], bool] = lambda: True  # what it makes is still there

    def is_done(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == self.digest() and self.present()


@dataclass(kw_only=True)
class Runner:
    """Runs steps with a progress line each; what the commands print goes to the log."""

    total: int
    number: int = 0
    label: str = ""
    began: float = 0
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, step: Step) -> None:
        self.number += 1
        self.label = f"[{self.number}/{self.total}] {step.name} …"
        self.began = time.monotonic()
        if step.is_done():
            print(self.label, "ready", flush=True)
            return
        print(self.label, end="", flush=True)
        try:
            step.act(self)
        except BaseException:
            print(" failed", flush=True)
            raise
        step.stamp.parent.mkdir(parents=True, exist_ok=True)
        step.stamp.write_text(step.digest())
        print(f"{self._rewind()} {time.monotonic() - self.began:.0f} s", flush=True)

    def command(self, command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
        """Runs one command in the project's folder; raises StepFailed with the end of its output."""
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("ab") as log:
            log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
            log.flush()
            start = log.tell()
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | self.environment | dict(environment or {}),
            )
            code = self._wait(process)
        if code:
            raise StepFailed(f"{Path(command[0]).name} ended with {code}:\n{_tail(start)}\n(all of it: {LOG})")

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while True:
            try:
                return process.wait(1)
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    print(f"{self._rewind()} {time.monotonic() - self.began:.0f} s", end="", flush=True)
            except KeyboardInterrupt:
                process.terminate()
                process.wait()
                raise

    def _rewind(self) -> str:
        return f"\r{self.label}" if sys.stdout.isatty() else ""


def _tail(start: int, lines: int = 30) -> str:
    with LOG.open("rb") as log:
        log.seek(start)
        return "\n".join(log.read().decode(errors="replace").strip().splitlines()[-lines:])
