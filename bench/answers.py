"""What do thousands of entries cost the matcher? Time to fit, memory, and time to decide, beside the demo's size.

Usage (in the engine's environment): .venv-engine/bin/python -m bench.answers [--entries 5000] [--release release.json]

The large set is invented: an entry is something to do with a thing, in two languages, with other words for each word,
in eight phrasings a language that vary in order, politeness and spelling. Its test texts are phrasings of the same
kind that were never fitted on. `--release` fits a real release instead, whose phrasings are then also decided on.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.dialogue.matcher import ENTRY, OUTSIDE, Matcher

PHRASINGS = 8  # an entry and language, as a release needs
NEGATIVES = 300  # a language
SYLLABLES = {
    "en": "st ea ring wood chu ble ford lam pet gro und sho wer kin dle ash thorn wick bran dow mer lin".split(),
    "es": "ca mo ri llo tan ve ra do cion que so lar men te ga rro pi no sal du che fue go ma".split(),
}
FRAMES = {
    "en": "how do i {a} my {b}|can i {a} the {b}|i want to {a} a {b} please|is it possible to {a} {b}|{b} {a}|"
    "hi, about the {b}, where can i {a} it|who do i ask to {a} {b}|help me {a} this {b}|need to {a} the {b} today|"
    "what happens when i {a} a {b}|the {b} came and i would like to {a} it|{a} {b} how",
    "es": "como puedo {a} mi {b}|se puede {a} el {b}|quiero {a} un {b} por favor|es posible {a} {b}|{b} {a}|"
    "hola, sobre el {b}, donde lo puedo {a}|a quien pregunto para {a} {b}|ayuda para {a} este {b}|"
    "necesito {a} el {b} hoy|que pasa si quiero {a} un {b}|me llego el {b} y quisiera {a}|{a} {b} como",
}
Labelled = tuple[list[str], list[str]]


def vocabulary(language: str, words: int, rng: random.Random) -> Iterator[str]:
    """Invented words of two to four syllables, none twice."""
    made: set[str] = set()
    while len(made) < words:
        word = "".join(rng.choices(SYLLABLES[language], k=rng.choice((2, 3, 3, 4))))
        if word not in made:
            made.add(word)
            yield word


def misspelt(text: str, rng: random.Random) -> str:
    """One letter in eight texts is left out."""
    at = rng.randrange(len(text))
    return text[:at] + text[at + 1 :] if rng.random() < 1 / 8 else text


def invented(entries: int, seed: int = 1) -> tuple[Labelled, Labelled]:
    """Texts with labels to fit on, and others to decide on."""
    rng = random.Random(seed)
    things = max(2, round((entries * 12) ** 0.5))
    fitted: Labelled = ([], [])
    tested: Labelled = ([], [])
    for language, frames in ((language, FRAMES[language].split("|")) for language in ("en", "es")):
        words = vocabulary(language, 2 * things + 3 * -(-entries // things), rng)
        nouns = [[next(words) for _ in range(2)] for _ in range(things)]
        verbs = [[next(words) for _ in range(3)] for _ in range(-(-entries // things))]
        for entry in range(entries):
            noun, verb = nouns[entry % things], verbs[entry // things]
            said = [(frame, one, other) for frame in frames for one in verb for other in noun]
            texts = [misspelt(frame.format(a=a, b=b), rng) for frame, a, b in rng.sample(said, PHRASINGS + 1)]
            for made, some in ((fitted, texts[1:]), (tested, texts[:1])):
                made[0].extend(some)
                made[1].extend([f"{ENTRY}{entry:05d}"] * len(some))
        for made, count in ((fitted, NEGATIVES), (tested, NEGATIVES // 3)):
            strange = list(vocabulary(language, 2 * count, rng))
            pairs = zip(strange[::2], strange[1::2], strict=True)
            made[0].extend(rng.choice(frames).format(a=a, b=b) for a, b in pairs)
            made[1].extend([OUTSIDE] * count)
    return fitted, tested


def released(path: Path) -> tuple[Labelled, Labelled]:
    """The phrasings and negatives of a release, which are also decided on."""
    raw = json.loads(path.read_text("utf-8"))
    pairs = [
        (text, ENTRY + each["id"]) for each in raw["entries"] for some in each["phrasings"].values() for text in some
    ]
    pairs += [(text, OUTSIDE) for some in raw["negatives"].values() for text in some]
    labelled = ([text for text, _ in pairs], [label for _, label in pairs])
    return labelled, labelled


def peak() -> float:
    """The most memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)


def decided(matcher: Matcher, texts: Sequence[str]) -> tuple[list[str], list[float]]:
    """The best label of each text, and the milliseconds of the processor that the decisions took, in order."""
    best, times = [], []
    for text in texts:
        start = time.thread_time()  # of the processor, so that a busy machine tells the same
        best.append(matcher.decide(text, "en").label)
        times.append(1000 * (time.thread_time() - start))
    return best, sorted(times)


def main() -> None:
    """Prints one line of figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--release", type=Path)
    parser.add_argument("--decisions", type=int, default=1000)
    given = parser.parse_args()
    (texts, labels), (asked, truth) = released(given.release) if given.release else invented(given.entries)
    start = time.process_time()
    matcher = Matcher.fit(texts, labels)
    spent, most = time.process_time() - start, peak()
    with tempfile.TemporaryDirectory() as folder:
        matcher.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        matcher = Matcher.load(Path(folder))
    places = random.Random(2).sample(range(len(asked)), min(given.decisions, len(asked)))
    best, times = decided(matcher, [asked[at] for at in places])
    inside = [(label, truth[at]) for label, at in zip(best, places, strict=True) if truth[at] != OUTSIDE]
    right = sum(label == of for label, of in inside)
    print(f"{len(set(labels) - {OUTSIDE})} entries, {len(texts)} texts: fitted in {spent:.1f} s of the processor")
    print(f"peak {most:.0f} MB while fitting, {peak():.0f} MB in all; the files have {size:.1f} MB")
    print(f"decision p50 {times[len(times) // 2]:.2f} ms, p95 {times[int(0.95 * len(times))]:.2f} ms")
    print(f"best label right: {right} of {len(inside)}")


if __name__ == "__main__":
    main()
