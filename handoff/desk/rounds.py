"""Many pages follow the desk: what they ask at the same moment is read once, and written as JSON once."""

import asyncio
import json
from collections import OrderedDict
from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync
from pydantic import TypeAdapter

from handoff.clock import utc_now
from handoff.errors import RelevoError
from handoff.service import Core, CoreBox, Feed
from handoff.service.base.views import AlertView, DeskChanges, PresenceView, QueueItem
from handoff.service.cases.feed import Ask, Told

KEPT = 64  # pieces of JSON: few pages see alerts of their own


class Rounds:
    """Answers pages from one reading a round. What is asked while a round is read waits for the next: nothing older."""

    def __init__(self) -> None:
        self._feed = Feed()
        self._asked: list[tuple[Ask, asyncio.Future[Told]]] = []
        self._working: asyncio.Task[None] | None = None
        self.written = Written()

    async def ask(self, box: CoreBox, asked: Ask) -> Told:
        """What is new for this page. Raises NotAuthenticated once its session has ended, InvalidInput, Unavailable."""
        future: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._asked.append((asked, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(box))
        return await future

    async def _work(self, box: CoreBox) -> None:
        while self._asked:
            round_, self._asked = self._asked, []
            try:
                answers = await run_sync(self._read, box.core, [asked for asked, _ in round_])
            except Exception as exc:  # noqa: BLE001 - it is raised where it was asked
                answers = [exc] * len(round_)
            except BaseException:
                for _, future in (*round_, *self._asked):
                    future.cancel()
                self._asked = []
                raise
            for (_, future), answer in zip(round_, answers, strict=True):
                if future.done():  # the page has left
                    continue
                if isinstance(answer, Told):
                    future.set_result(answer)
                else:
                    future.set_exception(answer)

    def _read(self, core: Core, asked: list[Ask]) -> list[Told | RelevoError | Exception]:
        return list(self._feed.answer(core, asked, now=utc_now()))


class Written:
    """JSON of what many pages are told alike. Everything that it is given is frozen."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[object, str]] = OrderedDict()

    def changes(self, found: DeskChanges, now: datetime, *, presence: bool, alerts: bool) -> str:
        """The event's data; who is present and which alerts are open is null where that was told already."""
        rest = {"cursor": found.cursor, "reset": found.reset, "now": now.isoformat()}
        parts = {
            "cases": self._json(_CASES, found.cases),
            "presence": self._json(_PRESENCE, found.presence) if presence else "null",
            "alerts": self._json(_ALERTS, found.alerts) if alerts else "null",
        }
        return json.dumps(rest)[:-1] + "".join(f',"{name}":{part}' for name, part in parts.items()) + "}"

    def _json(self, kind: TypeAdapter[Any], value: object) -> str:
        known = self._kept.get(id(value))
        if known is None or known[0] is not value:
            known = self._kept[id(value)] = (value, kind.dump_json(value).decode())
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return known[1]


_CASES: TypeAdapter[Any] = TypeAdapter(tuple[QueueItem, ...])
_PRESENCE: TypeAdapter[Any] = TypeAdapter(tuple[PresenceView, ...])
_ALERTS: TypeAdapter[Any] = TypeAdapter(tuple[AlertView, ...])
