"""What PostgreSQL itself refuses about disputes and decisions, whoever asks and however."""

import pytest

from disputes import actions as disputes
from disputes.models import Dispute, HeldRejection, Statement
from tasks.models import Assignment, Review
from tests.disputes.conftest import hand_in, reject
from tests.people import later, make_worker, post
from tests.refusals import refused, rows_of, run_sql

pytestmark = pytest.mark.django_db


def decided(by, **changes) -> dict:
    return {
        "decided_by": by,
        "decided_at": later(days=3),
        "outcome": "overturned",
        "reason": "Blue is right.",
    } | changes


@pytest.mark.parametrize("who", ["clara", "wim", "stan"])
def test_a_dispute_is_decided_only_by_an_operator_whom_it_does_not_concern(
    dispute, clara, wim, stan, otto, who
):
    user = {"clara": clara.user, "wim": wim.user, "stan": stan}[who]
    user.is_staff = who != "stan"
    user.save()
    before = rows_of(Dispute)
    with refused("not theirs to decide"):
        Dispute.objects.update(**decided(user))
    assert rows_of(Dispute) == before
    assert Dispute.objects.update(**decided(otto)) == 1


def test_an_operator_who_left_decides_nothing(dispute, otto):
    otto.is_active = False
    otto.save()
    with refused("not theirs to decide"):
        Dispute.objects.update(**decided(otto))


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"outcome": ""}, {"decided_by": None}, {"decided_at": None}]
)
def test_a_decision_has_a_person_a_moment_an_outcome_and_a_reason(dispute, otto, changes):
    with refused("a_dispute_is_decided_by_a_person_with_a_reason"):
        Dispute.objects.update(**decided(otto, **changes))


def test_a_decision_and_what_was_asked_stay_as_they_are(dispute, otto, olga):
    with refused("what was asked stays as it was asked"):
        Dispute.objects.update(text="I was late.")
    Dispute.objects.update(**decided(otto))
    before = rows_of(Dispute)
    with refused("a decision of a person is never changed"):
        Dispute.objects.update(outcome="upheld", decided_by=olga)
    with refused("a question is never deleted"):
        run_sql("DELETE FROM disputes_dispute")
    assert rows_of(Dispute) == before


def test_a_statement_is_never_changed(dispute, clara):
    disputes.add_statement(dispute_id=dispute.pk, by=clara.user, text="Red.", now=later(days=2))
    with refused("append-only"):
        Statement.objects.update(text="Blue.")
    with refused("append-only"):
        run_sql("DELETE FROM disputes_statement")
    assert Statement.objects.get().text == "Red."


def test_a_rejection_is_undone_only_by_a_dispute_that_was_decided_so(dispute, otto):
    with refused("without a dispute decided so"):
        Assignment.objects.update(state="approved")
    Dispute.objects.update(**decided(otto))
    assert Assignment.objects.update(state="approved") == 1


def test_a_held_rejection_takes_effect_only_when_an_operator_agreed(clara, otto):
    task = post(clara, slot_count=6)
    work = [hand_in(task, make_worker(f"worker{n}")) for n in range(6)]
    held = [reject(one) for one in work][-1]
    assert isinstance(held, HeldRejection)
    no = {
        "submission": held.submission,
        "verdict": "rejected",
        "reason_code": "wrong",
        "text": "Blue.",
        "by": clara.user,
        "at": later(days=1),
    }
    with refused("only when an operator has agreed"):
        Review.objects.create(**no)
    HeldRejection.objects.update(**decided(otto, outcome="agreed"))
    assert Review.objects.create(**no).pk
