"""The best agent for a case, and the honest wait: pure choices."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.service.people.estimates import LONGEST, MINUTE, Basis, expected
from handoff.service.sweep.offering import Free, Seeker, best

NAMES = ("ana", "bea", "eva", "ida")
TEAMS = ("billing", "returns")
times = st.none() | st.integers(0, 10).map(lambda hour: datetime(2026, 11, 23, hour, tzinfo=UTC))
agents = st.builds(
    Free,
    id=st.sampled_from(NAMES),
    languages=st.frozensets(st.sampled_from(("es", "en")), min_size=1),
    skills=st.frozensets(st.sampled_from(TEAMS)),
    room=st.integers(1, 4),
    assigned_at=times,
)
crews = st.lists(agents, max_size=4, unique_by=lambda agent: agent.id)
seekers = st.builds(
    Seeker,
    reference=st.just("R-7K3M9Q"),
    language=st.sampled_from(("es", "en")),
    team=st.none() | st.sampled_from(TEAMS),
    rung=st.integers(0, 3),
    left_out=st.frozensets(st.sampled_from(NAMES)),
    earlier=st.none() | st.sampled_from(NAMES),
)


def fits(seeker: Seeker, agent: Free) -> tuple[bool, bool]:
    return seeker.language in agent.languages, seeker.team is None or seeker.team in agent.skills


@given(seekers, crews)
def test_who_was_left_out_is_never_chosen_and_at_rung_0_language_and_team_are_a_must(
    seeker: Seeker, crew: list[Free]
) -> None:
    chosen = best(seeker, crew)
    able = [agent for agent in crew if agent.id not in seeker.left_out]
    if seeker.rung == 0:
        able = [agent for agent in able if all(fits(seeker, agent))]
    assert (chosen is None) == (not able)
    assert chosen is None or chosen in able


@given(seekers, crews)
def test_nobody_who_was_passed_over_is_better(seeker: Seeker, crew: list[Free]) -> None:
    chosen = best(seeker, crew)
    for other in crew:
        if (
            chosen is None
            or other.id in seeker.left_out
            or other == chosen
            or fits(seeker, other) != fits(seeker, chosen)
        ):
            continue
        if seeker.earlier in (other.id, chosen.id):
            assert chosen.id == seeker.earlier
        elif other.room == chosen.room:
            assert chosen.assigned_at is None or (other.assigned_at and chosen.assigned_at <= other.assigned_at)
        else:
            assert chosen.room > other.room


@given(seekers, crews, st.randoms(use_true_random=False))
def test_the_order_in_which_agents_are_found_does_not_matter(seeker: Seeker, crew: list[Free], random: object) -> None:
    shuffled = list(crew)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert best(seeker, shuffled) == best(seeker, crew)


waits = st.lists(st.integers(0, 7200).map(lambda seconds: timedelta(seconds=seconds)), max_size=50).map(tuple)
bases = st.builds(Basis, waits=waits, claims=st.integers(0, 60), present=st.integers(0, 5), hands=st.integers(0, 5))


@given(st.integers(1, 100), bases)
def test_a_number_is_whole_minutes_within_the_hour_and_has_a_basis(place: int, basis: Basis) -> None:
    wait = expected(place, basis)
    if basis.present == 0 or len(basis.waits) < 5 or (place > basis.hands and basis.claims < 3):
        assert wait is None
    if wait is not None:
        assert wait % MINUTE == timedelta(0)
        assert MINUTE <= wait <= LONGEST
        assert 10 * sum(each <= wait for each in basis.waits) >= 8 * len(basis.waits)


@given(st.integers(1, 100), bases)
def test_further_back_never_waits_less(place: int, basis: Basis) -> None:
    near, far = expected(place, basis), expected(place + 1, basis)
    assert far is None or (near is not None and near <= far)


def test_a_queue_longer_than_the_free_hands_waits_as_long_as_the_recent_hour_took_for_so_many() -> None:
    calm = Basis(waits=(timedelta(seconds=50),) * 5, claims=6, present=2, hands=2)
    assert expected(2, calm) == MINUTE
    assert expected(3, calm) == 30 * MINUTE
    assert expected(7, calm) is None
