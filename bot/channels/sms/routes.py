"""The carrier's two webhooks. Answered after the commit and before the turn."""

import structlog
from anyio import to_thread
from fastapi import APIRouter, Request, Response

from bot.channels.sms.failures import BLOCKED, advice_for
from bot.channels.sms.forms import Form, read_form
from bot.channels.sms.inbound import inbound_of
from bot.channels.sms.memory import SendMemory
from bot.channels.sms.numbers import is_reachable
from bot.channels.sms.settings import INBOUND_PATH, STATUS_PATH
from bot.channels.sms.signature import SIGNATURE_HEADER, Signatures
from handoff import service
from handoff.clock import utc_now
from handoff.errors import InvalidInput, SignatureInvalid
from handoff.service import CoreBox, Inbound

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
MOST_CODE = 16

log = structlog.get_logger()


def router(box: CoreBox, signatures: Signatures, memory: SendMemory) -> APIRouter:
    """Both routes; every error is a RelevoError for the app to translate, and then nothing was stored."""
    routes = APIRouter(tags=["sms"])

    @routes.post(INBOUND_PATH, response_class=Response)
    async def receive(request: Request) -> Response:
        form = await _read_signed(request, signatures)
        await to_thread.run_sync(_record, box, inbound_of(form, utc_now(), confirms=_confirmed(box)))
        return Response(EMPTY_TWIML, media_type="text/xml")

    @routes.post(STATUS_PATH, response_class=Response, status_code=204)
    async def report(request: Request) -> Response:
        form = await _read_signed(request, signatures)
        delivery_id = request.query_params.get("delivery")
        if delivery_id:  # signed with the URL, so it is the id that we sent
            memory.sent(delivery_id, form.first("MessageSid"))
        await to_thread.run_sync(_record_status, box, form, delivery_id)
        return Response(status_code=204)

    return routes


async def _read_signed(request: Request, signatures: Signatures) -> Form:
    signature = request.headers.get(SIGNATURE_HEADER, "")
    if not signature:
        raise SignatureInvalid
    form = await read_form(request)
    signatures.check(signatures.url_of(request), form, signature)
    return form


def _confirmed(box: CoreBox) -> tuple[str, ...]:
    """Words that the carrier answers by itself, by the settings in force."""
    return box.core.business.channels.sms.carrier_confirms


def _record(box: CoreBox, texts: list[Inbound]) -> None:
    for text in texts:
        recorded = service.record_inbound(box.core, text, now=text.at)
        log.info(
            "sms.inbound.recorded",
            message_id=recorded.message_id,
            carrier_id=text.carrier_id,
            repeated=recorded.repeated,
            media=text.media,
            control=text.control,
        )


def _record_status(box: CoreBox, form: Form, delivery_id: str | None) -> None:
    carrier_id, status, error_code = form.first("MessageSid"), form.first("MessageStatus"), form.first("ErrorCode")
    if not carrier_id or not status or not is_reachable(form.first("From")):
        raise InvalidInput(fields={"MessageSid, MessageStatus, From": "all three are needed"})
    service.record_status(
        box.core,
        channel="sms",
        account=form.first("From"),
        carrier_id=carrier_id,
        status=status,
        error_code=error_code[:MOST_CODE] or None,
        message=advice_for(error_code).en if error_code else "",
        message_es=advice_for(error_code).es if error_code else "",
        delivery_id=delivery_id,
        blocked=error_code in BLOCKED,
        now=utc_now(),
    )
    log.info("sms.status.recorded", carrier_id=carrier_id, status=status, error_code=error_code or None)
