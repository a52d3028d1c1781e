"""Points at which the process can be made to die: before and after every commit that writes, and every outside call.

They are put in from outside, into the real product, by `tests.faults.launch`; the product knows nothing of them. A
point is named after its use case, such as `commit.record_inbound.before`, or its call, such as `carrier.send.after`.
"""

import functools
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

REACHED = "FAULTS_REACHED"  # a file: each point, the first time it is reached
DIE_AT = "FAULTS_DIE_AT"  # a point and which time it is reached, such as `engine.ask.before#2`
KILLED = 137  # the exit code of a process that `kill -9` has ended
_WRITES = ("INSERT", "UPDATE", "DELETE")
_ROOMS = ("handoff.service.", "bot.knowledge.")
_NOT_USE_CASES = frozenset({"handoff.service.base.core"})


class Points:
    """Counts the points that are reached, and dies at the one that is armed."""

    def __init__(self, reached: str, die_at: str) -> None:
        self._file = Path(reached) if reached else None
        self._armed, _, hit = die_at.partition("#")
        self._hit = int(hit or 1)
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def reach(self, point: str) -> None:
        with self._lock:
            self._counts[point] += 1
            number = self._counts[point]
            if number == 1 and self._file:
                with self._file.open("a") as file:
                    file.write(f"{point}\n")
        if point == self._armed and number == self._hit:
            os._exit(KILLED)

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call` with a point before and after it."""

        @functools.wraps(call)
        def wrapped(*args: Any, **more: Any) -> Any:
            self.reach(f"{name}.before")
            result = call(*args, **more)
            self.reach(f"{name}.after")
            return result

        return wrapped

    def around_async(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        async def wrapped(*args: Any, **more: Any) -> Any:
            self.reach(f"{name}.before")
            result = await call(*args, **more)
            self.reach(f"{name}.after")
            return result

        return wrapped


def install(environment: dict[str, str]) -> Points:
    """Puts every point into the product's classes, before it starts."""
    points = Points(environment.get(REACHED, ""), environment.get(DIE_AT, ""))
    _around_commits(points)
    _around_calls(points)
    return points


def _around_commits(points: Points) -> None:
    def executed(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip()[:6].upper() in _WRITES:
            connection.info["wrote"] = True

    def before(session: Session) -> None:
        if session.in_nested_transaction():
            return
        session.flush()  # what the commit would do next: then it is known whether anything was written
        connection = session.connection()
        session.info["point"] = use_case() if connection.info.pop("wrote", False) else None
        if session.info["point"]:
            points.reach(f"commit.{session.info['point']}.before")

    def after(session: Session) -> None:
        if not session.in_nested_transaction() and session.info.get("point"):
            points.reach(f"commit.{session.info.pop('point')}.after")

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Session, "before_commit", before)
    event.listen(Session, "after_commit", after)


def use_case() -> str:
    """The outermost function of the service on the stack: the use case whose transaction this is."""
    found = "unknown"
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(_ROOMS) and module not in _NOT_USE_CASES and not frame.f_code.co_name.startswith("<"):
            found = frame.f_code.co_name
        frame = frame.f_back
    return found


def _around_calls(points: Points) -> None:
    import redis

    from bot.channels.sms.twilio_carrier import TwilioCarrier
    from bot.engine import EngineClient
    from handoff.limits import RedisLimits
    from handoff.notify import Notifications

    changes: list[tuple[type, str, str, Callable[..., Any]]] = [
        (EngineClient, "ask", "engine.ask", points.around_async),
        (TwilioCarrier, "send", "carrier.send", points.around),
        (TwilioCarrier, "list_sent", "carrier.list", points.around),
        (redis.Redis, "publish", "redis.publish", points.around),
        (RedisLimits, "take", "redis.limit", points.around),
        (Notifications, "_notify", "notifier.notify", points.around_async),
    ]
    for owner, attribute, name, around in changes:
        setattr(owner, attribute, around(name, getattr(owner, attribute)))
