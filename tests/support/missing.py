"""What a machine lacks is skipped by name, or a failure when RELEVO_TEST_REQUIRE=all."""

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")
PREFIX = "not run, this machine has no "  # scripts/check.py gathers these in its closing summary


def need(name: str, found: Found | None) -> Found:
    """`found`, or the test is skipped (failed when everything is required)."""
    if found is not None:
        return found
    if os.environ.get("RELEVO_TEST_REQUIRE") == "all":
        pytest.fail(f"RELEVO_TEST_REQUIRE=all, but this machine has no {name}; install it and run again.")
    pytest.skip(PREFIX + name)
