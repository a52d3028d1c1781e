"""Sending: one delivery, at most one text at the carrier, even when the carrier does not answer."""

from datetime import timedelta
from urllib.parse import urlencode

import structlog
from anyio import to_thread
from fastapi import APIRouter

from bot.channels.sms import routes, simulator
from bot.channels.sms.carrier import Carrier, CarrierFault, Listed, Refused, TextMessage, Unclear
from bot.channels.sms.failures import BLOCKED, advice_for
from bot.channels.sms.memory import SendMemory
from bot.channels.sms.numbers import is_reachable
from bot.channels.sms.settings import Account
from bot.channels.sms.signature import Signatures
from bot.plain import to_plain
from bot.segments import count
from handoff.service import CoreBox, Failed, Outgoing, Sent

LONGEST = 1600  # characters the carrier takes in one text
SLACK = timedelta(seconds=5)  # the carrier's clock and ours, and its whole seconds
_NOT_ARRIVED = frozenset({"failed", "undelivered", "canceled"})

log = structlog.get_logger()


class SmsChannel:
    """Implements `bot.channels.base.Channel`."""

    name = "sms"

    def __init__(self, carrier: Carrier, account: Account, box: CoreBox, *, simulated: bool = False) -> None:
        self.box = box
        self.memory = SendMemory()
        self.signatures = Signatures(account.signing_key, hash_name=account.hash_name, public_url=account.public_url)
        self._carrier = carrier
        self._account = account
        self._simulated = simulated

    def router(self) -> APIRouter:
        both = APIRouter()
        both.include_router(routes.router(self.box, self.signatures, self.memory))
        if self._simulated:
            both.include_router(simulator.router(self._account.api_base))
        return both

    async def deliver(self, outgoing: Outgoing) -> Sent | Failed:
        """Sends one delivery. Before any further try it looks whether an earlier one has arrived after all."""
        return await to_thread.run_sync(self._deliver, outgoing)

    async def find_sent(self, outgoing: Outgoing) -> Sent | None:
        """The carrier's own record of this delivery, or None when it has none.

        Raises Unclear when the list cannot be read, and Refused when the text is there but did not arrive.
        """
        return await to_thread.run_sync(self._find_sent, outgoing)

    def _deliver(self, outgoing: Outgoing) -> Sent | Failed:
        try:
            return self._already_sent(outgoing) or self._send(outgoing)
        except CarrierFault as fault:
            return self._failed(outgoing, fault)

    def _already_sent(self, outgoing: Outgoing) -> Sent | None:
        if outgoing.tries == 0 or self.memory.forget_not_sent(outgoing.id):
            return None
        found = self._find_sent(outgoing)
        if found is not None:
            log.info("sms.outbound.reconciled", delivery_id=outgoing.id, carrier_id=found.carrier_id)
        return found

    def _send(self, outgoing: Outgoing) -> Sent:
        text = self._text(outgoing)
        accepted = self._carrier.send(text)
        self.memory.sent(outgoing.id, accepted.carrier_id)
        log.info("sms.outbound.accepted", delivery_id=outgoing.id, carrier_id=accepted.carrier_id)
        return Sent(carrier_id=accepted.carrier_id, segments=count(text.body).segments)

    def _text(self, outgoing: Outgoing) -> TextMessage:
        sender = self._sender(outgoing)
        if not is_reachable(outgoing.address):
            raise Refused("21211", "not a number")
        if not sender and not self._account.messaging_service:
            raise Refused("no_sender", "no sending number")
        body = self._body(outgoing)
        if len(body) > LONGEST:
            raise Refused("too_long", f"{len(body)} characters")
        self._check_segments(outgoing, body)
        callback = self._account.callback
        if callback:
            callback = f"{callback}?{urlencode({'delivery': outgoing.id})}"
        return TextMessage(sender=sender, to=outgoing.address, body=body, callback=callback)

    def _body(self, outgoing: Outgoing) -> str:
        """The words as they go out: punctuation plain, where the settings ask for it."""
        return to_plain(outgoing.text) if self.box.core.business.channels.sms.plain_punctuation else outgoing.text

    def _check_segments(self, outgoing: Outgoing, body: str) -> None:
        """An agent's words are theirs to part. What is approved is short by the lint, and must be heard."""
        counted, most = count(body).segments, self.box.core.business.channels.sms.max_segments
        if outgoing.author == "agent" and counted > most:
            raise Refused("too_many_segments", f"{counted} segments")

    def _sender(self, outgoing: Outgoing) -> str:
        """The number that the customer wrote to, else ours."""
        if is_reachable(outgoing.account):
            return outgoing.account
        return "" if self._account.messaging_service else self._account.sender

    def _find_sent(self, outgoing: Outgoing) -> Sent | None:
        told = self.memory.carrier_id_of(outgoing.id)
        if told is not None:
            return Sent(carrier_id=told, segments=count(self._body(outgoing)).segments)
        mine = [item for item in self._listed(outgoing) if self._may_be(item, outgoing)]
        if not mine:
            return None
        first = mine[-1]
        self.memory.sent(outgoing.id, first.carrier_id)
        if first.status in _NOT_ARRIVED:  # its report came while we did not know whose it was
            raise Refused(first.error_code or first.status, "found as not delivered")
        return Sent(carrier_id=first.carrier_id, segments=count(self._body(outgoing)).segments)

    def _listed(self, outgoing: Outgoing) -> list[Listed]:
        since = outgoing.created_at - SLACK
        try:
            return list(self._carrier.list_sent(sender=self._sender(outgoing), to=outgoing.address, since=since))
        except CarrierFault as fault:
            raise Unclear("list_failed", fault.code) from fault  # still unknown, so nothing may be sent

    def _may_be(self, item: Listed, outgoing: Outgoing) -> bool:
        if item.carrier_id in outgoing.others:  # the same words, said before
            return False
        same = to_plain(item.body) == to_plain(outgoing.text)  # the carrier may have made punctuation plain itself
        return same and self.memory.delivery_of(item.carrier_id) in {None, outgoing.id}

    def _failed(self, outgoing: Outgoing, fault: CarrierFault) -> Failed:
        final, unclear = isinstance(fault, Refused), isinstance(fault, Unclear)
        if not unclear:
            self.memory.not_sent(outgoing.id)
        log.warning("sms.outbound.failed", delivery_id=outgoing.id, code=fault.code, detail=fault.detail, final=final)
        advice = advice_for(fault.code)
        return Failed(
            code=fault.code,
            message=advice.en,
            message_es=advice.es,
            retry=not final,
            ambiguous=unclear,
            blocked=fault.code in BLOCKED,
        )
