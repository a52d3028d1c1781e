"""How many SMS segments a text takes: GSM 03.38 where every character allows it, else UCS-2."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two units, and the two stay in one segment

Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True)
class Segments:
    """`units` are septets (GSM-7) or 16-bit code units (UCS-2); `segments` is 0 only for an empty text."""

    encoding: Encoding
    units: int
    segments: int


def count(text: str) -> Segments:
    """The encoding, units and segments that a carrier bills for `text`; any string is accepted."""
    if is_gsm(text):
        return _fill("GSM-7", map(_gsm_width, text), single=160, part=153)
    return _fill("UCS-2", map(_ucs_width, text), single=70, part=67)


def is_gsm(text: str) -> bool:
    return all(character in GSM_BASIC or character in GSM_EXTENDED for character in text)


def outside_gsm(text: str) -> str:
    """The characters that force UCS-2, each once, in order of appearance."""
    return "".join(dict.fromkeys(c for c in text if c not in GSM_BASIC and c not in GSM_EXTENDED))


def split(text: str, *, max_segments: int) -> tuple[str, ...]:
    """`text` in messages of at most `max_segments` each, cut at white space where there is any."""
    if max_segments < 1:
        raise ValueError("a message has at least one segment")
    parts: list[str] = []
    rest = text.strip()
    while rest and count(rest).segments > max_segments:
        length = _longest(rest, lambda head: count(head).segments <= max_segments)
        cut = max(rest.rfind(space, 0, length + 1) for space in " \n")
        cut = cut if cut > 0 else length
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*parts, rest) if rest else tuple(parts)


def _gsm_width(character: str) -> int:
    return 2 if character in GSM_EXTENDED else 1


def _ucs_width(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _fill(encoding: Encoding, widths: Iterable[int], *, single: int, part: int) -> Segments:
    units, segments, used = 0, 1, 0
    for width in widths:
        units += width
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    if units <= single:
        segments = 1 if units else 0
    return Segments(encoding, units, segments)


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low
