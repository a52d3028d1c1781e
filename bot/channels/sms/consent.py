"""Consent words: does this text ask to stop, to start again, or for help?

A text counts only when nothing in it can mean anything else. Words that also cancel an order ("cancelar", "end")
count alone or with a word about texting; words that mean only "stop texting" also count with a polite word.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Control(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


def _words_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PLAIN = {
    Control.STOP: _words_of("stop stopall unsubscribe optout revoke baja parar"),
    Control.START: _words_of("start unstop alta"),
    Control.HELP: _words_of("help ayuda"),
}
_DOUBTFUL = {Control.STOP: _words_of("alto cancel cancelar end quit")}  # also said about orders and parcels
_PHRASES = {
    "opt out": "optout",
    "stop all": "stopall",
    "por favor": "porfavor",
    "opt in": "start",
    "darme de baja": "baja",
    "dar de baja": "baja",
}
_TEXTING = _words_of("sms text texts texting message messages messaging msg msgs mensaje mensajes texto textos")
_POLITE = _words_of("please pls plz now thanks thank you me porfavor porfa ya gracias ahora")
_LINKING = _words_of("the these los las estos")
_HELP_FILLERS = _words_of("please pls plz porfavor porfa")
_MAX_WORDS = 5


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        words = ["".join(words)]  # "S T O P"
    joined = f" {' '.join(words)} "
    for phrase, word in _PHRASES.items():
        joined = joined.replace(f" {phrase} ", f" {word} ")
    return joined.split()


def _only_fillers(rest: set[str], control: Control, *, doubtful: bool) -> bool:
    """Whether the words beside the keyword leave its meaning alone."""
    if control is Control.HELP:
        return rest <= _HELP_FILLERS
    if rest & _LINKING and not rest & _TEXTING:  # "the end", but "end the texts"
        return False
    return rest <= _TEXTING | _LINKING | (frozenset() if doubtful else _POLITE)


def control_of(text: str) -> Control | None:
    """What a text asks for, or None when it is an ordinary message.

    >>> control_of("Stop please"), control_of("CANCELAR"), control_of("cancelar mi pedido")
    (<Control.STOP: 'stop'>, <Control.STOP: 'stop'>, None)
    """
    words = _words(text)
    if not 0 < len(words) <= _MAX_WORDS:
        return None
    for doubtful, table in ((False, _PLAIN), (True, _DOUBTFUL)):
        for control, keywords in table.items():
            rest = set(words) - keywords
            if len(rest) < len(set(words)) and _only_fillers(rest, control, doubtful=doubtful):
                return control
    return None


def is_doubtful(text: str) -> bool:
    """Whether the text is one word that stops texts, and nothing but an answer where we asked about an order."""
    words = _words(text)
    return len(words) == 1 and any(words[0] in table for table in _DOUBTFUL.values())


def is_one_of(text: str, keywords: Iterable[str]) -> bool:
    """Whether the whole text is one of these words: carriers answer to no others."""
    said = _words(text)
    return bool(said) and any(said == _words(keyword) for keyword in keywords)


def carrier_control(opt_out_type: str) -> Control | None:
    """The carrier's own finding (Twilio's `OptOutType`), which goes before ours."""
    try:
        return Control(opt_out_type.strip().lower())
    except ValueError:
        return None
