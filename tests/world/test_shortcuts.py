"""Two shorter ways through a run give what the long way gives, to the last bit.

The long way asks for every decision with its whole case and keeps a row per slot.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.world import queue
from simulation.world.market import Market
from simulation.world.measures import measures
from simulation.world.run import result_bytes
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Spread
from tests.world.test_the_market import worlds

few = settings(max_examples=60, deadline=None)
FIXED = Spread("fixed", 0.25)  # as long as the patience below, so that two things happen at once


def plain(tasks, hours, workers, rate, work, patience, burst, wage, **more):
    """First come and nothing else; queues or idle workers, by chance."""
    return Scenario(
        tasks=tasks,
        hours=hours,
        demand=Demand(
            tasks_per_hour=rate,
            rhythm=more["rhythm"],
            burst=burst,
            pay_cents=Spread("uniform", 300, 1500),
            estimate_hours=0.5,
            work_hours=work,
            patience_hours=patience,
            automated_share=more["automated"],
        ),
        population=Population(workers, Spread("uniform", 0, wage), cost_cents_per_hour=7.3),
        behaviour=Behaviour(rejection=more["rejection"], search_seconds=more["search"]),
        rules=Rules(floor_cents_per_hour=more["floor"], pay_is_shown=more["shown"]),
    )


plain_worlds = st.builds(
    plain,
    st.sampled_from([0, 1, 30, 5000]),
    st.floats(0.01, 3),
    st.integers(1, 40),
    st.floats(1, 200),
    st.sampled_from([FIXED, Spread("exponential", 0.3), Spread("lognormal", 1.0, 0.5)]),
    st.sampled_from([0.0, 0.25, 2.0]),
    st.sampled_from([1.0, 3.0]),
    st.sampled_from([0, 1200, 4000]),
    rhythm=st.sampled_from([(), (0.5, 2.0, 0.0)]),
    automated=st.sampled_from([0.0, 0.4]),
    rejection=st.sampled_from([0.0, 0.3]),
    search=st.sampled_from([Spread("fixed", 0.0), Spread("exponential", 60.0)]),
    floor=st.sampled_from([0, 1800]),
    shown=st.booleans(),
)


def outcome(scenario, seed, **how):
    market = Market(scenario, seed, **how).run()
    rows = None if market.records is None else list(market.records.rows())
    return result_bytes(market), rows


def both_ways(scenario, seed):
    """In short and in full; without records the sums are the same."""
    quick, rows = outcome(scenario, seed)
    assert (quick, rows) == outcome(scenario, seed, in_full=True)
    assert (quick, None) == outcome(scenario, seed, keep_records=False)


@few
@given(plain_worlds, st.integers(0, 2**32))
def test_the_plain_queue_is_the_market_to_the_last_bit(scenario, seed):
    assert queue.is_plain(Market(scenario, seed))
    both_ways(scenario, seed)


@few
@given(worlds, st.integers(0, 2**32))
def test_asking_in_short_changes_nothing(scenario, seed):
    both_ways(scenario, seed)


def test_a_queue_longer_than_a_block_is_the_same_too():
    """The sums are added up several times, in the middle of a queue; few workers look far."""
    scenario = Scenario(
        tasks=9000,
        demand=Demand(tasks_per_hour=100, pay_cents=Spread("uniform", 0, 1500), patience_hours=0.5),
        population=Population(workers=90, reservation_cents=Spread("uniform", 0, 1500)),
        behaviour=Behaviour(rejection=0.1),
    )
    both_ways(scenario, 11)


def test_what_is_not_plain_is_played_by_the_market():
    changed = Scenario(behaviour=Behaviour(practice=0.1))
    assert queue.is_plain(Market(Scenario(), 1))
    assert not queue.is_plain(Market(changed, 1))
    assert measures(Market(changed, 1).run())["slots_filled"]
