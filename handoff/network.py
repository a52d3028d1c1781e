"""Where a call comes from, as limits count it."""

import ipaddress

from fastapi import Request


def network_of(request: Request) -> str:
    """The caller's IPv4 address or IPv6 /64, which is what one household or office usually has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
