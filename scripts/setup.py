"""Sets everything up, once: `scripts/python -m scripts.setup [--dev]`. What is ready already is left alone."""

import fcntl
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.found import (
    NO_ENGINE_PYTHON,
    find_engine_python,
    has_system_node,
    index_settings,
    system_node_version,
    wheel_node,
    works,
)
from scripts.steps import ROOT, Runner, Step, StepFailed, digest_of

VENV = ROOT / ".venv"
ENGINE = ROOT / ".venv-engine"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
NODE_BIN = VENV / "node-bin"  # only when the system has no Node
REQUIREMENTS = ROOT / "requirements"
FRONT_ENDS = (ROOT / "bot" / "widget", ROOT / "handoff" / "desk" / "ui")
MOCK_CARRIER = ROOT / "tests" / "prism"
MANIFESTS = [ROOT / "package.json", ROOT / "package-lock.json", *(folder / "package.json" for folder in FRONT_ENDS)]


def _install(run: Runner, python: Path, lock: str) -> None:
    """Exactly what the lock says, by uv; by pip where uv cannot reach what pip can."""
    path = REQUIREMENTS / lock
    try:
        run.command([UV, "pip", "sync", "--python", python, "--require-hashes", path])
    except StepFailed:
        run.command([PYTHON, "-m", "pip", "--python", python, "install", "--require-hashes", "-r", path])


def _make_environment(run: Runner, lock: str) -> None:
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]} or sys.prefix != {str(VENV)!r})"
    if not works([PYTHON, "-c", version]):
        run.command([sys.executable, "-m", "venv", "--clear", VENV])
    run.command([PYTHON, "-m", "pip", "install", "--require-hashes", "-r", REQUIREMENTS / "tools.txt"])
    for stale in VENV.glob(".stamp-*.txt"):
        stale.unlink()
    _install(run, PYTHON, lock)


def environment(dev: bool) -> Step:
    """The main environment. The test tools include all that the product needs, so they also serve `make run`."""

    def step(lock: str) -> Step:
        return Step(
            name="Python environment",
            stamp=VENV / f".stamp-{lock}",
            digest=lambda: digest_of([REQUIREMENTS / "tools.txt", REQUIREMENTS / lock], sys.version_info[:2]),
            act=lambda run: _make_environment(run, lock),
            present=UV.exists,
        )

    with_tools = step("dev.txt")
    return with_tools if dev or with_tools.is_done() else step("app.txt")


def project() -> Step:
    def act(run: Runner) -> None:
        alone = ["--no-deps", "--no-build-isolation", "--offline"]
        run.command([UV, "pip", "install", "--python", PYTHON, *alone, "--editable", ROOT])

    return Step(
        name="Relevo itself",
        stamp=VENV / ".stamp-project",
        digest=lambda: digest_of([ROOT / "pyproject.toml"], (VENV / "bin" / "relevo").exists()),
        act=act,
        present=(VENV / "bin" / "relevo").exists,
    )


def engine_environment() -> Step:
    def act(run: Runner) -> None:
        python = find_engine_python(UV) or _install_python(run)
        run.command([UV, "venv", "--quiet", "--clear", "--python", python, ENGINE])
        _install(run, ENGINE / "bin" / "python", "engine.txt")

    return Step(
        name="engine environment",
        stamp=ENGINE / ".stamp",
        digest=lambda: digest_of([REQUIREMENTS / "engine.txt"], str(ENGINE)),
        act=act,
        present=(ENGINE / "bin" / "python").exists,
    )


def _install_python(run: Runner) -> Path:
    if chosen := os.environ.get("RELEVO_ENGINE_PYTHON"):
        raise StepFailed(f"RELEVO_ENGINE_PYTHON={chosen} is no Python 3.10 that runs.\n{NO_ENGINE_PYTHON}")
    with suppress(StepFailed):
        run.command([UV, "python", "install", "3.10"])
    if python := find_engine_python(UV):
        return python
    raise StepFailed(NO_ENGINE_PYTHON)


def node() -> Step:
    def act(run: Runner) -> None:
        if has_system_node():
            return
        run.command([UV, "pip", "install", "--python", PYTHON, "--require-hashes", "-r", REQUIREMENTS / "node.txt"])
        folder = wheel_node(PYTHON)
        if folder is None:
            raise StepFailed("Node could not be installed; install Node 20.19 or newer and run it again.")
        _write_node_commands(folder)

    return Step(
        name="Node",
        stamp=VENV / ".stamp-node",
        digest=lambda: digest_of([REQUIREMENTS / "node.txt"], system_node_version()),
        act=act,
        present=lambda: has_system_node() or works([NODE_BIN / "node", "--version"]),
    )


def _write_node_commands(folder: Path) -> None:
    binary = shlex.quote(str(folder / "bin" / "node"))
    npm = folder / "lib" / "node_modules" / "npm" / "bin"
    scripts = {name: f" {shlex.quote(str(npm / f'{name}-cli.js'))}" for name in ("npm", "npx")}
    NODE_BIN.mkdir(exist_ok=True)
    for name, script in {"node": "", **scripts}.items():
        command = NODE_BIN / name
        command.write_text(f'#!/bin/sh\nexec {binary}{script} "$@"\n')
        command.chmod(0o755)


def node_environment() -> dict[str, str]:
    """The PATH on which `node` and `npm` are found."""
    if has_system_node():
        return {}
    return {"PATH": f"{NODE_BIN}{os.pathsep}{os.environ['PATH']}"}


def packages() -> Step:
    return Step(
        name="front-end packages",
        stamp=ROOT / "node_modules" / ".stamp",
        digest=lambda: digest_of(MANIFESTS),
        act=lambda run: run.command(["npm", "ci", "--no-audit", "--no-fund"], environment=node_environment()),
    )


def mock_carrier() -> Step:
    """What holds the SMS carrier's client to the carrier's description; tests only, so apart from the front end."""
    return Step(
        name="mock carrier",
        stamp=MOCK_CARRIER / "node_modules" / ".stamp",
        digest=lambda: digest_of([MOCK_CARRIER / "package.json", MOCK_CARRIER / "package-lock.json"]),
        act=lambda run: run.command(
            ["npm", "ci", "--no-audit", "--no-fund", "--prefix", str(MOCK_CARRIER)], environment=node_environment()
        ),
    )


def front_end() -> Step:
    return Step(
        name="widget and desk",
        stamp=ROOT / "node_modules" / ".stamp-build",
        digest=lambda: digest_of([*MANIFESTS, *FRONT_ENDS]),
        act=lambda run: run.command(["npm", "run", "build"], environment=node_environment()),
        present=lambda: all((folder / "dist").is_dir() for folder in FRONT_ENDS),
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Of two set-ups in one folder, the second waits."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(*, dev: bool) -> None:
    """All steps, in order; raises StepFailed."""
    makers = [lambda: environment(dev), project, engine_environment, node, packages, front_end]
    makers += [mock_carrier] if dev else []
    run = Runner(total=len(makers), environment=index_settings())
    for make in makers:
        run.run(make())


def main() -> int:
    try:
        with _alone():
            set_up(dev="--dev" in sys.argv[1:])
    except StepFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; run it again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
