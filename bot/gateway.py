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
FINISH_SECONDS = 5.0  # on stop: more than the engine's usual deadline and a commit


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
        self._running: dict[asyncio.Task[None], Turn] = {}
        self._leasing: asyncio.Task[tuple[Turn, ...]] | None = None

    async def run(self) -> None:
        """Takes turns until cancelled; those under way may finish, and what does not is given back at once."""
        subscription = self._box.core.wake.subscribe((TURNS,))
        try:
            while True:
                if not await self._take():
                    await subscription.wait(POLL_SECONDS)
        finally:
            subscription.close()
            await self._stop()

    async def _stop(self) -> None:
        """Leaves no turn under a lease that nobody works on: the customer would wait for its end."""
        unbegun = await self._leased_last()
        if self._running:
            await asyncio.wait(self._running, timeout=FINISH_SECONDS)
        unfinished = dict(self._running)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        for turn in (*unbegun, *unfinished.values()):
            await self._release(turn)

    async def _leased_last(self) -> tuple[Turn, ...]:
        """The stop came while turns were being leased: they are ours, and nobody has begun them."""
        if self._leasing is None:
            return ()
        (found,) = await asyncio.gather(self._leasing, return_exceptions=True)
        return found if isinstance(found, tuple) else ()

    async def _release(self, turn: Turn) -> None:
        try:
            await run_sync(self._give_back, turn)
        except Exception:  # its lease ends soon, and the other turns must still be given back
            log.exception("gateway.not_released", conversation=turn.conversation_id)

    def _give_back(self, turn: Turn) -> None:
        service.release_turn(self._box.core, turn, now=self._clock())

    async def _take(self) -> bool:
        """Leases as many turns as there is room for; False when there was nothing to do."""
        room = self._free - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            self._leasing = asyncio.create_task(run_sync(self._lease, room))
            turns = await asyncio.shield(self._leasing)
            self._leasing = None
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
            self._running[task] = turn
            task.add_done_callback(self._done)
        return bool(turns)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._running[task]

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
