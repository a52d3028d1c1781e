"""The desk's knowledge under /api/v1/desk/knowledge: everybody reads and drafts, supervisors decide."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from bot.knowledge import approving, drafting, reading
from bot.knowledge.content import Item
from bot.knowledge.deciding import Deciding, library_of
from bot.knowledge.diff import Change, compare
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.format import read_item
from bot.knowledge.gaps.routes import add_gaps
from bot.knowledge.preview import Preview, preview
from bot.knowledge.release_routes import add_releases
from bot.knowledge.review import list_versions
from bot.knowledge.suggesting.routes import add_suggestions
from bot.knowledge.trial.routes import add_trials
from bot.knowledge.versions import VersionView
from bot.knowledge.wire import (
    Content,
    Edited,
    EntriesAnswer,
    EntryAnswer,
    From,
    ItemId,
    Number,
    SendBack,
    State,
    Step,
    To,
    VersionAnswer,
    Written,
)
from handoff.clock import utc_now
from handoff.desk.auth import TheCore, Writing, current_session
from handoff.service.people.identity import signature_of

_KINDS = ("entry", "notice", "negatives")  # in the order of the list
_signed_in = [Depends(current_session)]


def router() -> APIRouter:
    """The app state is the desk's: `box.core`, and `public_url` when it is not the Host."""
    routes = APIRouter(prefix="/api/v1/desk/knowledge", tags=["knowledge"])
    _add_reading(routes)
    _add_drafting(routes)
    _add_steps(routes)
    add_gaps(routes)
    add_trials(routes)
    add_suggestions(routes)
    add_releases(routes)
    return routes


def _written(kind: str, content: Content, author: str) -> Item:
    return read_item(kind, {**content, "author": author})


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/entries", dependencies=_signed_in)
    def list_entries(
        core: TheCore,
        state: State | None = None,
        topic: Annotated[str | None, Query(max_length=40)] = None,
        q: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> EntriesAnswer:
        """Entries, then notices, then negatives, each by id; `q` is looked for in both languages."""
        listed = reading.list_items(core.database, utc_now(), state=state, topic=topic, q=q)
        found = sorted(listed, key=lambda each: _KINDS.index(each.kind))
        topics = tuple(sorted({each.topic for each in found if each.topic}))
        return EntriesAnswer(entries=tuple(found[offset : offset + limit]), total=len(found), topics=topics)

    @routes.get("/entries/{item_id}", dependencies=_signed_in)
    def read_entry(item_id: ItemId, core: TheCore) -> EntryAnswer:
        newest = reading.read_item(core.database, item_id, utc_now())
        return EntryAnswer(
            item=newest,
            content=reading.read_version(core.database, item_id, newest.version).item.content(),
            versions=list_versions(core.database, item_id),
            history=reading.history(core.database, item_id),
            self_approval=core.business.knowledge.self_approval,
        )

    @routes.get("/entries/{item_id}/versions/{number}", dependencies=_signed_in)
    def read_version(item_id: ItemId, number: Number, core: TheCore) -> VersionAnswer:
        read = reading.read_version(core.database, item_id, number)
        return VersionAnswer(version=read.view, content=read.item.content())

    @routes.get("/entries/{item_id}/diff", dependencies=_signed_in)
    def diff(item_id: ItemId, before: From, after: To, core: TheCore) -> list[Change]:
        """What the later version says otherwise."""
        one, other = (reading.read_version(core.database, item_id, number).item for number in (before, after))
        return list(compare(one, other))


def _add_drafting(routes: APIRouter) -> None:
    @routes.post("/entries", status_code=201)
    def write_entry(body: Written, session: Writing, core: TheCore) -> VersionView:
        """A new entry or notice, as a draft."""
        author = signature_of(core, session.agent)
        item = _written(body.kind, body.content, author)
        return drafting.save_draft(library_of(core), item, base_version=drafting.NEW, author=author, now=utc_now())

    @routes.put("/entries/{item_id}")
    def edit_entry(item_id: ItemId, body: Edited, session: Writing, core: TheCore) -> VersionView:
        """A draft on top of the version that was read; the same content again is no new version."""
        author = signature_of(core, session.agent)
        kind = reading.read_item(core.database, item_id, utc_now()).kind
        item = _written(kind, body.content, author)
        if item.id != item_id:
            raise KnowledgeInvalid(fields={"id": "an id never changes; write another entry instead"})
        return drafting.save_draft(library_of(core), item, base_version=body.base_version, author=author, now=utc_now())

    @routes.post("/preview")
    def show_preview(body: Written, session: Writing, core: TheCore) -> Preview:
        """The texts of each language with example values, and the segments of the text message. Stores nothing."""
        return preview(_written(body.kind, body.content, signature_of(core, session.agent)))


def _add_steps(routes: APIRouter) -> None:
    def named(body: Step) -> dict[str, Any]:
        return {"version": body.version, "digest": body.digest, "now": utc_now()}

    @routes.post("/entries/{item_id}/submit")
    def submit(item_id: ItemId, body: Step, session: Deciding, core: TheCore) -> VersionView:
        """Draft → in review; refused while lint finds an error."""
        return approving.submit(library_of(core), item_id, by=signature_of(core, session.agent), **named(body))

    @routes.post("/entries/{item_id}/send-back")
    def send_back(item_id: ItemId, body: SendBack, session: Deciding, core: TheCore) -> VersionView:
        """In review → draft, with the reason."""
        by = signature_of(core, session.agent)
        return approving.send_back(library_of(core), item_id, by=by, reason=body.reason, **named(body))

    @routes.post("/entries/{item_id}/approve")
    def approve(item_id: ItemId, body: Step, session: Deciding, core: TheCore) -> VersionView:
        """Vouches for the exact content; the author may only where the settings say so."""
        own = core.business.knowledge.self_approval
        approver = signature_of(core, session.agent)
        return approving.approve(library_of(core), item_id, approver=approver, allow_self_approval=own, **named(body))

    @routes.post("/entries/{item_id}/retire")
    def retire(item_id: ItemId, body: Step, session: Deciding, core: TheCore) -> reading.ItemView:
        """Out of service at once, whatever the release."""
        approving.retire(library_of(core), item_id, by=signature_of(core, session.agent), **named(body))
        return reading.read_item(core.database, item_id, utc_now())
