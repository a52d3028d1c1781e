"""What only supervisors do at the desk: re-assign, end many at once, and see how the guarantee stands."""

from typing import Annotated

from fastapi import APIRouter, Depends

from handoff import service
from handoff.clock import utc_now
from handoff.desk.auth import Reading, TheCore, Writing
from handoff.desk.wire import Reassign, Reference, ResolveMany
from handoff.service.base.views import CaseView
from handoff.service.cases.holding import check_supervisor
from handoff.service.people import accounts
from handoff.service.proof.reporting import Checked, GuaranteeView


def _supervisor(session: Reading) -> accounts.Session:
    check_supervisor(session.agent)
    return session


Supervising = Annotated[accounts.Session, Depends(_supervisor)]


def add_supervision(routes: APIRouter) -> None:
    @routes.post("/handoffs/bulk-resolve")
    def resolve_many(body: ResolveMany, session: Writing, core: TheCore) -> service.Cleared:
        """Ends cases that nobody holds, each for itself; those that have changed since they were shown are refused."""
        listed = [
            service.Listed(reference=each.reference, version=each.version, unseen=each.unseen) for each in body.cases
        ]
        return service.resolve_many(core, session.agent, listed, body.outcome, body.reason, now=utc_now())

    @routes.post("/handoffs/{reference}/reassign")
    def reassign(reference: Reference, body: Reassign, session: Writing, core: TheCore) -> CaseView:
        """Gives a held chat to another present agent with room; both agents and the customer are told."""
        now = utc_now()
        service.reassign(core, session.agent, reference, body.version, body.agent, now=now)
        return service.read_case(core, session.agent, reference, now=now)

    @routes.get("/reports/guarantee")
    def guarantee(session: Supervising, core: TheCore) -> GuaranteeView:
        """How the guarantee stands: open obligations, promises, tellings, the law's three minutes, and "lost: 0"."""
        del session
        return service.read_guarantee(core, now=utc_now())

    @routes.get("/reports/guarantee/check")
    def check(session: Supervising, core: TheCore) -> Checked:
        """The audit's invariants on the open cases, now."""
        del session
        return service.check_open(core, now=utc_now())
