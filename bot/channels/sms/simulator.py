"""In a demo the gateway shows the double's simulator at its own address, so that one port is enough."""

import httpx
from fastapi import APIRouter, Request, Response

from handoff.errors import RelevoError

PATH = "/simulator"
TIMEOUT = 5.0
MAX_BODY = 16 * 1024
_KEPT = ("content-type", "content-security-policy", "referrer-policy", "x-content-type-options", "cache-control")


class SimulatorAway(RelevoError):
    """The SMS simulator is not running; start it with `python -m bot.channels.sms.double`."""

    code = "simulator_away"
    status = 502


def router(base: str) -> APIRouter:
    """Hands everything under /simulator on to the double at `base`. For development only."""
    routes = APIRouter(include_in_schema=False)

    async def hand_on(request: Request) -> Response:
        body = await request.body()
        headers = {"content-type": request.headers.get("content-type", "application/json")} if body else {}
        try:
            async with httpx.AsyncClient(base_url=base, timeout=TIMEOUT, trust_env=False) as client:
                answer = await client.request(
                    request.method,
                    request.url.path,
                    params=request.url.query,
                    content=body[:MAX_BODY],
                    headers=headers,
                )
        except httpx.HTTPError as exc:
            raise SimulatorAway from exc
        kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        return Response(answer.content, status_code=answer.status_code, headers=kept)

    routes.add_api_route(PATH, hand_on, methods=["GET"])
    routes.add_api_route(PATH + "/{rest:path}", hand_on, methods=["GET", "POST", "PUT"])
    return routes
