"""Names made of words: ids from questions, topics from the names of files."""

import re
import unicodedata

MOST = 64
RESERVED = {"notices", "negatives"}  # names of files beside the topics


def slug(text: str, most: int = MOST) -> str:
    """ASCII words with hyphens, at most `most` characters; empty when `text` has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " ")).replace("'", "").replace("’", "")
    words = re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one)))
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:most]
        if len(longer) > most:
            break
        name = longer
    return name


def default_topic(name: str) -> str:
    """The topic that the name of a file or folder suggests."""
    topic = slug(name, 40)
    return topic if topic and topic not in RESERVED else "imported"
