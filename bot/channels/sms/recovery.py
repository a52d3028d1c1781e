"""Reading in what webhooks did not bring: an outage of ours, of the way to us, or of the carrier's webhooks.

Every 30 seconds the carrier's list is read from a little before the last time on. A text that is stored already is left
alone, by its id, so that a webhook that comes late after all, or the next look, doubles nothing.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from anyio.to_thread import run_sync

from bot.channels.sms.carrier import Carrier, CarrierFault, Received
from bot.channels.sms.failures import BLOCKED, advice_for
from bot.channels.sms.forms import Form
from bot.channels.sms.inbound import clean, inbound_of, parts_of
from bot.channels.sms.numbers import is_reachable
from bot.channels.sms.settings import Account
from handoff import service
from handoff.errors import InvalidInput, RelevoError
from handoff.service import Core, CoreBox, Inbound
from handoff.service.watch import missed_texts
from handoff.service.watch.missed_texts import EVERY, Window

SETTLE = timedelta(seconds=10)  # what is younger is left to its webhook
_FINAL = frozenset({"delivered", "read", "failed", "undelivered", "canceled"})

log = structlog.get_logger()


class Recovery:
    """One loop. Several may run at once: one of them reads at a time, and reading twice does no harm."""

    def __init__(self, carrier: Carrier, account: Account, box: CoreBox, clock: Callable[[], datetime]) -> None:
        self._carrier = carrier
        self._account = account
        self._box = box
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled. A round that fails is logged, and the next one reads the same again."""
        while True:
            try:
                await run_sync(self.round, self._clock(), abandon_on_cancel=True)
            except RelevoError as error:
                log.warning("sms.recovery.failed", code=error.code)
            except Exception:
                log.exception("sms.recovery.broken")
            await asyncio.sleep(EVERY.total_seconds())

    def round(self, now: datetime) -> int:
        """One look at the carrier's list; returns how many texts were brought in that no webhook had brought."""
        core = self._box.core
        window = missed_texts.begin_reading(core, now)
        if window is None:
            return 0
        try:
            listed = self._listed(core, window.since)
        except CarrierFault as fault:
            log.warning("sms.recovery.unread", code=fault.code, since=window.since.isoformat())
            return 0
        missing = _missing(core, [text for text in listed if text.at <= now - SETTLE])
        brought, until = self._bring_in(core, missing, now)
        missed_texts.finish_reading(core, window, until=until, brought=brought, now=now)
        _say(window, brought, until)
        if brought or window.gap:
            self._ask_fates(core, window, now)
        return brought

    def _listed(self, core: Core, since: datetime) -> list[Received]:
        """Everything sent to numbers of ours, oldest first. A text to somebody else's number of the account is not."""
        service_sid, known = self._account.messaging_service, missed_texts.known_accounts(core, "sms")
        ours = {number for number in {self._account.sender, *known} if is_reachable(number)}
        if not service_sid:
            found = [text for number in sorted(ours) for text in self._carrier.list_received(to=number, since=since)]
            return sorted(found, key=lambda text: text.at)
        texts = self._carrier.list_received(to="", since=since)
        return [text for text in texts if text.service == service_sid or text.to in ours]

    def _bring_in(self, core: Core, texts: Iterable[Received], now: datetime) -> tuple[int, datetime]:
        """How many were stored, and up to when nothing is missing: one that could not be stored is tried again, and
        nothing of that phone goes before it."""
        brought, until, held = 0, now, set[str]()
        for text in texts:
            if text.sender in held:
                continue
            try:
                self._store(core, text, now)
                brought += 1
            except InvalidInput:  # nobody could be answered there: a webhook would have refused it too
                log.warning("sms.recovery.unanswerable", carrier_id=text.carrier_id)
            except (CarrierFault, RelevoError) as error:
                log.warning("sms.recovery.held", carrier_id=text.carrier_id, code=error.code)
                held.add(text.sender)
                until = min(until, text.at)
            except Exception:
                log.exception("sms.recovery.held", carrier_id=text.carrier_id)
                held.add(text.sender)
                until = min(until, text.at)
        return brought, until

    def _store(self, core: Core, text: Received, now: datetime) -> None:
        for inbound in self._inbound(core, text, now):
            recorded = service.record_inbound(core, inbound, now=now)
            log.info("sms.recovery.recorded", carrier_id=inbound.carrier_id, repeated=recorded.repeated)

    def _inbound(self, core: Core, text: Received, now: datetime) -> list[Inbound]:
        """As the webhook would have brought it."""
        fields = [("MessageSid", text.carrier_id), ("From", text.sender), ("To", text.to), ("Body", text.body)]
        pictures = self._carrier.list_media(text.carrier_id) if text.media else ()
        fields.append(("NumMedia", str(max(text.media, len(pictures)))))
        for number, picture in enumerate(pictures):
            fields += [(f"MediaUrl{number}", picture.url), (f"MediaContentType{number}", picture.content_type)]
        confirms = core.business.channels.sms.carrier_confirms
        return [replace(each, sent_at=text.at) for each in inbound_of(Form(fields), now, confirms=confirms)]

    def _ask_fates(self, core: Core, window: Window, now: datetime) -> None:
        """What became of texts of ours whose reports did not come either."""
        for account, carrier_id in missed_texts.unreported(core, "sms", window, now):
            try:
                listed = self._carrier.fetch(carrier_id)
            except CarrierFault as fault:
                log.warning("sms.recovery.fate_unknown", carrier_id=carrier_id, code=fault.code)
                return
            if listed is None or listed.status not in _FINAL:
                continue
            advice = advice_for(listed.error_code or "")
            service.record_status(
                core,
                channel="sms",
                account=account,
                carrier_id=carrier_id,
                status=listed.status,
                error_code=listed.error_code,
                message=advice.en if listed.error_code else "",
                message_es=advice.es if listed.error_code else "",
                blocked=listed.error_code in BLOCKED,
                now=now,
            )


def _missing(core: Core, texts: Sequence[Received]) -> list[Received]:
    """Those of which a part is not stored, in their order."""
    by_account: dict[str, set[str]] = {}
    for text in texts:
        by_account.setdefault(text.to, set()).update(_ids(text))
    known = {account: missed_texts.known_texts(core, "sms", account, ids) for account, ids in by_account.items()}
    return [text for text in texts if not known[text.to].issuperset(_ids(text))]


def _ids(text: Received) -> set[str]:
    return {carrier_id for carrier_id, _ in parts_of(text.carrier_id, clean(text.body))}


def _say(window: Window, brought: int, until: datetime) -> None:
    if brought:
        log.warning("sms.recovery.brought_in", texts=brought, since=window.since.isoformat(), until=until.isoformat())
    if window.skipped is not None:
        log.error("sms.recovery.skipped", since=window.skipped.isoformat(), until=window.since.isoformat())
