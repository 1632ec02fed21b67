"""Asking a person: about a decision of the engine, and about a task that is broken."""

import pytest

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import MechanismVersion
from disputes import actions as disputes
from disputes.models import HumanReview, ProblemTicket
from disputes.queries import operators_queue, public_record
from tasks.models import TaskEvent
from tests.people import later, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(clara, wim, yasmina):
    """Wim got the only place; yasmina came too late."""
    task = post(clara, mechanism="lottery")
    for worker in (wim, yasmina):
        allocation.claim_slot(task_id=task.pk, by=worker, now=later(minutes=1))
    drain(later(hours=2))
    return task.allocations.get()


@pytest.fixture
def review(decision, yasmina):
    return disputes.ask_for_review(
        allocation_id=decision.pk, by=yasmina.user, text="Why him?", now=later(hours=3)
    )


def decide(review, by, outcome="overturned", now=None):
    return disputes.decide_review(
        review_id=review.pk,
        outcome=outcome,
        reason="I drew again by hand.",
        by=by,
        now=now or later(days=2),
    )


def test_workers_and_the_client_of_a_decision_may_ask_once_each(review, decision, clara, wim):
    ask = {"allocation_id": decision.pk, "text": "Is it right?", "now": later(hours=4)}
    for user in (clara.user, wim.user):
        disputes.ask_for_review(by=user, **ask)
        with pytest.raises(disputes.AlreadyAsked):
            disputes.ask_for_review(by=user, **ask)
    assert HumanReview.objects.count() == 3


def test_a_stranger_does_not_ask_and_nobody_asks_without_words(decision, stan, wim):
    ask = {"allocation_id": decision.pk, "now": later(hours=4)}
    with pytest.raises(disputes.NotYourDecision):
        disputes.ask_for_review(by=stan, text="Why?", **ask)
    with pytest.raises(disputes.SayWhatIsWrong):
        disputes.ask_for_review(by=wim.user, text=" ", **ask)
    assert not HumanReview.objects.exists()


def test_an_operator_answers_with_a_reason_of_their_own(review, otto):
    assert review.due_at == later(days=14, hours=3)
    decide(review, otto)
    review.refresh_from_db()
    assert (review.outcome, review.decided_by) == ("overturned", otto)
    assert public_record()["human_review"].overturn_share == 1.0


def test_nobody_reviews_what_they_took_part_in_or_set_the_rule_of(
    review, decision, clara, wim, yasmina, stan, otto
):
    """A new version of the rule by otto; a decision under it is not his to review."""
    for user in (clara.user, wim.user, yasmina.user):
        user.is_staff = True
        user.save()
    for user in (clara.user, wim.user, yasmina.user, stan):
        with pytest.raises(disputes.NotForYouToDecide):
            decide(review, user)
    assert not HumanReview.objects.exclude(decided_at=None).exists()


def test_who_published_the_version_does_not_review_its_decisions(clara, wim, otto, olga):
    MechanismVersion.objects.create(
        mechanism="first_come",
        number=7,
        parameters={},
        valid_from=later(days=-1),
        published_at=later(days=-20),
        by=otto,
        reason="A test of the rule.",
    )
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    kept = task.allocations.get()
    assert kept.version.by == otto
    asked = disputes.ask_for_review(
        allocation_id=kept.pk, by=wim.user, text="Is it right?", now=later(hours=1)
    )
    with pytest.raises(disputes.NotForYouToDecide):
        decide(asked, otto)
    decide(asked, olga, "upheld")


def test_a_late_answer_is_counted_in_public(review, otto):
    assert operators_queue(later(days=15))["human_review"].overdue == 1
    drain(later(days=15))
    assert TaskEvent.objects.filter(kind="human_review_overdue").count() == 1
    decide(review, otto, now=later(days=15))
    assert public_record()["human_review"].late == 1
    assert operators_queue(later(days=15))["human_review"].waiting == 0


# --- problems ------------------------------------------------------------------------------------


@pytest.fixture
def problem(clara, wim):
    return disputes.report_problem(
        task_id=post(clara).pk, by=wim.user, text="The link is dead.", now=later(hours=1)
    )


def answer(problem, by, now=None):
    return disputes.answer_problem(
        problem_id=problem.pk,
        outcome="fixed",
        reason="A new link.",
        by=by,
        now=now or later(hours=2),
    )


def test_the_client_answers_within_48_hours(problem, clara, otto, stan):
    for user in (otto, stan):
        with pytest.raises(disputes.NotForYouToDecide):
            answer(problem, user)
    answer(problem, clara.user)
    drain(later(days=5))
    problem.refresh_from_db()
    assert (problem.outcome, problem.escalated_at) == ("fixed", None)


def test_after_48_hours_an_operator_may_answer_and_the_queue_shows_it(problem, otto, clara):
    assert operators_queue(later(days=2))["problem"].waiting == 0
    drain(later(hours=49))
    assert operators_queue(later(hours=50))["problem"].waiting == 1
    drain(later(hours=98))
    assert operators_queue(later(hours=98))["problem"].overdue == 1
    answer(problem, otto, later(hours=99))
    told = problem.task.events.filter(kind__startswith="problem").order_by("pk")
    assert list(told.values_list("kind", flat=True)) == [
        "problem_reported",
        "problem_escalated",
        "problem_overdue",
        "problem_answered",
    ]


def test_the_reporter_does_not_answer_even_as_an_operator(problem, wim):
    wim.user.is_staff = True
    wim.user.save()
    drain(later(hours=49))
    with pytest.raises(disputes.NotForYouToDecide):
        answer(problem, wim.user)
    assert ProblemTicket.objects.get().decided_at is None


def test_one_open_problem_per_task_and_person(problem, clara, wim, yasmina):
    report = {"task_id": problem.task_id, "text": "Still dead.", "now": later(hours=2)}
    with pytest.raises(disputes.AlreadyAsked):
        disputes.report_problem(by=wim.user, **report)
    disputes.report_problem(by=yasmina.user, **report)
    answer(problem, clara.user)
    disputes.report_problem(by=wim.user, **report)
    with pytest.raises(disputes.NotYourDecision):
        disputes.report_problem(by=clara.user, **report)
    assert ProblemTicket.objects.count() == 3
