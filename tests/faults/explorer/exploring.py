"""Breadth first over every reachable world. Cases and surroundings are numbered, so that a world is a tuple of numbers.

Customers are alike and agents are alike: of worlds that differ only by names one is kept. What can happen to a case in
a view of the world is asked of the table once and remembered.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, product
from typing import NamedTuple

from handoff.states import EventKind, State
from tests.faults.explorer.checks import HOLDER, Finding, check, heard
from tests.faults.explorer.guards import GUARDS, Guards
from tests.faults.explorer.model import (
    AGENTS,
    DAWN,
    OPEN,
    ROOM,
    Case,
    Size,
    View,
    abstract,
    holder,
    is_open,
    renamed,
    show,
)
from tests.faults.explorer.moves import CUSTOMER, DESK, TIME, WORLD, Made, Moves

World = tuple[int, ...]  # the surroundings' number, then one case's number a customer
BOTH = range(len(AGENTS))


class Around(NamedTuple):
    """What all cases share: the hour, and for each agent whether they are present, or busy with somebody else."""

    hour: str
    present: tuple[bool, ...]
    elsewhere: tuple[bool, ...]


class Arrow(NamedTuple):
    """Where something leads, for one case: `by` says whose doing it is, `heard` whether anybody was told."""

    label: str
    by: str
    heard: bool
    to: int


class Step(NamedTuple):
    label: str
    by: str
    heard: bool
    to: World


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A finding and the shortest way to it."""

    finding: Finding
    trace: tuple[str, ...]

    def as_text(self) -> str:
        lines = [f"  {number}. {line}" for number, line in enumerate(self.trace, 1)]
        return "\n".join([f"check {self.finding.check}: {self.finding.text}", *lines])


@dataclass
class Explored:
    """What was found. `steps` counts every transition of the world, also those that lead to a world seen before."""

    worlds: dict[World, tuple[World, str] | None] = field(default_factory=dict)  # each with how it was first reached
    steps: int = 0
    reached: set[tuple[State | None, EventKind, State]] = field(default_factory=set)
    letters: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)


class Explorer:
    """One exploration of a world of this size, under these guards. `first`: stop at the first finding."""

    def __init__(self, size: Size, guards: Guards = GUARDS, *, first: bool = False) -> None:
        self.size, self.guards, self.first = size, guards, first
        self.moves = Moves(size, guards)
        self.found = Explored()
        self.cases: list[Case] = []
        self._case_ids: dict[Case, int] = {}
        self.holders: list[int] = []  # of each case: a bit for the agent whose room it takes
        self.open: list[bool] = []
        self._swapped: dict[int, int] = {}
        self.arounds: list[Around] = []
        self._around_ids: dict[Around, int] = {}
        self._arrows: dict[tuple[int, int, int], tuple[Arrow, ...]] = {}
        self._acted: dict[tuple[int, str, frozenset[str]], list[tuple[Made, Case]]] = {}
        self._absent: dict[tuple[int, View], list[tuple[Made, Case]]] = {}
        self._told: set[Finding] = set()
        self._new: list[tuple[Finding, str]] = []
        for around in self._all_around():
            self._around_ids[around] = len(self.arounds)
            self.arounds.append(around)
        self._bits = [self._free_bits(around) for around in self.arounds]
        self._changes = [tuple(self._around_changes(around)) for around in self.arounds]
        self._mirrored = [self._mirror(around) for around in self.arounds]

    def run(self, depth: int | None = None) -> Explored:
        """Everything within `depth` steps of an empty desk in hours; None is everything."""
        start = (
            self._around_ids[Around(OPEN, (False, False), (False, False))],
            *[self.number(Case())] * self.size.customers,
        )
        self.found.worlds[start] = None
        queue = deque([(start, 0)])
        while queue:
            world, steps = queue.popleft()
            if depth is not None and steps >= depth:
                continue
            for step in self.steps(world):
                self.found.steps += 1
                if step.to not in self.found.worlds:
                    self.found.worlds[step.to] = (world, step.label)
                    queue.append((step.to, steps + 1))
            self._keep_faults(world)
            if self.first and self.found.faults:
                break
        return self.found

    # worlds

    def steps(self, world: World) -> Iterator[Step]:
        """Every thing that can happen next, each leading to the one world kept of its kind."""
        around, *cases = world
        for label, by, other, frees in self._changes[around]:
            if not any(self.holders[case] & frees for case in cases):
                yield Step(label, by, False, self.canonical(other, cases))
        taken = [self.holders[case] for case in cases]
        for place, case in enumerate(cases):
            others = sum(bits for index, bits in enumerate(taken) if index != place)
            for arrow in self.arrows(case, around, others):
                if arrow.to == case:
                    yield Step(arrow.label, arrow.by, arrow.heard, world)
                    continue
                if self.holders[arrow.to] & (others | self._bits[around][1]):
                    self._new.append((Finding(HOLDER, "an agent holds more chats than there is room for"), arrow.label))
                after = [*cases[:place], arrow.to, *cases[place + 1 :]]
                yield Step(arrow.label, arrow.by, arrow.heard, self.canonical(around, after))

    def canonical(self, around: int, cases: list[int]) -> World:
        mirrored = (self._mirrored[around], *sorted(self.swapped(case) for case in cases))
        return min((around, *sorted(cases)), mirrored)

    # cases

    def number(self, case: Case) -> int:
        found = self._case_ids.get(case)
        if found is None:
            found = self._case_ids[case] = len(self.cases)
            self.cases.append(case)
            agent = holder(case)
            self.holders.append(1 << AGENTS.index(agent) if agent else 0)
            self.open.append(is_open(case))
        return found

    def swapped(self, case: int) -> int:
        found = self._swapped.get(case)
        if found is None:
            found = self.number(renamed(self.cases[case]))
            self._swapped[case], self._swapped[found] = found, case
        return found

    def arrows(self, case: int, around: int, others: int) -> tuple[Arrow, ...]:
        """What can happen to a case, where `others` says which agents hold somebody else's."""
        key = case, around, others
        found = self._arrows.get(key)
        if found is None:
            found = self._arrows[key] = tuple(self._ask(self.cases[case], self.arounds[around], others))
        return found

    def _ask(self, case: Case, around: Around, others: int) -> Iterator[Arrow]:
        own = holder(case)
        room, present = set(), set()
        for index, agent in enumerate(AGENTS):
            held = bool(others & 1 << index) + around.elsewhere[index] + (own == agent)
            if around.present[index]:
                present.add(agent)
            if self.guards.has_room(present=around.present[index], held=held, capacity=ROOM):
                room.add(agent)
        view = View(around.hour, frozenset(room), frozenset(present))
        bare = case._replace(pending=None)
        asked = self._acts(bare, view), self._absence(bare, view), self._judged(self.moves.pending(case, view))
        seen: set[Arrow] = set()
        for made, after in chain(*asked):
            pending = made.after.pending if made.settles else self.moves.fate(made, case.pending)
            arrow = Arrow(made.label, made.by, heard(made), self.number(after._replace(pending=pending)))
            if arrow not in seen:
                seen.add(arrow)
                yield arrow

    def _acts(self, case: Case, view: View) -> list[tuple[Made, Case]]:
        key = self.number(case), view.hour, view.room
        if key not in self._acted:
            self._acted[key] = self._judged(self.moves.acts(case, view))
        return self._acted[key]

    def _absence(self, case: Case, view: View) -> list[tuple[Made, Case]]:
        key = self.number(case), view
        if key not in self._absent:
            self._absent[key] = self._judged(self.moves.absence(case, view))
        return self._absent[key]

    def _judged(self, things: Iterable[Made]) -> list[tuple[Made, Case]]:
        found = []
        for made in things:
            self._judge(made)
            found.append((made, self._short(made.after)))
        return found

    def _short(self, case: Case) -> Case:
        return case._replace(handoff=case.handoff and abstract(self.size, case.handoff))

    def _judge(self, made: Made) -> None:
        for finding in check(self.size, self.guards, made):
            self._new.append((finding, made.label))
        transition = made.transition
        if transition is not None and made.kind is not None:
            before = transition.before.state if transition.before else None
            self.found.reached.add((before, made.kind, transition.after.state))
            self.found.letters[transition.edge] += 1

    def _keep_faults(self, world: World) -> None:
        for finding, label in self._new:
            if finding not in self._told:
                self._told.add(finding)
                self.found.faults.append(Fault(finding=finding, trace=(*self.trace(world), label)))
        self._new.clear()

    def trace(self, world: World) -> list[str]:
        """The shortest way to a world, each step with what it leads to. Names are those of the world that is kept."""
        lines: list[str] = []
        at: World | None = world
        while at is not None:
            before = self.found.worlds[at]
            if before is None:
                break
            lines.append(f"{before[1]} → {self.as_text(at)}")
            at = before[0]
        return lines[::-1]

    def as_text(self, world: World) -> str:
        around = self.arounds[world[0]]
        there = [name for name, present in zip(AGENTS, around.present, strict=True) if present]
        cases = " | ".join(show(self.cases[case]) for case in world[1:])
        return f"[{around.hour}, {'+'.join(there) or 'nobody'} there] {cases}"

    # surroundings

    def _all_around(self) -> Iterator[Around]:
        flags = list(product((False, True), repeat=len(AGENTS)))
        for hour in self.size.hours:
            for present in flags:
                for elsewhere in flags if self.size.elsewhere else [(False, False)]:
                    yield Around(hour, present, elsewhere)

    def _free_bits(self, around: Around) -> tuple[int, int]:
        present = sum(1 << index for index in BOTH if around.present[index])
        return present, sum(1 << index for index in BOTH if around.elsewhere[index])

    def _around_changes(self, around: Around) -> Iterator[tuple[str, str, int, int]]:
        """Label, by whom, the new surroundings, and the agents who must hold nothing for it."""
        for index, name in enumerate(AGENTS):
            there = around.present[index]
            yield (
                f"{name} {'goes' if there else 'comes'}",
                WORLD if there else DESK,
                self._set(around, "present", index),
                0,
            )
            if self.size.elsewhere:
                busy = around.elsewhere[index]
                needed = 0 if busy else 1 << index
                label = f"{name} {'is free again' if busy else 'takes another customer'}"
                yield label, DESK if busy else WORLD, self._set(around, "elsewhere", index), needed
        hours = self.size.hours
        following = hours[(hours.index(around.hour) + 1) % len(hours)]
        yield f"the hour: {following}", TIME, self._around_ids[around._replace(hour=following)], 0

    def _set(self, around: Around, name: str, index: int) -> int:
        present, elsewhere = list(around.present), list(around.elsewhere)
        flags = present if name == "present" else elsewhere
        flags[index] = not flags[index]
        return self._around_ids[Around(around.hour, tuple(present), tuple(elsewhere))]

    def _mirror(self, around: Around) -> int:
        return self._around_ids[Around(around.hour, around.present[::-1], around.elsewhere[::-1])]


__all__ = ["CUSTOMER", "DAWN", "DESK", "TIME", "WORLD", "Arrow", "Explored", "Explorer", "Fault", "Step", "World"]
