"""What a client spent: pay and fees per month, and nothing that came back."""

from datetime import date

import pytest

from allocation import actions as allocation
from ledger.chart import Month, chart_of
from ledger.queries import spent_by_month
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, post


@pytest.mark.django_db
def test_pay_and_fees_are_spent_and_a_refund_is_not(clara, wim, settings):
    settings.FEE_BASIS_POINTS = 1000
    task = post(clara, pay_cents=1000)
    post(clara, pay_cents=5000)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    work = {"assignment_id": Assignment.objects.get(task=task).pk, "now": NOW}
    tasks.submit_work(by=wim, content="Done.", **work)
    assert spent_by_month(clara.user) == []
    tasks.approve(by=clara.user, **work)
    [(_month, pay, fee)] = spent_by_month(clara.user)
    assert (pay, fee) == (1000, 100)


def test_bars_stand_on_each_other_within_the_picture():
    chart = chart_of([Month(date(2026, 1, 1), 900, 100), Month(date(2026, 2, 1), 4000, 400)])
    for bar in chart.bars:
        assert bar.fee_y + bar.fee_height == pytest.approx(bar.pay_y, abs=0.2)
        assert bar.pay_y + bar.pay_height == pytest.approx(chart.bottom, abs=0.2)
        assert bar.fee_y >= 0
    assert chart.bars[1].pay_height > 4 * chart.bars[0].pay_height


def test_who_spent_nothing_has_no_picture():
    assert chart_of([]) is None
