"""Before a second factor is set up, whoever sits at the page shows that the account is theirs."""

from datetime import datetime, timedelta

from handoff.errors import Forbidden, InvalidInput, RateLimited
from handoff.models import Agent
from handoff.service.base.core import Core, work
from handoff.service.base.views import AgentView
from handoff.service.people import passwords
from handoff.service.people import second_factor as second
from handoff.service.people.accounts import opened_by_invite
from handoff.store import one

FRESH = timedelta(minutes=15)  # so long a sign-in link stands for the password


class SignInAgain(Forbidden):
    """This account has no password to ask for: set one first, or sign in with a new link."""

    code = "sign_in_again"


def asks_password(core: Core, actor: AgentView, session: str, now: datetime) -> bool:
    """Whether setting one up asks for the present password. `session`: the hash of its token."""
    with core.database.read() as db:
        return not opened_by_invite(db, actor.id, session, since=now - FRESH)


def begin(core: Core, actor: AgentView, password: str | None, *, session: str, now: datetime) -> second.Enrolment:
    """A new secret for the actor's phone, in a session that a fresh link opened, or for the present password.

    A wrong password counts as one at sign-in does. Raises InvalidInput, RateLimited after too many of them,
    SignInAgain where there is no password, or Conflict when a second factor is in use.
    """
    if asks_password(core, actor, session, now):
        _check_password(core, actor, password or "", now)
    return second.begin(core, actor, now)


def _check_password(core: Core, actor: AgentView, password: str, now: datetime) -> None:
    with core.database.read() as db:
        agent = one(db, Agent, actor.id)
        stored = agent.password_hash if agent is not None else None
    if stored is None:
        raise SignInAgain
    if not password:
        raise InvalidInput("Setting up a second factor asks for the password.", fields={"password": "your password"})
    right = passwords.matches(stored, password)  # outside the transaction: it takes long on purpose
    with work(core, now) as unit:
        agent = one(unit.session, Agent, actor.id, lock=True)
        if agent is None or (agent.locked_until is not None and agent.locked_until > now):
            raise RateLimited("Too many wrong passwords; wait 15 minutes.")
        if right and agent.password_hash == stored:
            agent.failures = 0
            return
        second.count_failure(unit, agent)
    raise InvalidInput("The password is wrong.", fields={"password": "your present password"})
