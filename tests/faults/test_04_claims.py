"""Line 4: sixteen agents claim at once, and who has lost a case writes on."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from handoff import service
from handoff.errors import AlreadyHeld, RelevoError, StaleVersion, TransitionRefused, Unavailable
from handoff.service.base.views import AgentView
from handoff.service.people import accounts
from tests.faults.sizes import Run, in_parts
from tests.support.core import World

CLAIMERS = 16


@pytest.mark.bar(4)
@in_parts("cases", short=8, full=10_000, part=500)
def test_sixteen_claimers_get_each_case_once_and_a_stale_holder_is_refused(world: World, run: Run, cases: int) -> None:
    """16 threads claim the same cases in their own orders; then all vanish, others claim, and the first write on."""
    world.settle(desk={"capacity": 100})
    agents = [world.agent(f"Agent{number}", capacity=100) for number in range(CLAIMERS)]
    references = [_case(world, number) for number in range(cases)]
    first = _everybody_claims(world, agents, references, run.random)
    assert sorted(first) == sorted(references)
    _vanish(world, agents)
    second = {reference: _another_claims(world, agents, reference, first[reference][0]) for reference in references}
    refused = sum(_stale_write_is_refused(world, first[reference], reference, second) for reference in references)
    run.count(cases=cases, claims=2 * cases, stale_writes_refused=refused)


def _case(world: World, number: int) -> str:
    """Of a customer of its own: whoever claims one case of a customer gets them all."""
    started = service.start_conversation(
        world.core, channel="web", account="web", address=f"v{number}", language="en", now=world.now
    )
    world.write(started.conversation_id, "I need a person")
    return world.open_case(started.conversation_id)


def _everybody_claims(
    world: World, agents: list[AgentView], references: list[str], source: random.Random
) -> dict[str, tuple[AgentView, int]]:
    """Every agent tries every case at the version that stands now; gives who got which, at which version."""
    versions = {reference: world.case(agents[0], reference).version for reference in references}
    orders = [source.sample(references, len(references)) for _ in agents]
    got: list[tuple[str, AgentView, int]] = []
    together = threading.Barrier(len(agents))

    def claim_all(agent: AgentView, order: list[str]) -> None:
        accounts.beat(world.core, agent, "online", now=world.now)
        together.wait(60)
        won = [reference for reference in order if _claims(world, agent, reference, versions[reference])]
        got.extend((reference, agent, versions[reference] + 1) for reference in won)

    with ThreadPoolExecutor(len(agents)) as pool:
        for each in [pool.submit(claim_all, agent, order) for agent, order in zip(agents, orders, strict=True)]:
            each.result()
    assert len({reference for reference, _, _ in got}) == len(got), "a case was given to two"
    for reference, agent, _ in got:
        assert world.case(agent, reference).state == "active"
    return {reference: (agent, version) for reference, agent, version in got}


def _claims(world: World, agent: AgentView, reference: str, version: int) -> bool:
    """True when it was given to this agent. A busy database is asked again, as the desk would."""
    while True:
        try:
            service.claim(world.core, agent, reference, version, now=world.now)
        except Unavailable:
            continue
        except (AlreadyHeld, StaleVersion, TransitionRefused):
            return False
        else:
            return True


def _another_claims(world: World, agents: list[AgentView], reference: str, before: AgentView) -> tuple[AgentView, int]:
    """The next agent takes it; that only one can was shown before."""
    agent = agents[(agents.index(before) + 1) % len(agents)]
    accounts.beat(world.core, agent, "online", now=world.now)
    version = world.case(agent, reference).version
    assert _claims(world, agent, reference, version)
    return agent, version + 1


def _vanish(world: World, agents: list[AgentView]) -> None:
    """Nobody beats for a minute: every case is in the queue again."""
    for _ in range(4):
        world.sweep(seconds=15)
    while world.sweep(seconds=1):
        pass
    assert not service.read_queue(world.core, agents[0], now=world.now).mine


def _stale_write_is_refused(
    world: World, before: tuple[AgentView, int], reference: str, holders: dict[str, tuple[AgentView, int]]
) -> bool:
    agent, version = before
    with pytest.raises(RelevoError) as refused:
        service.reply(world.core, agent, reference, version, f"late-{reference}", "still here", now=world.now)
    assert refused.value.code in {"already_held", "stale_version"}, refused.value
    assert world.case(agent, reference).state == ("active" if reference in holders else "waiting")
    return True
