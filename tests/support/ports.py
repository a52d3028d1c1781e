"""Ports that are free at the moment."""

import random
import socket
import time

OURS = range(12_000, 32_000)  # below those that the kernel gives to connections: they would be taken before we listen


def free_port() -> int:
    """A TCP port on loopback that nobody listens on; drawn, so that tests that run side by side do not meet."""
    drawn = random.SystemRandom()  # xdist's workers share their seed
    while True:
        port = drawn.choice(OURS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def is_listening(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_listening(port: int, *, seconds: float) -> bool:
    """Whether the port accepts connections within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_listening(port):
            return True
        time.sleep(0.02)
    return False
