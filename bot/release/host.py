"""`relevo engine`: the host of the boxed engines. It runs those that are wanted, tells where they are, works builds."""

import asyncio
import fcntl
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

import structlog
from anyio.to_thread import run_sync

from bot import training
from bot.boxed import Model, ModelMissing, engine_python, model_of, read_model, record_of
from bot.engine import deadline
from bot.knowledge import builds, engines
from bot.knowledge.builds import Build
from bot.knowledge.certainty import certificates
from bot.knowledge.engines import Engine
from bot.knowledge.errors import BuildLost, ReleaseNotFound
from bot.knowledge.library import Library
from bot.knowledge.tables import Current, migrate
from bot.logs import set_up_logs
from bot.processes import host_name
from bot.release.build import Builder
from bot.release.contents import content_of
from bot.release.engines import BoxedEngine
from bot.release.plan import World, plan
from bot.release.tidy import tidy
from bot.settings import Env
from handoff.clock import utc_now
from handoff.errors import RelevoError
from handoff.service import Database

log = structlog.get_logger()
TICK_SECONDS = 0.5
BEAT_SECONDS = 2.0
PAUSE_SECONDS = 15.0  # before a training that failed is tried again
TIDY_SECONDS = 60.0
SHORTEST_DRAIN = 5.0  # between the last time a gateway could choose an engine and its SIGTERM


class HostRunning(RelevoError):
    """Another `relevo engine` runs with this state folder."""

    code = "host_running"


def run(env: Env) -> None:
    """Until a signal asks to stop. Raises HostRunning, EngineMissing, ReleaseNotFound."""
    set_up_logs()
    engine_python(env)
    library = Library(Database(env.database_url), env.secret_key)
    migrate(library.database)
    with _alone(env):
        if see(library.database, host_name(env)).current is None:
            raise ReleaseNotFound
        asyncio.run(_run(Host(env, library, utc_now)))


@contextmanager
def _alone(env: Env) -> Iterator[None]:
    """One host a state folder: what a build's lease says of its host is then true of this process."""
    path = env.var / "run" / "host.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise HostRunning from exc
        yield


async def _run(host: "Host") -> None:
    stop = asyncio.Event()
    for sig in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sig, stop.set)
    working = asyncio.create_task(host.run())
    await stop.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


def see(database: Database, name: str) -> World:
    """The picture from which a host decides."""
    with database.read() as session:
        row = session.get(Current, 1)
        if row is None:
            return World()
        current, previous, switched_at = row.release_number, row.previous_number, row.switched_at
    build = builds.unfinished(database)
    return World(
        current=current,
        previous=previous,
        switched_at=switched_at,
        next=build.number if build else None,
        step=build.step if build else None,
        own=build is not None and build.host == name,
    )


class Host:
    """One loop. What it keeps in memory can be lost at any instant: everything is found again in the tables."""

    def __init__(self, env: Env, library: Library, clock: Callable[[], datetime]) -> None:
        self.name = host_name(env)
        self._env = env
        self._library = library
        self._clock = clock
        self._engines: dict[int, BoxedEngine] = {}
        self._preparing: dict[int, asyncio.Task[None]] = {}
        self._leaving: dict[asyncio.Task[None], BoxedEngine] = {}
        self._building: tuple[Build, asyncio.Task[None]] | None = None
        self._trainer: subprocess.Popen[bytes] | None = None
        self._training = asyncio.Lock()
        self._announced: frozenset[Engine] = frozenset()
        self._beaten: float = 0.0
        self._tidied: float = 0.0

    async def run(self) -> None:
        """Ticks until cancelled, then stops everything; a failing tick is logged, and the next one tries again."""
        try:
            while True:
                try:
                    await self.tick()
                except RelevoError as error:
                    log.warning("host.failed", code=error.code)
                except Exception:
                    log.exception("host.broken")
                await asyncio.sleep(TICK_SECONDS)
        finally:
            await self._stop()

    async def tick(self) -> None:
        """One look at the world, and what follows from it."""
        world = await run_sync(see, self._library.database, self.name)
        await self._tidy(world)
        if not self._has_model(world.previous):
            world = replace(world, previous=None)  # what must be trained first is no quick way back
        todo = plan(world, self._engines.keys() | self._preparing.keys(), self._clock())
        for number in todo.stop:
            self._leave(number)
        for number in todo.start:
            self._preparing[number] = asyncio.create_task(self._prepare(number), name=f"prepare-{number}")
        await self._announce()
        await self._build()

    async def _tidy(self, world: World) -> None:
        """Now and then; never what is served, was served before, is in work, or runs here."""
        now = asyncio.get_running_loop().time()
        if self._tidied and now - self._tidied < TIDY_SECONDS:
            return
        self._tidied = now
        engines_here = (*self._engines.values(), *self._leaving.values())
        keep = {world.current, world.previous, world.next, *self._preparing}
        used = [each.model.path.parent for each in engines_here]
        await run_sync(tidy, self._env, {number for number in keep if number is not None}, used)

    async def _prepare(self, number: int) -> None:
        """Starts the engine of a release, whose model is trained here when there is none."""
        try:
            model = await self._model(number)
            await run_sync(self._note_certificate, model)
            taken = {each.port for each in (*self._engines.values(), *self._leaving.values())}
            self._engines[number] = BoxedEngine.start(self._env, model, taken=frozenset(taken))
            log.info("host.started", release=number, port=self._engines[number].port)
        except Exception:
            log.exception("host.not_started", release=number)
            await asyncio.sleep(PAUSE_SECONDS)
        finally:
            if self._preparing.get(number) is asyncio.current_task():
                del self._preparing[number]

    async def _model(self, number: int) -> Model:
        try:
            return model_of(self._env, number)
        except ModelMissing:
            return await self._train(number)

    def _note_certificate(self, model: Model) -> None:
        certificates.note(
            self._library.database,
            release=model.release,
            model=model.sha256,
            content=content_of(model.path),
            languages=model.certificate,
            now=self._clock(),
        )

    def _has_model(self, number: int | None) -> bool:
        found = read_model(record_of(self._env, number)) if number is not None else None
        return found is not None and found.path.exists()

    async def _trained(self, number: int) -> Model:
        """For a build: that of the engine when it runs already, else trained from what is known today."""
        engine = self._engines.get(number)
        return engine.model if engine else await self._train(number)

    async def _train(self, number: int) -> Model:
        """One training at a time; one that nobody waits for any more is killed."""
        async with self._training:
            try:
                return await run_sync(self._train_now, number, abandon_on_cancel=True)
            except asyncio.CancelledError:
                self._kill_trainer()
                raise

    def _train_now(self, number: int) -> Model:
        now, database = self._clock(), self._library.database
        try:
            return training.train(self._env, database, number, now, started=self._keep_trainer)
        finally:
            self._trainer = None

    def _keep_trainer(self, trainer: "subprocess.Popen[bytes]") -> None:
        self._trainer = trainer

    def _kill_trainer(self) -> None:
        if self._trainer is not None:
            with suppress(ProcessLookupError):
                self._trainer.kill()

    def _leave(self, number: int) -> None:
        """The next announcement does not name it; it stops when the turns under way must have ended."""
        if number in self._preparing:
            self._preparing.pop(number).cancel()
        engine = self._engines.pop(number, None)
        if engine is not None:
            drained = asyncio.create_task(_drain(engine), name=f"drain-{number}")
            self._leaving[drained] = engine
            drained.add_done_callback(self._leaving.pop)
            log.info("host.leaves", release=number)

    async def _announce(self) -> None:
        """Tells at once what has changed, and every two seconds that this host lives."""
        now, loop = self._clock(), asyncio.get_running_loop()
        ready = {number: await each.look() for number, each in self._engines.items()}
        found = [
            Engine(
                host=self.name, release=number, url=each.url, model=each.model.sha256, ready=ready[number], seen_at=now
            )
            for number, each in self._engines.items()
        ]
        found += [Engine(host=self.name, release=number, seen_at=now) for number in self._preparing]
        if {_fixed(each) for each in found} != {_fixed(each) for each in self._announced} or not self._beaten:
            await run_sync(engines.announce, self._library.database, self.name, found, now)
            self._announced = frozenset(found)
        elif loop.time() - self._beaten >= BEAT_SECONDS:
            await run_sync(engines.beat, self._library.database, self.name, now)
        else:
            return
        self._beaten = loop.time()

    async def _build(self) -> None:
        """Goes on with the build of this host, or takes one."""
        if self._building is not None:
            build, task = self._building
            if not task.done():
                await self._renew(build, task)
                return
            self._building = None
        taken = await run_sync(builds.take, self._library.database, self.name, self._clock())
        if taken is not None:
            builder = Builder(
                build=taken,
                library=self._library,
                host=self.name,
                secret=self._env.engine_secret,
                clock=self._clock,
                train=self._model if taken.kind == "switch" else self._trained,
            )
            self._building = taken, asyncio.create_task(builder.work(), name=f"build-{taken.id}")

    async def _renew(self, build: Build, task: "asyncio.Task[None]") -> None:
        try:
            await run_sync(builds.renew, self._library.database, build.id, self.name, self._clock())
        except BuildLost:
            if not task.done():  # else it has just ended
                task.cancel()

    async def _stop(self) -> None:
        """Nobody is sent here any more; then every process ends."""
        tasks = [*self._preparing.values(), *self._leaving, *([self._building[1]] if self._building else [])]
        stopping = [*self._engines.values(), *self._leaving.values()]
        for task in tasks:
            task.cancel()
        self._kill_trainer()
        with suppress(RelevoError):
            await run_sync(engines.announce, self._library.database, self.name, (), self._clock())
        await asyncio.gather(*tasks, *(each.stop() for each in stopping), return_exceptions=True)
        self._library.database.dispose()


def _fixed(engine: Engine) -> tuple[object, ...]:
    return engine.release, engine.url, engine.model, engine.ready


async def _drain(engine: BoxedEngine) -> None:
    await asyncio.sleep(max(SHORTEST_DRAIN, deadline() + 2))
    await engine.stop()
