"""One journey per mechanism, on the real database: posted, answered, decided, done, paid, explained.

Each journey lets people answer in that mechanism's own way until slots are held. What follows is the
same for all of them. A mechanism without a journey fails here.
"""

from __future__ import annotations

import pytest

from agenda.actions import drain
from allocation import actions as allocation
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.contract import Outcome
from allocation.queries.explaining import decisions_about, explanation_for, task_explanation
from allocation.queries.record import problems, replayed
from ledger.queries import balance_cents, held_cents, trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import NOW, a_task, later, make_worker
from workers.models import Worker

pytestmark = pytest.mark.django_db

WINS = {Outcome.AWARDED, Outcome.OFFERED}
CLOSED = later(hours=1, seconds=1)
CHOSEN = later(hours=1, minutes=5)


def posted(clara, mechanism, **changes):
    """Through the door's own action, which also reserves what the mechanism may cost besides."""
    new = a_task(mechanism=mechanism, **changes)
    task = allocation.post_task(client=clara, new=new, now=NOW)
    drain(later(seconds=1))
    return task


def close(task):
    """Let an hour pass, by the database's own clock too."""
    Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))
    drain(CLOSED)


def bid(task, worker, amount_cents, minute):
    allocation.place_bid(
        task_id=task.pk, by=worker, amount_cents=amount_cents, now=later(minutes=minute)
    )


def claim(task, worker, **at):
    return allocation.claim_slot(task_id=task.pk, by=worker, now=later(**at))


def pick(task, worker, clara):
    allocation.choose(task_id=task.pk, workers=[worker.pk], by=clara.user, now=CHOSEN)


def say_yes(task, **at):
    [offer] = task.offers.filter(state="open")
    allocation.accept_offer(offer_id=offer.pk, by=offer.worker, now=later(**at))


def make_available(worker, **fields):
    Worker.objects.filter(pk=worker.pk).update(**fields)
    allocation.go_available(by=worker, now=later(minutes=-10))


# --- the journeys: each leaves somebody with a slot and yasmina or wim without one -----------------
def first_come(clara, wim, yasmina):
    task = posted(clara, "first_come", slot_count=2)
    claim(task, wim, minutes=1)
    claim(task, make_worker("noor"), minutes=2)
    assert not claim(task, yasmina, minutes=2, seconds=2).is_won
    return task


def standby_queue(clara, wim, yasmina):
    allocation.join_standby(by=wim, now=later(minutes=-30))
    allocation.join_standby(by=yasmina, now=later(minutes=-20))
    return posted(clara, "standby_queue")


def lottery(clara, wim, yasmina):
    task = posted(clara, "lottery")
    claim(task, wim, minutes=1)
    claim(task, yasmina, minutes=2)
    close(task)
    return task


def two_sealed_bids(clara, wim, yasmina, mechanism):
    task = posted(clara, mechanism)
    bid(task, wim, 700, minute=1)
    bid(task, yasmina, 900, minute=2)
    close(task)
    return task


def sealed_first_price(*people):
    return two_sealed_bids(*people, "sealed_first_price")


def sealed_second_price(*people):
    return two_sealed_bids(*people, "sealed_second_price")


def best_value(*people):
    return two_sealed_bids(*people, "best_value")


def open_descending(clara, wim, yasmina):
    task = posted(clara, "open_descending")
    bid(task, wim, 900, minute=1)
    bid(task, yasmina, 800, minute=2)
    bid(task, wim, 700, minute=3)
    close(task)
    return task


def uniform_price(clara, wim, yasmina):
    task = posted(clara, "uniform_price", slot_count=2)
    for minute, (worker, cents) in enumerate(
        [(wim, 600), (make_worker("noor"), 700), (yasmina, 900)], start=1
    ):
        bid(task, worker, cents, minute)
    close(task)
    return task


def clients_choice(clara, wim, yasmina):
    task = two_sealed_bids(clara, wim, yasmina, "clients_choice")
    pick(task, yasmina, clara)
    return task


def contest(clara, wim, yasmina):
    task = posted(clara, "contest")
    for minute, worker in enumerate((wim, yasmina), start=1):
        allocation.enter_contest(
            task_id=task.pk, by=worker, content="A lamp.", now=later(minutes=minute)
        )
    close(task)
    pick(task, yasmina, clara)
    return task


def scored_offers(clara, wim, yasmina):
    make_available(wim, approved_count=9)
    make_available(yasmina)
    task = posted(clara, "scored_offers")
    say_yes(task, seconds=9)
    return task


def optimal_matching(clara, wim, yasmina):
    make_available(wim, approved_count=9)
    make_available(yasmina)
    task = posted(clara, "optimal_matching")
    drain(later(seconds=31))
    say_yes(task, seconds=40)
    return task


def rotation(clara, wim, yasmina):
    make_available(wim, last_served_at=later(days=-3))
    make_available(yasmina, last_served_at=later(days=-1))
    task = posted(clara, "rotation")
    say_yes(task, seconds=9)
    return task


# The journey of each mechanism, who wins it (None: chance decides), and why the other did not.
JOURNEYS = {
    "first_come": (first_come, "wim", "came_later"),
    "standby_queue": (standby_queue, "wim", "came_later"),
    "lottery": (lottery, None, "not_drawn"),
    "sealed_first_price": (sealed_first_price, "wim", "lower_bids"),
    "sealed_second_price": (sealed_second_price, "wim", "lower_bids"),
    "open_descending": (open_descending, "wim", "lower_bids"),
    "best_value": (best_value, "wim", "higher_scores"),
    "uniform_price": (uniform_price, "wim", "lower_bids"),
    "clients_choice": (clients_choice, "yasmina", "client_chose_others"),
    "scored_offers": (scored_offers, "wim", "higher_scores"),
    "optimal_matching": (optimal_matching, "wim", "higher_scores"),
    "rotation": (rotation, "wim", "higher_scores"),
    "contest": (contest, "yasmina", "client_chose_others"),
}
PAYS = {"sealed_second_price": 900, "uniform_price": 900, "open_descending": 700}


@pytest.mark.parametrize("mechanism", CATALOGUE)
def test_a_task_goes_from_posting_to_payment_and_can_be_explained(clara, wim, yasmina, mechanism):
    journey, expected, reason = JOURNEYS[mechanism]
    task = journey(clara, wim, yasmina)

    held = list(Assignment.objects.filter(task=task).select_related("worker__user"))
    holders = {assignment.worker for assignment in held}
    [loser] = {wim, yasmina} - holders
    [winner] = {wim, yasmina} & holders
    assert expected is None or winner.name.lower() == expected
    assert len(held) == task.slot_count

    finish(held, clara)
    task.refresh_from_db()
    assert task.state == Task.State.COMPLETED
    for assignment in held:
        assert balance_cents(assignment.worker.user) == assignment.pay_cents
        assert mechanism not in PAYS or assignment.pay_cents == PAYS[mechanism]
    assert (balance_cents(loser.user), held_cents(clara.user)) == (0, 0)
    assert trial_balance().is_right

    tell(task, winner, loser, reason)
    the_record_is_whole(task)


def finish(held, clara):
    """Hand in and approve what is not approved yet; choosing an entry was its approval."""
    for assignment in held:
        if assignment.state == Assignment.State.APPROVED:
            continue
        tasks.submit_work(
            assignment_id=assignment.pk, by=assignment.worker, content="Done.", now=later(hours=2)
        )
        tasks.approve(assignment_id=assignment.pk, by=clara.user, now=later(hours=3))


def tell(task, winner, loser, reason):
    won = told_to(winner, task)
    assert won.explanation.outcome in WINS and won.explanation.counterfactuals == ()
    lost = told_to(loser, task)
    assert lost.explanation.outcome not in WINS
    assert lost.explanation.reason == reason
    for told, own, other in ((won, winner, loser), (lost, loser, winner)):
        assert told.explanation.worker == own.pk
        assert 3 <= len(told.words.split()) <= 120
        assert other.name not in told.words
    data, words = task_explanation(task.allocations.latest("id"))
    assert data.open_slots == 0 or task.mechanism == "first_come"
    assert words


def told_to(worker, task):
    return explanation_for(decisions_about(worker, task)[0], worker)


def the_record_is_whole(task):
    kept = list(task.allocations.select_related("version").order_by("id"))
    assert kept
    for one in kept:
        again = replayed(one)
        assert (again.is_same, again.is_same_code) == (True, True), again.differences
    allocation.seal_all(later(hours=4))
    assert problems(later(hours=4)) == []


def test_every_journey_belongs_to_a_mechanism():
    assert set(JOURNEYS) == set(CATALOGUE)
