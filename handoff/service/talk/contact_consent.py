"""Consent before contact data: the approved line above the fields, and which version of it somebody agreed to."""

import re
from dataclasses import dataclass

from handoff.errors import InvalidInput, TextMissing
from handoff.models import Conversation
from handoff.service.base import ledger
from handoff.service.base.core import Core, Text, Work

NOTICE = "contact_consent"
_VERSION = re.compile(r"[a-z0-9_]{1,40}@[0-9]{1,6}/[0-9]{1,6}")


@dataclass(frozen=True, kw_only=True)
class ConsentLine:
    """`version` names the notice, its version and the release that it came from."""

    text: str
    version: str


def consent_line(core: Core, language: str) -> ConsentLine | None:
    """The line in this language; None where the release has none."""
    try:
        text = core.texts.render(NOTICE, language, "web", {"business": core.business.name})
    except TextMissing:
        return None
    return ConsentLine(text=text.text, version=version_of(text))


def version_of(text: Text) -> str:
    return f"{text.id}@{text.version}/{text.release}"


def check_consent(version: str | None) -> None:
    """Raises InvalidInput for what can be no version of ours: it goes into the ledger, where nobody's words belong."""
    if version is not None and not _VERSION.fullmatch(version):
        raise InvalidInput(fields={"consent": "the version that stood above the form"})


def record_consent(unit: Work, conversation: Conversation, version: str | None) -> None:
    """One ledger row: contact data was given under this line; without a version, that no line was shown."""
    check_consent(version)
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(unit, stream, "consent.contact", actor="customer", data={"version": version})
