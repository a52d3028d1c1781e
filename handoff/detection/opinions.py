"""How a grammar's finding and the classifier's opinion become one strength."""

from collections.abc import Iterable

from handoff.detection.classifier import Bars, Opinion
from handoff.detection.reading import Found, Reading

HEARD = 0.5  # a finding of this strength speaks for itself
TAKEN_BACK = frozenset({"denied", "wantnot", "duty", "better"})  # of weak patterns too
UNSURE = 0.45  # what a strong pattern is worth that the classifier contradicts
HINDERED = frozenset(
    {
        "supposed",
        "supposed_thing",
        "told",
        "reported",
        "quoted",
        "owned",
        "duty",
        "about",
        "better",
        "past",
        "settled",
        "product",
    }
)


def weigh(
    reading: Reading,
    found: Iterable[Found],
    opinion: Opinion,
    bars: Bars,
    *,
    helped: bool = False,
    hindering: frozenset[str] = HINDERED,
) -> tuple[float, str] | None:
    """(strength, quote), or None. `found`: the patterns of this kind, standing or not; `helped`: a weak sign holds."""
    found = list(found)
    standing = next((each for each in found if reading.over(each) is None), None)
    if standing and standing.strength >= HEARD:
        return (standing.strength if opinion.score > bars.contradicted else UNSURE), standing.evidence
    if any(each.strength >= HEARD or (not standing and reading.over(each) in TAKEN_BACK) for each in found):
        return None  # it is said, and taken back: the grammar knows more about that than the classifier
    hindered = any(scope.name in hindering for scope in reading.scopes)
    if opinion.score >= bars.sure and not hindered:
        return bars.joint, opinion.evidence
    if opinion.score >= bars.beside and (standing or helped) and not hindered:
        return bars.joint, (standing.evidence if standing else opinion.evidence)
    if opinion.score >= (bars.against if hindered else bars.alone):
        return bars.strength, opinion.evidence
    return (standing.strength, standing.evidence) if standing else None
