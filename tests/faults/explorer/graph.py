"""Checks 1 and 2, over the whole reachable graph: every case can be brought to an end, and nothing turns in silence."""

from collections.abc import Iterator

from tests.faults.explorer.checks import DEAD_END, LIVELOCK, Finding
from tests.faults.explorer.exploring import Explorer, Fault, Step, World
from tests.faults.explorer.moves import DESK, TIME

# towards an end, the likeliest first, so that the way is found without looking around
TOWARDS = ("carried out: resolve", ": resolve", ": seen", "comes", "is free", ": claim", ": accept")


def check_graph(explorer: Explorer) -> None:
    """Adds a fault for the first world of each kind."""
    explorer.found.faults += dead_ends(explorer)
    explorer.found.faults += silent_turns(explorer)


def dead_ends(explorer: Explorer) -> Iterator[Fault]:
    """1. From every world, people at the desk and time alone bring every open case to an end; customers do nothing."""
    able = {world for world in explorer.found.worlds if not any(explorer.open[case] for case in world[1:])}
    for world in explorer.found.worlds:
        if world not in able and not _reaches(explorer, world, able):
            finding = Finding(DEAD_END, "people at the desk and time cannot bring it to an end")
            yield Fault(finding=finding, trace=tuple(explorer.trace(world)))
            return


def _reaches(explorer: Explorer, world: World, able: set[World]) -> bool:
    """Depth first, likeliest first; the whole way is able once its end is."""
    came: dict[World, World | None] = {world: None}
    stack: list[World] = [world]
    while stack:
        at = stack.pop()
        if at in able:
            step: World | None = at
            while step is not None:
                able.add(step)
                step = came[step]
            return True
        for step_to in sorted(_by_people(explorer, at), key=_rank, reverse=True):
            if step_to.to not in came:
                came[step_to.to] = at
                stack.append(step_to.to)
    return False


def _by_people(explorer: Explorer, world: World) -> Iterator[Step]:
    return (step for step in explorer.steps(world) if step.by in {DESK, TIME})


def _rank(step: Step) -> int:
    return next((place for place, words in enumerate(TOWARDS) if words in step.label), len(TOWARDS))


def silent_turns(explorer: Explorer) -> Iterator[Fault]:
    """2. No circle of what only time does, opening and closing among it, in which a timer fires and nobody is told."""
    silent: dict[World, list[Step]] = {}
    for world in explorer.found.worlds:
        steps = [step for step in explorer.steps(world) if step.by == TIME and not step.heard]
        silent[world] = steps
    circle = _circles(silent)
    for world, steps in silent.items():
        for step in steps:
            same = step.to == world or (circle[world] == circle[step.to])
            if same and not step.label.startswith("the hour"):
                finding = Finding(LIVELOCK, "it goes round by time alone and nobody is told")
                yield Fault(finding=finding, trace=(*explorer.trace(world), step.label))
                return


def _circles(steps: dict[World, list[Step]]) -> dict[World, int]:
    """Which strongly connected part each world belongs to (Tarjan, without recursion)."""
    order: dict[World, int] = {}
    low: dict[World, int] = {}
    part: dict[World, int] = {}
    path: list[World] = []
    for root, first in steps.items():
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path.append(root)
        work = [(root, iter(first))]
        while work:
            world, rest = work[-1]
            for step in rest:
                if step.to not in order:
                    order[step.to] = low[step.to] = len(order)
                    path.append(step.to)
                    work.append((step.to, iter(steps[step.to])))
                    break
                if step.to not in part:
                    low[world] = min(low[world], order[step.to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[world])
                if low[world] == order[world]:
                    _close(world, path, part)
    return part


def _close(world: World, path: list[World], part: dict[World, int]) -> None:
    number = len(part)
    while True:
        member = path.pop()
        part[member] = number
        if member == world:
            return
