"""The SMS channel on a real core, really listening, and the carrier's double that it sends to."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from anyio import run
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bot.channels.sms.forms import Form
from bot.channels.sms.outbound import SmsChannel
from bot.channels.sms.recovery import Recovery
from bot.channels.sms.settings import Account
from bot.channels.sms.signature import SIGNATURE_HEADER, Signatures
from bot.channels.sms.twilio_carrier import TwilioCarrier
from handoff import service
from handoff.clock import utc_now
from handoff.errors import RelevoError
from handoff.policy import parse_business
from handoff.service import Core, CoreBox, Database, Text
from handoff.wake import InProcessWake
from tests.support.ports import free_port
from tests.support.sms import NUMBER, SID, TOKEN, Double, running_double, serving

PUBLIC = "https://shop.example/chat"  # behind a proxy that takes the prefix off
INBOUND = f"{PUBLIC}/channels/sms/inbound"
STATUS = f"{PUBLIC}/channels/sms/status"

BUSINESS = {
    "name": "Aurora",
    "languages": ["es", "en"],
    "time_zone": "Europe/Madrid",
    "country": "ES",
    "hours": {"mon": ["09:00-19:00"]},
}


class PlainTexts:
    """Approved words as short as can be: the notice's id and language."""

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> Text:
        return Text(text=f"{notice} {language}", id=notice, version=1, release=1)

    def suggested(self, language: str) -> tuple[str, ...]:
        return ()

    def topics(self) -> tuple[str, ...]:
        return ()


@dataclass
class Sms:
    """The gateway's SMS side, really listening, and the double that it sends to."""

    core: Core
    channel: SmsChannel
    base: str
    double: Double
    recovery: Recovery

    def settle(self, **sms: Any) -> None:
        """Other settings of the channel, from now on."""
        business = parse_business({**BUSINESS, "channels": {"sms": sms}})
        self.core = self.channel.box.core = replace(self.core, business=business)

    def recover(self, now: datetime | None = None) -> int:
        return self.recovery.round(now or utc_now() + timedelta(seconds=15))

    def post(self, url: str, form: Mapping[str, str], *, signature: str | None = None) -> httpx.Response:
        signed = Signatures(TOKEN).sign(url, Form(list(form.items()))) if signature is None else signature
        real = self.base + url.removeprefix(PUBLIC)
        return httpx.post(real, data=dict(form), headers={SIGNATURE_HEADER: signed})

    def text(self, body: str, **changes: str) -> httpx.Response:
        return self.post(
            INBOUND, fixture("inbound") | {"MessageSid": f"SM{time.time_ns():032x}", "Body": body} | changes
        )

    def relay(self, *, later: timedelta = timedelta()) -> list[str]:
        """One round of what the relay does, as of `later`; gives the texts that were due."""
        due = service.lease_deliveries(self.core, channel="sms", owner="test", limit=50, now=utc_now() + later)
        for outgoing in due:
            if service.begin_sending(self.core, outgoing.id, "test", now=utc_now() + later):
                result = run(self.channel.deliver, outgoing)
                service.finish_sending(self.core, outgoing.id, "test", result, now=utc_now() + later)
        return [outgoing.text for outgoing in due]

    def relay_all(self) -> list[str]:
        sent: list[str] = []
        while due := self.relay():
            sent += due
        return sent

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        with self.core.database.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(f"SELECT {columns} FROM {table} ORDER BY 1")]


def fixture(name: str) -> dict[str, str]:
    fields: dict[str, str] = json.loads(Path(f"tests/fixtures/twilio/{name}.json").read_text())
    return fields


def application(channel: SmsChannel) -> FastAPI:
    application = FastAPI()

    @application.exception_handler(RelevoError)
    async def translate(_: Request, error: RelevoError) -> JSONResponse:
        return JSONResponse(error.body(), status_code=error.status)

    application.include_router(channel.router())
    return application


@contextmanager
def running_sms(database_url: str) -> Iterator[Sms]:
    database = Database(database_url)
    service.migrate(database)
    business = parse_business(BUSINESS)
    core = Core(database=database, texts=PlainTexts(), business=business, wake=InProcessWake(), secret=b"s" * 32)
    port = free_port()
    with running_double(INBOUND, gateway=(PUBLIC, f"http://127.0.0.1:{port}")) as double:
        account = Account(
            account_sid=SID, auth_token=TOKEN, sender=NUMBER, api_base=double.base, public_url=PUBLIC, signing_key=TOKEN
        )
        carrier = TwilioCarrier(SID, TOKEN, api_base=double.base, timeout=0.5)
        channel = SmsChannel(carrier, account, CoreBox(core))
        with serving(application(channel), port) as base:
            recovery = Recovery(carrier, account, channel.box, utc_now)
            yield Sms(core, channel, base, double, recovery)
    database.dispose()


def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
