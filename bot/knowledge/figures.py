"""The figures of a text: amounts, days, times. Languages and channels of one answer must not contradict each other."""

import re
from collections.abc import Iterator

from bot.knowledge.content import Entry, Notice
from bot.knowledge.markdown import LINK

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_HOUR = re.compile(r"0?(\d{1,2}):(\d\d)")


def figures(text: str, language: str) -> frozenset[str]:
    """Every figure, written alike for all languages: "1,500" and "1500" are one, "3.50" and "3,50" too."""
    shown = LINK.sub(r"\2", text)
    return frozenset(_plain(found, language) for found in _FIGURE.findall(shown))


def check(item: Entry | Notice) -> Iterator[tuple[str, str, bool]]:
    """(place, what to mend, whether it is certainly wrong) for each figure that stands in one text and not its twin."""
    texts = {(language, channel): text for language, channel, text in item.wordings()}
    found = {place: figures(text, place[0]) for place, text in texts.items()}
    root = "answers" if isinstance(item, Entry) else "texts"
    languages = sorted({language for language, _ in found})
    for channel in ("web", "sms"):
        for language in languages[1:]:
            first, other = found.get((languages[0], channel)), found.get((language, channel))
            if first is not None and other is not None and first != other:
                odd = ", ".join(sorted(first ^ other))
                yield f"{root}.{language}.{channel}", f"differs in {odd} from {languages[0]}", True
    for language in languages:
        more = found.get((language, "sms"), frozenset()) - found.get((language, "web"), frozenset())
        if more and (language, "web") in found:
            yield f"{root}.{language}.sms", f"has {', '.join(sorted(more))}, which the web text has not", False


def _plain(figure: str, language: str) -> str:
    if hour := _HOUR.fullmatch(figure):
        return f"{int(hour[1])}:{hour[2]}"
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    joined = re.sub(rf"\{thousands}(?=\d{{3}}(?!\d))", "", figure)
    return joined.replace(decimal, ".").removesuffix(".00")
