"""Stoplight Prism: the carrier's published description as a server, or between our client and the double."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.setup import MOCK_CARRIER, NODE_BIN
from tests.support.ports import free_port, wait_listening
from tests.support.processes import stop

DESCRIPTION = Path("tests/fixtures/twilio/messages_openapi.json")
_PRISM = MOCK_CARRIER / "node_modules" / ".bin" / "prism"


def find_prism() -> list[str] | None:
    """The command; None where Node or the package is missing (`npm ci --prefix tests/prism` brings it)."""
    node = shutil.which("node", path=f"{os.environ.get('PATH', '')}{os.pathsep}{NODE_BIN}")
    return [node, str(_PRISM)] if node and _PRISM.exists() else None


@contextmanager
def running_prism(command: list[str], *mode: str) -> Iterator[str]:
    """`mock`, or `proxy` with where to: gives the address."""
    name, *where = mode
    port = free_port()
    process = subprocess.Popen(
        [*command, name, "-h", "127.0.0.1", "-p", str(port), str(DESCRIPTION), *where],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_listening(port, seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)
