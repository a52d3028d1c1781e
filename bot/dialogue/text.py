"""How a customer's words become features: folded text, word and character n-grams."""

import re
import unicodedata
from itertools import pairwise
from typing import Dict, List

WORD = re.compile(r"[^\W_]+", re.UNICODE)
LONGEST = 1000
MOST_STEMS = 40  # pairs grow with the square of it
# What people put around a question; a message that is nothing but this keeps it.
COURTESY = frozenset(
    "hi hello hey hiya good morning afternoon evening please pls plz thanks thank you "
    "hola buenas buenos dias tardes noches porfa gracias".split()
)
SPELLINGS: Dict[str, str] = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thanks",
    "whats": "what is", "wheres": "where is", "dont": "do not", "cant": "can not", "im": "i am", "ive": "i have",
    "wanna": "want to", "gonna": "going to", "q": "que", "k": "que", "xq": "porque", "pq": "porque", "tb": "tambien",
    "tmb": "tambien", "dnd": "donde", "cdo": "cuando", "cuand": "cuando", "xfa": "por favor", "porfa": "por favor",
    "xfavor": "por favor", "toy": "estoy", "ta": "esta",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents or marks, at most LONGEST characters: "¿Dónde?" is "¿donde?"."""
    spread = unicodedata.normalize("NFKD", text[:LONGEST].lower().replace("'", "").replace("’", ""))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words(text: str) -> List[str]:
    """The words of a text, folded, short spellings written out."""
    found: List[str] = []
    for word in WORD.findall(fold(text)):
        found.extend(SPELLINGS.get(word, word).split())
    return found


def without_courtesy(found: List[str]) -> List[str]:
    """The words after an opening greeting, when at least two remain."""
    start = 0
    while start < len(found) and found[start] in COURTESY:
        start += 1
    return found[start:] if len(found) - start >= 2 else found


def word_grams(text: str) -> List[str]:
    """Words and pairs of neighbouring words, with repeats."""
    found = without_courtesy(words(text))
    return found + [f"{first} {second}" for first, second in pairwise(found)]


def letter_grams(text: str) -> List[str]:
    """Two to four neighbouring letters inside each word, whose ends are marked by a space; with repeats."""
    found = (f" {word} " for word in without_courtesy(words(text)))
    return [word[at : at + size] for word in found for size in (2, 3, 4) for at in range(len(word) - size + 1)]


def stem_grams(text: str) -> List[str]:
    """The beginnings of the words, which most of their forms share; with repeats."""
    return [word[:4] for word in without_courtesy(words(text))]


def pair_grams(text: str) -> List[str]:
    """Pairs of word beginnings anywhere in the text, in alphabetical order: what is said together, in any order."""
    stems = sorted({word[:5] for word in without_courtesy(words(text))})[:MOST_STEMS]
    return [f"{first}&{second}" for at, first in enumerate(stems) for second in stems[at + 1 :]]
