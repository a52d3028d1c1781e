"""`relevo doctor`: what would break the guarantee, in plain words, each with the mend. Also run by up and serve."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
import structlog
from anyio.to_thread import run_sync

from bot import metrics
from bot.engine import EngineClient, EngineUnavailable
from bot.knowledge import engines
from bot.knowledge import release as releases
from bot.knowledge.catalogue import missing
from bot.knowledge.certainty.telling import drift_findings
from bot.knowledge.render import Release, expired
from bot.processes import host_name
from bot.settings import Env
from handoff.clock import utc_now
from handoff.errors import RelevoError
from handoff.notify import Notifier
from handoff.service import Core, CoreBox, Failed
from handoff.service.telling.notifying import ON_CALL, SUPERVISOR, masked, targets_of
from handoff.service.watch.doctor_alerts import tell_findings
from handoff.service.watch.doctoring import look
from handoff.service.watch.findings import FLEETING, SERIOUS, Finding, finding

log = structlog.get_logger()
EVERY_SECONDS = 600.0
SOON_SECONDS = 30.0  # until what is new is looked at again: it may be a restart, or a set-up that goes on
TIMEOUT = 5.0
MOST_NAMED = 5
LONG_ENOUGH, VARIED_ENOUGH = 32, 12  # characters of a secret, and how many of them differ
UNREACHABLE = {"email": "mail_unreachable", "sms": "carrier_unreachable", "webhook": "webhook_unreachable"}
UNSET = {"email": "mail_not_configured", "sms": "sms_not_configured"}


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What is examined."""

    core: Core
    env: Env
    release: Release
    notifiers: Sequence[Notifier]


async def examine(patient: Patient, now: datetime) -> tuple[Finding, ...]:
    """Every finding, the serious ones first. Reaches out, but sends nothing and changes nothing."""
    at_home, *away = await asyncio.gather(
        run_sync(_at_home, patient, now),
        _engine(patient, now),
        _source(patient.env),
        *(_way(patient, notifier) for notifier in patient.notifiers),
    )
    found = [*at_home, *(each for several in away for each in several)]
    return tuple(sorted(found, key=lambda each: (each.severity != SERIOUS, each.code)))


def examine_now(env: Env) -> tuple[datetime, tuple[Finding, ...]]:
    """A look at the product of this environment, whether or not it runs; the instant and what was found."""
    from bot.app import build_core, build_notifiers  # noqa: PLC0415 - the application runs our rounds

    core, now = build_core(env), utc_now()
    try:
        release = releases.current(core.database, now)
        patient = Patient(core=core, env=env, release=release, notifiers=build_notifiers(env, CoreBox(core)))
        return now, asyncio.run(examine(patient, now))
    finally:
        core.database.dispose()


def _at_home(patient: Patient, now: datetime) -> list[Finding]:
    core, env = patient.core, patient.env
    found = look(core, now, demo=env.demo)
    found += _knowledge(core, patient.release, now)
    if env.secret_text is not None and is_weak(env.secret_text):
        found.append(finding("secret_weak", demo=env.demo))
    if core.business.channels.web.identity == "required" and not env.identity_keys:
        found.append(finding("identity_keyless"))
    return found


def is_weak(secret: str) -> bool:
    """Short, or made of few different characters."""
    return len(secret) < LONG_ENOUGH or len(set(secret)) < VARIED_ENOUGH


def _knowledge(core: Core, release: Release, now: datetime) -> Iterator[Finding]:
    languages = core.business.languages
    served = [entry for entry, _ in release.entries.values() if entry.id not in release.retired]
    fresh = [entry for entry in served if not expired(entry.review_by, now)]
    mute = [each for each in languages if not any(each in entry.answers for entry in fresh)]
    if mute:
        yield finding("language_without_knowledge", languages=" ".join(mute))
    lacking = missing((notice for notice, _ in release.notices.values() if notice.id not in release.retired), languages)
    if lacking:
        yield finding("notices_missing", items=_named(sorted(lacking)), count=len(lacking))
    yield from drift_findings(core.database, now)
    due = releases.expiring(core.database, now)
    past = [each for each in due if expired(each.review_by, now)]
    for code, items in (
        ("notices_expired", [each.id for each in past if each.kind == "notice"]),
        ("entries_expired", [each.id for each in past if each.kind != "notice"]),
        ("approvals_due", [each.id for each in due if each not in past]),
    ):
        if items:
            yield finding(code, count=len(items), items=_named(items))


def _named(items: Sequence[str]) -> str:
    return ", ".join([*items[:MOST_NAMED], *(["…"] if len(items) > MOST_NAMED else [])])


async def _engine(patient: Patient, now: datetime) -> list[Finding]:
    env = patient.env
    running = await run_sync(engines.ready_on, patient.core.database, host_name(env), now)
    url = running.get(patient.release.number, env.engine_url)
    async with EngineClient(url, env.engine_secret, timeout=TIMEOUT) as engine:
        try:
            await engine.health()
        except EngineUnavailable as error:
            return [finding("engine_unreachable", reason=error.reason)]
    return []


async def _source(env: Env) -> list[Finding]:
    """The company's own data, which the actions look up."""
    headers = {"Authorization": f"Bearer {env.engine_secret}"}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
            status = (await client.get(f"{env.actions_url}/sources", headers=headers)).status_code
    except httpx.HTTPError as error:
        return [finding("source_unreachable", reason=type(error).__name__)]
    return [] if status == httpx.codes.OK else [finding("source_unreachable", reason=f"status {status}")]


async def _way(patient: Patient, notifier: Notifier) -> list[Finding]:
    """Whether this way reaches the people whom the settings name."""
    channel = notifier.channel
    named = [*targets_of(patient.core, ON_CALL), *targets_of(patient.core, SUPERVISOR)]
    targets = list(dict.fromkeys(target for way, target in named if way == channel))
    try:
        failed = await notifier.check(targets)
    except Exception as error:  # a doctor who falls ill helps nobody
        log.exception("doctor.check_broken", channel=channel)
        failed = {"": Failed(code=type(error).__name__, message="", retry=True)}
    if not failed:
        return []
    first = next(iter(failed.values()))
    if first.code == "not_configured":
        return [finding(UNSET[channel], demo=patient.env.demo)]
    where = ", ".join(masked(channel, target) for target in failed if target)
    return [finding(UNREACHABLE[channel], reason=_reasons(failed.values()), targets=where)]


def _reasons(failed: Iterable[Failed]) -> str:
    return ", ".join(dict.fromkeys(each.code for each in failed))


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Nothing serious."""
    return all(each.severity != SERIOUS for each in findings)


def as_text(findings: Sequence[Finding]) -> str:
    """For the person at the terminal."""
    if not findings:
        return "Nothing was found that would keep a customer from a person."
    lines = []
    for each in findings:
        breaks, mend = each.says()
        lines += [f"{'SERIOUS' if each.severity == SERIOUS else 'warning'}  {breaks}", f"         → {mend}"]
    return "\n".join(lines)


def as_json(findings: Sequence[Finding], at: datetime) -> str:
    """One object: at, healthy (nothing serious), findings."""
    found = [each.as_dict() for each in findings]
    return json.dumps(
        {"at": at.isoformat(), "healthy": is_healthy(findings), "findings": found}, indent=2, ensure_ascii=False
    )


class Rounds:
    """The doctor of a running product: looks at the start and every 10 minutes, logs, and alerts of what is serious."""

    def __init__(self, patient: Callable[[], Patient], clock: Callable[[], datetime]) -> None:
        self._patient = patient
        self._clock = clock
        self._suspected: frozenset[str] = frozenset()
        self._logged: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Until cancelled. A round that fails is logged, and the next one tries again."""
        while True:
            again = EVERY_SECONDS
            try:
                if await self.round():
                    again = SOON_SECONDS
            except RelevoError as error:
                log.warning("doctor.failed", code=error.code)
            except Exception:
                log.exception("doctor.broken")
            await asyncio.sleep(again)

    async def round(self) -> bool:
        """One look; True when something serious was seen for the first time: it is told when it is seen again."""
        patient = self._patient()
        now = self._clock()
        found = await examine(patient, now)
        serious = frozenset(each.code for each in found if each.severity == SERIOUS)
        unsure, self._suspected = serious - self._suspected, serious
        self._log([each for each in found if each.code not in unsure & FLEETING])
        certain = [each for each in found if each.code not in unsure]
        await run_sync(tell_findings, patient.core, certain, now, unsure)
        metrics.FINDINGS.labels("serious").set(len(serious))
        metrics.FINDINGS.labels("warning").set(len(found) - len(serious))
        return bool(unsure)

    def _log(self, findings: Sequence[Finding]) -> None:
        """Each once, until it is mended."""
        for each in findings:
            if each.code in self._logged:
                continue
            breaks, mend = each.says()
            write = log.error if each.severity == SERIOUS else log.warning
            write("doctor.found", code=each.code, breaks=breaks, mend=mend)
        self._logged = frozenset(each.code for each in findings)
