"""Words made alike, so that two ways of writing one thing compare as one."""

import re
import unicodedata
from functools import lru_cache

_STOP = {
    "en": "a an the of to for in on at by and or my me i you we us our it its is are was be been am do does did "
    "can could will would shall should have has had this that these those there here please hi hello if so as im ive "
    "id s t want need like get got any some just still about with they them their one",
    "es": "el la los las lo un una unos unas de del al a en y e o u por para con mi mis me se te le les nos "
    "yo es son esta este esto ese esa eso estan estoy ser hay he ha han hacer hago quiero quisiera puedo puede "
    "pueden podria tengo tienen tener favor hola si que q ya muy algo alguna alguno",
}
_SUFFIX = {
    "en": re.compile(r"(?<=\w{3})(?:ies|ing|ed|es|s|y|e)$"),
    "es": re.compile(r"(?<=\w{3})(?:es|os|as|an|en|s|o|a|e|n)$"),
}
_NOT = re.compile(
    r"\b\w{1,6}n['’]t\b|\b(?:ca|do|wo|is|does|did|has|have|was|were|are|could|would)nt\b|\bcannot\b", re.IGNORECASE
)


def folded(text: str) -> str:
    """Letters and digits alone, without case and accents: what two phrasings must not share."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def bag(text: str) -> tuple[str, ...]:
    """All its words, in no order of their own."""
    return tuple(sorted(folded(text).split()))


def content_words(text: str, language: str) -> tuple[str, ...]:
    """The stems of the words that carry the meaning, in order. Question words are among them: "when" is not "where"."""
    stop = _stop_words(language)
    plain = _NOT.sub(" not", text) if language == "en" else text
    return tuple(stem(word, language) for word in folded(plain).split() if word not in stop)


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Without the usual endings of number and gender; the same for the same word, not always a word itself."""
    suffix = _SUFFIX.get(language)
    return suffix.sub("", word, count=1) if suffix else word


@lru_cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(_STOP.get(language, "").split())
