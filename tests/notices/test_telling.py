"""What happened is told once to those whom it concerns, whatever dies on the way."""

import threading

import pytest
from django.db import connection, transaction

from agenda.actions import do_chores
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Allocation
from allocation.queries.explaining import explanation_for
from batches.actions import keep_table, keep_template, post_upload, publish, set_terms
from disputes import actions as disputes
from notices import rules
from notices.actions import choose_channels, read_all, tell_all, tell_of_approvals, telling
from notices.models import Notice, Untold
from notices.words import ICONS, NAMES, line
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import NOW, later, make_operator, make_worker, post

pytestmark = pytest.mark.django_db


def told(person) -> list[str]:
    """Tell what waits, and read this person's inbox, oldest first."""
    tell_all(NOW)
    return [line(notice) for notice in person.notices.order_by("id")]


def work_of(worker, task) -> dict:
    return {"assignment_id": Assignment.objects.get(task=task, worker=worker).pk, "now": NOW}


def handed_in(clara, wim, **changes) -> Task:
    task = post(clara, **changes)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    tasks.submit_work(by=wim, content="Done.", **work_of(wim, task))
    return task


def test_a_claim_is_told_to_the_client_only(clara, wim):
    allocation.claim_slot(task_id=post(clara).pk, by=wim, now=NOW)
    assert told(wim.user) == []
    assert told(clara.user) == ["Every place of “Carry a box” is taken."]


def test_work_and_its_verdicts_are_told_to_the_other_side(clara, wim):
    task = handed_in(clara, wim)
    assert told(clara.user)[-1] == "Wim handed in work for “Carry a box”."
    tasks.ask_for_rework(by=clara.user, text="The corner.", **work_of(wim, task))
    tasks.submit_work(by=wim, content="Done again.", **work_of(wim, task))
    tasks.approve(by=clara.user, **work_of(wim, task))
    assert told(wim.user) == [
        "Another try is asked for “Carry a box”.",
        "Your work for “Carry a box” was approved: €10.00.",
    ]


def test_who_bid_and_lost_is_told_and_who_won_too(clara, wim, yasmina):
    task = post(clara, mechanism="sealed_first_price")
    for worker, cents in ((wim, 700), (yasmina, 800)):
        allocation.place_bid(task_id=task.pk, by=worker, amount_cents=cents, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
    assert told(wim.user) == ["“Carry a box” is yours, for €7.00."]
    assert told(yasmina.user) == ["“Carry a box” did not go to you. You can read why."]
    notice = yasmina.user.notices.get()
    assert notice.facts["allocation"] == task.allocations.get(awarded_count=1).pk


def test_who_stood_in_line_is_told_what_they_got(clara, wim):
    allocation.join_standby(by=wim, now=later(minutes=-5))
    task = post(clara)
    allocation.settle_task(task_id=task.pk, trigger="posted", now=NOW)
    assert told(wim.user) == ["“Carry a box” is yours, for €10.00."]


def test_who_shares_a_prize_is_told_of_the_money_and_not_that_it_went_elsewhere(
    clara, wim, yasmina
):
    task = post(clara, mechanism="contest")
    for worker in (wim, yasmina):
        allocation.enter_contest(task_id=task.pk, by=worker, content="A lamp.", now=NOW)
    for hours in (1, 24 * 8):
        allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=hours))
    assert told(wim.user) == ["You were paid €5.00 for your entry in “Carry a box”."]
    assert told(clara.user)[-1] == (
        "No place of “Carry a box” was given in time. Those who entered were paid €10.00 in all. "
        "What was left in escrow came back."
    )
    _asked, shared = task.allocations.order_by("id")
    assert shared.latency_ms < 60_000  # the week that the client had is not the engine's


def test_the_client_is_told_when_it_is_time_to_choose(clara, wim):
    task = post(clara, mechanism="clients_choice")
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=700, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
    assert told(clara.user) == ["“Carry a box” has closed: choose who gets it."]
    assert told(wim.user) == []


def test_bidders_are_told_once_that_the_client_chose_nobody_in_time(clara, wim, yasmina):
    task = post(clara, mechanism="clients_choice")
    for worker in (wim, yasmina):
        allocation.place_bid(task_id=task.pk, by=worker, amount_cents=700, now=NOW)
    for hours in (1, 24, 25):
        allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=hours))
    for worker in (wim, yasmina):
        assert told(worker.user) == [
            "The client of “Carry a box” chose nobody before the time ended."
        ]
        assert [notice.count for notice in worker.user.notices.all()] == [1]
    assert told(clara.user) == [
        "“Carry a box” has closed: choose who gets it.",
        "No place of “Carry a box” was given in time. What was left in escrow came back.",
    ]
    notice = wim.user.notices.get()
    assert "The client chose nobody in time." in explanation_of(notice, wim)


def explanation_of(notice, worker) -> str:
    return explanation_for(Allocation.objects.get(pk=notice.facts["allocation"]), worker).words


def test_who_was_passed_over_is_told_when_the_time_ends_that_others_were_chosen(
    clara, wim, yasmina
):
    task = post(clara, mechanism="clients_choice", slot_count=2)
    for worker in (wim, yasmina):
        allocation.place_bid(task_id=task.pk, by=worker, amount_cents=700, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
    allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=later(hours=2))
    assert told(yasmina.user) == []
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(days=1))
    assert told(yasmina.user) == ["“Carry a box” did not go to you. You can read why."]
    why = explanation_of(yasmina.user.notices.get(), yasmina)
    assert why.startswith("The client chose somebody else.")


def test_an_offer_is_told_and_its_acceptance_is_not(clara, wim):
    allocation.go_available(by=wim, now=NOW)
    task = post(clara, mechanism="scored_offers")
    allocation.settle_task(task_id=task.pk, trigger="posted", now=NOW)
    allocation.accept_offer(offer_id=wim.offers.get().pk, by=wim, now=NOW)
    assert told(wim.user) == ["You have an offer: “Carry a box”, €10.00."]


def test_bidders_are_told_of_a_cancelled_task(clara, wim, yasmina):
    task = post(clara, mechanism="sealed_first_price")
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=700, now=NOW)
    tasks.cancel_task(task_id=task.pk, by=clara.user, now=NOW)
    assert told(wim.user) == ["“Carry a box” was cancelled by its client."]
    assert told(yasmina.user) == told(clara.user) == []


def test_each_move_of_a_dispute_is_told_to_those_who_did_not_make_it(clara, wim):
    task = handed_in(clara, wim)
    disputes.reject(by=clara.user, reason_code="wrong", text="It is blue.", **work_of(wim, task))
    dispute = disputes.open_dispute(by=wim, text="You asked for blue.", **work_of(wim, task))
    assert told(clara.user)[-1] == "Wim disputes your rejection of work for “Carry a box”."
    disputes.decide_dispute(
        dispute_id=dispute.pk,
        outcome="overturned",
        reason="Blue was asked.",
        by=make_operator("otto"),
        now=NOW,
    )
    both = "The rejection of work for “Carry a box” is overturned: €10.00 is paid after all."
    assert told(wim.user)[-1] == both
    assert told(clara.user)[-1] == both


def test_a_problem_is_told_to_the_client_and_its_answer_to_who_asked(clara, wim):
    task = post(clara)
    asked = disputes.report_problem(task_id=task.pk, by=wim.user, text="A dead link.", now=NOW)
    assert told(clara.user) == ["A problem with “Carry a box” was reported. Please answer."]
    disputes.answer_problem(
        problem_id=asked.pk, outcome="fixed", reason="Mended.", by=clara.user, now=NOW
    )
    assert told(wim.user) == ["The problem with “Carry a box” was answered."]


def test_a_published_batch_is_one_notice_and_so_is_all_work_handed_in_for_it(clara, wim):
    wim.capacity = 10
    wim.save()
    template = keep_template(client=clara, name="Cats", kind="html", body="${x}", now=NOW)
    upload = keep_table(
        client=clara, template=template, title="Cats", content=b"x\n1\n2\n3\n", now=NOW
    )
    terms = {
        "pay_cents": 100, "estimate_seconds": 60, "redundancy": 1, "skills": (),
        "closes_at": later(hours=1), "deadline_at": later(days=1), "description": "Which cat?",
        "title": "Cats", "mapping": {"x": "x"},
    }  # fmt: skip
    set_terms(upload_id=upload.pk, by=clara, **terms)
    publish(upload_id=upload.pk, by=clara.user, now=NOW)
    post_upload(upload_id=upload.pk, now=NOW)
    assert told(clara.user) == ["The batch “Cats” is published: 3 tasks."]
    for task in Task.objects.all():
        allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
        tasks.submit_work(by=wim, content="A tabby.", **work_of(wim, task))
    assert told(clara.user)[1:] == ["3 pieces of work were handed in for “Cats”."]
    for task in Task.objects.all():
        tasks.approve(by=clara.user, **work_of(wim, task))
    assert told(wim.user) == ["3 pieces of your work for “Cats” were approved: €3.00."]


def test_after_reading_the_next_one_is_a_new_line(clara, wim):
    wim.capacity = 10
    wim.save()
    handed_in(clara, wim, slot_count=1)
    told(clara.user)
    assert read_all(by=clara.user, now=NOW) == 2
    assert read_all(by=clara.user, now=NOW) == 0
    handed_in(clara, wim)
    assert len(told(clara.user)) == 4


def test_a_day_before_work_is_approved_by_itself_its_client_is_told_once(clara, wim, settings):
    handed_in(clara, wim)
    tell_all(NOW)
    due = DueWork.objects.get(topic="approval_near")
    assert due.due_at == later(days=settings.APPROVAL_DAYS - 1)
    tell_of_approvals(client_id=clara.pk, now=later(days=settings.APPROVAL_DAYS - 1))
    [notice] = clara.user.notices.filter(kind="approval_near")
    assert line(notice) == "1 piece of work is approved and paid by itself within a day."


def test_nothing_is_told_of_work_that_was_approved_meanwhile(clara, wim):
    task = handed_in(clara, wim)
    tasks.approve(by=clara.user, **work_of(wim, task))
    tell_of_approvals(client_id=clara.pk, now=later(days=6, hours=1))
    assert not clara.user.notices.filter(kind="approval_near").exists()


def test_who_wants_to_hear_nothing_is_told_nothing(clara, wim):
    choose_channels(by=clara.user, channels={"handed_in": "off"})
    handed_in(clara, wim)
    assert told(clara.user) == ["Every place of “Carry a box” is taken."]


def test_simulated_people_have_no_inbox(clara):
    agent = make_worker("agent")
    agent.user.is_simulated = True
    agent.user.save()
    task = handed_in(clara, agent)
    tasks.approve(by=clara.user, **work_of(agent, task))
    assert told(agent.user) == []


# --- nothing is lost, nothing is told twice -----------------------------------------------------
def test_what_was_undone_is_not_told(clara, wim):
    task = post(clara)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
        raise ZeroDivisionError
    assert not Untold.objects.exists()
    assert told(clara.user) == []


@pytest.mark.parametrize("dies_in", ["write", "news_of"])
def test_a_teller_that_dies_leaves_everything_to_the_next(clara, wim, monkeypatch, dies_in):
    handed_in(clara, wim)
    waiting = Untold.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(telling, dies_in, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell_all(NOW)
    assert Untold.objects.count() == waiting
    assert not Notice.objects.exists()
    assert len(told(clara.user)) == 2
    assert len(told(clara.user)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_tellers_at_once_tell_everything_once(clara, wim, monkeypatch):
    """The first stops after it took the rows; the second finds nothing; then the first writes."""
    handed_in(clara, wim)
    took, go_on, write = threading.Event(), threading.Event(), telling.write

    def slow_write(news, now):
        took.set()
        assert go_on.wait(5)
        return write(news, now)

    def first():
        tell_all(NOW)
        connection.close()

    monkeypatch.setattr(telling, "write", slow_write)
    thread = threading.Thread(target=first)
    thread.start()
    assert took.wait(5)
    assert tell_all(NOW) == 0
    go_on.set()
    thread.join()
    assert [notice.count for notice in clara.user.notices.all()] == [1, 1]


def test_a_claim_that_was_won_keeps_one_row_for_telling(clara, wim):
    """Not the decision among one candidate; "awarded" is told under other mechanisms."""
    task = post(clara, slot_count=2)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    [row] = Untold.objects.all()
    assert task.events.get(pk=row.number).kind == "awarded"


# --- the words ----------------------------------------------------------------------------------
def test_every_kind_has_its_name_and_its_icon():
    assert set(rules.KINDS) == set(NAMES) == set(ICONS)


def test_the_database_keeps_exactly_what_is_told():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'event_waits_to_be_told'"
        )
        [definition] = cursor.fetchone()
    for kind in rules.HEARD:
        assert f"'{kind}'" in definition


def test_the_sweep_tells(clara, wim):
    handed_in(clara, wim)
    do_chores(NOW)
    assert clara.user.notices.count() == 2
