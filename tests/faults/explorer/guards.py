"""The service's guards that are not in the table, each as one pure function; test_guards.py holds them to the service.

A mutation replaces one of them: `replace(GUARDS, version=…)`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from handoff.states import ENDS, HELD_STATES, Handoff, State


def version_stands(expected: int, actual: int) -> bool:
    """`Act.expected`, and the same compare in reply and before an ending is made pending."""
    return expected == actual


def is_holder(handoff: Handoff, agent: str) -> bool:
    """`holding.check_holder`: the agent has the case, or it is offered to them."""
    return handoff.agent == agent


def may_take(handoff: Handoff, agent: str, room: Collection[str]) -> bool:
    """`holding._take`: nobody holds it, and the agent has room."""
    return handoff.state not in HELD_STATES and agent in room


def has_room(*, present: bool, held: int, capacity: int) -> bool:
    """`presence.present_with_room`, and `presence.has_room` for whoever acts."""
    return present and held < capacity


def may_see(handoff: Handoff, agent: str) -> bool:
    """`holding.mark_seen`: listening in is not the holder's having seen it."""
    return bool(handoff.unseen) and handoff.state not in ENDS and handoff.agent in {None, agent}


def pending_stands(handoff: Handoff, *, fresh: bool, by: str) -> bool:
    """`ending._finish`: the version that it names is the case's still, and who asked for it has the case."""
    return fresh and handoff.agent == by


def notice_is_stale(notice_version: int, told_version: int) -> bool:
    """`deliveries._is_stale`: what the customer may be told has changed since it was queued."""
    return told_version > notice_version


def nobody_is_there(handoff: Handoff, present: Collection[str], *, open_now: bool) -> bool:
    """`expiry._alone`: somebody waits in hours, nobody is at the desk, and the customer does not know."""
    waits = handoff.state in {State.WAITING, State.OFFERED}
    return open_now and not present and waits and not handoff.nobody_told


def hour_has_come(handoff: Handoff, *, open_now: bool) -> str | None:
    """`expiry._by_hour`: the case stands in a queue of the other side of opening or closing time."""
    waiting = handoff.state is State.WAITING
    if not open_now:
        return "closing" if waiting and handoff.answer_by is not None else None
    by_hour = handoff.state is State.COLLECTING and handoff.collecting_for_hour
    return "opening" if by_hour or (waiting and handoff.answer_by is None) else None


@dataclass(frozen=True, kw_only=True)
class Guards:
    """What the explorer asks before it asks the table."""

    version_stands: Callable[[int, int], bool] = version_stands
    is_holder: Callable[[Handoff, str], bool] = is_holder
    may_take: Callable[[Handoff, str, Collection[str]], bool] = may_take
    has_room: Callable[..., bool] = has_room
    may_see: Callable[[Handoff, str], bool] = may_see
    pending_stands: Callable[..., bool] = pending_stands
    notice_is_stale: Callable[[int, int], bool] = notice_is_stale
    nobody_is_there: Callable[..., bool] = nobody_is_there
    hour_has_come: Callable[..., str | None] = hour_has_come


GUARDS = Guards()
