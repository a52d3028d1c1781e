"""What the page needs to know to end a chat: how it may have ended, and what it may have been about."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends

from handoff.desk.auth import TheCore, current_session
from handoff.service.cases.ending import OUTCOMES
from handoff.service.cases.topics import known_topics


@dataclass(frozen=True, kw_only=True)
class EndingsAnswer:
    """`topics` are those of the approved knowledge; a case may also be given other words."""

    outcomes: tuple[str, ...]
    topics: tuple[str, ...]


def add_chat(routes: APIRouter) -> None:
    @routes.get("/endings", dependencies=[Depends(current_session)])
    def endings(core: TheCore) -> EndingsAnswer:
        """The outcomes and topics that a case can be resolved with."""
        return EndingsAnswer(outcomes=OUTCOMES, topics=known_topics(core))
