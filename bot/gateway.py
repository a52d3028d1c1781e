"""The gateway's loop: takes turns under a lease, has each answered, and commits the replies."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from anyio.to_thread import run_sync

from bot.answering import Answering
from bot.metrics import TURN_SECONDS, TURNS_DONE
from handoff import service
from handoff.errors import RelevoError
from handoff.service import TURNS, CoreBox, Turn

log = structlog.get_logger()
POLL_SECONDS = 1.0
AT_ONCE = 16


class Gateway:
    """One loop; several may run at once: leases keep turns of one conversation serial."""

    def __init__(
        self, box: CoreBox, answering: Callable[[], Answering], clock: Callable[[], datetime], at_once: int = AT_ONCE
    ) -> None:
        self._box = box
        self._answering = answering
        self._clock = clock
        self._owner = f"gateway-{secrets.token_hex(6)}"
        self._free = at_once
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Takes turns until cancelled; those under way are finished first."""
        subscription = self._box.core.wake.subscribe((TURNS,))
        try:
            while True:
                if not await self._take():
                    await subscription.wait(POLL_SECONDS)
        finally:
            subscription.close()
            if self._running:
                await asyncio.wait(self._running, timeout=8)

    async def _take(self) -> bool:
        """Leases as many turns as there is room for; False when there was nothing to do."""
        room = self._free - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            turns = await run_sync(self._lease, room)
        except RelevoError as error:
            log.warning("gateway.no_lease", code=error.code)
            await asyncio.sleep(POLL_SECONDS)
            return True
        except Exception:  # whatever it was, the loop must outlive it: nobody else would answer
            log.exception("gateway.no_lease")
            await asyncio.sleep(POLL_SECONDS)
            return True
        for turn in turns:
            task = asyncio.create_task(self._handle(turn))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return bool(turns)

    def _lease(self, room: int) -> tuple[Turn, ...]:
        return service.take_turns(self._box.core, owner=self._owner, limit=room, now=self._clock())

    async def _handle(self, turn: Turn) -> None:
        """One turn from lease to commit. A failure leaves it to its lease: it is taken again."""
        began = self._clock()
        try:
            reply = await self._answering().answer(turn, began)
            kept = await run_sync(self._finish, turn, reply)
        except RelevoError as error:
            log.warning("gateway.unfinished", conversation=turn.conversation_id, code=error.code)
            return
        except Exception:
            log.exception("gateway.broken", conversation=turn.conversation_id)
            return
        TURNS_DONE.labels(decision=str((reply.facts or {}).get("decision", "handoff")), kept=str(kept)).inc()
        TURN_SECONDS.observe((self._clock() - turn.since).total_seconds())
        log.info("gateway.turn", conversation=turn.conversation_id, kept=kept, tries=turn.tries)

    def _finish(self, turn: Turn, reply: service.Reply) -> bool:
        return service.finish_turn(self._box.core, turn, reply, now=self._clock())
