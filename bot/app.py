"""Putting the product together: one process with gateway, relay and sweeper behind one HTTP server."""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from anyio.to_thread import run_sync
from fastapi import FastAPI

from bot import metrics, routes
from bot.answering import Answering
from bot.answers.routes import router as answers_router
from bot.channels import sms
from bot.channels.base import Channel
from bot.channels.web.identity import Identities, read_keys
from bot.channels.web.routes import router as web_router
from bot.channels.web.static import static_router as widget_static
from bot.channels.web.uploads import UploadedMedia
from bot.doctor import Patient, Rounds
from bot.engine import EngineClient
from bot.gateway import Gateway
from bot.guard import Guard
from bot.knowledge import release as releases
from bot.knowledge.certainty.telling import watch_drift
from bot.knowledge.render import Release
from bot.knowledge.routes import router as knowledge_router
from bot.knowledge.shelf import Shelf
from bot.logs import set_up_logs
from bot.notifiers import NowhereNotifier, WebhookNotifier, email_notifier
from bot.processes import host_name
from bot.promises.routes import router as promise_router
from bot.relay import Relay
from bot.release.clients import Engines
from bot.replies import seed_replies
from bot.settings import ROOT, Env, load_env
from bot.texting import Texting
from bot.texts import ReleaseTexts
from bot.watch import EngineWatch
from handoff import service
from handoff.bookkeeper import Bookkeeper
from handoff.clock import utc_now
from handoff.desk import api as desk
from handoff.desk.static import static_router as desk_static
from handoff.detection import Detectors
from handoff.errors import SettingsInvalid
from handoff.limits import make_limits
from handoff.notify import Notifications, Notifier
from handoff.policy import Business, parse_business
from handoff.service import Core, CoreBox, Database
from handoff.sweeper import Sweeper
from handoff.wake import InProcessWake, RedisWake, Wake

log = structlog.get_logger()
RELOAD_SECONDS = 0.5  # a switch is followed within a second
REMIND_SECONDS = 3600.0


@dataclass(kw_only=True)
class Parts:
    """What runs behind the server."""

    env: Env
    box: CoreBox
    engines: Engines
    detectors: Detectors
    shelf: Shelf
    settings: int  # the number of the settings that were loaded last
    channels: Sequence[Channel]
    notifiers: Sequence[Notifier]

    @property
    def release(self) -> Release:
        """The current one."""
        return self.shelf.current

    @property
    def engine(self) -> EngineClient:
        """That of the current release."""
        return self.engines.of(self.release.number)

    def answering(self) -> Answering:
        """What the next turn is answered with: the release and settings in force now, and that release's engine."""
        shelf = self.shelf
        return Answering(
            release=shelf.current,
            engine=self.engines.of(shelf.current.number),
            detectors=self.detectors,
            languages=self.box.core.business.languages,
            texting=texting_of(self.box.core),
            released=lambda number: shelf.get(number, utc_now()),
        )


def build_core(env: Env, wake: Wake | None = None) -> Core:
    """The core over the environment's database, its current release and settings.

    The first start stores the replies that come with the product, and relevo.toml as settings version 1.
    Raises SettingsInvalid or ReleaseNotFound.
    """
    database = Database(env.database_url)
    return _core_with(env, database, releases.current(database, utc_now()), wake)


def _core_with(env: Env, database: Database, release: Release, wake: Wake | None) -> Core:
    stored = service.load_business(database)
    core = Core(
        database=database,
        texts=ReleaseTexts(release=release, clock=utc_now),
        business=stored[1] if stored else read_business(env),
        wake=wake or InProcessWake(),
        secret=env.secret_key,
        public_url=env.public_url,
        text_sender=sms.sender_of(env),
    )
    if stored is None:  # the settings last: they end the first start, which one that died before them begins again
        seed_replies(core, utc_now())
        service.save_business(core, core.business.model_dump(mode="json"), actor="relevo.toml", now=utc_now())
    return core


def read_business(env: Env) -> Business:
    """The settings file. Raises SettingsInvalid, naming the file or the key to mend."""
    try:
        data = tomllib.loads(env.config.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise SettingsInvalid(f"{env.config.name} is missing", fields={"RELEVO_CONFIG": "name a file"}) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise SettingsInvalid(f"{env.config.name} is not TOML", fields={env.config.name: str(exc)}) from exc
    return parse_business(data)


def build_parts(env: Env) -> Parts:
    """Everything that runs, not yet running."""
    wake = RedisWake(env.redis_url) if env.redis_url else InProcessWake()
    database = Database(env.database_url)
    settings = service.settings_number(database)  # before they are loaded: what comes later is then followed
    shelf = Shelf.stocked(database, utc_now())
    box = CoreBox(_core_with(env, database, shelf.current, wake))

    def client_of(url: str) -> EngineClient:
        return EngineClient(url, env.engine_secret)

    business = box.core.business
    return Parts(
        env=env,
        box=box,
        engines=Engines(database, host_name(env), client_of(env.engine_url), client_of),
        detectors=detectors_of(business),
        shelf=shelf,
        settings=settings,
        channels=(sms.channel(env, box),) if business.channels.sms.enabled else (),
        notifiers=build_notifiers(env, box),
    )


def texting_of(core: Core) -> Texting:
    """What a text may be, by the settings in force."""
    sms_settings = core.business.channels.sms
    return Texting(
        max_segments=sms_settings.max_segments,
        plain_punctuation=sms_settings.plain_punctuation,
        public_url=core.public_url,
    )


def detectors_of(business: Business) -> Detectors:
    """As the business has set them, in its own time zone."""
    own = business.detection
    zone = ZoneInfo(business.time_zone)
    return Detectors(business.languages, own.settings(), zone=zone, frustration=own.frustration_model())


def patient_of(parts: Parts) -> Patient:
    """What the doctor examines: the settings and the release in force now."""
    return Patient(core=parts.box.core, env=parts.env, release=parts.release, notifiers=parts.notifiers)


def build_notifiers(env: Env, box: CoreBox) -> tuple[Notifier, ...]:
    """The ways to people outside the desk; one that is not set up says so."""
    texts = sms.notifier_of(env, box) or NowhereNotifier("sms")
    return email_notifier(env), texts, WebhookNotifier(env.webhook_secret, utc_now)


def count_notification(channel: str, outcome: str) -> None:
    metrics.NOTIFICATIONS.labels(channel, outcome).inc()


def create_app() -> FastAPI:
    """The application, as uvicorn's factory."""
    set_up_logs()
    env = load_env()
    parts = build_parts(env)
    app = FastAPI(title="Relevo", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(Guard)
    app.state.box, app.state.parts, app.state.public_url = parts.box, parts, env.public_url
    app.state.limits = make_limits(env.redis_url)
    app.state.identities = Identities(keys=read_keys(env.identity_keys), audience=env.public_url)
    app.state.mail = env.smtp_url is not None or env.demo  # whether a sign-in link can be sent by e-mail
    app.state.media = {"web": UploadedMedia(parts.box)}
    if media := sms.media_of(env):
        app.state.media["sms"] = media
    routes.add_errors(app)
    routes.add_operations(app)
    if parts.box.core.business.channels.web.enabled:
        app.include_router(web_router(limits=make_limits(env.redis_url), public_url=env.public_url))
    app.include_router(answers_router(lambda: parts.release, limits=make_limits(env.redis_url)))
    app.include_router(promise_router(limits=make_limits(env.redis_url)))
    app.include_router(desk.router())
    app.include_router(knowledge_router())
    for channel in parts.channels:
        app.include_router(channel.router())
    app.include_router(desk_static(ROOT / "handoff" / "desk" / "ui" / "dist"))
    app.include_router(widget_static(ROOT / "bot" / "widget" / "dist", demo=env.demo))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Runs the loops beside the server, and ends them before the database closes."""
    parts: Parts = app.state.parts
    loops = [
        Gateway(parts.box, parts.answering, utc_now).run(),
        EngineWatch(parts.box, lambda: parts.engine, utc_now).run(),
        Sweeper(parts.box, utc_now).run(),
        Bookkeeper(parts.box, utc_now).run(),
        _reload(parts),
        _remind(parts),
        *(Relay(parts.box, channel, utc_now).run() for channel in parts.channels),
        *_recoveries(parts),
        Notifications(parts.box, parts.notifiers, utc_now, count_notification).run(),
        Rounds(lambda: patient_of(parts), utc_now).run(),
    ]
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await parts.engines.aclose()
        parts.box.core.database.dispose()


def _recoveries(parts: Parts) -> list[Coroutine[None, None, None]]:
    """What reads in texts that no webhook brought."""
    recovery = sms.recovery_of(parts.env, parts.box) if parts.channels else None
    return [recovery.run()] if recovery else []


async def _remind(parts: Parts) -> None:
    """Tells of texts that are due for review, and of questions that have drifted, at the start and once an hour."""
    while True:
        for remind in (remind_of_reviews, watch_drift):
            try:
                await run_sync(remind, parts.box.core, utc_now())
            except Exception:
                log.exception("app.remind_failed")
        await asyncio.sleep(REMIND_SECONDS)


def remind_of_reviews(core: Core, now: datetime) -> int:
    """Alerts the desk of each text at or near its review date, once; returns how many are new."""
    due = [
        service.ReviewDue(item=each.id, owner=each.owner, review_by=each.review_by)
        for each in releases.expiring(core.database, now)
    ]
    return service.tell_reviews(core, due, now=now)


async def _reload(parts: Parts) -> None:
    """Follows the engines, the current release and the newest settings, so that a change needs no restart."""
    while True:
        try:
            await follow(parts, utc_now())
        except Exception:
            log.exception("app.reload_failed")
        await asyncio.sleep(RELOAD_SECONDS)


async def follow(parts: Parts, now: datetime) -> None:
    """The engines first: that of a release answers before the release is current."""
    await parts.engines.follow(await run_sync(parts.engines.look, now), now)
    await run_sync(_follow, parts)


def _follow(parts: Parts) -> None:
    """Loads what has changed, and only that: asking is cheap, loading takes tens of milliseconds."""
    database = parts.box.core.database
    before, parts.shelf = parts.release, parts.shelf.follow(database, utc_now())
    if parts.release is not before:
        texts = ReleaseTexts(release=parts.release, clock=utc_now)
        parts.box.core = replace(parts.box.core, texts=texts)
        log.info("app.release_loaded", release=parts.release.number)
    stored = service.load_business(database) if service.settings_number(database) != parts.settings else None
    if stored is None:
        return
    parts.settings, business = stored
    if business != parts.box.core.business:
        parts.detectors = detectors_of(business)
        parts.box.core = replace(parts.box.core, business=business)
        log.info("app.settings_loaded", number=parts.settings)
