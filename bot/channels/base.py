"""What every channel offers to the app."""

from typing import Protocol

from fastapi import APIRouter

from handoff.service import Failed, Outgoing, Sent


class Channel(Protocol):
    """One way to reach customers. Channels are strangers to each other; only the app picks them."""

    @property
    def name(self) -> str: ...

    async def deliver(self, outgoing: Outgoing) -> Sent | Failed:
        """Hand one delivery to the carrier. Never raises for the carrier's faults: they are `Failed`."""
        ...

    def router(self) -> APIRouter:
        """The channel's routes, to be mounted at the root."""
        ...
