"""The core's Texts port over a loaded release."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge.render import Release
from handoff.service import Text


@dataclass(frozen=True, kw_only=True)
class ReleaseTexts:
    """Approved words of one release."""

    release: Release
    clock: Callable[[], datetime]

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> Text:
        """The notice in this language for this channel. Raises TextMissing."""
        return self.release.render(notice, language, channel, values)

    def suggested(self, language: str) -> tuple[str, ...]:
        """The titles of the entries that the owner wants suggested."""
        return tuple(self.release.title(entry, language) for entry in self.release.suggested(self.clock()))

    def topics(self) -> tuple[str, ...]:
        """The topics of the entries that are in service."""
        retired = self.release.retired
        return tuple(sorted({entry.topic for entry, _ in self.release.entries.values() if entry.id not in retired}))
