"""One boxed engine: a process with the verified model of one release, kept running on loopback."""

import asyncio
import ssl
from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from bot.boxed import Model, engine_command
from bot.outcome import Health
from bot.processes import any_port, engine_environment, free_port
from bot.settings import Env
from bot.supervise import Child

LOOK_SECONDS = 3.0
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loopback has no TLS: no authorities are loaded at each look


async def _unasked() -> bool:
    return True  # the host looks by itself


@dataclass(kw_only=True)
class BoxedEngine:
    """Started again when it dies, with a growing pause; `look` says whether it answers."""

    env: Env
    model: Model
    port: int
    child: Child
    keeper: asyncio.Task[None]
    answered: int | None = None  # the process that has answered

    @classmethod
    def start(cls, env: Env, model: Model, *, taken: frozenset[int]) -> "BoxedEngine":
        """On the port of RELEVO_ENGINE_URL when nobody has it, else on a free one. Raises EngineMissing."""
        port = any_port() if env.engine_port in taken else free_port(env.engine_port)
        child = Child(
            name=f"engine-{model.release}",
            command=engine_command(env, model, port),
            environment=engine_environment(env),
            alone=True,
            folder=env.var,
            is_ready=_unasked,
        )
        keeper = asyncio.create_task(child.keep_running(), name=child.name)
        return cls(env=env, model=model, port=port, child=child, keeper=keeper)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def look(self) -> bool:
        """Whether it answers, with the model that it was given; asked once of each process."""
        process = self.child.process
        if process is None or process.returncode is not None:
            return False
        if self.answered != process.pid and await self._answers():
            self.answered = process.pid
        return self.answered == process.pid

    async def _answers(self) -> bool:
        headers = {"Authorization": f"Bearer {self.env.engine_secret}"}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=LOOK_SECONDS, verify=PLAIN) as client:
                answer = await client.get(f"{self.url}/webhooks/relevo/health", headers=headers)
            health = Health.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError):
            return False
        return (health.release, health.model) == (self.model.release, self.model.sha256)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that does not do."""
        await self.child.stop()
        self.keeper.cancel()
        await asyncio.gather(self.keeper, return_exceptions=True)
