"""Works one build, step by step: lint, train, test, compare, start, switch. A failing step changes nothing served."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from anyio.to_thread import run_sync

from bot.boxed import Model
from bot.engine import EngineUnavailable
from bot.knowledge import builds, engines
from bot.knowledge import questions as stored_questions
from bot.knowledge import release as releases
from bot.knowledge.builds import Build
from bot.knowledge.errors import BuildLost, KnowledgeInvalid, NoticeMissing
from bot.knowledge.gaps.masking import without_names
from bot.knowledge.library import Library
from bot.knowledge.lint import Finding, lint
from bot.knowledge.questions import Question
from bot.knowledge.render import Release
from bot.release import grading
from bot.release.asking import ask_all
from handoff.errors import RelevoError
from handoff.service.proof.naming import names_of
from handoff.service.proof.questions import asked_lately

log = structlog.get_logger()
MOST_FINDINGS = 200
LATELY = timedelta(days=30)
MOST_COMPARED = 500  # of the newest questions of customers
LOOK_SECONDS = 0.2
ENGINE_SECONDS = 180.0  # for our own engine to answer
HOSTS_SECONDS = 900.0  # for those of the other hosts, which train first


class LintFailed(RelevoError):
    """What is approved has an error; see the findings."""

    code = "lint_failed"


class EngineFailed(RelevoError):
    """The new engine does not answer; see its log in the state folder."""

    code = "engine_failed"


class HostsNotReady(RelevoError):
    """Another host did not get the new engine ready in time."""

    code = "hosts_not_ready"


class BuildBroken(RelevoError):
    """The build broke; the host's log says where."""

    code = "build_broken"


@dataclass(kw_only=True)
class Builder:
    """One build on one host. `train` gives the model of a release; the host starts its engine for `test` or `start`."""

    build: Build
    library: Library
    host: str
    secret: str  # of the engines
    clock: Callable[[], datetime]
    train: Callable[[int], Awaitable[Model]]

    async def work(self) -> None:
        """To its end, good or bad; raises nothing but cancellation."""
        try:
            await self._steps()
            log.info("build.switched", build=self.build.id)
        except BuildLost:
            log.warning("build.lost", build=self.build.id)
        except RelevoError as error:
            await self._fail(error)
        except Exception:
            log.exception("build.broken", build=self.build.id)
            await self._fail(BuildBroken())

    async def _fail(self, error: RelevoError) -> None:
        log.warning("build.failed", build=self.build.id, code=error.code)
        try:
            if isinstance(error, NoticeMissing | KnowledgeInvalid):
                await self._note(findings=[each.as_dict() for each in found_in(error)])
            await run_sync(builds.fail, self.library.database, self.build.id, self.host, self.clock(), error)
        except RelevoError as again:  # its lease ends, and it is taken again
            log.warning("build.not_failed", build=self.build.id, code=again.code)

    async def _steps(self) -> None:
        number = self.build.number
        is_switch = self.build.kind == "switch" and number is not None
        if number is None or not is_switch:
            number = await self._lint()
        await self._note(step="train")
        model = await self.train(number)
        await self._note(trained=True, certificate=model.certificate)
        if not is_switch:
            await self._test(number)
        await self._note(step="start")
        await self._wait_for_engine(number)
        await self._wait_for_hosts(number)
        await self._note(step="switch")
        await run_sync(builds.switch, self.library, self.build.id, self.host, self.clock())

    async def _lint(self) -> int:
        """The number of the frozen release."""
        await self._note(step="lint")
        items = await run_sync(releases.approved, self.library.database)
        findings = sorted(await run_sync(lint, items), key=lambda each: each.level != "error")
        await self._note(findings=[each.as_dict() for each in findings[:MOST_FINDINGS]])
        _check(findings)
        number = await run_sync(self._freeze)
        await self._note(number=number)
        return number

    def _freeze(self) -> int:
        return releases.freeze(self.library, self.clock(), by=self.build.asked_by)

    async def _test(self, number: int) -> None:
        await self._note(step="test")
        release, owners = await run_sync(self._read, number)
        asked = grading.known_in(owners, release.entries)
        named = grading.titles(entry for entry, _ in release.matchable(self.clock()))
        url = await self._wait_for_engine(number)
        after = await self._ask(url, (*asked, *named))
        graded = tuple(zip(asked, after[: len(asked)], strict=True))
        titled = tuple(zip(named, after[len(asked) :], strict=True))
        report = grading.report(graded, titled)
        await self._note(report=report)
        grading.check(graded, titled)
        await self._compare(url, report, dict(graded))

    def _read(self, number: int) -> tuple[Release, tuple[Question, ...]]:
        database = self.library.database
        return releases.load(database, number, self.clock()), stored_questions.stored(database)

    async def _compare(self, url: str, report: dict[str, Any], tested: Mapping[Question, grading.Found]) -> None:
        """What the new engine decides otherwise than the current one, when that runs here."""
        await self._note(step="compare")
        current, lately = await run_sync(self._current)
        if current is None:
            return
        known = {(one.language, one.text) for one in tested}
        others = tuple({key: one for one in lately if (key := (one.language, one.text)) not in known}.values())
        every = (*tested, *others)
        before = await self._ask(current, every)
        after = [*tested.values(), *await self._ask(url, others)]
        await self._note(report=report | {"changed": grading.changed(every, before, after)})

    def _current(self) -> tuple[str | None, tuple[Question, ...]]:
        database, now = self.library.database, self.clock()
        url = engines.ready_on(database, self.host, now).get(releases.mark(database)[0])
        said = asked_lately(database, now - LATELY, MOST_COMPARED)
        names = names_of(database, (one.conversation_id for one in said))
        plain = [(without_names(one.text, names.get(one.conversation_id, ())), one.language) for one in said]
        return url, tuple(Question(text=text, language=language) for text, language in plain if text.strip())

    async def _ask(self, url: str, questions: Sequence[Question]) -> list[grading.Found]:
        try:
            return await ask_all(url, self.secret, questions)
        except EngineUnavailable as error:
            raise EngineFailed(f"An engine did not answer a test question ({error.reason}).") from None

    async def _wait_for_engine(self, number: int) -> str:
        """The address of this release's engine on this host, as soon as it answers."""

        def look() -> str | None:
            return engines.ready_on(self.library.database, self.host, self.clock()).get(number)

        found: str = await self._eventually(look, ENGINE_SECONDS, EngineFailed())
        return found

    async def _wait_for_hosts(self, number: int) -> None:
        def look() -> bool:
            return not engines.waits_for(self.library.database, number, self.clock())

        await self._eventually(look, HOSTS_SECONDS, HostsNotReady())

    async def _eventually(self, look: Callable[[], Any], seconds: float, failure: RelevoError) -> Any:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (found := await run_sync(look)):
            if loop.time() > deadline:
                raise failure
            await asyncio.sleep(LOOK_SECONDS)
        return found

    async def _note(self, **found: Any) -> None:
        note = lambda: builds.note(self.library.database, self.build.id, self.host, self.clock(), **found)  # noqa: E731
        await run_sync(note)


def found_in(error: RelevoError) -> list[Finding]:
    """What an error names, as findings: its fields begin with the item."""
    places = (
        (item, place, message) for name, message in error.fields.items() for item, _, place in [name.partition(".")]
    )
    return [Finding("error", *each) for each in places][:MOST_FINDINGS]


def _check(findings: Sequence[Finding]) -> None:
    wrong = [each for each in findings if each.level == "error"]
    if wrong:
        fields = {f"{each.item}.{each.place}": each.message for each in wrong}
        raise LintFailed(f"{len(wrong)} errors in what is approved; see the findings.", fields=fields)
