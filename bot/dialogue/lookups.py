"""The action server as the engine sees it: a secret, and a deadline shorter than the gateway's."""

import asyncio
import os
from typing import Any, Optional

import aiohttp
from rasa.utils.endpoints import EndpointConfig

DEADLINE = 2.0


class BoundedEndpoint(EndpointConfig):
    """An endpoint whose every request ends within DEADLINE seconds, as a connection error when it is late."""

    async def request(self, method: str = "post", subpath: Optional[str] = None, **kwargs: Any) -> Optional[Any]:
        """As EndpointConfig.request; Rasa's own time limit of five minutes is replaced."""
        kwargs["timeout"] = aiohttp.ClientTimeout(total=DEADLINE)
        try:
            return await super().request(method, subpath, **kwargs)
        except asyncio.TimeoutError as late:
            raise aiohttp.ServerTimeoutError from late


def action_endpoint() -> BoundedEndpoint:
    """From RELEVO_ACTIONS_URL and RELEVO_ACTIONS_SECRET (else the engine's secret)."""
    url = os.environ.get("RELEVO_ACTIONS_URL", "http://127.0.0.1:5056").rstrip("/") + "/webhook"
    secret = os.environ.get("RELEVO_ACTIONS_SECRET") or os.environ.get("RELEVO_ENGINE_SECRET", "")
    return BoundedEndpoint(url, headers={"Authorization": f"Bearer {secret}"}, selective_domain=True)
