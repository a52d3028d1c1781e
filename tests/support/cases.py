"""Cases brought into each state, for tests that begin there."""

import secrets
from datetime import datetime

from handoff import service
from handoff.service import CallbackForm
from handoff.service.base.core import work
from handoff.service.base.views import AgentView, QueueItem
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import Act, move
from handoff.service.people.accounts import beat
from handoff.states import EventKind
from handoff.sweeper import Sweeper
from tests.support.core import World

PHONE = "+34600111222"
FORM = CallbackForm(message="the lamp came broken", phone=PHONE)


def visitor(world: World) -> str:
    """A conversation of somebody who has never been here."""
    address = f"visitor-{secrets.token_hex(6)}"
    return service.start_conversation(
        world.core, channel="web", account="web", address=address, language="en", now=world.now
    ).conversation_id


def told(world: World, conversation: str) -> list[str]:
    """The notices that the customer has got, in order; one that names place or wait counts as the plain one."""
    named = ("_place", "_estimate")
    return [next((n.removesuffix(e) for e in named if n.endswith(e)), n) for n in world.notices(conversation)]


def offer(world: World, agent: AgentView, reference: str) -> QueueItem:
    """Reserves the case for this agent, as the sweeper would."""
    beat(world.core, agent, "online", now=world.now)
    with work(world.core, world.now) as unit:
        case = open_case(unit, reference)
        move(unit, case.conversation, case.row, Act(kind=EventKind.OFFER, actor="system", agent=agent.id))
    return world.case(agent, reference)


def promise(world: World, conversation: str) -> datetime:
    """Leaves the message; returns when the callback falls due."""
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    assert brief.due_at is not None
    return brief.due_at


def due_of(world: World, conversation: str) -> datetime:
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    assert handoff.due_at is not None
    return handoff.due_at


def call(world: World, agent: AgentView, reference: str) -> QueueItem:
    service.start_call(world.core, agent, reference, world.case(agent, reference).version, now=world.now)
    return world.case(agent, reference)


def attempt(world: World, agent: AgentView, reference: str, outcome: str) -> None:
    version = world.case(agent, reference).version
    service.record_attempt(world.core, agent, reference, version, outcome, now=world.now)


def alerts(world: World, reader: AgentView) -> list[str]:
    """The kinds of alerts that this person sees at the desk."""
    return sorted(alert.kind for alert in service.read_alerts(world.core, reader, now=world.now))


def sweeper(world: World) -> Sweeper:
    """A sweeper that has just looked."""
    made = Sweeper(service.CoreBox(world.core), lambda: world.now)
    made.tick(world.now)
    return made


def take(world: World) -> tuple[service.Turn, ...]:
    return service.take_turns(world.core, owner="one", limit=500, now=world.now)
