"""How tests are dealt out to workers. Not by marks: xdist 3.8 silently ignores `xdist_group` under pytest 9.2."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

KINDS = ("sqlite", "postgresql")
EXPLORER = "tests/faults/explorer/test_explorer.py"
TOGETHER = {  # how names of tests begin, and whose company they keep
    "tests/unit/handoff/test_states_explored.py": "table explored",
    f"{EXPLORER}::test_one_customer_": "worlds explored",
    f"{EXPLORER}::test_every_state_": "worlds explored",
    "tests/dialogue/": "dialogue",
}


class Dealer(LoadScopeScheduling):  # type: ignore[misc]
    """One test after the other, but to one worker those that share what takes long to make; these come first."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/acceptance/"):  # a shop runs for each kind of database, all session long
            return next((f"acceptance {kind}" for kind in KINDS if f"[{kind}" in nodeid), nodeid)
        return next((company for start, company in TOGETHER.items() if nodeid.startswith(start)), nodeid)
