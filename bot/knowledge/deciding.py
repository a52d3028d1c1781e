"""Who may do what with the knowledge at the desk, and over which library."""

from typing import Annotated

from fastapi import Depends

from bot.knowledge.library import Library
from handoff.desk.auth import Writing
from handoff.service import Core
from handoff.service.cases.holding import check_supervisor
from handoff.service.people.accounts import Session


def _deciding(session: Writing) -> Session:
    """The session of somebody who may approve; raises Forbidden for an agent."""
    check_supervisor(session.agent)
    return session


Deciding = Annotated[Session, Depends(_deciding)]


def library_of(core: Core) -> Library:
    """The library of the desk's own database."""
    return Library(core.database, core.secret)
