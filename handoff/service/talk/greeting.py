"""The greeting: with the customer's name only where the site has signed one and the settings let us say it."""

import re
from contextlib import suppress

from handoff.errors import TextMissing
from handoff.models import Conversation
from handoff.service.base.core import Work
from handoff.service.base.signed import signed_details
from handoff.service.base.views import Choice
from handoff.service.telling.notices import tell

PERSONAL = "name"
_NAME = re.compile(r"[^\W\d_]+(?:(?:\.? |['’-])[^\W\d_]+)*\.?")  # what is signed as a name may still be none
LONGEST = 60


def greet(unit: Work, conversation: Conversation, choices: tuple[Choice, ...]) -> None:
    """Says hello; a release without the personal greeting says the plain one."""
    name = greeting_name(unit, conversation)
    if name is not None:
        with suppress(TextMissing):
            tell(unit, conversation, "greeting_name", author="bot", choices=choices, values={"name": name})
            return
    tell(unit, conversation, "greeting", author="bot", choices=choices)


def greeting_name(unit: Work, conversation: Conversation) -> str | None:
    """The name that may be said here and now."""
    if unit.core.business.channels.web.greeting != PERSONAL:
        return None
    name = signed_details(unit.session, conversation.customer_id).get("name", "").strip()
    return name if len(name) <= LONGEST and _NAME.fullmatch(name) else None
