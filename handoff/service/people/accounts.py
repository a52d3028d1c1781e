"""Accounts: agents, their one-time invites, their sessions and their presence."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from handoff.addresses import EMAIL
from handoff.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, RateLimited
from handoff.models import Agent, AgentSession, Invite, Presence
from handoff.service.base.core import Core, Work, work
from handoff.service.base.ledger import append
from handoff.service.base.records import agent_view, shift_of
from handoff.service.base.views import AgentView, PresenceView
from handoff.service.people import passwords
from handoff.service.people import second_factor as second
from handoff.service.people.invites import end_unused
from handoff.service.people.pauses import paused_agents
from handoff.service.people.presence import loads, set_presence, status_of
from handoff.service.people.staffing import Staffing, columns_of, problems
from handoff.shifts import format_shift, in_shift
from handoff.store import new_id, one

INVITE_LASTS = timedelta(hours=24)
IDLE_LASTS = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
REFUSED = (
    "The e-mail or the password is wrong, or sign-in is paused after too many tries. "
    "Wait 15 minutes, or ask an administrator for a new link."
)
INVITE_REFUSED = "This sign-in link was used already or is too old; ask an administrator for a new one."


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """`session_token` is told once, here; only its hash is kept."""

    session_token: str
    csrf: str
    agent: AgentView


@dataclass(frozen=True, kw_only=True)
class Session:
    agent: AgentView
    csrf: str
    has_password: bool
    must_enrol: bool = False  # the settings ask this role for a second factor, and there is none yet


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def view_of(core: Core, agent: Agent) -> AgentView:
    return agent_view(agent, core.business.desk.capacity)


def _record(unit: Work, agent_id: str, kind: str, **data: str) -> None:
    append(unit, f"account:{agent_id}", kind, actor=f"agent:{agent_id}", data=data)


def add_agent(
    core: Core, *, email: str, name: str, role: str, languages: tuple[str, ...], capacity: int | None = None,
    skills: tuple[str, ...] = (), shift: str = "", actor: str = "admin", now: datetime,
) -> AgentView:  # fmt: skip
    """A new agent without a password; raises InvalidInput, or Conflict when the e-mail is taken."""
    email, name = email.strip().lower(), name.strip()
    staffing = Staffing(name=name, role=role, languages=languages, capacity=capacity, skills=skills, shift=shift)
    fields = _problems(email) | problems(staffing)
    if fields:
        raise InvalidInput("This agent cannot be added; mend the fields named.", fields=fields)
    with work(core, now) as unit:
        db = unit.session
        if db.scalar(select(Agent.id).where(Agent.email == email)):
            raise Conflict("There is already an agent with this e-mail address.")
        agent = Agent(id=new_id(now), email=email, failures=0, created_at=now, **columns_of(staffing))
        db.add(agent)
        append(unit, f"account:{agent.id}", "agent_added", actor=actor, data={"role": role})
        return view_of(core, agent)


def _problems(email: str) -> dict[str, str]:
    checks = {"email": bool(EMAIL.fullmatch(email) and len(email) <= 254) or "one e-mail address"}
    return {field: str(check) for field, check in checks.items() if check is not True}


def invite(core: Core, *, email: str, now: datetime) -> str:
    """A one-time sign-in token for 24 hours; raises NotFound. An agent's earlier unused invites end."""
    with work(core, now) as unit:
        agent = _by_email(unit.session, email)
        if agent is None:
            raise NotFound("There is no agent with this e-mail address; add them first.")
        return invite_token(core, make_invite(unit, agent, actor="admin"))


def make_invite(unit: Work, agent: Agent, *, actor: str) -> str:
    """A new invite; returns the nonce of its token, which says nothing without RELEVO_SECRET_KEY."""
    db, now, nonce = unit.session, unit.now, secrets.token_hex(24)
    end_unused(unit, agent.id)
    hashed = token_hash(invite_token(unit.core, nonce))
    db.add(Invite(token_hash=hashed, agent_id=agent.id, created_at=now, expires_at=now + INVITE_LASTS))
    append(unit, f"account:{agent.id}", "agent_invited", actor=actor)
    return nonce


def invite_token(core: Core, nonce: str) -> str:
    """The token of an invite: an e-mail that waits to be sent names only the nonce."""
    digest = hmac.new(core.secret, f"invite\x00{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def open_session(
    core: Core,
    *,
    invite: str | None = None,
    email: str | None = None,
    password: str | None = None,
    code: str | None = None,
    now: datetime,
) -> OpenedSession:
    """Signs in by a one-time invite, or by e-mail and password, and by the second factor's `code` where there is one.

    Raises NotAuthenticated, the same for every cause but three: SecondFactorNeeded, SecondFactorWrong and
    SecondFactorLocked come once the rest is right, and leave an invite unused.
    """
    if invite is not None:
        return _by_invite(core, invite, code, now)
    if email is None or password is None:
        raise InvalidInput("Send an invite, or an email with a password.")
    return _by_password(core, email, password, code, now)


def _by_invite(core: Core, token: str, code: str | None, now: datetime) -> OpenedSession:
    this = Invite.token_hash == token_hash(token)
    with work(core, now) as unit:
        db = unit.session
        unused = this, Invite.used_at.is_(None), Invite.expires_at > now
        owner = db.scalar(select(Invite.agent_id).where(*unused))
        agent = one(db, Agent, owner, lock=True) if owner else None  # before the invite, as whoever ends invites does
        taken = db.scalar(update(Invite).where(*unused).values(used_at=now).returning(Invite.agent_id))
        if agent is None or taken is None or agent.disabled_at is not None:
            raise NotAuthenticated(INVITE_REFUSED)
        opened = _entered(unit, agent, code, "invite")
        if isinstance(opened, OpenedSession):
            return opened
        db.execute(update(Invite).where(this).values(used_at=None))
    raise opened


def _by_password(core: Core, email: str, password: str, code: str | None, now: datetime) -> OpenedSession:
    with core.database.read() as db:
        known = _by_email(db, email)
        stored = known.password_hash if known else None
    right = passwords.matches(stored, password)  # outside the transaction: it takes long on purpose
    refusal: NotAuthenticated | OpenedSession = NotAuthenticated(REFUSED)
    with work(core, now) as unit:
        agent = one(unit.session, Agent, known.id, lock=True) if known else None
        if agent is not None and right and _may_enter(agent, stored, now):
            agent.failures = 0
            refusal = _entered(unit, agent, code, "password")
        elif agent is not None and not _is_locked(agent, now):  # else anybody could keep it locked for ever
            second.count_failure(unit, agent)
    if isinstance(refusal, OpenedSession):
        return refusal
    raise refusal


def _entered(unit: Work, agent: Agent, code: str | None, way: str) -> OpenedSession | NotAuthenticated:
    """The session, once the second factor has passed too; else what to raise when this transaction is over."""
    verdict = second.judge(unit, agent, code)
    if verdict is second.Verdict.PASSED:
        agent.failures, agent.locked_until = 0, None
        return _opened(unit, agent, way)
    if verdict is second.Verdict.NEEDED:
        return second.SecondFactorNeeded()
    return second.SecondFactorLocked() if verdict is second.Verdict.LOCKED else second.SecondFactorWrong()


def _is_locked(agent: Agent, now: datetime) -> bool:
    return agent.locked_until is not None and agent.locked_until > now


def _may_enter(agent: Agent, stored: str | None, now: datetime) -> bool:
    return not _is_locked(agent, now) and agent.disabled_at is None and agent.password_hash == stored


def _opened(unit: Work, agent: Agent, way: str) -> OpenedSession:
    db, now = unit.session, unit.now
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    db.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id, AgentSession.expires_at <= now))
    db.add(
        AgentSession(
            token_hash=token_hash(token), agent_id=agent.id, csrf=csrf,
            created_at=now, seen_at=now, expires_at=now + IDLE_LASTS,
        )
    )  # fmt: skip
    _record(unit, agent.id, "signed_in", way=way)
    return OpenedSession(session_token=token, csrf=csrf, agent=view_of(unit.core, agent))


def read_session(core: Core, session_token: str, *, touch: bool = True, now: datetime) -> Session:
    """Who holds this token; raises NotAuthenticated. With `touch` it lasts another 12 h."""
    key = token_hash(session_token)
    with core.database.read() as db:
        row = one(db, AgentSession, key)
        agent = one(db, Agent, row.agent_id) if row else None
        asked = agent is not None and agent.role in core.business.desk.second_factor
        must_enrol = asked and agent is not None and not second.is_on_in(db, agent.id)
    if row is None or agent is None or agent.disabled_at is not None or row.expires_at <= now:
        raise NotAuthenticated("You were signed out; sign in again.")
    if touch and now - row.seen_at >= TOUCH_EVERY:
        with core.database.write() as db:
            values = {"seen_at": now, "expires_at": now + IDLE_LASTS}
            db.execute(update(AgentSession).where(AgentSession.token_hash == key).values(**values))
    return Session(
        agent=view_of(core, agent),
        csrf=row.csrf,
        has_password=agent.password_hash is not None,
        must_enrol=must_enrol,
    )


def close_session(core: Core, session_token: str, *, now: datetime) -> None:
    """Ends this session, and the agent's presence when it was their last one."""
    with work(core, now) as unit:
        db = unit.session
        row = one(db, AgentSession, token_hash(session_token))
        if row is None:
            return
        db.delete(row)
        db.flush()
        left = select(AgentSession.token_hash).where(
            AgentSession.agent_id == row.agent_id, AgentSession.expires_at > now
        )
        if db.scalar(left.limit(1)) is None:
            set_presence(unit, row.agent_id, "offline")


def set_password(
    core: Core, actor: AgentView, password: str, *, current: str | None = None, keep: str | None = None, now: datetime
) -> None:
    """Sets the actor's password; ends their sessions but `keep` (a session token), and unused links.

    `current` is needed once there is a password, except in a session that a fresh invite opened; a wrong one counts
    as a wrong password at sign-in does. Raises InvalidInput (`fields` says what to mend), RateLimited after too many
    of them, or Conflict when the password has changed meanwhile.
    """
    kept = token_hash(keep) if keep else ""
    with core.database.read() as db:
        known = _known(db, actor.id)
        asked = known.password_hash is not None and not opened_by_invite(db, known.id, kept)
    passwords.check_new(password, email=known.email, name=known.name)
    right = not asked or passwords.matches(known.password_hash, current or "")
    hashed = passwords.hashed(password) if right else ""
    with work(core, now) as unit:
        agent = one(unit.session, Agent, actor.id, lock=True)
        if agent is None or agent.password_hash != known.password_hash:
            raise Conflict("The password has changed meanwhile; try it again with the present one.")
        if asked and _is_locked(agent, now):
            raise RateLimited("Too many wrong passwords; wait 15 minutes.")
        if right:
            agent.password_hash = hashed
            _end_others(unit, agent.id, kept)
            return
        second.count_failure(unit, agent)
    raise InvalidInput("The present password is wrong.", fields={"current": "the present password"})


def _end_others(unit: Work, agent_id: str, kept: str) -> None:
    others = AgentSession.agent_id == agent_id, AgentSession.token_hash != kept
    unit.session.execute(delete(AgentSession).where(*others))
    end_unused(unit, agent_id)
    _record(unit, agent_id, "password_set")


def opened_by_invite(db: DbSession, agent_id: str, session_hash: str, since: datetime | None = None) -> bool:
    """Whether a sign-in link opened this session, after `since` where that is given."""
    session = one(db, AgentSession, session_hash)
    if session is None or (since is not None and session.created_at < since):
        return False
    same = Invite.agent_id == agent_id, Invite.used_at == session.created_at
    return db.scalar(select(Invite.token_hash).where(*same)) is not None


def list_agents(core: Core, *, now: datetime) -> tuple[AgentView, ...]:  # noqa: ARG001 - every use case takes `now`
    with core.database.read() as db:
        return tuple(view_of(core, agent) for agent in _working(db))


def list_presence(core: Core, *, now: datetime) -> tuple[PresenceView, ...]:
    """Every agent with their status (offline once the heartbeat is 40 s old) and how many chats they hold."""
    with core.database.read() as db:
        return presence_of(core, db, now)


def presence_of(core: Core, db: DbSession, now: datetime) -> tuple[PresenceView, ...]:
    """As `list_presence`, within a transaction."""
    beats = {row.agent_id: row for row in db.scalars(select(Presence))}
    load = loads()
    holding = {agent: count for agent, count in db.execute(select(load.c.agent_id, load.c.held))}  # noqa: C416 - typed rows
    pauses = paused_agents(db, now)
    return tuple(
        PresenceView(
            agent=view_of(core, agent),
            status=status_of(beats.get(agent.id), now),
            holding=holding.get(agent.id, 0),
            shift=format_shift(shift_of(agent)),
            in_shift=in_shift(shift_of(agent), core.business, now),
            paused_until=pauses.get(agent.id),
        )
        for agent in _working(db)
    )


def beat(core: Core, actor: AgentView, status: str, *, now: datetime) -> None:
    """The page's heartbeat with the status that the agent chose: online, away or offline."""
    try:
        _beat(core, actor.id, status, now)
    except IntegrityError:  # the first beats of two tabs at once: now the row is there
        _beat(core, actor.id, status, now)


def _beat(core: Core, agent_id: str, status: str, now: datetime) -> None:
    with work(core, now) as unit:
        set_presence(unit, agent_id, status)


def _working(db: DbSession) -> list[Agent]:
    return list(db.scalars(select(Agent).where(Agent.disabled_at.is_(None)).order_by(Agent.name, Agent.id)))


def _by_email(db: DbSession, email: str) -> Agent | None:
    return db.scalar(select(Agent).where(Agent.email == email.strip().lower(), Agent.disabled_at.is_(None)))


def _known(db: DbSession, agent_id: str) -> Agent:
    agent = one(db, Agent, agent_id)
    if agent is None:
        raise NotAuthenticated("This account has ended.")
    return agent
