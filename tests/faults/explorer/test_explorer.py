"""The short form of the exploration, and every planted fault. All of it: `python -m tests.faults.explorer --full`."""

from functools import cache

import pytest

from handoff.states import TABLE, State
from tests.faults.explorer.exploring import Explored, Explorer
from tests.faults.explorer.graph import check_graph
from tests.faults.explorer.model import SLICES, TWO
from tests.faults.explorer.mutations import MUTATIONS, Mutation, explore

pytestmark = [pytest.mark.bar(13), pytest.mark.timeout(900)]
DEPTH = 7  # of two customers; the full form has no bound


@cache
def explored(number: int) -> Explored:
    explorer = Explorer(SLICES[number])
    explorer.run()
    check_graph(explorer)
    return explorer.found


def faults(found: Explored) -> str:
    return "\n".join(fault.as_text() for fault in found.faults)


@pytest.mark.parametrize("number", range(len(SLICES)))
def test_one_customer_meets_no_fault_in_any_reachable_world(number: int) -> None:
    assert faults(explored(number)) == ""


def test_two_customers_meet_no_fault_however_they_share_two_agents() -> None:
    found = Explorer(TWO).run(DEPTH)
    assert faults(found) == ""
    assert len(found.worlds) > 1000


def test_every_state_and_every_letter_is_reached() -> None:
    letters = {letter for number in range(len(SLICES)) for letter in explored(number).letters}
    states = {state for number in range(len(SLICES)) for _, _, state in explored(number).reached}
    assert letters == {edge.letter for edge in TABLE.values()}
    assert states == set(State)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_planted_fault_is_found(mutation: Mutation) -> None:
    found = explore(mutation)
    assert found.faults, f"not found in {len(found.worlds)} worlds"
    assert found.faults[0].trace
    print(f"{mutation.name}\n{found.faults[0].as_text()}")
