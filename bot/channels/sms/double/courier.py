"""What happens after the answer: status reports for texts on their way out, webhooks for texts that come in."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import structlog

from bot.channels.sms.double.book import Book
from bot.channels.sms.double.faults import FaultBox, Faults
from bot.channels.sms.double.texts import API_VERSION, StoredText
from bot.channels.sms.forms import Form
from bot.channels.sms.signature import SIGNATURE_HEADER, Signatures
from handoff.clock import utc_now

WEBHOOK_TIMEOUT = 15.0  # seconds, as the carrier's own
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Line:
    """The account and its webhook. `gateway` is where to post when the public address leads elsewhere."""

    account_sid: str
    auth_token: str = field(repr=False)
    numbers: tuple[str, ...]
    webhook: str
    gateway: tuple[str, str] = ("", "")  # public base, real base
    pace: float = 0.4  # seconds between two states of a text

    def real(self, url: str) -> str:
        public, base = self.gateway
        return base + url.removeprefix(public) if base and url.startswith(public) else url


class Courier:
    """Runs in the double's event loop; `close` ends what is under way."""

    def __init__(self, line: Line, book: Book, faults: FaultBox, clock: Callable[[], datetime] = utc_now) -> None:
        self._line = line
        self._book = book
        self._faults = faults
        self._clock = clock
        self._signatures = Signatures(line.auth_token)
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=WEBHOOK_TIMEOUT, trust_env=False)

    def send_out(self, text: StoredText, faults: Faults) -> None:
        """Moves an accepted text on, with a report at each step."""
        self._start(self._travel(text, faults))

    def bring_in(self, text: StoredText, extra: dict[str, str] | None = None) -> None:
        """Posts the webhook for a customer's text."""
        self._start(self._hand_in(text, extra or {}))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _travel(self, text: StoredText, faults: Faults) -> None:
        steps = ["queued", "sent"] + ([] if faults.outcome == "sent" else [faults.outcome])
        reports: list[dict[str, str]] = []
        for step in steps:
            final = step == steps[-1]
            code = faults.outcome_code if final and step in {"undelivered", "failed"} else None
            changes = {"status": step, "error_code": code}
            changed = self._book.change(text.sid, **changes, **({"sent_at": self._clock()} if step == "sent" else {}))
            if changed is None or changed.status == "canceled":
                return
            reports.append(self._report(changed))
            if faults.callbacks != "reversed":
                await self._post_reports(text, reports[-1:], faults)
            await asyncio.sleep(self._line.pace)
        if faults.callbacks == "reversed":
            await self._post_reports(text, reports[::-1], faults)

    async def _post_reports(self, text: StoredText, reports: list[dict[str, str]], faults: Faults) -> None:
        if not text.callback or faults.callbacks == "lost":
            return
        if faults.callbacks == "late":
            await asyncio.sleep(faults.late)
        for report in reports * (2 if faults.callbacks == "twice" else 1):
            await self._post(text.callback, report)

    async def _hand_in(self, text: StoredText, extra: dict[str, str]) -> None:
        faults = self._faults.present
        how = faults.webhooks
        if how == "lost":
            self._book.change(text.sid, webhook="lost")
            return
        if how == "late":
            await asyncio.sleep(faults.late)
        elif how == "shuffled":  # one may overtake the other
            await asyncio.sleep(secrets.randbelow(1000) / 1000 * faults.late)
        form = self._webhook_form(text) | extra
        answers = [await self._post(self._line.webhook, form) for _ in range(2 if how == "twice" else 1)]
        self._book.change(text.sid, webhook=answers[-1])

    async def _post(self, url: str, fields: dict[str, str]) -> str:
        """The status of the answer as text, or `unreachable`."""
        signature = self._signatures.sign(url, Form(list(fields.items())))
        headers = {SIGNATURE_HEADER: signature, "I-Twilio-Idempotency-Token": f"{fields['MessageSid']}-{url}"[:80]}
        try:
            answer = await self._client.post(self._line.real(url), data=fields, headers=headers)
        except httpx.HTTPError as exc:
            log.warning("sms.double.unreachable", error=type(exc).__name__, sid=fields["MessageSid"])
            return "unreachable"
        if answer.is_error:
            log.warning("sms.double.refused", status=answer.status_code, sid=fields["MessageSid"])
        return str(answer.status_code)

    def _report(self, text: StoredText) -> dict[str, str]:
        report = {
            "AccountSid": self._line.account_sid,
            "ApiVersion": API_VERSION,
            "From": text.sender,
            "MessageSid": text.sid,
            "MessageStatus": text.status,
            "SmsSid": text.sid,
            "SmsStatus": text.status,
            "To": text.to,
        }
        if text.error_code is not None:
            report["ErrorCode"] = str(text.error_code)
        if text.status == "delivered":
            report["RawDlrDoneDate"] = self._clock().strftime("%y%m%d%H%M")
        return report

    def _webhook_form(self, text: StoredText) -> dict[str, str]:
        form = {
            "AccountSid": self._line.account_sid,
            "ApiVersion": API_VERSION,
            "Body": text.body,
            "From": text.sender,
            "FromCity": "",
            "FromCountry": "ES" if text.sender.startswith("+34") else "US",
            "FromState": "",
            "FromZip": "",
            "MessageSid": text.sid,
            "NumMedia": str(len(text.media)),
            "NumSegments": str(text.segments),
            "SmsMessageSid": text.sid,
            "SmsSid": text.sid,
            "SmsStatus": "received",
            "To": text.to,
            "ToCity": "",
            "ToCountry": "US",
            "ToState": "",
            "ToZip": "",
        }
        for number, url in enumerate(text.media):
            form |= {f"MediaUrl{number}": url, f"MediaContentType{number}": "image/png"}
        return form
