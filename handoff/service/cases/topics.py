"""What a case was about, for reports that add up: a topic of the approved knowledge, or own words where none fits."""

from handoff.errors import InvalidInput
from handoff.service.base.core import Core

LONGEST = 200


def known_topics(core: Core) -> tuple[str, ...]:
    """The topics of the current release, in the order of the alphabet."""
    return core.texts.topics()


def check_topic(core: Core, topic: str | None) -> str | None:
    """The topic as it is stored: a known one by its own name, other words in one line; None for none.

    Raises InvalidInput.
    """
    said = " ".join((topic or "").split())
    if len(said) > LONGEST or not said.isprintable():
        raise InvalidInput(fields={"topic": f"one line of at most {LONGEST} characters"})
    slug = said.lower().replace(" ", "-")
    return slug if slug in known_topics(core) else said or None
