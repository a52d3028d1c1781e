"""Approved texts with places for checked values: `{name}`, and `[[ ... {name} ... ]]`, left out without its value.

Filling never looks into the values, so a value cannot bring in a place, a section or another template.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_PLACE = re.compile(r"\{([a-z][a-z_]{0,31})\}")
_SECTION = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


class TemplateInvalid(ValueError):
    """The text has a brace or a double bracket that is no place for a value."""


@dataclass(frozen=True)
class Place:
    name: str


@dataclass(frozen=True)
class Section:
    """Left out when one of its values is absent."""

    parts: tuple[str | Place, ...]


@dataclass(frozen=True)
class Template:
    parts: tuple[str | Place | Section, ...]

    @property
    def required(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Place))

    @property
    def names(self) -> frozenset[str]:
        """All places, those of optional sections too."""
        optional = (part.parts for part in self.parts if isinstance(part, Section))
        return self.required | {part.name for parts in optional for part in parts if isinstance(part, Place)}

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with its values; raises KeyError when a required one is absent."""
        return "".join(_fill(part, values) for part in self.parts)


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Raises TemplateInvalid, saying what to mend."""
    parts: list[str | Place | Section] = []
    at = 0
    for section in _SECTION.finditer(text):
        parts.extend(_places(text[at : section.start()]))
        inner = _places(section.group(1))
        if not any(isinstance(part, Place) for part in inner):
            raise TemplateInvalid("an optional section [[…]] needs a {value} inside")
        parts.append(Section(inner))
        at = section.end()
    return Template((*parts, *_places(text[at:])))


def _places(text: str) -> tuple[str | Place, ...]:
    parts: list[str | Place] = []
    at = 0
    for place in _PLACE.finditer(text):
        parts.extend((_plain(text[at : place.start()]), Place(place.group(1))))
        at = place.end()
    parts.append(_plain(text[at:]))
    return tuple(part for part in parts if part)


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise TemplateInvalid("a brace stands alone; a value is written {lower_case}")
    if "[[" in text or "]]" in text:
        raise TemplateInvalid("a double bracket stands alone; an optional section is written [[…]]")
    return text


def _fill(part: str | Place | Section, values: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Place):
        return values[part.name]
    if any(isinstance(inner, Place) and inner.name not in values for inner in part.parts):
        return ""
    return "".join(_fill(inner, values) for inner in part.parts)
