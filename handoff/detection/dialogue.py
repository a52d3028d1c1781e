"""What the course of a dialogue says about patience: repetition, refusals, forms that go nowhere, tone of writing.

Every feature is a number from 0, named as its coefficient in lexicons/frustration.toml; none knows a language, but the
words that it is given.
"""

import re
from collections.abc import Sequence

from handoff.detection.replies import Replies
from handoff.detection.signals import PastTurn
from handoff.detection.words import clean, words_of

ALIKE = 0.5  # from this share of common words two messages say the same
SHORT = 3  # words of a reply that may be curt
_MARKS = re.compile(r"!{2,}|\?{2,}|\?!|!\?")
_STRETCHED = re.compile(r"([a-zA-Zñáéíóú])\1{3,}")
_ANGRY = re.compile("[\U0001f620\U0001f621\U0001f624\U0001f92c\U0001f595\U0001f644\U0001f612]")
_WORD = re.compile(r"[^\W\d_]+")


def tone(text: str) -> dict[str, float]:
    """How one message is written: signs, stretched words, angry faces, single words in capitals."""
    return {
        "marks": float(min(len(_MARKS.findall(text)), 2)),
        "stretched": float(bool(_STRETCHED.search(text))),
        "emoji": float(min(len(_ANGRY.findall(text)), 2)),
        "emphasis": float(has_emphasis(text)),
    }


def course(turns: Sequence[PastTurn], replies: Replies) -> dict[str, float]:
    """What the turns show together; the last one is the customer's."""
    said = [clean(turn.text) for turn in turns if turn.role == "customer"]
    replied = turns[next(index for index, turn in enumerate(turns) if turn.role == "customer") :]
    return {
        "rephrase": rephrase(said, replies),
        "same_answer": repeated(replied, asked=False),
        "unfilled": repeated(replied, asked=True),
        "refusals": float(min(sum(turn.role == "bot" and turn.decision == "refuse" for turn in replied), 3)),
        "capitals": float(shouts(said)),
        "shortening": float(shortens(said, replies) and not was_asked(turns)),
    }


def rephrase(said: Sequence[str], replies: Replies) -> float:
    """How like an earlier message the last one is, 0 to 1; short replies never are."""
    if len(said) < 2 or replies.read(said[-1]):
        return 0.0
    last, before = _forms(said[-1]), [_forms(text) for text in said[:-1]]
    if set(last) in [set(forms) for forms in before] and any(len(form) > 3 for form in last):
        return 1.0
    last_words = _content(last)
    if len(last_words) < 2:
        return 0.0
    near = max(_likeness(last_words, _content(forms)) for forms in before)
    return near if near >= ALIKE else 0.0


def repeated(turns: Sequence[PastTurn], *, asked: bool) -> float:
    """How often the bot said what it had said before, at most three times: its questions, or all else."""
    keys = [
        turn.entry or turn.text
        for turn in turns
        if turn.role == "bot" and (turn.entry or turn.text) and (turn.decision == "ask") is asked
    ]
    return float(min(len(keys) - len(set(keys)), 3))


def shouts(said: Sequence[str]) -> bool:
    """Is the last message in capitals, of a customer who does not always write so?"""
    return is_shouted(said[-1]) and (len(said) == 1 or not is_shouted(said[0]))


def is_shouted(text: str) -> bool:
    """Five letters or more, nearly all of them capitals."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 5 and sum(c.isupper() for c in letters) / len(letters) > 0.8


def has_emphasis(text: str) -> bool:
    """A word of four letters or more in capitals amid others that are not: "the chart is MISSING"."""
    words = _WORD.findall(text)
    loud = [word for word in words if len(word) >= 4 and word.isupper()]
    return bool(loud) and sum(word.islower() for word in words) >= 2


def shortens(said: Sequence[str], replies: Replies) -> bool:
    """Three messages, each shorter than the one before, the last curt and no polite reply."""
    if len(said) < 3 or replies.read(said[-1]) in {"yes", "thanks", "more"}:
        return False
    first, second, third = (len(_WORD.findall(text)) for text in said[-3:])
    return first > second > third and 0 < third <= SHORT


def was_asked(turns: Sequence[PastTurn]) -> bool:
    """Did the bot's last word before the customer's ask for something?"""
    bot = next((turn for turn in reversed(turns[:-1]) if turn.role == "bot"), None)
    return bot is not None and (bot.decision == "ask" or bot.text.rstrip().endswith("?"))


def is_stuck(turns: Sequence[PastTurn]) -> bool:
    """Did the bot just refuse, or say what it had said before?"""
    bot = [turn for turn in turns if turn.role == "bot"]
    if not bot:
        return False
    key = bot[-1].entry or bot[-1].text
    return bot[-1].decision == "refuse" or key in {turn.entry or turn.text for turn in bot[:-1]}


def _forms(text: str) -> tuple[str, ...]:
    return tuple(word.form for word in words_of(text) if not word.is_mark)


def _content(forms: Sequence[str]) -> frozenset[str]:
    return frozenset(form for form in forms if len(form) > 3 and form.isalpha())


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0
