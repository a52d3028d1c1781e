"""What the small classifier sees of a text: pieces of its words, words in pairs, and what they mean. Pure and quick."""

import math
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from handoff.detection.grammar import load_lexicon
from handoff.detection.words import clean, sound, squeezed, unleeted, words_of

BUCKETS = 1 << 18
PIECES = (3, 4, 5)  # letters
SHORTEST = 3  # letters of the beginning of a word
REACH, NEXT = 8, 5  # words between two meanings seen together, and how many later ones are
WINDOW, STEP = 16, 8  # words that are weighed at once, and from one window to the next
SHARES = {"p": 1.0, "w": 2.2, "s": 0.6}  # of pieces, words and senses
FULL_STOPS = frozenset(".?!")
NUMBER = "0"
NUMBERED = frozenset("account ac acc card ssn order booking confirmation id ref policy phone house flight".split())
_NUMBER = re.compile(r"\d+[a-z]{0,2}")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text that is weighed by itself: as it was written, its numbered features, and its senses."""

    text: str
    features: Mapping[int, float]
    senses: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    form: str
    start: int
    end: int


class Senses:
    """Meanings of words: by whole words, by beginnings ("sangr*"), and by the sound of misspelt ones."""

    def __init__(self) -> None:
        self._whole: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        for sense, parts in load_lexicon("senses")["senses"].items():
            for entry in " ".join(str(part) for part in parts.values()).split():
                table, key = (self._stems, entry[:-1]) if entry.endswith("*") else (self._whole, entry)
                table[key] = tuple(dict.fromkeys((*table.get(key, ()), sense)))
        self._sounds = {sound(word): senses for word, senses in self._whole.items() if len(word) > SHORTEST}

    def of(self, form: str) -> tuple[str, ...]:
        """The senses of one folded word; none is usual."""
        whole = self._whole.get(form)
        if whole is not None:
            return whole
        for end in range(len(form), SHORTEST - 1, -1):
            if (found := self._stems.get(form[:end])) is not None:
                return found
        return self._sounds.get(sound(form), ()) if len(form) > SHORTEST else ()


class Traits:
    """Turns a text into its segments."""

    def __init__(self) -> None:
        self._senses = Senses()
        expansions = load_lexicon("common")["expansions"]
        self._expansions = {str(short): tuple(str(full).split()) for short, full in expansions.items()}

    def read(self, text: str) -> list[Segment]:
        """Each sentence, long ones in windows; several short sentences together as well."""
        text = clean(text)
        sentences = self._sentences(text)
        stretches = [window for each in sentences for window in _windows(each)]
        if len(sentences) > 1 and sum(map(len, sentences)) <= 2 * WINDOW:
            stretches.append([token for each in sentences for token in each])
        pieces: dict[str, list[int]] = {}
        return [self._segment(text, each, pieces) for each in stretches]

    def _segment(self, text: str, tokens: Sequence[_Token], pieces: dict[str, list[int]]) -> Segment:
        forms = [token.form for token in tokens]
        return Segment(
            text=text[tokens[0].start : tokens[-1].end].strip(),
            features=self._features(forms, pieces),
            senses=frozenset(sense for form in forms for sense in self._senses.of(form)),
        )

    def whole(self, text: str) -> Mapping[int, float]:
        """The features of the whole text at once, however long."""
        tokens = [token.form for each in self._sentences(clean(text)) for token in each]
        return self._features(tokens, {})

    def _sentences(self, text: str) -> list[list[_Token]]:
        sentences: list[list[_Token]] = [[]]
        for word in words_of(text)[1:-1]:
            forms = (word.form,) if word.is_mark else self._forms(word.form)
            if forms == ("no",) and sentences[-1] and sentences[-1][-1].form in NUMBERED:
                forms = (NUMBER,)  # "account no 4471"
            if sentences[-1] or not word.is_mark:
                sentences[-1] += [_Token(form, word.start, word.end) for form in forms]
            if word.form in FULL_STOPS and sentences[-1]:
                sentences.append([])
        return [each for each in sentences if each]

    def _forms(self, form: str) -> tuple[str, ...]:
        form = squeezed(form)[0]
        if form in self._expansions:
            return self._expansions[form]
        return (NUMBER,) if _NUMBER.fullmatch(form) else (unleeted(form),)

    def _features(self, forms: Sequence[str], pieces: dict[str, list[int]]) -> dict[int, float]:
        for form in forms:
            if form not in pieces:
                pieces[form] = [_bucket("p", piece) for piece in _pieces(form)]
        groups = {
            "p": {bucket for form in set(forms) for bucket in pieces[form]},
            "w": {_bucket("w", chain) for chain in _chains(forms)},
            "s": {_bucket("s", sense) for sense in self._meanings(forms)},
        }
        features: dict[int, float] = {}
        for kind, buckets in groups.items():
            share = SHARES[kind] / math.sqrt(max(len(buckets), 4))
            for bucket in buckets:
                features[bucket] = features.get(bucket, 0.0) + share
        return features

    def _meanings(self, forms: Sequence[str]) -> Iterator[str]:
        """Each sense, and each two senses of words that stand near each other, in their order."""
        placed = [(index, sense) for index, form in enumerate(forms) for sense in self._senses.of(form)]
        for number, (index, sense) in enumerate(placed):
            yield sense
            for later, other in placed[number + 1 : number + 1 + NEXT]:
                if later - index <= REACH:
                    yield f"{sense}>{other}"


def _windows(tokens: list[_Token]) -> Iterator[list[_Token]]:
    if len(tokens) <= WINDOW + STEP // 2:
        yield tokens
        return
    for start in range(0, len(tokens) - STEP, STEP):
        yield tokens[start : start + WINDOW]


def _pieces(form: str) -> Iterable[str]:
    padded = f"<{form[:24]}>"
    return (padded[at : at + size] for size in PIECES for at in range(max(len(padded) - size + 1, 0)))


def _chains(forms: Sequence[str]) -> Iterator[str]:
    before = "^"
    for form in (*forms, "$"):
        yield f"{before} {form}"
        yield form
        before = form


def _bucket(kind: str, name: str) -> int:
    return zlib.crc32(f"{kind}{name}".encode()) % BUCKETS
