"""The desk's gaps: what nobody had written an answer for, and a draft made from it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.knowledge.deciding import library_of
from bot.knowledge.gaps.dismissing import dismiss, restore
from bot.knowledge.gaps.drafting import GapDraft, draft_of
from bot.knowledge.gaps.reading import GapsAnswer, find_gap, list_gaps
from bot.knowledge.wire import Language
from handoff.clock import utc_now
from handoff.desk.auth import Reading, TheCore, Writing, current_session
from handoff.service.people.identity import signature_of

GapId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]
Days = Annotated[int, Query(ge=1, le=365)]
USUAL_DAYS = 30


class Aside(BaseModel):
    """`days`: the list in which the gap was seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    days: Annotated[int, Field(ge=1, le=365)] = USUAL_DAYS


def add_gaps(routes: APIRouter) -> None:
    """GET gaps and GET gaps/{id}/draft, POST gaps/{id}/dismiss and /restore: everybody at the desk may."""

    @routes.get("/gaps", dependencies=[Depends(current_session)])
    def read_gaps(
        core: TheCore,
        days: Days = USUAL_DAYS,
        language: Language | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        dismissed: bool = False,
    ) -> GapsAnswer:
        """What was refused, or ended with a person, in the last days: grouped, masked, the largest group first."""
        return list_gaps(core.database, utc_now(), days=days, language=language, limit=limit, dismissed=dismissed)

    @routes.get("/gaps/{gap_id}/draft")
    def draft_gap(gap_id: GapId, core: TheCore, session: Reading, days: Days = USUAL_DAYS) -> GapDraft:
        """The beginning of an entry; stores nothing."""
        owner = signature_of(core, session.agent)
        return draft_of(core.database, gap_id, utc_now(), days=days, owner=owner)

    @routes.post("/gaps/{gap_id}/dismiss", status_code=204)
    def dismiss_gap(gap_id: GapId, body: Aside, core: TheCore, session: Writing) -> None:
        """Puts it aside until enough more is asked; the ledger keeps who and when."""
        found, _ = find_gap(core.database, gap_id, utc_now(), days=body.days)
        dismiss(library_of(core), found, utc_now(), by=signature_of(core, session.agent))

    @routes.post("/gaps/{gap_id}/restore", status_code=204)
    def restore_gap(gap_id: GapId, body: Aside, core: TheCore, session: Writing) -> None:
        """Takes it back."""
        found, _ = find_gap(core.database, gap_id, utc_now(), days=body.days)
        restore(library_of(core), found, utc_now(), by=signature_of(core, session.agent))
