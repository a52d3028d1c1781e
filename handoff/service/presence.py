"""Presence: an agent's sign of life, given by the page every 10 s and by whatever they do; lost after 40 s."""

from datetime import datetime, timedelta

from handoff.models import Presence
from handoff.service.core import DESK, Work
from handoff.store import one

PRESENCE_LOST = timedelta(seconds=40)


def set_presence(work: Work, agent_id: str, status: str) -> None:
    """Stores the sign of life; when others see a change, the desk's stream moves on and is woken."""
    row = one(work.session, Presence, agent_id, lock=True)
    changed = status_of(row, work.now) != status
    if row is None:
        row = Presence(agent_id=agent_id, status=status, beat_at=work.now, since=work.now, changed_seq=0)
        work.session.add(row)
    row.status, row.beat_at = status, work.now
    if changed:
        row.since, row.changed_seq = work.now, work.next_change()
        work.wake(DESK)
    work.session.flush()


def show_life(work: Work, agent_id: str) -> None:
    """A claim or a reply is as good as a heartbeat, and whoever takes a chat is online."""
    set_presence(work, agent_id, "online")


def status_of(row: Presence | None, now: datetime) -> str:
    """online, away or offline; without a sign of life for 40 s an agent counts as offline."""
    if row is None or now - row.beat_at > PRESENCE_LOST:
        return "offline"
    return row.status
