"""The fuel of a need lasts beyond one conversation, lapses in a day, and is full again after progress."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.detection.needs import KEPT, LASTS, Spent, key_of, spend, tank, worn

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FULL = 3


def spent(key: str = "returns", act: str = "answer|a||", cost: int = 1, *, exit_shown: bool = False) -> Spent:
    return Spent(key=key, act=act, cost=cost, full=FULL, exit_shown=exit_shown)


def fuel(needs: dict[str, object], key: str = "returns", now: datetime = NOW) -> int | None:
    found = tank(needs, key, now)
    return found.fuel if found else None


def test_a_turn_without_progress_costs_and_progress_fills() -> None:
    needs = spend(None, spent(cost=2), NOW)
    assert fuel(needs) == 1
    assert fuel(spend(needs, spent(cost=2), NOW)) == 0
    assert fuel(spend(needs, spent(cost=0), NOW)) == FULL
    assert fuel(spend(needs, spent(cost=1, exit_shown=True), NOW)) == FULL


def test_needs_do_not_share_their_fuel() -> None:
    needs = spend(spend(None, spent("returns", cost=2), NOW), spent("delivery", cost=1), NOW)
    assert (fuel(needs, "returns"), fuel(needs, "delivery"), fuel(needs, "other")) == (1, 2, None)


def test_what_was_done_is_remembered_once() -> None:
    needs = spend(spend(None, spent(act="a"), NOW), spent(act="b"), NOW)
    found = tank(spend(needs, spent(act="a"), NOW), "returns", NOW)
    assert found is not None
    assert found.acts == ("b", "a")


def test_it_lapses_a_day_after_the_last_turn_about_it() -> None:
    needs = spend(None, spent(cost=2), NOW)
    assert fuel(needs, now=NOW + LASTS - timedelta(seconds=1)) == 1
    assert fuel(needs, now=NOW + LASTS) is None
    assert fuel(spend(needs, spent(cost=1), NOW + LASTS), now=NOW + LASTS) == FULL - 1


def test_a_chat_given_back_without_a_word_leaves_one_drop() -> None:
    needs = worn(spend(spend(None, spent(cost=0), NOW), spent("empty", cost=9), NOW), NOW)
    assert (fuel(needs, "returns"), fuel(needs, "empty")) == (1, 0)


def test_a_key_names_the_thing_by_its_hash_only() -> None:
    assert key_of("returns") == "returns"
    assert key_of("order", "A-123456") == key_of("order", "A-123456") != key_of("order", "A-123457")
    assert "123456" not in key_of("order", "A-123456")


turns = st.tuples(st.sampled_from("abcdefghijklmnop"), st.integers(0, 3), st.booleans(), st.integers(0, 30))


@given(st.lists(turns, max_size=40))
def test_no_more_turns_than_fuel_pass_between_two_fillings(history: list[tuple[str, int, bool, int]]) -> None:
    needs: dict[str, object] = {}
    now, since = NOW, dict.fromkeys("abcdefghijklmnop", 0)
    for key, cost, shown, hours in history:
        now += timedelta(hours=hours)
        before = tank(needs, key, now)
        needs = spend(needs, spent(key, cost=cost, exit_shown=shown), now)
        filled = cost == 0 or shown or before is None
        since[key] = 0 if filled else since[key] + 1
        left = fuel(needs, key, now)
        assert left is not None
        assert 0 <= left <= FULL
        assert left == 0 or since[key] < FULL
        assert len(needs) <= KEPT
