"""A bonus is paid once, from the wallet; many approvals at once pay each once."""

import threading

import pytest
from django.db import connection

from ledger import actions as ledger
from ledger.models import Transfer
from ledger.queries import balance_cents, trial_balance
from tasks import actions as tasks
from tasks.models import Assignment, TaskEvent
from tests.disputes.conftest import hand_in
from tests.people import later, make_client, make_worker, post


@pytest.fixture
def handed_in(clara, wim) -> Assignment:
    return hand_in(post(clara), wim)


def bonus(held, by, amount_cents=250, text="So neat.", key="1"):
    tasks.give_bonus(
        assignment_id=held.pk,
        by=by,
        amount_cents=amount_cents,
        text=text,
        key=key,
        now=later(hours=1),
    )


@pytest.mark.django_db
def test_a_bonus_comes_from_the_wallet_without_a_fee(handed_in, clara, wim):
    bonus(handed_in, clara.user)
    assert (balance_cents(clara.user), balance_cents(wim.user)) == (98_650, 250)
    event = TaskEvent.objects.get(kind="bonus")
    assert event.facts == {"cents": 250, "text": "So neat."}
    assert trial_balance().is_right


@pytest.mark.django_db
def test_the_same_key_pays_once_and_another_key_again(handed_in, clara, wim):
    for key in ("a", "a", "b", "a"):
        bonus(handed_in, clara.user, key=key)
    assert balance_cents(wim.user) == 500
    assert TaskEvent.objects.filter(kind="bonus").count() == 2


@pytest.mark.django_db
def test_a_bonus_needs_money_words_and_work(handed_in, clara, wim, yasmina, stan):
    with pytest.raises(ledger.NotEnoughMoney):
        bonus(handed_in, clara.user, 98_901)
    with pytest.raises(tasks.SayWhatTheBonusIsFor):
        bonus(handed_in, clara.user, text=" ")
    with pytest.raises(tasks.GiveABonusForWork):
        bonus(handed_in, clara.user, 0)
    with pytest.raises(Assignment.DoesNotExist):
        bonus(handed_in, stan)
    tasks.ask_for_rework(
        assignment_id=handed_in.pk, by=clara.user, text="More.", now=later(minutes=5)
    )
    tasks.return_assignment(assignment_id=handed_in.pk, by=wim, now=later(minutes=6))
    with pytest.raises(tasks.GiveABonusForWork):
        bonus(handed_in, clara.user)
    assert not Transfer.objects.filter(kind="bonus").exists()


@pytest.mark.django_db
def test_many_are_approved_at_once_and_each_is_paid_once(clara, wim, yasmina, stan):
    work = [hand_in(post(clara), worker) for worker in (wim, yasmina) for _ in range(3)]
    tasks.approve(assignment_id=work[0].pk, by=clara.user, now=later(hours=1))
    theirs = hand_in(post(make_client("mira")), wim)
    ids = [held.pk for held in work] + [theirs.pk, work[1].pk]
    approve = {"assignment_ids": ids, "by": clara.user, "now": later(hours=2)}
    assert tasks.approve_many(**approve) == 5
    assert tasks.approve_many(**approve) == 0
    assert (balance_cents(wim.user), balance_cents(yasmina.user)) == (3_000, 3_000)
    assert Assignment.objects.get(pk=theirs.pk).state == "submitted"
    wim.refresh_from_db()
    assert wim.approved_count == 3
    assert trial_balance().is_right


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_who_approve_overlapping_lists_wait_for_each_other():
    """Two clients who also work for each other, both lists in opposite order, again and again."""
    clients = [make_client(name, 500_000) for name in ("clara", "mira")]
    workers = [make_worker(name, capacity=99) for name in ("wim", "yasmina")]
    work = [
        hand_in(post(client, pay_cents=100), worker)
        for _ in range(8)
        for client in clients
        for worker in workers
    ]
    ids = [held.pk for held in work]
    found: list[int] = []

    def approve(client, order):
        try:
            for start in range(0, len(order), 8):
                found.append(
                    tasks.approve_many(
                        assignment_ids=order[start : start + 12],
                        by=client.user,
                        now=later(hours=1),
                    )
                )
        finally:
            connection.close()

    hands = [
        threading.Thread(target=approve, args=(client, order))
        for client in clients
        for order in (ids, ids[::-1])
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sum(found) == len(work)
    assert trial_balance().is_right
    assert balance_cents(workers[0].user) == balance_cents(workers[1].user) == 1_600
