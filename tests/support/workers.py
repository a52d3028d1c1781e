"""How tests are dealt out to workers. Not by marks: xdist 3.8 silently ignores `xdist_group` under pytest 9.2."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER = (
    "tests/unit/handoff/test_states_explored.py",
    "tests/faults/explorer/",
)


class Dealer(LoadScopeScheduling):  # type: ignore[misc]
    """One test after the other, but by one worker those that share what takes long to make; these come first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)
