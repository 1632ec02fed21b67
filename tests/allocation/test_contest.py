"""Contests: entries nobody reads before closing, a choice that pays, fees for taking part."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, Entry, MechanismVersion
from allocation.queries.dossiers import candidates_of
from allocation.queries.explaining import explanation_for
from ledger.models import Transfer
from ledger.queries import balance_cents, held_cents, trial_balance
from rights.queries.decisions import decisions_about
from tasks import actions as tasks
from tasks.models import Assignment, Task, TaskEvent
from tests.people import NOW, a_task, later, make_operator, make_worker

pytestmark = pytest.mark.django_db
CLOSED = later(hours=1, seconds=1)
CHOSEN_LATE = later(hours=1, days=7, seconds=1)


@pytest.fixture
def noor(db):
    return make_worker("noor")


def post_contest(client, now=NOW, **changes):
    new = a_task(mechanism="contest", **changes)
    return allocation.post_task(client=client, new=new, now=now)


def publish(**parameters):
    """A version of the contest that is in force since yesterday."""
    first = MechanismVersion.objects.get(mechanism="contest", number=1)
    return MechanismVersion.objects.create(
        mechanism="contest",
        number=2,
        parameters=first.parameters | parameters,
        valid_from=later(days=-1),
        published_at=later(days=-30),
        by=make_operator("otto"),
        reason="for a test",
    )


def enter(task, worker, minute=1, content="A lamp."):
    return allocation.enter_contest(
        task_id=task.pk, by=worker, content=content, now=later(minutes=minute)
    )


def close(task):
    """Let the contest close an hour after the tests' moment, also by the database's clock."""
    Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))
    drain(CLOSED)


def test_the_clients_choice_is_the_acceptance_and_pays_at_once(clara, wim, yasmina):
    task = post_contest(clara)
    enter(task, wim), enter(task, yasmina, 2, "A better lamp.")
    close(task)

    allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=2))

    won = Assignment.objects.get(task=task)
    assert (won.worker, won.state, won.pay_cents) == (yasmina, "approved", 1_000)
    submission = won.submissions.get()
    assert submission.content == "A better lamp."
    assert submission.review.by == clara.user
    task.refresh_from_db()
    assert task.state == Task.State.COMPLETED
    assert balance_cents(yasmina.user) == 1_000
    assert balance_cents(wim.user) == 0
    assert (balance_cents(clara.user), held_cents(clara.user)) == (98_900, 0)
    assert trial_balance().is_right
    yasmina.refresh_from_db()
    assert (yasmina.active, yasmina.approved_count) == (0, 1)


def test_choosing_twice_is_refused_and_pays_once(clara, wim, yasmina):
    task = post_contest(clara)
    enter(task, wim), enter(task, yasmina, 2)
    close(task)
    allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=later(hours=2))
    with pytest.raises(tasks.TaskIsNotOpen):
        allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=2))
    assert (balance_cents(wim.user), balance_cents(yasmina.user)) == (1_000, 0)


def test_an_entry_can_be_changed_until_closing_and_keeps_its_place(clara, wim, yasmina):
    task = post_contest(clara)
    first = enter(task, wim, 1)
    enter(task, yasmina, 2)
    again = enter(task, wim, 3, "Another lamp.")
    assert again == first
    assert list(task.entries.order_by("received_at")) == [first, Entry.objects.get(worker=yasmina)]
    assert (again.content, again.received_at, again.revised_at) == (
        "Another lamp.",
        later(minutes=1),
        later(minutes=3),
    )
    close(task)
    with pytest.raises(allocation.ContestHasClosed):
        enter(task, wim, 62, "Too late.")
    with pytest.raises(allocation.ContestHasClosed):
        enter(task, make_worker("late"), 62)
    assert Entry.objects.get(worker=wim).content == "Another lamp."


def test_a_worker_with_full_hands_may_enter_and_win(clara, wim):
    type(wim).objects.filter(pk=wim.pk).update(active=wim.capacity)
    wim.refresh_from_db()
    task = post_contest(clara)
    enter(task, wim)
    close(task)
    allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=later(hours=2))
    assert balance_cents(wim.user) == 1_000


def test_entering_is_refused_with_nothing_in_it_and_without_the_skill(clara, wim):
    task = post_contest(clara, skills=("design",))
    with pytest.raises(tasks.SubmissionIsEmpty):
        enter(task, wim, content="  ")
    with pytest.raises(allocation.NotEligible):
        enter(task, wim)
    with pytest.raises(allocation.WrongWayIn):
        allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    assert not Entry.objects.exists()


def test_only_workers_who_entered_can_be_picked_and_only_after_closing(clara, wim, yasmina):
    task = post_contest(clara)
    enter(task, wim)
    with pytest.raises(allocation.NotClosedYet):
        allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=later(minutes=5))
    close(task)
    with pytest.raises(allocation.NobodyPicked):
        allocation.choose(task_id=task.pk, workers=[], by=clara.user, now=later(hours=2))
    with pytest.raises(allocation.TooManyPicked):
        both = [wim.pk, yasmina.pk]
        allocation.choose(task_id=task.pk, workers=both, by=clara.user, now=later(hours=2))
    with pytest.raises(allocation.NotOnTheList):
        allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=2))
    assert not Assignment.objects.exists()


def test_a_guaranteed_prize_is_shared_when_the_client_picks_nobody(clara, wim, yasmina, noor):
    task = post_contest(clara)
    for minute, worker in enumerate((wim, yasmina, noor), start=1):
        enter(task, worker, minute)
    close(task)
    drain(later(days=6))
    task.refresh_from_db()
    assert task.is_open

    drain(CHOSEN_LATE)

    assert [balance_cents(w.user) for w in (wim, yasmina, noor)] == [334, 333, 333]
    assert (balance_cents(clara.user), held_cents(clara.user)) == (99_000, 0)
    assert Transfer.objects.filter(kind="consolation").count() == 3
    task.refresh_from_db()
    assert task.state == Task.State.EXPIRED
    assert trial_balance().is_right


def test_without_the_guarantee_nobody_picked_means_the_prize_goes_back(clara, wim):
    publish(guaranteed_prize=0)
    task = post_contest(clara)
    enter(task, wim)
    close(task)
    drain(CHOSEN_LATE)
    assert (balance_cents(wim.user), balance_cents(clara.user)) == (0, 100_000)


def test_consolation_fees_are_held_at_posting_paid_to_the_earliest_and_given_back_unused(
    clara, wim, yasmina, noor
):
    publish(consolation_cents=150, consolation_places=4)
    task = post_contest(clara)
    assert (task.extra_reserve_cents, held_cents(clara.user)) == (600, 1_700)
    for minute, worker in enumerate((wim, yasmina, noor), start=1):
        enter(task, worker, minute)
    close(task)

    allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=2))

    assert [balance_cents(w.user) for w in (wim, yasmina, noor)] == [150, 1_000, 150]
    assert (balance_cents(clara.user), held_cents(clara.user)) == (100_000 - 1_100 - 300, 0)
    assert trial_balance().is_right
    assert "€1.50" in explanation_for(Allocation.objects.latest("id"), wim).words


def test_fees_are_those_in_force_at_posting(clara, wim, yasmina):
    task = post_contest(clara)
    MechanismVersion.objects.create(
        mechanism="contest",
        number=2,
        parameters={"consolation_cents": 900},
        valid_from=later(minutes=5),
        published_at=NOW,
        by=make_operator("otto"),
        reason="dearer",
    )
    later_one = post_contest(clara, now=later(minutes=6))
    assert (task.extra_reserve_cents, later_one.extra_reserve_cents) == (0, 4_500)


def test_places_left_open_give_their_escrow_back(clara, wim, yasmina):
    task = post_contest(clara, slot_count=3)
    enter(task, wim), enter(task, yasmina, 2)
    close(task)
    allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=later(hours=2))
    task.refresh_from_db()
    assert task.state == Task.State.COMPLETED
    assert (balance_cents(clara.user), held_cents(clara.user)) == (98_900, 0)
    why = browser_of(clara.user).get(reverse("task_why", args=[task.pk])).content.decode()
    assert "You chose fewer people than there were places." in why
    assert "fewer eligible workers" not in why


def test_nobody_enters_and_the_escrow_comes_back(clara):
    publish(consolation_cents=100)
    task = post_contest(clara)
    close(task)
    task.refresh_from_db()
    assert task.state == Task.State.EXPIRED
    assert balance_cents(clara.user) == 100_000


def test_a_contest_with_entries_cannot_be_cancelled(clara, wim):
    task = post_contest(clara)
    empty = post_contest(clara)
    enter(task, wim)
    with pytest.raises(tasks.WorkIsHandedIn):
        tasks.cancel_task(task_id=task.pk, by=clara.user, now=later(minutes=2))
    tasks.cancel_task(task_id=empty.pk, by=clara.user, now=later(minutes=2))
    task.refresh_from_db()
    assert task.is_open


def test_closing_again_and_again_changes_nothing(clara, wim):
    task = post_contest(clara)
    enter(task, wim)
    close(task)
    for _ in range(2):
        allocation.settle_task(task_id=task.pk, trigger="closing", now=CLOSED)
        drain(CHOSEN_LATE)
        allocation.settle_task(task_id=task.pk, trigger="closing", now=CHOSEN_LATE)
    assert balance_cents(wim.user) == 1_000
    assert TaskEvent.objects.filter(kind="consoled").count() == 1
    assert trial_balance().is_right


def test_the_database_keeps_one_entry_per_worker_and_task(clara, wim):
    task = post_contest(clara)
    enter(task, wim)
    with pytest.raises(IntegrityError, match="one_entry_per"), transaction.atomic():
        Entry.objects.create(task=task, worker=wim, content="x", received_at=NOW)


# --- pages --------------------------------------------------------------------------------------
def browser_of(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def test_the_client_sees_only_the_number_of_entries_before_closing(clara, wim):
    task = post_contest(clara)
    browser_of(wim.user).post(reverse("enter", args=[task.pk]), {"content": "A secret lamp."})
    page = browser_of(clara.user).get(reverse("client_task", args=[task.pk])).content.decode()
    assert "A secret lamp." not in page
    assert '<span class="count">1</span>' in page
    close(task)
    client = browser_of(clara.user)
    page = client.get(reverse("client_task", args=[task.pk])).content.decode()
    assert "A secret lamp." in page
    client.post(reverse("task_choose", args=[task.pk]), {"worker": [wim.pk]})
    assert balance_cents(wim.user) == 1_000


def test_no_rival_and_no_stranger_ever_reads_an_entry(clara, wim, yasmina, stan):
    task = post_contest(clara)
    enter(task, wim, content="A secret lamp.")
    enter(task, yasmina, 2, "Hers.")
    own = browser_of(wim.user).get(reverse("task", args=[task.pk])).content.decode()
    assert "A secret lamp." in own and "Hers." not in own
    for step in (lambda: None, lambda: close(task)):
        step()
        for reader in (browser_of(yasmina.user), browser_of(stan), Browser()):
            page = reader.get(reverse("task", args=[task.pk])).content.decode()
            assert "A secret lamp." not in page
            assert "2 entries" in page
    assert browser_of(yasmina.user).get(reverse("task", args=[task.pk])).status_code == 200


def test_after_a_shared_prize_the_client_and_the_entrants_read_where_it_went(clara, wim, yasmina):
    task = post_contest(clara)
    enter(task, wim), enter(task, yasmina, 2)
    close(task)
    drain(CHOSEN_LATE)
    client = browser_of(clara.user)
    page = client.get(reverse("client_task", args=[task.pk])).content.decode()
    assert "The task ended and no place was given." in page
    assert "Yasmina was paid for their entry." in page
    why = client.get(reverse("task_why", args=[task.pk])).content.decode()
    assert "The guaranteed prize was shared: €10.00 in all, to 2 of those who entered." in why
    own = browser_of(wim.user).get(reverse("task", args=[task.pk])).content.decode()
    assert "You are paid €5.00, your share of the guaranteed prize." in own


@pytest.mark.parametrize(
    ("slot_count", "said"),
    [
        (1, "The client picks the winner after closing, and pays €10.00."),
        (2, "The client picks 2 winners at most after closing, and pays €10.00 to each."),
    ],
)
def test_whoever_may_enter_reads_how_many_win_how_much(clara, wim, slot_count, said):
    task = post_contest(clara, slot_count=slot_count)
    page = browser_of(wim.user).get(reverse("task", args=[task.pk])).content.decode()
    assert said in page and "Whoever does not win may have worked for nothing." in page


def test_an_empty_entry_is_explained_beside_the_form(clara, wim):
    task = post_contest(clara)
    answer = browser_of(wim.user).post(reverse("enter", args=[task.pk]), {"content": " "})
    assert answer.status_code == 422
    assert not Entry.objects.exists()


def test_a_contest_can_be_posted_from_the_form_with_a_word_about_unpaid_work(clara):
    page = browser_of(clara.user).get(reverse("task_new")).content.decode()
    assert 'value="contest"' in page
    assert "has worked without pay" in " ".join(page.split())


def test_the_order_of_arrival_of_entries_is_called_a_rank_nowhere(clara, wim, yasmina):
    task = post_contest(clara)
    enter(task, wim), enter(task, yasmina, 2)
    close(task)
    page = browser_of(clara.user).get(reverse("client_task", args=[task.pk])).content.decode()
    assert "1. <a" not in page
    allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=2))
    decision = Allocation.objects.latest("id")
    assert [row["rank"] for row in decision.decision["ranking"]] == [1, 2]
    assert [row.rank for row in candidates_of(decision)] == [None, None]
    assert {row["ranking"]["rank"] for row in decisions_about(wim)} == {None}
