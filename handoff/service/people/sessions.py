"""The sessions of many open pages, read at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from handoff.models import Agent, AgentSession, SecondFactor
from handoff.service.base.core import Core
from handoff.service.people.accounts import Session, token_hash, view_of


def sessions_of(core: Core, db: Database, tokens: Collection[str], now: datetime) -> dict[str, Session]:
    """Who holds each of these tokens; one that has ended is left out. None of them lasts any longer for it."""
    by_hash = {token_hash(token): token for token in tokens}
    statement = (
        select(AgentSession, Agent)
        .join(Agent, Agent.id == AgentSession.agent_id)
        .where(AgentSession.token_hash.in_(by_hash), AgentSession.expires_at > now, Agent.disabled_at.is_(None))
    )
    found = [(row, agent) for row, agent in db.execute(statement)]
    asked = {agent.id for _, agent in found if agent.role in core.business.desk.second_factor}
    enrolled = _enrolled(db, asked)
    return {
        by_hash[row.token_hash]: Session(
            agent=view_of(core, agent),
            csrf=row.csrf,
            has_password=agent.password_hash is not None,
            must_enrol=agent.id in asked - enrolled,
        )
        for row, agent in found
    }


def _enrolled(db: Database, agents: Collection[str]) -> set[str]:
    if not agents:
        return set()
    statement = select(SecondFactor.agent_id).where(
        SecondFactor.agent_id.in_(agents), SecondFactor.confirmed_at.is_not(None)
    )
    return set(db.execute(statement).scalars())
