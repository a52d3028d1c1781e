"""Who is at the desk: the session cookie, the CSRF header and the Origin of writes."""

import hmac
import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from handoff.clock import utc_now
from handoff.errors import Forbidden, NotAuthenticated
from handoff.limits import InProcessLimits, Limits, Rule, check_limit
from handoff.network import network_of
from handoff.service import Core
from handoff.service.people import accounts

COOKIE = "relevo_desk"
SIGN_INS = Rule(name="desk-sign-in", burst=60, per_minute=30)  # of one network: an office that begins its day
CSRF_HEADER = "X-Relevo-CSRF"
WITHOUT_SECOND_FACTOR = re.compile(r"/api/v1/desk/(session|password|second-factor(/\w+)?)")


class SecondFactorRequired(Forbidden):
    """This role must sign in with a second factor; set it up first."""

    code = "second_factor_required"


def core_of(request: Request) -> Core:
    core: Core = request.app.state.box.core
    return core


def check_origin(request: Request, *, required: bool) -> None:
    """Refuses a foreign Origin, and a missing one where `required`."""
    origin = request.headers.get("origin")
    if origin is None:
        if required:
            raise Forbidden("A write at the desk needs an Origin header; send it from the desk's own page.")
        return
    if urlsplit(origin).netloc.lower() not in own_hosts(request):
        raise Forbidden("This page may not use the desk; open the desk at its own address.")


def own_hosts(request: Request) -> frozenset[str]:
    """Host (and port) of this server: as the browser addressed it, and as the public URL says."""
    public: str = getattr(request.app.state, "public_url", None) or ""
    hosts = {request.headers.get("host", ""), urlsplit(public).netloc}
    return frozenset(host.lower() for host in hosts if host)


def check_sign_ins(request: Request) -> None:
    """Raises RateLimited for a network that tries too often, whomever it tries; others are not held up."""
    state = request.app.state
    if not hasattr(state, "limits"):
        state.limits = InProcessLimits()
    limits: Limits = state.limits
    check_limit(limits, SIGN_INS, network_of(request), utc_now())


def _session(request: Request, *, touch: bool) -> accounts.Session:
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotAuthenticated("Nobody is signed in here; sign in again.")
    session = accounts.read_session(core_of(request), token, touch=touch, now=utc_now())
    if session.must_enrol and not WITHOUT_SECOND_FACTOR.fullmatch(request.url.path):
        raise SecondFactorRequired
    return session


def current_session(request: Request) -> accounts.Session:
    """The session of the cookie; raises NotAuthenticated."""
    return _session(request, touch=True)


def writing_session(request: Request) -> accounts.Session:
    """The session of a write: own Origin and the right CSRF header as well."""
    return _write(request, touch=True)


def beating_session(request: Request) -> accounts.Session:
    """The session of a heartbeat: a page that nobody uses does not keep itself signed in."""
    return _write(request, touch=False)


def _write(request: Request, *, touch: bool) -> accounts.Session:
    check_origin(request, required=True)
    session = _session(request, touch=touch)
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise Forbidden(f"The {CSRF_HEADER} header is missing or old; read the session again.")
    return session


Beating = Annotated[accounts.Session, Depends(beating_session)]
Reading = Annotated[accounts.Session, Depends(current_session)]
Writing = Annotated[accounts.Session, Depends(writing_session)]
TheCore = Annotated[Core, Depends(core_of)]


def set_cookie(request: Request, response: Response, token: str) -> None:
    public: str = getattr(request.app.state, "public_url", None) or ""
    secure = request.url.scheme == "https" or public.startswith("https:")
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/api/v1/desk")


def drop_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/api/v1/desk", httponly=True, samesite="strict")
