"""Where a message may hold two questions: after a sentence, or at words that join."""

import re
from typing import List, Tuple

from bot.dialogue.text import fold, without_courtesy, words

MOST = 3
LEAST = 2  # words of a part, greetings aside
SENTENCE = re.compile(r"[?!.;\n]+\s+|\n+")
JOINT = re.compile(
    r"[\s,;.]+(?:and also|and|also|plus|oh and|by the way|another thing|y tambien|y ademas|ademas|tambien|por cierto|"
    r"otra cosa|aparte|y|e)[\s,:]+|\s*&\s*|,\s+(?=[¿])"
)


def halves(text: str) -> List[Tuple[str, str]]:
    """At most MOST ways to read a text as two questions, those between sentences first."""
    plain = fold(text)
    cuts = [(found.start(), found.end()) for each in (SENTENCE, JOINT) for found in each.finditer(plain)]
    pairs = [(plain[:start], plain[end:]) for start, end in cuts]
    return [pair for pair in pairs if all(_enough(part) for part in pair)][:MOST]


def _enough(part: str) -> bool:
    return len(without_courtesy(words(part))) >= LEAST
