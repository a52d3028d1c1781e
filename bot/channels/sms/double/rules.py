"""What the carrier's messages API accepts, and how it refuses the rest.

Parameters, patterns and enumerations are those of the published description (tests hold this table against it);
error codes are the carrier's own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from bot.channels.sms.forms import Form
from bot.channels.sms.numbers import is_e164, is_reachable

LONGEST_BODY = 1600
MORE_INFO = "https://www.twilio.com/docs/errors/"

_SID = {"ApplicationSid": "AP", "MessagingServiceSid": "MG", "ContentSid": "HX"}
_ENUMS = {
    "ContentRetention": {"retain", "discard"},
    "AddressRetention": {"retain", "obfuscate"},
    "TrafficType": {"free"},
    "ScheduleType": {"fixed"},
    "RiskCheck": {"enable", "disable"},
}
_BOOLEANS = ("ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls", "SendAsMms")
_INTEGERS = ("Attempt", "ValidityPeriod")
_MAGIC_TO = {  # the carrier's test numbers
    "+15005550001": (21211, "Invalid 'To' Phone Number"),
    "+15005550002": (21612, "The 'To' phone number is not currently reachable"),
    "+15005550003": (21408, "Permission to send an SMS has not been enabled for the region"),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}


@dataclass(frozen=True)
class Refusal(Exception):
    """The carrier's error answer: `{code, message, more_info, status}`."""

    code: int
    message: str
    status: int = 400

    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"{MORE_INFO}{self.code}",
            "status": self.status,
        }


def check_create(form: Form, numbers: frozenset[str]) -> None:
    """Raises Refusal for what the carrier would refuse when a text is created; `numbers` are the account's own."""
    check_types(form)
    _check_to(form.first("To"))
    _check_sender(form, numbers)
    if len(form.first("Body")) > LONGEST_BODY:
        raise Refusal(21617, "The concatenated message body exceeds the 1600 character limit")
    if not (form.first("Body") or form.first("MediaUrl") or form.first("ContentSid")):
        raise Refusal(21602, "Message body is required")


def check_types(form: Form) -> None:
    """Raises Refusal when a parameter is not of its documented type."""
    for name, prefix in _SID.items():
        _each(form, name, partial(is_sid, prefix=prefix))
    for name, allowed in _ENUMS.items():
        _each(form, name, allowed.__contains__)
    for name in _BOOLEANS:
        _each(form, name, lambda value: value.lower() in {"true", "false"})
    for name in _INTEGERS:
        _each(form, name, lambda value: re.fullmatch(r"-?[0-9]+", value) is not None)
    _each(form, "MaxPrice", lambda value: re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) is not None)
    _each(form, "SendAt", is_instant)
    _each(form, "StatusCallback", is_url, Refusal(21609, "Invalid 'StatusCallback' URL"))
    _each(form, "MediaUrl", is_url, Refusal(21620, "Invalid media URL(s)"))


def is_sid(value: str, prefix: str) -> bool:
    return re.fullmatch(prefix + r"[0-9a-fA-F]{32}", value, re.ASCII) is not None


def is_url(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def is_instant(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _each(form: Form, name: str, accepts: Callable[[str], bool], refusal: Refusal | None = None) -> None:
    if not all(accepts(value) for value in form.getlist(name)):
        raise refusal or Refusal(20001, f"Invalid parameter '{name}'")


def _check_to(to: str) -> None:
    if not to:
        raise Refusal(21604, "A 'To' phone number is required.")
    if not is_e164(to):
        raise Refusal(21211, "Invalid 'To' Phone Number")
    if to in _MAGIC_TO:
        raise Refusal(*_MAGIC_TO[to])


def _check_sender(form: Form, numbers: frozenset[str]) -> None:
    sender, service = form.first("From"), form.first("MessagingServiceSid")
    if not sender and not service:
        raise Refusal(21603, "A 'From' phone number is required.")
    if sender and not is_reachable(sender):
        raise Refusal(21212, "Invalid 'From' Phone Number")
    if sender and sender not in numbers:
        raise Refusal(21606, "The 'From' phone number is not a valid, SMS-capable number of this account")
    if sender == form.first("To"):
        raise Refusal(21266, "'To' and 'From' number cannot be the same")
