"""What a text picks of the choices that came last: by number, by word, or by nearly the word."""

import re
from difflib import SequenceMatcher

from sqlalchemy import select

from handoff.detection.words import fold
from handoff.models import Conversation, Message
from handoff.service.base.core import Work
from handoff.service.base.rows import SHOWN
from handoff.service.telling.choices import NUMBERED

NEAR = 0.85  # of the letters: a slip of the finger or a word left out, not another wish
LONGEST = 40
_NUMBERS = {
    word: number
    for number, words in enumerate(("one uno una first primero primera", "two dos second segundo segunda"), 1)
    for word in words.split()
}
_AROUND = frozenset("the la el lo number numero no n option opcion please por favor".split())


def picked(work: Work, conversation: Conversation, text: str) -> str:
    """The choice's own words when this text picks one of them; else the text as it is."""
    if conversation.spoken != "sms" or len(text) > LONGEST:
        return text
    last = _last(work, conversation)
    if last is None or not last.choices:
        return text
    offered = [str(choice["value"]) for choice in last.choices]
    number = _number(text) if last.notice in NUMBERED else 0
    if number:
        return offered[number - 1] if number <= len(offered) else text
    near = max(offered, key=lambda value: _alike(value, text))
    return near if _alike(near, text) >= NEAR else text


def _last(work: Work, conversation: Conversation) -> Message | None:
    """What was said to the customer last."""
    statement = select(Message).where(Message.conversation_id == conversation.id, Message.author != "customer", SHOWN)
    return work.session.execute(statement.order_by(Message.seq.desc()).limit(1)).scalar_one_or_none()


def _number(text: str) -> int:
    """The number that the text is, in figures or as a word; 0 for any other text."""
    said = [word for word in _words(text) if word not in _AROUND]
    if len(said) != 1:
        return 0
    return int(said[0]) if said[0].isascii() and said[0].isdigit() and len(said[0]) < 3 else _NUMBERS.get(said[0], 0)


def _alike(value: str, text: str) -> float:
    return SequenceMatcher(None, " ".join(_words(value)), " ".join(_words(text)), autojunk=False).ratio()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
