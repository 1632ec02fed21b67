"""The sums and the life cycle, for any numbers: no database."""

from hypothesis import assume, given
from hypothesis import strategies as st

from tasks import rules

cents = st.integers(1, 10**9)
basis_points = st.integers(0, 10_000)
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
skills = st.frozensets(st.sampled_from(["dutch", "lifting", "typing"]))


@given(cents, cents, basis_points)
def test_the_reserve_covers_any_award_within_the_budget_and_its_fee(budget, award, points):
    award = min(award, budget)
    left = rules.reserve_cents(budget, points) - award - rules.fee_cents(award, points)
    assert left >= 0


@given(cents, basis_points)
def test_the_fee_is_exact_to_half_a_cent(pay, points):
    assert abs(rules.fee_cents(pay, points) * 10_000 - pay * points) <= 5_000


def test_half_a_cent_of_fee_is_rounded_up():
    assert [rules.fee_cents(pay, 1_000) for pay in (4, 5, 14, 15)] == [0, 1, 1, 2]


@given(cents, st.integers(1, 10**7))
def test_hourly_pay_is_a_promise_that_is_never_rounded_up(pay, seconds):
    hourly = rules.hourly_cents(pay, seconds)
    assert hourly * seconds <= pay * 3600 < (hourly + 1) * seconds


def test_ten_cents_a_minute_is_six_euros_an_hour():
    assert rules.hourly_cents(10, 60) == 600


@given(latitudes, longitudes, latitudes, longitudes)
def test_there_and_back_is_the_same_distance(lat_a, lon_a, lat_b, lon_b):
    there = rules.kilometres_between(lat_a, lon_a, lat_b, lon_b)
    back = rules.kilometres_between(lat_b, lon_b, lat_a, lon_a)
    assert abs(there - back) < 1e-6
    assert 0 <= there <= 20_016  # half the way round the Earth
    assert rules.kilometres_between(lat_a, lon_a, lat_a, lon_a) == 0


def test_antwerp_is_forty_kilometres_from_brussels():
    km = rules.kilometres_between(50.8503, 4.3517, 51.2194, 4.4025)
    assert 41 < km < 42


def steps_from(table, state) -> set[str]:
    """Every state that may still be reached."""
    seen, ahead = set(), [state]
    while ahead:
        ahead.extend(
            after for after in table[ahead.pop()] if after not in seen and not seen.add(after)
        )
    return seen


def test_every_state_leads_to_an_end_and_an_end_is_final():
    for table, ends in (
        (rules.TASK_STEPS, {"completed", "cancelled", "expired"}),
        (rules.ASSIGNMENT_STEPS, {"approved", "returned", "expired"}),
    ):
        assert {state for state, after in table.items() if not after} == ends
        for state in set(table) - ends:
            assert steps_from(table, state) & ends


def test_every_state_is_reached_from_the_first_one():
    assert steps_from(rules.TASK_STEPS, "draft") | {"draft"} == set(rules.TASK_STEPS)
    reached = steps_from(rules.ASSIGNMENT_STEPS, "in_progress") | {"in_progress"}
    assert reached == set(rules.ASSIGNMENT_STEPS)


def test_what_is_in_hand_or_settled_holds_the_slot_and_a_returned_one_does_not():
    assert set(rules.IN_HAND) | set(rules.SETTLED) < set(rules.HOLDING)
    assert not {"returned", "expired"} & set(rules.HOLDING)
    assert not set(rules.SETTLED) & set(rules.IN_HAND)


def test_a_verdict_is_final_but_for_a_rejection_that_a_dispute_overturns():
    after = {state: rules.ASSIGNMENT_STEPS[state] for state in rules.SETTLED}
    assert after == {"approved": (), "rejected": ("approved",)}


def needs(**changes) -> rules.TaskNeeds:
    return rules.TaskNeeds(**{"client_user": 1, "skills": frozenset()} | changes)


def offers(**changes) -> rules.WorkerOffers:
    return rules.WorkerOffers(**{"user": 2, "skills": frozenset()} | changes)


def test_nobody_takes_their_own_task():
    assert rules.closed_gates(needs(), offers(user=1)) == ("own_task",)
    assert rules.closed_gates(needs(), offers()) == ()


def test_nobody_comes_back_to_a_task_they_had():
    assert rules.closed_gates(needs(), offers(was_on_task=True)) == ("already_on_task",)


def test_full_hands_take_no_more():
    assert rules.closed_gates(needs(), offers(has_capacity=False)) == ("no_capacity",)


@given(skills, skills)
def test_one_of_the_asked_skills_opens_the_gate(asked, has):
    closed = rules.closed_gates(needs(skills=asked), offers(skills=has))
    assert closed == (("skill",) if asked and not asked & has else ())
    assert (rules.skill_match(asked, has) > 0) == (not closed)


@given(latitudes, longitudes, latitudes, longitudes, st.floats(0.1, 100))
def test_the_edge_of_the_radius_is_the_edge_of_the_gate(lat_a, lon_a, lat_b, lon_b, radius):
    km = rules.kilometres_between(lat_a, lon_a, lat_b, lon_b)
    assume(abs(km - radius) > 1e-6)
    on_site = needs(latitude=lat_a, longitude=lon_a, radius_km=radius)
    closed = rules.closed_gates(on_site, offers(latitude=lat_b, longitude=lon_b))
    assert closed == (("place",) if km > radius else ())
    assert (rules.closeness(km, radius) > 0) == (km < radius)


def test_who_is_nowhere_does_remote_work_only():
    on_site = needs(latitude=51.0, longitude=4.0, radius_km=9_999)
    assert rules.closed_gates(on_site, offers()) == ("place",)
    assert rules.closed_gates(needs(), offers()) == ()


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1e9))
def test_what_counts_in_a_score_is_between_nothing_and_one(approved, rejected, seconds):
    assert 0 < rules.reputation(approved, rejected) < 1
    assert 0 <= rules.waiting(seconds) <= 1
    assert rules.reputation(approved + 1, rejected) > rules.reputation(approved, rejected)
    assert rules.reputation(approved, rejected + 1) < rules.reputation(approved, rejected)


def test_nobody_starts_with_a_bad_name():
    assert rules.reputation(0, 0) == 0.5
