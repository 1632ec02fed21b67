"""The line of idle workers finds whom walking along it would find."""

from hypothesis import given
from hypothesis import strategies as st

from simulation.world.line import Line

wage_lists = st.lists(st.integers(0, 9), min_size=1, max_size=20)


@given(wage_lists, st.lists(st.tuples(st.integers(0, 19), st.integers(-1, 10)), max_size=60))
def test_the_longest_wait_below_the_pay_is_found(wages, steps):
    line, waiting = Line(wages), list(range(len(wages)))
    for worker, pay in steps:
        worker %= len(wages)
        expected = next((w for w in waiting if wages[w] <= pay), None)
        assert line.first_below(pay) == expected
        if worker in waiting:
            waiting.remove(worker)
            line.leave(worker)
        else:
            waiting.append(worker)
            line.join(worker)
