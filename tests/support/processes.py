"""Child processes of tests: they die with the test run, even when it is killed."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def dies_with_parent(sig: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `sig` when the parent dies; None where there is no such kernel."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sig))

    return arm


def stop(process: subprocess.Popen[bytes], sig: signal.Signals = signal.SIGTERM, *, seconds: float = 10) -> None:
    """Ends the process: with `sig`, and with SIGKILL when that took longer than `seconds`."""
    if process.poll() is None:
        process.send_signal(sig)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def unprivileged() -> str | None:
    """The account to run servers as that refuse root; None when we are not root."""
    return "nobody" if os.geteuid() == 0 else None
