"""The desk's gaps: what nobody had written an answer for, and a draft made from it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from bot.knowledge.gaps.drafting import GapDraft, draft_of
from bot.knowledge.gaps.reading import GapsAnswer, list_gaps
from bot.knowledge.wire import Language
from handoff.clock import utc_now
from handoff.desk.auth import Reading, TheCore, current_session
from handoff.service.people.identity import signature_of

GapId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]
Days = Annotated[int, Query(ge=1, le=365)]
USUAL_DAYS = 30


def add_gaps(routes: APIRouter) -> None:
    """GET gaps and GET gaps/{id}/draft: everybody at the desk reads them."""

    @routes.get("/gaps", dependencies=[Depends(current_session)])
    def read_gaps(
        core: TheCore,
        days: Days = USUAL_DAYS,
        language: Language | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> GapsAnswer:
        """What was refused, or ended with a person, in the last days: grouped, masked, the largest group first."""
        return list_gaps(core.database, utc_now(), days=days, language=language, limit=limit)

    @routes.get("/gaps/{gap_id}/draft")
    def draft_gap(gap_id: GapId, core: TheCore, session: Reading, days: Days = USUAL_DAYS) -> GapDraft:
        """The beginning of an entry; stores nothing."""
        owner = signature_of(core, session.agent)
        return draft_of(core.database, gap_id, utc_now(), days=days, owner=owner)
