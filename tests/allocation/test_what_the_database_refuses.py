"""What must never be false is refused by PostgreSQL, whoever asks and however."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, Bid, Claim, Entry, MechanismVersion, Offer
from rights.actions.deleting import ENTRY_IS_GONE
from tasks import actions as tasks
from tasks.models import Assignment, Review, Slot, Submission, Task, TaskEvent
from tests.people import NOW, a_task, later, make_operator, post
from tests.refusals import refused, rows_of, run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(clara):
    return post(clara, slot_count=2)


@pytest.fixture
def held(task, wim):
    """Wim's hold on the first slot."""
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(minutes=1))
    return Assignment.objects.get(worker=wim)


@pytest.fixture
def reviewed(held, wim, clara):
    tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=2))
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(minutes=3))
    return held


def test_a_held_slot_is_not_given_to_somebody_else(held, yasmina):
    before = rows_of(Slot)
    with refused("a held slot is not given to somebody else"):
        Slot.objects.filter(pk=held.slot_id).update(worker=yasmina, lease=F("lease") + 1)
    with refused("a held slot is not given to somebody else"):
        run_sql(
            "UPDATE tasks_slot SET worker_id = %s, lease = lease + 1 WHERE id = %s",
            yasmina.pk,
            held.slot_id,
        )
    assert rows_of(Slot) == before


def test_a_slot_given_back_may_be_given_to_somebody_else(held, wim, yasmina):
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=later(minutes=2))
    allocation.claim_slot(task_id=held.task_id, by=yasmina, now=later(minutes=3))
    slot = Slot.objects.get(pk=held.slot_id)
    assert (slot.worker, slot.lease) == (yasmina, 2)


def test_a_new_holder_has_a_new_lease(task, wim):
    free = Slot.objects.filter(task=task, number=1)
    with refused("a new holder has a new lease"):
        free.update(worker=wim)
    with refused("a new holder has a new lease"):
        free.update(worker=wim, lease=F("lease") + 2)
    assert free.get().worker is None
    assert free.update(worker=wim, lease=F("lease") + 1) == 1


def test_nobody_holds_two_slots_of_one_task(held, wim):
    second = Slot.objects.filter(task=held.task, number=2)
    with refused("nobody_twice_on_a_task"):
        second.update(worker=wim, lease=F("lease") + 1)
    assert second.get().worker is None


def test_one_slot_has_one_assignment_that_holds_it(held, yasmina):
    with refused("one_holder_per_slot"):
        Assignment.objects.create(
            task=held.task,
            slot=held.slot,
            lease=held.lease + 1,
            worker=yasmina,
            pay_cents=1000,
            started_at=NOW,
            due_at=later(days=1),
        )
    assert Assignment.objects.get() == held


def test_one_lease_has_one_assignment(held, wim, yasmina):
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=later(minutes=2))
    with refused("one_assignment_per_lease"):
        Assignment.objects.create(
            task=held.task,
            slot=held.slot,
            lease=held.lease,
            worker=yasmina,
            pay_cents=1000,
            started_at=NOW,
            due_at=later(days=1),
        )


def test_a_dropped_slot_has_no_holder(task, held, wim, yasmina):
    with refused("a_dropped_slot_has_no_holder"):
        Slot.objects.filter(pk=held.slot_id).update(dropped_at=NOW)
    Slot.objects.filter(task=task, number=2).update(dropped_at=NOW)
    with refused("a_dropped_slot_has_no_holder"):
        Slot.objects.filter(task=task, number=2).update(worker=yasmina, lease=1)


def test_a_worker_has_no_more_work_than_they_can_have(wim):
    type(wim).objects.filter(pk=wim.pk).update(active=wim.capacity)
    for active in (wim.capacity + 1, -1):
        with refused("active_work_stays_within_capacity"):
            type(wim).objects.filter(pk=wim.pk).update(active=active)
    wim.refresh_from_db()
    assert wim.active == wim.capacity


@pytest.mark.parametrize(
    "model", [Allocation, MechanismVersion, TaskEvent, Submission, Review], ids=lambda m: m.__name__
)
def test_what_was_written_down_is_never_changed_or_deleted(reviewed, model):
    before = rows_of(model)
    assert before
    table = model._meta.db_table
    with refused("append-only"):
        model.objects.update(id=F("id") + 1_000_000)
    with refused("append-only"):
        run_sql(f"UPDATE {table} SET id = id WHERE id = %s", before[0][0])
    with refused("append-only"):
        run_sql(f"DELETE FROM {table}")
    assert rows_of(model) == before


def test_a_work_can_be_approved_by_a_clock_but_refused_only_by_a_person(held, wim, clara):
    work = tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=2))
    no = {"submission": work, "verdict": "rejected", "reason_code": "wrong", "at": NOW}
    with refused("only_a_named_person_says_no_and_says_why"):
        Review.objects.create(**no, text="It is blue.", by=None)
    with refused("only_a_named_person_says_no_and_says_why"):
        Review.objects.create(**no, text="", by=clara.user)
    with refused("a_rejection_has_a_reason_code"):
        Review.objects.create(**no | {"reason_code": ""}, text="It is blue.", by=clara.user)
    with refused("only_a_named_person_says_no_and_says_why"):
        Review.objects.create(**no | {"verdict": "rework"}, text="", by=clara.user)
    assert not Review.objects.exists()
    assert Review.objects.create(submission=work, verdict="approved", at=NOW).by is None


def test_a_submission_has_one_verdict(reviewed, clara):
    with refused("submission_id"):
        Review.objects.create(submission=reviewed.submissions.get(), verdict="approved", at=NOW)


def test_a_bid_asks_more_than_nothing(task, wim):
    bid = {"task": task, "worker": wim, "received_at": NOW}
    with refused("a_bid_asks_more_than_nothing"):
        Bid.objects.create(**bid, amount_cents=0)
    assert Bid.objects.create(**bid, amount_cents=1).state == Bid.State.LIVE


def test_a_worker_has_one_live_bid_on_a_task(task, wim, yasmina):
    bid = {"task": task, "amount_cents": 500, "received_at": NOW}
    first = Bid.objects.create(**bid, worker=wim)
    Bid.objects.create(**bid, worker=yasmina)
    with refused("one_live_bid_per_worker_and_task"):
        Bid.objects.create(**bid, worker=wim)
    Bid.objects.filter(pk=first.pk).update(state=Bid.State.REVISED)
    assert Bid.objects.create(**bid, worker=wim).pk


@pytest.fixture
def offer(clara, wim):
    allocation.go_available(by=wim, now=NOW)
    post(clara, mechanism="scored_offers", slot_count=2)
    drain(later(seconds=1))
    return Offer.objects.get()


def change(row, **to):
    return type(row).objects.filter(pk=row.pk).update(**to)


def delete(row):
    return run_sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


def test_a_claim_stays_as_it_came_in(held):
    claim = Claim.objects.get()
    with refused("append-only"):
        change(claim, is_won=False)
    with refused("append-only"):
        delete(claim)
    assert Claim.objects.get().is_won


@pytest.fixture
def auction(clara):
    return post(clara, mechanism="sealed_first_price")


@pytest.fixture
def bid(auction, wim):
    terms = {"amount_cents": 700, "message": "I am near."}
    return allocation.place_bid(task_id=auction.pk, by=wim, now=NOW, **terms)


def test_a_bid_is_revised_or_withdrawn_and_nothing_else(bid, wim, yasmina, task):
    before = rows_of(Bid)
    kept = {
        "amount_cents": 1,
        "worker": yasmina,
        "task": task,
        "received_at": later(minutes=-1),
        "message": "I am nearer.",
    }
    for name, value in kept.items():
        with refused("allocation_bid keeps what was written"):
            change(bid, **{name: value})
    with refused("a row of allocation_bid is never deleted"):
        delete(bid)
    assert rows_of(Bid) == before
    allocation.withdraw_bid(bid_id=bid.pk, by=wim, now=NOW)
    with refused("allocation_bid cannot go from withdrawn to live"):
        change(bid, state="live")
    assert change(bid, message="") == 1  # whoever deletes their account takes the words away


def test_a_bid_comes_before_closing(auction, wim, task):
    late = {"worker": wim, "amount_cents": 500}
    with refused("allocation_bid came after closing"):
        Bid.objects.create(task=auction, received_at=auction.closes_at, **late)
    Task.objects.filter(pk=auction.pk).update(closes_at=later(seconds=-1))
    with refused("allocation_bid came after closing"):  # by the database's clock
        Bid.objects.create(task=auction, received_at=later(hours=-1), **late)
    assert not Bid.objects.exists()


def test_an_offer_is_answered_once_and_stays_as_it_was_made(offer, wim, yasmina):
    for name, value in {
        "pay_cents": 1,
        "worker": yasmina,
        "slot_number": 2,
        "expires_at": NOW,
        "made_at": later(minutes=-1),
    }.items():
        with refused("allocation_offer keeps what was written"):
            change(offer, **{name: value})
    with refused("a row of allocation_offer is never deleted"):
        delete(offer)
    allocation.decline_offer(offer_id=offer.pk, by=wim, now=later(seconds=2))
    with refused("allocation_offer cannot go from declined to open"):
        change(offer, state="open")
    with refused("allocation_offer keeps what was written"):
        change(offer, answered_at=NOW)


def test_an_entry_changes_until_closing_and_keeps_its_place(clara, wim, yasmina):
    task = allocation.post_task(client=clara, new=a_task(mechanism="contest"), now=NOW)
    entry = allocation.enter_contest(task_id=task.pk, by=wim, content="A lamp.", now=NOW)
    for name, value in {"worker": yasmina, "received_at": later(minutes=-1)}.items():
        with refused("allocation_entry keeps what was written"):
            change(entry, **{name: value})
    with refused("a row of allocation_entry is never deleted"):
        delete(entry)
    assert change(entry, content="A better lamp.") == 1
    Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))
    with refused("allocation_entry came after closing"):
        change(entry, content="The winner's lamp.")
    with refused("allocation_entry came after closing"):
        Entry.objects.create(task=task, worker=yasmina, content="Late.", received_at=NOW)
    assert change(entry, content=ENTRY_IS_GONE) == 1


def another_offer(offer, **changes):
    fields = {
        name: getattr(offer, name)
        for name in ("task", "allocation", "pay_cents", "made_at", "expires_at")
    }
    return Offer.objects.create(**fields | changes)


def test_a_slot_is_offered_to_one_worker_at_a_time(offer, yasmina):
    with refused("one_open_offer_per_slot"):
        another_offer(offer, worker=yasmina, slot_number=offer.slot_number)
    assert another_offer(offer, worker=yasmina, slot_number=2).is_open


def test_a_worker_has_one_open_offer_on_a_task(offer, wim):
    with refused("one_open_offer_per_worker_and_task"):
        another_offer(offer, worker=wim, slot_number=2)


@pytest.mark.parametrize(
    ("because", "change"),
    [
        ("a_task_pays_more_than_nothing", {"pay_cents": 0}),
        ("the_floor_is_within_the_budget", {"floor_cents": 1001}),
        ("a_task_has_at_least_one_slot", {"slot_count": 0}),
        ("a_task_takes_some_time", {"estimate_seconds": 0}),
        ("closing_comes_before_deadline", {"closes_at": NOW + timedelta(days=2)}),
    ],
)
def test_a_task_makes_sense(task, because, change):
    with refused(because):
        # A copy, because the terms of a posted task are guarded besides.
        task.pk, task._state.adding = None, True
        for name, value in change.items():
            setattr(task, name, value)
        task.save()
    assert Task.objects.count() == 1


def test_a_version_has_a_reason(db):
    version = {
        "mechanism": "first_come",
        "number": 2,
        "valid_from": NOW,
        "published_at": NOW,
        "by": make_operator("otto"),
    }
    with refused("a_version_has_a_reason"):
        MechanismVersion.objects.create(**version, reason="")
    assert MechanismVersion.objects.create(**version, reason="A test.").pk
    with refused("versions_are_numbered_per_mechanism"):
        MechanismVersion.objects.create(**version, reason="Again.")


def test_a_version_is_announced_and_changes_nothing_that_was_posted(task):
    def version(**changes):
        said = {
            "mechanism": "first_come",
            "number": 2,
            "valid_from": later(days=14),
            "published_at": NOW,
            "by": otto,
            "reason": "A test.",
        }
        return MechanismVersion.objects.create(**said | changes)

    otto = make_operator("otto")
    with refused("a version is published by an operator"):
        version(by=None)
    with refused("a version is published before it holds"):
        version(valid_from=later(hours=-1))
    with refused("a version is published after the one before it"):
        version(published_at=datetime(2025, 12, 31, tzinfo=UTC))
    with refused("a task keeps the version it was posted under"):
        version(valid_from=later(hours=-1), published_at=later(hours=-1))
    assert MechanismVersion.objects.filter(mechanism="first_come").count() == 1
    assert version().pk


@pytest.mark.parametrize(
    "change",
    [
        {"pay_cents": 2_000},
        {"fee_basis_points": 0},
        {"slot_count": 9},
        {"mechanism": "lottery"},
        {"seed_hex": "0" * 32},
        {"currency": "USD"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_posted_task_keeps_its_terms(task, change):
    before = rows_of(Task)
    with refused("the terms of a posted task stay as they were posted"):
        Task.objects.filter(pk=task.pk).update(**change)
    assert rows_of(Task) == before
    assert Task.objects.filter(pk=task.pk).update(title="Carry two boxes") == 1


def test_an_award_stays_as_it_was_awarded(held, yasmina):
    before = rows_of(Assignment)
    for change in ({"pay_cents": 1}, {"worker": yasmina}, {"lease": 7}):
        with refused("what was awarded stays as it was awarded"):
            Assignment.objects.filter(pk=held.pk).update(**change)
    with refused("an assignment is never deleted"):
        run_sql("DELETE FROM tasks_assignment WHERE id = %s", held.pk)
    assert rows_of(Assignment) == before


def test_an_award_stays_within_the_budget(task, yasmina):
    slot = Slot.objects.filter(task=task, number=2)
    slot.update(worker=yasmina, lease=1)
    award = {"task": task, "slot": slot.get(), "lease": 1, "worker": yasmina}
    award |= {"started_at": NOW, "due_at": later(days=1)}
    with refused("an award stays within the budget"):
        Assignment.objects.create(**award, pay_cents=1_001)
    assert Assignment.objects.create(**award, pay_cents=1_000).pk


def test_only_a_new_holder_makes_a_new_lease(task, held):
    before = rows_of(Slot)
    for lease in (0, 2):
        with refused("only a new holder makes a new lease"):
            Slot.objects.filter(pk=held.slot_id).update(lease=lease)
    with refused("only a new holder makes a new lease"):
        Slot.objects.filter(task=task, number=2).update(lease=1)
    assert rows_of(Slot) == before


def test_a_dropped_slot_stays_dropped(task):
    slots = Slot.objects.filter(task=task)
    slots.update(dropped_at=NOW)
    with refused("a dropped slot stays dropped"):
        slots.update(dropped_at=None)
    assert slots.filter(dropped_at=NOW).count() == 2
