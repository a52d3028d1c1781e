"""What a machine lacks is skipped by name, unless everything is required."""

import pytest

from scripts.check import MISSING
from tests.support.missing import PREFIX, need


def test_what_is_there_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_TEST_REQUIRE", "all")
    assert need("Redis", "a server") == "a server"


def test_what_is_missing_is_skipped_by_name_as_the_summary_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEVO_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"^{PREFIX}Redis$"):
        need("Redis", None)
    assert PREFIX == MISSING


def test_what_is_missing_fails_when_everything_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_TEST_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception, match="has no Redis"):
        need("Redis", None)
