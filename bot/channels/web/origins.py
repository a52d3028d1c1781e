"""Which web pages may call us: our own origin and the sites of the business; every other one is refused."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import Request

from handoff.errors import Forbidden

DEFAULT_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]  # scheme, host, port


def parse_origin(text: str) -> Origin | None:
    """(scheme, host, port) of an http(s) origin; None for `null`, a path, credentials or anything else."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None or parts.scheme not in DEFAULT_PORTS:
        return None
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username is not None:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port


def same_host(origin: Origin, host_header: str) -> bool:
    """Whether the origin is the host that was asked; its scheme may differ behind a proxy that ends TLS."""
    scheme, host, port = origin
    return parse_origin(f"{scheme}://{host_header}") == (scheme, host, port)


def check_origin(request: Request, sites: Iterable[str], public_url: str = "") -> None:
    """Raises Forbidden for a foreign Origin. None at all is allowed: these calls carry a bearer token, no cookie."""
    header = request.headers.get("origin")
    if header is None:
        return
    origin = parse_origin(header)
    if origin is not None:
        known = {parse_origin(site) for site in (*sites, public_url)}
        if origin in known or same_host(origin, request.headers.get("host", "")):
            return
    raise Forbidden("Pages of this origin may not call this service; the owner can add it to `sites`.")
