"""The record: sealed after the decision, and any later change is found."""

import io
import threading

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from agenda import jobs
from agenda.actions import CHORES, drain
from allocation import actions as allocation
from allocation.actions import sealing
from allocation.engine import codec
from allocation.models import Allocation, ChainLink, Unsealed
from allocation.queries import record
from allocation.rules import FIRST_HASH, link_hash
from ledger.actions import wallet_of
from tests.people import NOW, later, make_operator, post
from tests.refusals import run_sql

SOON = later(minutes=10)  # the tests' clock: late enough that everything must be sealed


@pytest.fixture
def three_decisions(clara, wim):
    """A posting, a claim and another posting, sealed."""
    task = post(clara, slot_count=2)
    drain(later(seconds=1))
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=2))
    post(clara)
    drain(later(seconds=3))
    assert allocation.seal_all(later(seconds=4)) == 3
    return list(Allocation.objects.order_by("id"))


def tamper(table, sql, *values):
    """Change a row as somebody with full rights on the database could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def run(command, *arguments):
    out = io.StringIO()
    try:
        call_command(command, *arguments, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_links_continue_each_other_in_the_order_of_decisions(three_decisions):
    links = list(ChainLink.objects.order_by("position"))
    assert [link.position for link in links] == [1, 2, 3]
    assert [link.allocation for link in links] == three_decisions
    assert [link.previous_hash for link in links] == [FIRST_HASH, links[0].hash, links[1].hash]
    assert not Unsealed.objects.exists()
    assert record.problems(SOON) == []


def test_sealing_twice_adds_nothing(three_decisions):
    assert allocation.seal_all(SOON) == 0
    assert ChainLink.objects.count() == 3


def test_more_than_one_batch_is_sealed_in_order(three_decisions, clara, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    for _ in range(5):
        post(clara)
    drain(later(seconds=8))
    assert allocation.seal_all(SOON) == 5
    assert record.problems(SOON) == []


def test_the_sweep_seals(clara):
    post(clara)
    jobs.sweep()
    assert ChainLink.objects.count() == Allocation.objects.count() == 1


def test_a_failing_chore_does_not_stop_the_sweep(clara, monkeypatch):
    def stumble(now):
        raise RuntimeError("stumbled")

    monkeypatch.setattr("agenda.actions.CHORES", [stumble, *CHORES])
    post(clara)
    jobs.sweep()
    assert ChainLink.objects.count() == 1


def test_a_decision_that_is_rolled_back_leaves_nothing_to_seal(clara):
    post(clara)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        drain(later(seconds=1))
        raise ZeroDivisionError
    assert not Unsealed.objects.exists()


def test_a_link_is_never_changed_or_deleted(three_decisions):
    link = ChainLink.objects.first()
    for change in (link.delete, lambda: ChainLink.objects.update(hash="0")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert record.problems(SOON) == []


def test_a_changed_decision_is_found(three_decisions):
    pk = three_decisions[1].pk
    tamper(
        "allocation_allocation",
        "UPDATE allocation_allocation SET decision = jsonb_set(decision, "
        "'{awards,0,pay_cents}', '1') WHERE id = %s",
        pk,
    )
    assert record.problems(SOON) == [
        f"Link 2: the case or the decision of allocation {pk} was changed."
    ]


def test_a_changed_decision_with_a_new_digest_is_found_too(three_decisions):
    kept = three_decisions[1]
    kept.decision["awards"][0]["pay_cents"] = 1
    digest = codec.digest({"case": kept.case, "decision": kept.decision})
    tamper(
        "allocation_allocation",
        "UPDATE allocation_allocation SET digest = %s, decision = jsonb_set(decision, "
        "'{awards,0,pay_cents}', '1') WHERE id = %s",
        digest,
        kept.pk,
    )
    assert record.problems(SOON) == [
        f"Link 2 does not fit allocation {kept.pk} by first_come v1: one of the three was changed."
    ]


@pytest.mark.parametrize(
    "change",
    [
        "latency_ms = latency_ms + 1",
        "trigger = 'retry'",
        "decided_at = decided_at - interval '1 hour'",
        "awarded_count = 7",
    ],
)
def test_any_changed_field_is_found(three_decisions, change):
    pk = three_decisions[0].pk
    tamper(
        "allocation_allocation",
        f"UPDATE allocation_allocation SET {change} WHERE id = %s",
        pk,
    )
    assert record.problems(SOON) == [
        f"Link 1 does not fit allocation {pk} by first_come v1: one of the three was changed."
    ]


@pytest.mark.parametrize(
    "change",
    [
        "parameters = '{\"x\": 1}'",
        "reason = 'It was always so.'",
        "valid_from = valid_from - interval '1 hour'",
        "published_at = published_at - interval '1 hour'",
        "by_id = (SELECT min(id) FROM accounts_user)",
    ],
)
def test_whatever_is_changed_in_a_version_is_found(three_decisions, change):
    tamper(
        "allocation_mechanismversion",
        f"UPDATE allocation_mechanismversion SET {change} WHERE id = %s",
        three_decisions[0].version_id,
    )
    assert len(record.problems(SOON)) == 3


SLIP_IN = """
INSERT INTO allocation_mechanismversion
       (mechanism, number, parameters, valid_from, published_at, reason, by_id)
VALUES ('first_come', 2, '{}', %s, %s, 'It was always so.', NULL)
"""


def test_a_version_that_was_slipped_in_is_found(three_decisions):
    first, _, second = (one.task_id for one in three_decisions)
    hour_ago = later(hours=-1)
    tamper("allocation_mechanismversion", SLIP_IN, hour_ago, NOW)
    said = (
        "Task {} was decided by another version than first_come v2, which was in force when it was "
        "posted."
    )
    assert record.problems(SOON) == [
        "Version first_come v2: no operator published it.",
        *(said.format(pk) for pk in (first, second)),
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ("valid_from = published_at - interval '1 s'", "holds from before it was published."),
        (
            "published_at = '2025-12-31'",
            "was published before the version before it.",
        ),
    ],
)
def test_a_version_without_its_notice_is_found(db, changes, problem):
    allocation.publish_version(
        mechanism="scored_offers",
        parameters={"weight_distance": 0.5},
        valid_from=later(days=14),
        reason="Near counts.",
        by=make_operator("otto"),
        now=NOW,
    )
    assert record.problems(SOON) == []
    sql = f"UPDATE allocation_mechanismversion SET {changes} WHERE number = 2"
    tamper("allocation_mechanismversion", sql)
    assert record.problems(SOON) == [f"Version scored_offers v2 {problem}"]


def test_a_listing_that_differs_from_its_worker_is_found(three_decisions, wim):
    update_profile = {"skills": ["dutch", "lifting"], "available_since": NOW}
    type(wim).objects.filter(pk=wim.pk).update(**update_profile)
    assert record.problems(SOON) == []
    problem = (
        f"Worker {wim.pk} is listed under other skills, reputation or waiting time than theirs."
    )
    for sql in (
        "UPDATE workers_listing SET reputation = 1 WHERE skill = 'dutch'",
        "DELETE FROM workers_listing WHERE skill = 'dutch'",
    ):
        run_sql(sql)
        assert record.problems(SOON) == [problem]


def sealed_in_the_old_way(position, previous_hash, allocation):
    """A link as it was written before what was announced with a version was sealed too."""
    return link_hash(
        position, previous_hash, {n: v for n, v in allocation.items() if n != "announced"}
    )


def test_a_chain_that_began_in_the_old_way_goes_on_in_the_new(clara, monkeypatch):
    post(clara)
    drain(later(seconds=1))
    with monkeypatch.context() as before:
        before.setattr(sealing, "link_hash", sealed_in_the_old_way)
        allocation.seal_all(later(seconds=2))
    assert record.problems(SOON) == []

    post(clara)
    drain(later(seconds=3))
    allocation.seal_all(later(seconds=4))

    assert record.problems(SOON) == []
    tamper("allocation_mechanismversion", "UPDATE allocation_mechanismversion SET reason = 'No.'")
    assert [said[:6] for said in record.problems(SOON)] == ["Link 2"]


def test_work_that_no_decision_gave_is_found(three_decisions, yasmina):
    task = three_decisions[0].task_id
    tamper("tasks_assignment", "UPDATE tasks_assignment SET worker_id = %s", yasmina.pk)
    assert record.problems(SOON) == [
        f"Task {task}: no decision gave worker {yasmina.pk} the place they had."
    ]


def test_a_task_that_is_said_to_be_given_out_without_a_decision_is_found(three_decisions):
    task = three_decisions[2].task_id
    tamper("tasks_task", "UPDATE tasks_task SET state = 'allocated' WHERE id = %s", task)
    assert record.problems(SOON) == [
        f"Task {task} is allocated, and no decision gave it to anybody."
    ]


def test_a_deleted_allocation_is_found(three_decisions, wim):
    pk, task = three_decisions[1].pk, three_decisions[1].task_id
    tamper("allocation_allocation", "DELETE FROM allocation_allocation WHERE id = %s", pk)
    assert record.problems(SOON) == [
        f"Link 2 seals allocation {pk}, which is gone.",
        f"Task {task}: no decision gave worker {wim.pk} the place they had.",
    ]
    tamper("allocation_chainlink", "DELETE FROM allocation_chainlink WHERE position = 2")


def test_an_allocation_deleted_with_its_link_is_found(three_decisions, wim):
    pk, task = three_decisions[1].pk, three_decisions[1].task_id
    tamper("allocation_chainlink", "DELETE FROM allocation_chainlink WHERE position = 2")
    tamper("allocation_allocation", "DELETE FROM allocation_allocation WHERE id = %s", pk)
    assert record.problems(SOON) == [
        "Link 3 follows link 1: what was in between is gone.",
        f"Task {task}: no decision gave worker {wim.pk} the place they had.",
    ]


def test_re_ordered_links_are_found(three_decisions):
    tamper(
        "allocation_chainlink",
        "UPDATE allocation_chainlink SET position = CASE position WHEN 2 THEN 30 ELSE 20 END "
        "WHERE position > 1",
    )
    tamper(
        "allocation_chainlink",
        "UPDATE allocation_chainlink SET position = position / 10 WHERE position > 9",
    )
    found = record.problems(SOON)
    assert "Link 2 does not continue link 1: the chain was cut or re-ordered here." in found
    assert "Link 3 does not continue link 2: the chain was cut or re-ordered here." in found


def test_links_cut_off_the_end_are_found_by_whoever_noted_a_hash(three_decisions):
    noted = record.newest_link().hash
    pk = three_decisions[2].pk
    tamper("allocation_chainlink", "DELETE FROM allocation_chainlink WHERE position = 3")
    tamper("allocation_allocation", "DELETE FROM allocation_allocation WHERE id = %s", pk)
    assert record.problems(SOON) == []
    code, said = run("verify", "--expect", noted)
    assert code == 1
    assert f"The noted hash {noted} is not in the chain" in said


def test_a_decision_that_waits_too_long_for_its_link_is_found(clara):
    post(clara)
    drain(later(seconds=1))
    pk = Allocation.objects.get().pk
    assert record.problems(later(seconds=30)) == []
    assert record.problems(SOON) == [
        f"Allocation {pk} is not sealed, 60 seconds after its decision."
    ]


def test_a_decision_deleted_before_it_was_sealed_is_found(clara):
    post(clara)
    drain(later(seconds=1))
    pk = Allocation.objects.get().pk
    tamper("allocation_allocation", "DELETE FROM allocation_allocation WHERE id = %s", pk)
    assert record.problems(SOON) == [
        f"Allocation {pk} was written and is gone before it was sealed."
    ]
    assert allocation.seal_all(SOON) == 0
    tamper("allocation_unsealed", "DELETE FROM allocation_unsealed")


def test_a_changed_balance_is_found(three_decisions, clara):
    account = wallet_of(clara.user)
    tamper(
        "ledger_account",
        "UPDATE ledger_account SET balance_cents = balance_cents + 1 WHERE id = %s",
        account.pk,
    )
    assert record.problems(SOON) == [
        f"Account {account.pk} holds another balance than its transfers add up to."
    ]


def test_a_seed_swapped_after_its_commitment_is_found(three_decisions):
    pk = three_decisions[2].task_id
    tamper("tasks_task", "UPDATE tasks_task SET seed_hex = %s WHERE id = %s", "f" * 32, pk)
    assert record.problems(SOON) == [f"Task {pk}: its seed is not the one that was committed to."]


def test_looking_at_the_newest_links_only_still_joins_them_to_the_one_before(three_decisions):
    assert record.problems(SOON, newest=2) == []
    tamper("allocation_chainlink", "DELETE FROM allocation_chainlink WHERE position = 1")
    found = record.problems(SOON, newest=2)
    assert found[0] == "Link 2 follows link 0: what was in between is gone."


def test_verify_says_so_when_nothing_is_wrong(three_decisions):
    code, said = run("verify")
    assert code == 0
    assert "Nothing is wrong" in said
    assert record.newest_link().hash in said


def test_verify_ends_with_one_and_a_sentence_per_problem(three_decisions):
    tamper("allocation_allocation", "UPDATE allocation_allocation SET awarded_count = 7")
    code, said = run("verify")
    assert code == 1
    assert said.count("does not fit allocation") == 3


def test_every_decision_is_replayed_to_the_same(three_decisions):
    code, said = run("replay", "--all")
    assert code == 0
    assert "3 replayed, 3 the same, 0 different." in said
    assert "another version of the mechanism's code" not in said


def test_only_the_decisions_of_one_task_are_replayed(three_decisions):
    _, said = run("replay", "--task", str(three_decisions[2].task_id))
    assert "1 replayed" in said


def test_replaying_nothing_is_not_a_success(three_decisions):
    code, said = run("replay", "--allocation", "999999999")
    assert (code, said) == (1, "There is no such decision.\n")


def test_a_decision_that_comes_out_differently_is_shown_with_what_differs(three_decisions):
    pk = three_decisions[1].pk
    tamper(
        "allocation_allocation",
        "UPDATE allocation_allocation SET code_digest = 'older', decision = jsonb_set(decision, "
        "'{awards,0,pay_cents}', '1') WHERE id = %s",
        pk,
    )
    code, said = run("replay", "--allocation", str(pk))
    assert code == 1
    assert f"DIFFERENT: allocation {pk}" in said
    assert "decision.awards[0].pay_cents" in said
    assert "1 were taken by another version" in said


def test_a_case_that_cannot_be_decided_any_more_is_a_difference(three_decisions):
    kept = three_decisions[0]
    kept.case = {"task": 1}
    again = record.replayed(kept)
    assert not again.is_same
    assert "KeyError" in again.differences[0].again


@pytest.mark.django_db(transaction=True)
def test_only_one_sealer_works_at_a_time_and_the_other_does_not_wait(clara):
    post(clara)
    drain(later(seconds=1))
    holds, may_go = threading.Event(), threading.Event()

    def hold_the_lock():
        with transaction.atomic():
            assert sealing.is_the_sealer()
            holds.set()
            may_go.wait(10)
        connections.close_all()

    other = threading.Thread(target=hold_the_lock)
    other.start()
    assert holds.wait(10)
    assert allocation.seal_all(NOW) == 0
    may_go.set()
    other.join()
    assert allocation.seal_all(NOW) == 1
