"""Steps of tests in which cases are offered to agents."""

from typing import Any

from handoff import service
from handoff.service import Need
from handoff.service.base.core import work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.views import AgentView
from handoff.service.cases.opening import open_handoff
from handoff.service.people import accounts
from handoff.states import Urgency
from tests.support.core import World


def staff(world: World, name: str, **given: Any) -> AgentView:
    """An agent who is present."""
    about = {"role": "agent", "languages": ("es", "en"), **given}
    made = accounts.add_agent(world.core, email=f"{name.lower()}@example.com", name=name, now=world.now, **about)
    accounts.beat(world.core, made, "online", now=world.now)
    return made


def beat(world: World, *agents: AgentView, status: str = "online") -> None:
    for agent in agents:
        accounts.beat(world.core, agent, status, now=world.now)


def offer(world: World) -> int:
    return service.offer_waiting(world.core, world.now)


def offered_to(world: World, agent: AgentView, reference: str) -> str | None:
    ref = world.case(agent, reference).offered_to
    return ref.name if ref else None


def visit(world: World, language: str = "en") -> str:
    """A conversation with a customer of its own, later than those before."""
    now = world.later(milliseconds=10)
    started = service.start_conversation(
        world.core, channel="web", account="web", address=now.isoformat(), language=language, now=now
    )
    return started.conversation_id


def wait(world: World, language: str = "en", urgency: Urgency = Urgency.NORMAL) -> str:
    """A customer who waits for a person, later than those before; returns the case."""
    conversation_id = visit(world, language)
    with work(world.core, world.now) as unit:
        conversation = lock_conversation(unit, conversation_id)
        return open_handoff(unit, conversation, Need(reason="asked", urgency=urgency)).reference


def hold(world: World, agent: AgentView) -> str:
    return world.claim(agent, wait(world)).reference


def conversation_of(world: World, reference: str) -> str:
    reader = AgentView(id="reader", name="reader", role="admin", languages=(), capacity=1)
    return service.read_case(world.core, reader, reference, now=world.now).conversation_id


def version(world: World, reference: str) -> int:
    reader = AgentView(id="reader", name="reader", role="admin", languages=(), capacity=1)
    return world.case(reader, reference).version
