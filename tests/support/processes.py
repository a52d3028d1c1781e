"""Child processes of tests."""

import os
import signal
import subprocess


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
