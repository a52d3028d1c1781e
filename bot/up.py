"""What `relevo up` runs here: which processes, on which ports, and what it tells the person who started it."""

import asyncio
import os
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from bot.knowledge.library import Library
from bot.preparation import migrate, release_knowledge
from bot.processes import free_port, is_free
from bot.settings import Env, load_env
from bot.supervise import Child, StartFailed, Supervisor
from bot.training import train_current
from handoff.clock import utc_now
from handoff.errors import RelevoError
from handoff.service import Database

DOUBLE_PORT = 8079
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loopback has no TLS: no authorities are loaded at each look


class PortTaken(RelevoError):
    """The port is taken; stop what listens there, or choose another: RELEVO_PORT=8081."""

    code = "port_taken"


def run(env: Env) -> int:
    """Everything, until it is stopped. Exit code 0 after a stop that was asked for, 1 when it could not start."""
    env = _on_free_ports(env)
    try:
        _prepare(env)
        asyncio.run(_supervise(env))
    except StartFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    print("Stopped.")
    return 0


def _on_free_ports(env: Env) -> Env:
    """Our own address is fixed; the inner ones move out of the way unless they were chosen. Raises PortTaken."""
    if not is_free(env.host, env.port):
        raise PortTaken(
            f"Port {env.port} of {env.host} is taken. Stop what listens there (another `relevo up`?), "
            f"or choose another port: RELEVO_PORT={env.port + 1}"
        )
    chosen: dict[str, object] = {"demo": env.demo}
    for name, variable in (("engine_url", "RELEVO_ENGINE_URL"), ("actions_url", "RELEVO_ACTIONS_URL")):
        if variable not in os.environ:
            port = urlsplit(getattr(env, name)).port or 0
            chosen[name] = f"http://127.0.0.1:{free_port(port)}"
    if has_double(env):
        # 8079 beside 8080: of two that start at once on one machine, each has its own
        chosen["twilio_api_base"] = f"http://127.0.0.1:{free_port(env.port - 1)}"
    return load_env(**chosen)


def has_double(env: Env) -> bool:
    """A demo without a carrier account gets the local double."""
    return env.demo and not env.twilio_account_sid and "RELEVO_TWILIO_API_BASE" not in os.environ


def _prepare(env: Env) -> None:
    database = Database(env.database_url)
    try:
        with _told("database"):
            migrate(database)
        with _told("knowledge"):
            release_knowledge(Library(database, env.secret_key), utc_now())
        with _told("settings"):
            check_settings(env)
        with _told("engine's model"):
            train_current(env, database, utc_now())
    finally:
        database.dispose()


def check_settings(env: Env) -> None:
    """Raises SettingsInvalid here, where somebody reads it, and not in a process that nobody watches."""
    from bot.app import build_core

    build_core(env).database.dispose()


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{what} …", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


async def _supervise(env: Env) -> None:
    supervisor = Supervisor(children=children_of(env))
    names = ", ".join(child.name for child in supervisor.children)
    began = time.monotonic()
    print(f"starting {names} …", end="", flush=True)

    async def started() -> None:
        print(f" {time.monotonic() - began:.1f} s\n", flush=True)
        print("\n".join(await asyncio.to_thread(addresses, env)), flush=True)
        print(f"\n{await asyncio.to_thread(diagnosis, env)}", flush=True)

    await supervisor.run(started)


def children_of(env: Env) -> list[Child]:
    """The processes, each with the check that says it is ready."""
    shared = {
        "RELEVO_VAR": str(env.var),
        "RELEVO_CONFIG": str(env.config),
        "RELEVO_DATABASE_URL": env.database_url,
        "RELEVO_ENGINE_VENV": str(env.engine_venv),
        "RELEVO_ENGINE_URL": env.engine_url,
        "RELEVO_ACTIONS_URL": env.actions_url,
        "RELEVO_DEMO": "1" if env.demo else "0",
        "PYTHONUNBUFFERED": "1",
    }
    if env.twilio_api_base:
        shared["RELEVO_TWILIO_API_BASE"] = env.twilio_api_base
    health = f"{env.engine_url}/webhooks/relevo/health"
    checks: dict[str, Callable[[], Awaitable[bool]]] = {
        "actions": lambda: _listens(env.actions_port),
        "engine": lambda: _answers(health, {"Authorization": f"Bearer {env.engine_secret}"}),
        "serve": lambda: _answers(f"{own_address(env)}/readyz"),
    }
    children = [Child(name=name, environment=shared, folder=env.var, is_ready=check) for name, check in checks.items()]
    return [*children, _double(env, shared)] if has_double(env) else children


def _double(env: Env, shared: dict[str, str]) -> Child:
    port = urlsplit(env.twilio_api_base or "").port or DOUBLE_PORT
    command = [sys.executable, "-m", "bot.channels.sms.double", "--port", str(port)]
    return Child(
        name="sms-double",
        command=[*command, "--state", str(env.var / "sms-double.json")],
        environment=shared,
        folder=env.var,
        is_ready=lambda: _listens(port),
    )


def own_address(env: Env) -> str:
    """Where this machine reaches the gateway."""
    host = "127.0.0.1" if env.host in {"0.0.0.0", "::"} else env.host  # noqa: S104 - a comparison
    return f"http://{f'[{host}]' if ':' in host else host}:{env.port}"


async def _answers(url: str, headers: dict[str, str] | None = None) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=3, verify=PLAIN) as client:
            return (await client.get(url, headers=headers)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def addresses(env: Env) -> list[str]:
    """The closing lines of the start: where to go, and how to sign in."""
    from bot.demo import sign_in_links

    lines = [f"Shop with the widget   {env.public_url}/"]
    if env.demo:
        lines += [f"{f'Desk, as {name}':<22} {link}" for name, link in sign_in_links(env).items()]
    else:
        lines.append(f"Desk                   {env.public_url}/desk/   (sign-in link: relevo agents invite EMAIL)")
    if has_double(env):
        lines.append(f"Text-message simulator {env.public_url}/simulator")
    return [*lines, "", f"Logs are in {env.var / 'log'}. Ctrl-C stops everything."]


def diagnosis(env: Env) -> str:
    """What the doctor says of the product that has just been started; it runs, whatever that is."""
    from bot.doctor import as_text, examine_now

    try:
        _, findings = examine_now(env)
    except RelevoError as error:
        return f"The doctor could not look: {error.message}"
    return as_text(findings)
