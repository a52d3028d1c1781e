"""Tests talk to loopback only: an audit hook refuses every other connection before it is made."""

from ipaddress import ip_address
from typing import Any


class OutsideRefused(RuntimeError):
    """A test tried to leave this machine."""


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """For `sys.addaudithook`; raises OutsideRefused on a connection or a name look-up beyond loopback."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_loopback(arguments[1][0]):
        raise OutsideRefused(f"tests may not connect to {arguments[1][0]}")
    if event == "socket.getaddrinfo" and not _is_loopback(arguments[0]):
        raise OutsideRefused(f"tests may not look up {arguments[0]}")
