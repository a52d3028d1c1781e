"""Child processes: they die with their parent, and get only the environment that is theirs."""

import ctypes
import hashlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping

from bot.settings import Env

_PR_SET_PDEATHSIG = 1
KEPT_FOR_ENGINE = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")


def dies_with_parent(sig: signal.Signals = signal.SIGKILL) -> Callable[[], None] | None:
    """A `preexec_fn`: the kernel sends `sig` when the parent dies, however it dies. None where no kernel does that."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sig))

    return arm


def engine_environment(env: Env, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the boxed processes may know: no database, no carrier account, no secret key."""
    kept = {name: os.environ[name] for name in KEPT_FOR_ENGINE if name in os.environ}
    return {
        **kept,
        "RELEVO_ENGINE_SECRET": env.engine_secret,
        "RELEVO_ACTIONS_URL": env.actions_url,
        "RELEVO_ACTIONS_PORT": str(env.actions_port),
        "RELEVO_ORDERS": str(env.var / "orders.db"),
        "RELEVO_DEMO": "1" if env.demo else "0",
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",  # deprecations of libraries that are years old
        "PYTHONUNBUFFERED": "1",
        **(extra or {}),
    }


def host_name(env: Env) -> str:
    """A name for the engines that are reached from here: those of this machine with this state folder."""
    machine = socket.gethostname()
    return f"{machine}-{hashlib.sha256(str(env.var.resolve()).encode()).hexdigest()[:8]}"


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(preferred: int) -> int:
    """The preferred port of loopback, or another one when somebody has it."""
    return preferred if is_free("127.0.0.1", preferred) else any_port()


def any_port() -> int:
    """A port of loopback that nobody has at this instant."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
