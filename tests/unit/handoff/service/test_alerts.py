"""Whatever the table of states or a use case tells people is either shown or known to be in the queue already."""

import re
from pathlib import Path

from handoff.service.telling.alerts import HINTS, SHOWN

ROOM = Path(__file__).resolve().parents[4] / "handoff"
TOLD = re.compile(
    r'(?:tell_agents|tell_supervisor)\("(\w+)"\)|tell_agent\([^()]+, "(\w+)"\)|tell_rung\(\w+, "(\w+)"\)'
    r'|\balert(?:_once)?\(\w+, "(\w+)"|\balert="(\w+)"|TELL_ON_CALL, value="(\w+)"'
)


def told() -> set[str]:
    sources = [path.read_text() for room in ("states", "service") for path in (ROOM / room).rglob("*.py")]
    return {kind for source in sources for found in TOLD.findall(source) for kind in found if kind}


def test_every_kind_is_either_shown_or_a_hint_and_none_is_both() -> None:
    assert told() == SHOWN.keys() | HINTS
    assert not SHOWN.keys() & HINTS
