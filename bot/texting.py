"""An approved answer as a text message: its own wording, its choices as numbered lines, never longer than the settings
allow; a longer one ends with the address of the whole approved text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answers.links import Shown, address_of
from bot.knowledge.render import Release, Rendered
from bot.plain import to_plain
from bot.segments import count
from handoff.errors import TextMissing

MORE = "full_answer"  # the approved words around the address
LONG = 4 * 153  # characters; what is longer is worth a page of its own
_BETWEEN = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, kw_only=True)
class Texting:
    """What a text may be by the settings. Without `public_url` nobody could open an address, and none is given."""

    max_segments: int = 4
    plain_punctuation: bool = False
    public_url: str = ""

    def compose(self, release: Release, said: Rendered, language: str, lines: Sequence[str] = ()) -> str:
        """The answer in the wording for texts, with `lines` below it."""
        more = self._more(release, said, language)
        whole = "\n".join([said.text, *lines])
        if more is None or (self._fits(whole) and not _is_long(release, said.id, language)):
            return whole
        sentences = _BETWEEN.split(said.text)
        for kept in range(len(sentences), -1, -1):
            shortened = "\n".join([*([" ".join(sentences[:kept])] if kept else []), more, *lines])
            if self._fits(shortened):
                return shortened
        return "\n".join([more, *lines])

    def _fits(self, text: str) -> bool:
        return count(to_plain(text) if self.plain_punctuation else text).segments <= self.max_segments

    def _more(self, release: Release, said: Rendered, language: str) -> str | None:
        """Where the whole text is read, in approved words as far as the release has them."""
        found = release.entries.get(said.id)
        if not self.public_url or found is None or not found[0].is_public:
            return None
        address = address_of(self.public_url, Shown(entry=said.id, version=found[1], language=language))
        words: Mapping[str, str] = {"link": address}
        try:
            return release.render(MORE, language, "sms", words).text
        except TextMissing:
            return address


def _is_long(release: Release, entry_id: str, language: str) -> bool:
    """Whether the whole approved text is more than a text message is good for: then this one is a short form of it."""
    entry, _ = release.entries[entry_id]
    return len(entry.text(language, "web") or "") > LONG
