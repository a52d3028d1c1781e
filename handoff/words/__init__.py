"""What the system says to the business's own people outside the desk: one module a language, never to customers."""

from collections.abc import Mapping
from dataclasses import dataclass

from handoff.words import en, es


@dataclass(frozen=True, kw_only=True)
class Words:
    """All of one language."""

    language: str
    happened: Mapping[str, tuple[str, str]]  # kind of notification: about one case, about several
    findings: Mapping[str, tuple[str, str]]  # code of the doctor's finding: what it would break, how to mend it
    languages: Mapping[str, str]
    lines: Mapping[str, str]


_WORDS = {
    module.LANGUAGE: Words(
        language=module.LANGUAGE,
        happened=module.HAPPENED,
        findings=module.FINDINGS,
        languages=module.LANGUAGES,
        lines=module.LINES,
    )
    for module in (en, es)
}


def words_in(language: str) -> Words:
    """The words of a language, English for one that we do not speak."""
    return _WORDS.get(language, _WORDS["en"])
