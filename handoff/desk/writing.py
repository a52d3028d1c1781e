"""What helps an agent to write: canned replies, and what fills them in a case."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from handoff.clock import utc_now
from handoff.desk.auth import Reading, TheCore, Writing
from handoff.desk.wire import Body, Reference, Version
from handoff.service.cases.writing import WritingView, read_writing
from handoff.service.people import canned
from handoff.service.people.canned import CannedView
from handoff.service.people.canned_drafts import Draft

ReplyId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class Texts(Body):
    """Empty: there is none in that language."""

    en: str = ""
    es: str = ""


class Words(Body):
    """A reply's words; what they may be is the service's to check."""

    name: Annotated[str, Field(max_length=200)]
    topic: Annotated[str, Field(max_length=200)] = ""
    texts: Texts

    def draft(self) -> Draft:
        return Draft(name=self.name, topic=self.topic, texts=self.texts.model_dump())


class NewReply(Words):
    """`own`: for this agent alone; else for the team, which takes a supervisor."""

    own: bool = True


class Edited(Words):
    version: Version


class Removed(Body):
    version: Version


def add_writing(routes: APIRouter) -> None:
    _add_reading(routes)
    _add_changes(routes)


def _add_reading(routes: APIRouter) -> None:
    @routes.get("/handoffs/{reference}/writing")
    def read_help(reference: Reference, session: Reading, core: TheCore) -> WritingView:
        """What fills a canned reply in this case, and how long a text message may be."""
        return read_writing(core, session.agent, reference, now=utc_now())

    @routes.get("/replies")
    def list_replies(session: Reading, core: TheCore) -> list[CannedView]:
        """The team's canned replies and the agent's own, by name."""
        return list(canned.list_canned(core, session.agent))


def _add_changes(routes: APIRouter) -> None:
    @routes.post("/replies", status_code=201)
    def add_reply(body: NewReply, session: Writing, core: TheCore) -> CannedView:
        return canned.add_canned(core, session.agent, body.draft(), own=body.own, now=utc_now())

    @routes.put("/replies/{reply_id}")
    def edit_reply(reply_id: ReplyId, body: Edited, session: Writing, core: TheCore) -> CannedView:
        """Other words on top of the version that was read; the same words again change nothing."""
        return canned.edit_canned(core, session.agent, reply_id, body.version, body.draft(), now=utc_now())

    @routes.post("/replies/{reply_id}/remove", status_code=204)
    def remove_reply(reply_id: ReplyId, body: Removed, session: Writing, core: TheCore) -> None:
        canned.remove_canned(core, session.agent, reply_id, body.version, now=utc_now())

    @routes.post("/replies/{reply_id}/restore")
    def restore_reply(reply_id: ReplyId, session: Writing, core: TheCore) -> CannedView:
        """Brings back what was removed."""
        return canned.restore_canned(core, session.agent, reply_id, now=utc_now())
