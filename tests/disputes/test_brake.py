"""Beyond a tenth of a batch, an operator has to agree before a worker is refused pay."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from agenda.actions import drain
from disputes import actions as disputes
from disputes.models import HeldRejection
from disputes.queries import held_rejections, operators_queue, to_review
from disputes.rules import brake_holds
from ledger.queries import balance_cents, trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, Review, TaskEvent
from tests.disputes.conftest import hand_in, reject
from tests.people import a_task, later, make_worker, post

pytestmark = pytest.mark.django_db


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_brake_holds_exactly_beyond_both_limits(handed_in, rejected):
    holds = brake_holds(handed_in=handed_in, rejected=rejected, percent=10, at_least=5)
    assert holds == (rejected + 1 > 5 and rejected + 1 > handed_in / 10)


@pytest.fixture
def six(clara):
    """Six pieces of work, handed in for one task."""
    task = post(clara, slot_count=6)
    return [hand_in(task, make_worker(f"worker{n}")) for n in range(6)]


@pytest.fixture
def held(six):
    """The sixth rejection of six, which the brake holds."""
    *before, last = [reject(work) for work in six]
    assert {review.verdict for review in before} == {"rejected"}
    assert isinstance(last, HeldRejection)
    return last


def decide(held, by, outcome):
    return disputes.decide_held_rejection(
        held_id=held.pk, outcome=outcome, reason="I read all six.", by=by, now=later(days=1)
    )


def test_the_sixth_rejection_waits_and_pays_or_refuses_nobody(held, six):
    work = Assignment.objects.get(pk=six[-1].pk)
    assert (work.state, Review.objects.count()) == ("submitted", 5)
    assert list(held_rejections()) == [held]


def test_the_clock_of_automatic_approval_stops_while_it_waits(held, six):
    drain(later(days=settings.APPROVAL_DAYS + 1))
    assert Assignment.objects.get(pk=six[-1].pk).state == "submitted"
    assert Assignment.objects.filter(state="approved").count() == 0


def test_when_the_operator_agrees_the_client_has_rejected(held, six, clara, otto):
    decide(held, otto, "agreed")
    review = Review.objects.get(submission=held.submission)
    assert (review.verdict, review.by, review.text) == ("rejected", clara.user, "It is blue.")
    assert Assignment.objects.get(pk=six[-1].pk).state == "rejected"
    assert not held_rejections().exists()


def test_when_the_operator_refuses_the_work_is_paid(held, six, clara, otto):
    decide(held, otto, "refused")
    review = Review.objects.get(submission=held.submission)
    assert (review.verdict, review.by, review.text) == ("approved", otto, "I read all six.")
    assert balance_cents(six[-1].worker.user) == 1_000
    assert trial_balance().is_right


def test_who_agreed_to_the_rejection_does_not_decide_the_dispute(held, six, otto, olga):
    decide(held, otto, "agreed")
    dispute = disputes.open_dispute(
        assignment_id=six[-1].pk, by=six[-1].worker, text="No.", now=later(days=2)
    )
    decision = {"dispute_id": dispute.pk, "outcome": "overturned", "reason": "Blue is right."}
    with pytest.raises(disputes.NotForYouToDecide):
        disputes.decide_dispute(by=otto, now=later(days=3), **decision)
    disputes.decide_dispute(by=olga, now=later(days=3), **decision)
    assert balance_cents(six[-1].worker.user) == 1_000


@pytest.mark.parametrize("who", ["clara", "worker", "stan"])
def test_the_client_the_worker_and_a_stranger_do_not_decide(held, six, clara, stan, who):
    user = {"clara": clara.user, "worker": six[-1].worker.user, "stan": stan}[who]
    user.is_staff = who != "stan"
    user.save()
    with pytest.raises(disputes.NotForYouToDecide):
        decide(held, user, "refused")
    assert Assignment.objects.get(pk=six[-1].pk).state == "submitted"


def test_a_client_who_approves_after_all_has_withdrawn_the_rejection(held, six, clara, otto):
    tasks.approve(assignment_id=six[-1].pk, by=clara.user, now=later(hours=1))
    assert not held_rejections().exists()
    with pytest.raises(disputes.AlreadyDecided):
        decide(held, otto, "agreed")
    assert balance_cents(six[-1].worker.user) == 1_000


def test_after_rework_the_second_try_is_weighed_anew(held, six, clara):
    work = six[-1]
    tasks.ask_for_rework(assignment_id=work.pk, by=clara.user, text="Red.", now=later(hours=1))
    tasks.submit_work(assignment_id=work.pk, by=work.worker, content="Red.", now=later(hours=2))
    again = reject(work, later(hours=3))
    assert isinstance(again, HeldRejection)
    assert list(held_rejections()) == [again]


def test_rejecting_twice_is_told_and_holds_once(held, six):
    with pytest.raises(disputes.RejectionIsHeld):
        reject(six[-1])
    assert HeldRejection.objects.count() == 1


def test_a_held_rejection_needs_its_reason_too(six, clara):
    for work in six[:5]:
        reject(work)
    for code, text in (("", "Why."), ("wrong", " ")):
        with pytest.raises(tasks.ARejectionNeedsAReason):
            disputes.reject(
                assignment_id=six[-1].pk,
                by=clara.user,
                reason_code=code,
                text=text,
                now=later(minutes=4),
            )
    assert not HeldRejection.objects.exists()


def test_a_tenth_of_a_batch_may_be_rejected(clara, settings):
    """Of 40 handed in, four are a tenth; the least number is put out of the way."""
    settings.BRAKE_AT_LEAST = 0
    news = [a_task(title=f"Box {n}", pay_cents=100) for n in range(40)]
    batch = tasks.post_batch(client=clara, title="Boxes", news=news, now=later())
    workers = [make_worker(f"worker{n}", capacity=20) for n in range(2)]
    work = [hand_in(task, workers[n % 2]) for n, task in enumerate(batch.tasks.order_by("pk"))]
    found = [reject(one) for one in work[:6]]
    assert [type(one) for one in found] == [Review] * 4 + [HeldRejection] * 2


def test_what_is_held_is_not_among_what_waits_for_the_client(held, six, clara):
    assert list(to_review(clara)) == []
    assert operators_queue(later(days=1))["held_rejection"].waiting == 1
    assert operators_queue(later(days=20))["held_rejection"].overdue == 1


def test_lateness_is_noted_once(held):
    drain(later(days=15))
    drain(later(days=16))
    assert TaskEvent.objects.filter(kind="held_rejection_overdue").count() == 1
