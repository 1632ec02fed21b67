"""What simulated people do, one behaviour at a time, and what each lever of the rules changes."""

from dataclasses import replace
from itertools import chain, pairwise
from statistics import fmean

import pytest

from simulation.world.levers import pull
from simulation.world.market import Market
from simulation.world.measures import measures
from simulation.world.presets import load
from simulation.world.run import interval, run, seeds_for
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Spread
from simulation.world.streams import arrival_hours, in_bursts

COURIERS = replace(load("deliveroo").scenario, hours=48)
SEEDS = seeds_for(5, 12)


def pulled(scenario, **changes):
    for lever, value in changes.items():
        scenario = pull(scenario, lever, value)
    return scenario


def mean(scenario, measure):
    return fmean(measures(run(scenario, seed))[measure] for seed in SEEDS)


def difference(measure, scenario, **changes):
    """Changed minus as it is, pair by pair."""
    changed = pulled(scenario, **changes)
    gaps = [
        measures(run(changed, seed))[measure] - measures(run(scenario, seed))[measure]
        for seed in SEEDS
    ]
    found = interval(gaps)
    return found.mean if abs(found.mean) > found.half_width else 0.0


# --- when clients post ----------------------------------------------------------------------------


def test_bursts_keep_the_rate_and_come_together():
    hours = chain.from_iterable(in_bursts(arrival_hours(3, 10.0 / 4, ()), 3, 4.0))
    first = [hour for hour, _ in zip(hours, range(20_000), strict=False)]
    assert len(first) / first[-1] == pytest.approx(10.0, rel=0.05)
    assert sum(a == b for a, b in pairwise(first)) / len(first) == pytest.approx(0.75, abs=0.02)


def test_a_machine_takes_its_share_and_leaves_the_other_tasks_as_they_were():
    base = Scenario(hours=200, demand=Demand(tasks_per_hour=20))
    all_hours = run(base, 1, keep_records=True).records.columns["posted_hour"]
    rest = run(pulled(base, automated_share=0.3), 1, keep_records=True).records.columns
    assert set(rest["posted_hour"]) < set(all_hours)
    assert len(rest["task"]) / len(all_hours) == pytest.approx(0.7, abs=0.03)


def test_a_rhythm_of_168_hours_is_a_week():
    only_sundays = (0.0,) * 144 + (1.0,) * 24
    base = Scenario(hours=24 * 28, demand=Demand(tasks_per_hour=3, rhythm=only_sundays))
    posted = [task.posted_at for task in Market(base, 1).tasks()]
    assert {int(hour // 24) for hour in posted} == {6, 13, 20, 27}


# --- who is there, and what they can --------------------------------------------------------------


def test_only_who_has_the_skill_takes_the_task():
    base = pulled(Scenario(tasks=300), skill_kinds=4, skills_each=2)
    for mechanism in ("first_come", "rotation", "lottery", "sealed_first_price"):
        scenario = pulled(base, mechanism=mechanism)
        asked = {task.number: task.skill for task in Market(scenario, 2).tasks()}
        market = run(scenario, 2, keep_records=True)
        takers = [(row[0], row[5]) for row in market.records.rows() if row[5] >= 0]
        assert len(takers) > 200 and set(asked.values()) == {0, 1, 2, 3}
        assert all(asked[task] in market.workers.skills[worker] for task, worker in takers)


def test_newcomers_work_after_they_joined_and_nobody_after_they_left():
    base = pulled(Scenario(hours=200), newcomers=15, stays_hours=60)
    for changes in ({}, {"mechanism": "rotation"}, {"shift_hours": 6}, {"mechanism": "lottery"}):
        market = run(pulled(base, **changes), 4, keep_records=True)
        workers = market.workers
        takers = [(row[3], row[5]) for row in market.records.rows() if row[5] >= 0]
        assert any(worker >= 20 for _, worker in takers)
        assert all(at >= workers.joined_at[worker] for at, worker in takers)
        late = 1.0 if market.card.traits.makes_offers else 0.0
        assert all(at <= workers.leaves_at[worker] + late for at, worker in takers)


def test_newcomers_change_nothing_about_those_who_were_there():
    base = load("elance").scenario
    before, after = Market(base, 3).workers, Market(pulled(base, newcomers=9), 3).workers
    for name in ("reservation_cents", "quality", "skills", "x"):
        assert getattr(after, name)[:80] == getattr(before, name)


def test_a_newcomer_waits_longer_for_a_first_task_by_rating_than_in_turn():
    base = pulled(COURIERS, newcomers=8)
    assert difference("newcomer_wait_hours", base, mechanism="rotation") < 0


# --- shifts ---------------------------------------------------------------------------------------


def test_nobody_takes_a_task_outside_a_shift_and_duty_adds_up():
    scenario = pulled(COURIERS, shift_hours=6)
    market = run(scenario, 1, keep_records=True)
    columns = market.records.columns
    seen = {}
    for worker, taken in zip(columns["worker"], columns["taken_hour"], strict=True):
        if worker >= 0:
            seen.setdefault(worker, []).append(taken % 24)
    for moments in seen.values():
        around = sorted(moments)
        gaps = [b - a for a, b in pairwise(around)] + [around[0] + 24 - around[-1]]
        assert max(gaps) > 24 - 6 - 1.0  # an answer may come a little after the end
    days = market.closed_at / 24
    assert sum(market.duty.hours) / market.workers.count / days == pytest.approx(6, rel=0.05)


@pytest.mark.parametrize("shift_hours", [0, 6])
@pytest.mark.parametrize("mechanism", ["first_come", "scored_offers", "rotation"])
def test_what_nobody_wants_does_not_lengthen_duty(shift_hours, mechanism):
    """However long it stays open: nobody is on duty for it once clients post no more."""
    pay = Spread("uniform", 500, 1500)
    base = pulled(
        Scenario(hours=24, population=Population(workers=10), demand=Demand(8.0, pay_cents=pay)),
        mechanism=mechanism, shift_hours=shift_hours, reservation_cents=900, waiting_is_duty="true",
        minimum_shift_hours=3, minimum_shift_cents_per_hour=100,
    )  # fmt: skip
    short, long = (run(pulled(base, patience_hours=hours), 1) for hours in (2, 100))
    for market in (short, long):
        worked = sum(market.workers.paid_hours)
        there = 10 * (shift_hours or 24)
        assert 0 <= sum(map(market.duty_hours, range(10))) - there <= worked
    assert measures(long)["utilisation"] >= measures(short)["utilisation"]
    assert sum(long.workers.top_up_cents) <= sum(short.workers.top_up_cents)


@pytest.mark.parametrize("mechanism", ["first_come", "standby_queue", "scored_offers", "rotation"])
def test_who_waits_without_end_has_waited_in_vain_when_nothing_more_happens(mechanism):
    """One task each at most, and no patience that ends: the others are counted as unfilled."""
    market = run(
        pulled(Scenario(hours=24, population=Population(workers=5)), mechanism=mechanism,
               most_assignments=1), 1, keep_records=True,
    )  # fmt: skip
    found = measures(market)
    assert found["slots_filled"] == 5
    assert found["slots_unfilled"] == market.posted - 5 == len(market.records) - 5
    assert found["fill_share"] < 0.1 and found["little_gap"] == pytest.approx(0, abs=1e-9)


def test_hours_that_the_rules_promise_to_pay_are_paid_hours():
    firm = measures(run(replace(load("firm").scenario, hours=24), 1))
    assert firm["unpaid_time_share"] == 0
    assert firm["wage_paid_hour_cents"] == pytest.approx(1500, abs=1)
    courier = pulled(COURIERS, shift_hours=6, minimum_shift_cents_per_hour=1000)
    shares = [
        measures(run(pulled(courier, minimum_shift_hours=hours), 1))["unpaid_time_share"]
        for hours in (0, 2, 6)
    ]
    assert shares[0] > shares[1] > shares[2] >= 0
    assert shares[2] < 0.05  # what is left is work in hand after the end of a shift


def test_nobody_works_more_than_their_duty():
    for tasks in (0, 50):
        market = run(
            pulled(COURIERS, tasks=tasks, stays_hours=20, newcomers=8, patience_hours=9), 2
        )
        for worker in range(market.workers.count):
            busy = market.workers.paid_hours[worker] + market.workers.travel_hours[worker]
            assert busy <= market.duty_hours(worker) + 1e-9


def test_nobody_comes_to_a_shift_when_nothing_is_left_to_do():
    market = run(pulled(COURIERS, shift_hours=6, patience_hours=0.5), 1)
    assert market.now < 48 + 24


def test_a_shift_pays_its_minimum():
    scenario = pulled(COURIERS, shift_hours=4)
    least = pulled(scenario, minimum_shift_hours=3, minimum_shift_cents_per_hour=1100)
    before, after = run(scenario, 1), run(least, 1)
    assert sum(before.workers.top_up_cents) == 0
    assert sum(after.workers.top_up_cents) > 0
    earned = [
        e + t for e, t in zip(after.workers.earned_cents, after.workers.top_up_cents, strict=True)
    ]
    assert min(earned) >= 3 * 1100 * 2  # two whole days, so two shifts at least
    assert difference("gini_earnings", scenario, minimum_shift_hours=3,
                      minimum_shift_cents_per_hour=1100) < 0  # fmt: skip


def test_with_free_entry_a_rise_in_pay_brings_more_people_and_less_work_for_each():
    scenario = pulled(COURIERS, hours=240, workers=60, shift_hours=8, free_entry="true")
    assert difference("utilisation", scenario, pay_cents=720) < 0
    rise = mean(pulled(scenario, pay_cents=720), "wage_all_hours_cents")
    assert rise / mean(scenario, "wage_all_hours_cents") < 1.2


def test_a_boycott_takes_people_off_duty_only_below_its_threshold():
    scenario = pulled(COURIERS, shift_hours=8)
    assert difference("fill_share", scenario, boycott_below_cents_per_hour=1) == 0
    assert difference("fill_share", scenario, boycott_below_cents_per_hour=2000) < 0


# --- bids and answers -----------------------------------------------------------------------------


def open_bidding(**changes):
    """Three people with fixed costs; the bids go down by 50 cents at least."""
    return pulled(
        Scenario(
            tasks=60,
            demand=Demand(tasks_per_hour=0.05, pay_cents=Spread("fixed", 3000)),
            population=Population(workers=3, reservation_cents=Spread("uniform", 500, 2500)),
            rules=Rules(mechanism="open_descending", window_hours=2),
        ),
        **{"private_costs": "true", "answer_seconds": 60, **changes},
    )


def test_in_open_bidding_the_price_stops_near_the_second_lowest_cost():
    least = pulled(open_bidding(undercut=0), window_hours=10)
    sealed = pulled(least, mechanism="sealed_second_price")
    gap = mean(least, "price_cents_mean") - mean(sealed, "price_cents_mean")
    assert abs(gap) < 100
    assert mean(open_bidding(), "price_cents_mean") < mean(least, "price_cents_mean")


def test_a_late_open_bid_leaves_time_to_answer():
    """Everybody answers after two minutes, so a window of one sees no bid and one of three sees
    the first; the closing moves until nobody goes lower."""
    deaf = pulled(open_bidding(answer_seconds=120), window_hours=1 / 60)
    assert mean(deaf, "fill_share") == 0
    heard = pulled(open_bidding(answer_seconds=110), window_hours=3 / 60)
    assert mean(heard, "price_cents_mean") < 2500 and mean(heard, "wait_hours_mean") > 3 / 60


def test_who_learns_to_bid_asks_more_after_an_award_and_less_after_a_loss():
    scenario = pulled(load("elance").scenario, bidding="learning", markup=1.2)
    market = run(scenario, 1)
    markups = market.workers.markup
    bids, awards = market.workers.bids, market.workers.awards
    winner = max(range(market.workers.count), key=lambda w: awards[w])
    losers = [w for w in range(market.workers.count) if bids[w] > 20 and not awards[w]]
    assert markups[winner] > 1.2
    assert losers and all(markups[w] < 1.2 for w in losers)
    assert min(markups) >= 1.0


def test_a_price_that_is_not_shown_is_answered_as_if_it_were_usual():
    demand = Demand(tasks_per_hour=5, pay_cents=Spread("uniform", 100, 1900), patience_hours=1)
    people = Population(workers=30, reservation_cents=Spread("fixed", 900))
    shown = Scenario(tasks=400, demand=demand, population=people)
    hidden = pulled(shown, pay_is_shown="false")
    cheap = [row[7] for row in run(shown, 1, keep_records=True).records.rows() if row[9] == 1]
    blind = [row[7] for row in run(hidden, 1, keep_records=True).records.rows() if row[9] == 1]
    assert min(cheap) >= 900 and min(blind) < 300


def test_logging_off_together_raises_the_price():
    rides = pulled(load("uber").scenario, hours=24)
    assert difference("price_cents_mean", rides, coalition_share=0.4) > 0
    still = pulled(rides, surge_most=1)
    members = run(pulled(still, coalition_share=0.4, coalition_demands=100), 1).workers
    assert not any(
        awards
        for awards, member in zip(members.awards, members.is_in_coalition, strict=True)
        if member
    )


# --- work and its limits --------------------------------------------------------------------------


def test_practice_makes_quicker():
    quick = pulled(Scenario(tasks=500), practice=0.2)
    assert sum(run(quick, 1).workers.paid_hours) < sum(
        run(Scenario(tasks=500), 1).workers.paid_hours
    )


def test_a_limited_status_stops_at_its_hours_and_the_others_do_not():
    scenario = pulled(Scenario(tasks=800), limited_share=0.5, limited_hours=10)
    workers = run(scenario, 1).workers
    limited = [h for h, is_l in zip(workers.paid_hours, workers.is_limited, strict=True) if is_l]
    others = [h for h, is_l in zip(workers.paid_hours, workers.is_limited, strict=True) if not is_l]
    assert len(limited) > 3 and max(limited) < 10 + 8  # the task that passes it is finished
    assert fmean(others) > 2 * fmean(limited)


# --- clients who do not pay -----------------------------------------------------------------------


def test_a_fund_pays_for_clients_who_do_not_as_long_as_it_can():
    scenario = Scenario(
        tasks=2_000, demand=Demand(default_share=0.02), population=Population(workers=40)
    )
    bare = measures(run(scenario, 1))
    assert bare["defaulted_cents"] > 0 and bare["default_covered_share"] == 0
    rich = measures(run(pulled(scenario, fund_basis_points=500, fund_reserve_cents=5_000), 1))
    assert rich["defaulted_cents"] == bare["defaulted_cents"]
    assert rich["default_covered_share"] == 1 and rich["fund_cents"] > 0
    poor = measures(run(pulled(scenario, fund_basis_points=50), 1))
    assert 0 < poor["default_covered_share"] < 0.5 and poor["fund_cents"] >= 0
    reserve = measures(run(pulled(scenario, fund_basis_points=50, fund_reserve_cents=10_000), 1))
    assert reserve["default_covered_share"] > poor["default_covered_share"]


def test_the_money_of_a_fund_adds_up():
    scenario = pulled(
        Scenario(tasks=500, demand=Demand(default_share=0.1), rules=Rules(fee_basis_points=1000)),
        fund_basis_points=300,
    )
    found = measures(run(scenario, 1))
    covered = found["default_covered_share"] * found["defaulted_cents"]
    clients = found["client_spend_cents"]
    assert clients + covered == pytest.approx(
        found["worker_pay_cents"] + found["fee_cents"] + found["fund_cents"] + covered
    )


# --- measures -------------------------------------------------------------------------------------


def test_autonomy_is_own_moves_and_own_refusals():
    assert mean(Scenario(tasks=100), "own_choice_share") == 1.0
    obedient = Scenario(tasks=100, rules=Rules(mechanism="rotation"), behaviour=Behaviour())
    assert mean(obedient, "own_choice_share") == 0.0
    assert 0 < mean(COURIERS, "own_choice_share") < 1


def test_hours_explain_earnings_where_hours_are_paid():
    paid = pulled(COURIERS, shift_hours=6, guaranteed_cents_per_hour=1500)
    by_delivery = pulled(COURIERS, shift_hours=6)
    hours = "hours_unexplained_share"
    assert mean(paid, hours) < 0.01 < mean(by_delivery, hours)
