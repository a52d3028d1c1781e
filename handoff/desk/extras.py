"""What agents do in a chat beside replying: notes, going on by text, attachments, hints."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from handoff.clock import utc_now
from handoff.desk.attachments import add_attachments
from handoff.desk.auth import TheCore, Writing
from handoff.desk.hints import add_hints
from handoff.desk.wire import Act, Body, Reference, Short
from handoff.service import MessageView, read_case
from handoff.service.base.views import CaseView
from handoff.service.cases.notes import leave_note
from handoff.service.cases.texting import back_to_page, go_by_text


class Note(Body):
    client_id: Short
    text: Annotated[str, Field(max_length=8192)]


def add_extras(routes: APIRouter) -> None:
    @routes.post("/handoffs/{reference}/notes", status_code=201)
    def note(reference: Reference, body: Note, session: Writing, core: TheCore) -> MessageView:
        """Leaves a note for colleagues, which the customer never sees; the same client_id again leaves it once."""
        return leave_note(core, session.agent, reference, body.client_id, body.text, now=utc_now())

    @routes.post("/handoffs/{reference}/by-text")
    def by_text(reference: Reference, body: Act, session: Writing, core: TheCore) -> CaseView:
        """The holder goes on by text with a customer who has left; a typed number is asked for its yes first."""
        now = utc_now()
        go_by_text(core, session.agent, reference, body.version, now=now)
        return read_case(core, session.agent, reference, now=now)

    @routes.post("/handoffs/{reference}/by-page")
    def by_page(reference: Reference, body: Act, session: Writing, core: TheCore) -> CaseView:
        """Replies go to the web page again."""
        now = utc_now()
        back_to_page(core, session.agent, reference, body.version, now=now)
        return read_case(core, session.agent, reference, now=now)

    add_attachments(routes)
    add_hints(routes)
