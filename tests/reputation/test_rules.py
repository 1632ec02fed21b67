"""Facts say "no data" where nothing is known; opinions are shown together or when the time is over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation import rules
from reputation.rules import Verdict

SETTLED = datetime(2026, 6, 1, tzinfo=UTC)
DAY = 86_400.0


def test_without_verdicts_there_is_no_data_and_never_a_zero():
    facts = rules.client_facts([])
    assert (facts.days_to_pay, facts.rejection_share, facts.reply_share) == (None, None, None)
    assert facts.hourly_cents is None
    nobody = rules.WorkerFacts()
    assert (nobody.approved_share, nobody.on_time_share) == (None, None)


def test_a_client_pays_in_the_median_time_of_what_was_approved():
    verdicts = [
        Verdict(True, True, DAY),
        Verdict(True, True, 2 * DAY),
        Verdict(True, False, 9 * DAY),
    ]
    facts = rules.client_facts([*verdicts, Verdict(False, True, 0.5 * DAY)])
    assert (facts.days_to_pay, facts.rejection_share, facts.reply_share) == (2, 0.25, 0.75)


def test_only_rejections_leave_the_days_to_pay_unknown():
    facts = rules.client_facts([Verdict(False, True, DAY)])
    assert (facts.days_to_pay, facts.rejection_share) == (None, 1.0)


def test_work_that_was_never_handed_in_was_not_on_time():
    assert rules.WorkerFacts(approved=3, rejected=1, handed_in=4, expired=1).on_time_share == 0.8
    assert rules.WorkerFacts(approved=3, rejected=1).approved_share == 0.75


@pytest.mark.parametrize(
    ("written", "days", "shown"),
    [(0, 20, False), (1, 13.99, False), (1, 14, True), (2, 0, True)],
)
def test_opinions_are_shown_with_the_second_or_after_fourteen_days(written, days, shown):
    assert rules.is_revealed(written, SETTLED, SETTLED + timedelta(days=days)) == shown


verdicts_of_any_kind = st.lists(st.builds(Verdict, st.booleans(), st.booleans(), st.floats(0, 1e9)))


@given(verdicts_of_any_kind)
def test_every_share_lies_between_none_and_all(verdicts):
    facts = rules.client_facts(verdicts)
    for share in (facts.rejection_share, facts.reply_share):
        assert (share is None) == (not verdicts)
        assert share is None or 0 <= share <= 1
