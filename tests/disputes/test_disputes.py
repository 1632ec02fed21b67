"""A rejection, its dispute and its end: what people may do, and where the money is."""

import pytest
from django.conf import settings

from agenda.actions import drain
from disputes import actions as disputes
from disputes.models import Dispute, Statement
from ledger.queries import balance_cents, held_cents, trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, TaskEvent
from tests.disputes.conftest import reject
from tests.people import later

pytestmark = pytest.mark.django_db

AFTER_THE_WINDOW = later(days=settings.DISPUTE_DAYS, minutes=4)


def wallets(client, worker) -> tuple[int, int, int]:
    """The client's wallet, the client's escrow, the worker's wallet, in cents."""
    assert trial_balance().is_right
    return balance_cents(client.user), held_cents(client.user), balance_cents(worker.user)


def decide(dispute, by, outcome, now=None):
    return disputes.decide_dispute(
        dispute_id=dispute.pk,
        outcome=outcome,
        reason="The task says blue.",
        by=by,
        now=now or later(days=3),
    )


def test_a_rejection_keeps_the_money_in_escrow_until_the_time_to_dispute_is_over(
    rejected, clara, wim
):
    assert wallets(clara, wim) == (98_900, 1_100, 0)
    drain(later(days=settings.DISPUTE_DAYS))
    assert wallets(clara, wim) == (98_900, 1_100, 0)
    drain(AFTER_THE_WINDOW)
    assert wallets(clara, wim) == (100_000, 0, 0)


def test_closing_the_window_twice_gives_the_money_back_once(rejected, clara, wim):
    for _ in range(2):
        disputes.close_window(assignment_id=rejected.pk, now=AFTER_THE_WINDOW)
    assert wallets(clara, wim) == (100_000, 0, 0)


def test_an_overturned_rejection_is_paid_from_what_was_held(dispute, clara, wim, otto):
    decide(dispute, otto, "overturned")
    assert wallets(clara, wim) == (98_900, 0, 1_000)
    held = Assignment.objects.get()
    wim.refresh_from_db()
    assert (held.state, wim.approved_count, wim.rejected_count) == ("approved", 1, 0)
    drain(later(days=60))
    assert wallets(clara, wim) == (98_900, 0, 1_000)


def test_an_upheld_rejection_gives_the_client_the_escrow_back(dispute, clara, wim, otto):
    decide(dispute, otto, "upheld")
    assert wallets(clara, wim) == (100_000, 0, 0)
    assert Assignment.objects.get().state == "rejected"
    drain(later(days=60))
    assert wallets(clara, wim) == (100_000, 0, 0)


def test_a_disputed_rejection_keeps_the_money_however_long_it_takes(dispute, clara, wim, otto):
    drain(later(days=200))
    assert wallets(clara, wim) == (98_900, 1_100, 0)
    decide(dispute, otto, "overturned", now=later(days=201))
    assert wallets(clara, wim) == (98_900, 0, 1_000)


@pytest.mark.parametrize("when", [AFTER_THE_WINDOW, later(days=99)])
def test_after_the_window_nothing_can_be_disputed_swept_or_not(rejected, wim, when):
    with pytest.raises(disputes.CannotBeDisputed):
        disputes.open_dispute(assignment_id=rejected.pk, by=wim, text="No!", now=when)
    assert not Dispute.objects.exists()


def test_a_rejection_is_disputed_once(dispute, rejected, wim):
    with pytest.raises(disputes.CannotBeDisputed):
        disputes.open_dispute(assignment_id=rejected.pk, by=wim, text="No!", now=later(days=2))
    assert Dispute.objects.count() == 1


def test_only_rejected_work_and_only_ones_own_is_disputed(handed_in, wim, yasmina):
    with pytest.raises(disputes.CannotBeDisputed):
        disputes.open_dispute(assignment_id=handed_in.pk, by=wim, text="No!", now=later(days=1))
    reject(handed_in)
    with pytest.raises(Assignment.DoesNotExist):
        disputes.open_dispute(assignment_id=handed_in.pk, by=yasmina, text="No!", now=later(days=1))
    with pytest.raises(disputes.SayWhatIsWrong):
        disputes.open_dispute(assignment_id=handed_in.pk, by=wim, text="  ", now=later(days=1))
    assert not Dispute.objects.exists()


def test_the_client_answers_and_a_stranger_does_not(dispute, clara, wim, stan):
    add = {"dispute_id": dispute.pk, "now": later(days=2)}
    disputes.add_statement(by=clara.user, text="I asked for red.", **add)
    disputes.add_statement(by=wim.user, text="Read it again.", **add)
    with pytest.raises(Dispute.DoesNotExist):
        disputes.add_statement(by=stan, text="Me too.", **add)
    said = Statement.objects.order_by("pk").values_list("is_client", "text")
    assert list(said) == [(True, "I asked for red."), (False, "Read it again.")]


def test_a_decided_dispute_takes_no_more_words_and_no_second_decision(dispute, clara, otto, olga):
    decide(dispute, otto, "upheld")
    with pytest.raises(disputes.DisputeIsDecided):
        disputes.add_statement(
            dispute_id=dispute.pk, by=clara.user, text="Thanks.", now=later(days=4)
        )
    with pytest.raises(disputes.AlreadyDecided):
        decide(dispute, olga, "overturned")
    assert Dispute.objects.get().decided_by == otto


def test_only_an_operator_who_is_not_concerned_decides(dispute, clara, wim, stan, otto):
    for user in (clara.user, wim.user, stan):
        user.is_staff = user != stan
        user.save()
        with pytest.raises(disputes.NotForYouToDecide):
            decide(dispute, user, "overturned")
    assert (Dispute.objects.get().outcome, Assignment.objects.get().state) == ("", "rejected")
    decide(dispute, otto, "overturned")


@pytest.mark.parametrize(("outcome", "reason"), [("overturned", " "), ("", "Why."), ("x", "Why.")])
def test_a_decision_needs_an_outcome_and_a_reason(dispute, otto, outcome, reason):
    with pytest.raises(disputes.ADecisionNeedsAReason):
        disputes.decide_dispute(
            dispute_id=dispute.pk, outcome=outcome, reason=reason, by=otto, now=later(days=3)
        )
    assert Dispute.objects.get().decided_at is None


def test_silence_is_noted_after_48_hours_and_lateness_after_14_days(dispute):
    def noted():
        kinds = ("dispute_unanswered", "dispute_overdue")
        return list(
            TaskEvent.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True)
        )

    drain(later(days=3, minutes=-1))
    assert noted() == []
    drain(later(days=3, minutes=1))
    assert noted() == ["dispute_unanswered"]
    drain(later(days=15, minutes=1))
    assert noted() == ["dispute_unanswered", "dispute_overdue"]
    disputes.note_no_answer(dispute_id=dispute.pk, now=later(days=20))
    disputes.note_overdue(kind="dispute", question_id=dispute.pk, now=later(days=20))
    assert noted() == ["dispute_unanswered", "dispute_overdue"]


def test_an_answer_in_time_leaves_nothing_to_note(dispute, clara):
    disputes.add_statement(dispute_id=dispute.pk, by=clara.user, text="Red.", now=later(days=2))
    drain(later(days=4))
    assert not TaskEvent.objects.filter(kind="dispute_unanswered").exists()


def test_a_rejection_written_by_the_lowest_action_is_held_too(handed_in, clara, wim):
    tasks.reject(
        assignment_id=handed_in.pk,
        by=clara.user,
        reason_code="wrong",
        text="It is blue.",
        now=later(minutes=3),
    )
    assert wallets(clara, wim) == (98_900, 1_100, 0)
