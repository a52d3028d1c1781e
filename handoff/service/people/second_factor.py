"""The second factor: six digits from an agent's phone (TOTP, RFC 6238), or one of the codes kept for its loss.

The secret of a phone is never stored. It is the HMAC of the row's random nonce under RELEVO_SECRET_KEY, so that a copy
of the database makes no codes; recovery codes are kept as HMACs under the same key.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp
import segno
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff.errors import Conflict, InvalidInput, NotAuthenticated, RateLimited
from handoff.models import Agent, AgentSession, SecondFactor
from handoff.service.base.core import Core, Work, work
from handoff.service.base.ledger import append
from handoff.service.base.views import AgentView
from handoff.service.people.invites import end_unused
from handoff.store import one

STEP_SECONDS = 30
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/i/l: a code is copied by hand
LOCK_AFTER = 10
LOCK_CODES_AFTER = 5  # a code has only a million values
LOCK_LASTS = timedelta(minutes=15)


class SecondFactorNeeded(NotAuthenticated):
    """Who signs in must also give the code of their phone; send it as `code` with the same request."""

    code = "second_factor_needed"


class SecondFactorWrong(NotAuthenticated):
    """This code is wrong, too old, or was used already; wait for the next one."""

    code = "second_factor_wrong"


class SecondFactorLocked(NotAuthenticated):
    """Too many wrong codes; wait 15 minutes."""

    code = "second_factor_locked"


class Verdict(StrEnum):
    PASSED = "passed"
    NEEDED = "needed"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """What a phone scans: `path` draws the QR in a square of `size` units, `uri` says the same; `secret` is typed."""

    secret: str
    uri: str
    size: int
    path: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`state` is off, pending or on."""

    state: str
    since: datetime | None
    codes_left: int


def secret_of(core: Core, agent_id: str, nonce: str) -> str:
    """In base 32, as phones take it: 160 bits."""
    digest = hmac.new(core.secret, f"second factor\x00{agent_id}\x00{nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def read_standing(core: Core, agent_id: str) -> Standing:
    with core.database.read() as session:
        row = one(session, SecondFactor, agent_id)
    if row is None:
        return Standing(state="off", since=None, codes_left=0)
    state = "on" if row.confirmed_at else "pending"
    return Standing(state=state, since=row.confirmed_at, codes_left=len(row.recovery))


def is_on(core: Core, agent_id: str) -> bool:
    with core.database.read() as session:
        return is_on_in(session, agent_id)


def is_on_in(session: Session, agent_id: str) -> bool:
    """As `is_on`, within a transaction."""
    statement = select(SecondFactor.confirmed_at).where(SecondFactor.agent_id == agent_id)
    return session.execute(statement).scalar_one_or_none() is not None


def begin(core: Core, actor: AgentView, now: datetime) -> Enrolment:
    """A new secret for the actor's phone, told here and in no log. Raises Conflict when one is in use."""
    nonce = secrets.token_hex(16)
    with work(core, now) as unit:
        agent = _locked(unit, actor)
        row = one(unit.session, SecondFactor, actor.id, lock=True)
        if row is not None and row.confirmed_at is not None:
            raise Conflict("A second factor is in use already; turn it off first.")
        if row is not None:
            unit.session.delete(row)
            unit.session.flush()
        unit.session.add(SecondFactor(agent_id=actor.id, nonce=nonce, last_step=0, recovery=[], created_at=now))
        secret = secret_of(core, actor.id, nonce)
    uri = pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=core.business.name)
    return _drawn(secret, uri)


def _drawn(secret: str, uri: str) -> Enrolment:
    matrix = segno.make(uri, error="m", micro=False).matrix
    runs = [f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark]
    return Enrolment(secret=secret, uri=uri, size=len(matrix), path="".join(runs))


def confirm(core: Core, actor: AgentView, code: str, *, keep: str = "", now: datetime) -> tuple[str, ...]:
    """Turns it on by a first code, and ends the actor's sessions but `keep` (its hash); returns the recovery codes.

    They are told once, here. Raises InvalidInput for a wrong code, Conflict when nothing is being set up.
    """
    codes: tuple[str, ...] | None = None
    with work(core, now) as unit:
        agent = _locked(unit, actor)
        row = one(unit.session, SecondFactor, actor.id, lock=True)
        if row is None or row.confirmed_at is not None:
            raise Conflict("No second factor is being set up; begin anew.")
        step = _step(core, row, code, now)
        if step is not None:
            row.confirmed_at, row.last_step = now, step
            codes = _renewed(core, row)
            _end_sessions(unit, actor.id, keep)
            _record(unit, agent, "second_factor_on")
    if codes is None:
        raise _wrong()
    return codes


def renew_codes(core: Core, actor: AgentView, code: str, now: datetime) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones end. Raises InvalidInput for a wrong code, Conflict when it is off."""
    with work(core, now) as unit:
        agent, row = _passed(unit, actor, code)
        if row is not None:
            _record(unit, agent, "recovery_codes_renewed")
            return _renewed(core, row)
    raise _wrong()


def turn_off(core: Core, actor: AgentView, code: str, *, keep: str = "", now: datetime) -> None:
    """Raises InvalidInput for a wrong code, Conflict when it is off."""
    with work(core, now) as unit:
        agent, row = _passed(unit, actor, code)
        if row is not None:
            unit.session.delete(row)
            _end_sessions(unit, actor.id, keep)
            _record(unit, agent, "second_factor_off")
            return
    raise _wrong()


def _passed(unit: Work, actor: AgentView, code: str) -> tuple[Agent, SecondFactor | None]:
    """The actor and their second factor; None in its place when the code is wrong, which is then counted."""
    agent = _locked(unit, actor)
    row = one(unit.session, SecondFactor, actor.id, lock=True)
    if row is None or row.confirmed_at is None:
        raise Conflict("There is no second factor in use.")
    verdict = judge(unit, agent, code)
    if verdict is Verdict.LOCKED:
        raise RateLimited("Too many wrong codes; wait 15 minutes.")
    return agent, row if verdict is Verdict.PASSED else None


def _wrong() -> InvalidInput:
    return InvalidInput(
        "This code is wrong, too old, or was used already.", fields={"code": "the six digits that the phone shows now"}
    )


def reset(unit: Work, agent: Agent, *, actor: str) -> bool:
    """Takes it from somebody who has lost phone and codes: they sign in without it, and everywhere anew."""
    row = one(unit.session, SecondFactor, agent.id, lock=True)
    if row is None:
        return False
    unit.session.delete(row)
    _end_sessions(unit, agent.id, "")
    end_unused(unit, agent.id)
    append(unit, f"account:{agent.id}", "second_factor_reset", actor=actor)
    return True


def judge(unit: Work, agent: Agent, code: str | None) -> Verdict:
    """Whether the code lets this agent (locked) in. A code that does is used up; a wrong one is counted, apart from
    passwords: neither a right password nor a new link gives more tries at the code."""
    row = one(unit.session, SecondFactor, agent.id, lock=True)
    if row is None or row.confirmed_at is None:
        return Verdict.PASSED
    if row.locked_until is not None and row.locked_until > unit.now:
        return Verdict.LOCKED
    if not code:
        return Verdict.NEEDED
    if not _takes(unit, agent, row, code):
        _count_wrong(unit, agent, row)
        return Verdict.WRONG
    row.failures, row.locked_until = 0, None
    return Verdict.PASSED


def _takes(unit: Work, agent: Agent, row: SecondFactor, code: str) -> bool:
    step = _step(unit.core, row, code, unit.now)
    if step is not None:
        row.last_step = step
        return True
    kept = _hashed(unit.core, agent.id, code)
    left = [each for each in row.recovery if not hmac.compare_digest(each, kept)]
    if len(left) == len(row.recovery):
        return False
    row.recovery = left
    append(unit, f"account:{agent.id}", "recovery_code_used", actor=f"agent:{agent.id}", data={"left": str(len(left))})
    return True


def _count_wrong(unit: Work, agent: Agent, row: SecondFactor) -> None:
    row.failures += 1
    if row.failures >= LOCK_CODES_AFTER:
        row.failures, row.locked_until = 0, unit.now + LOCK_LASTS
        _record(unit, agent, "second_factor_locked")


def count_failure(unit: Work, agent: Agent) -> None:
    """After ten wrong passwords nobody signs in with one as this agent for 15 minutes."""
    agent.failures += 1
    if agent.failures >= LOCK_AFTER:
        agent.failures, agent.locked_until = 0, unit.now + LOCK_LASTS
        _record(unit, agent, "sign_in_locked")


def _step(core: Core, row: SecondFactor, code: str, now: datetime) -> int | None:
    """The step of time whose code this is: now, 30 s ago or in 30 s, and after any that was taken before."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp = pyotp.TOTP(secret_of(core, row.agent_id, row.nonce), interval=STEP_SECONDS)
    current = totp.timecode(now)
    found = [
        step for step in (current - 1, current, current + 1) if hmac.compare_digest(totp.generate_otp(step), digits)
    ]
    return next((step for step in found if step > row.last_step), None)


def _renewed(core: Core, row: SecondFactor) -> tuple[str, ...]:
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    row.recovery = [_hashed(core, row.agent_id, code) for code in codes]
    return codes


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _hashed(core: Core, agent_id: str, code: str) -> str:
    plain = "".join(code.lower().replace("-", " ").split())
    return hmac.new(core.secret, f"recovery\x00{agent_id}\x00{plain}".encode(), hashlib.sha256).hexdigest()


def _locked(unit: Work, actor: AgentView) -> Agent:
    agent = one(unit.session, Agent, actor.id, lock=True)
    if agent is None or agent.disabled_at is not None:
        raise NotAuthenticated("This account has ended.")
    return agent


def _end_sessions(unit: Work, agent_id: str, keep: str) -> None:
    others = AgentSession.agent_id == agent_id, AgentSession.token_hash != keep
    unit.session.execute(delete(AgentSession).where(*others))


def _record(unit: Work, agent: Agent, kind: str) -> None:
    append(unit, f"account:{agent.id}", kind, actor=f"agent:{agent.id}")
