"""A held task reaches no worker; a named operator who is not its client decides, and money follows."""

import pytest
from django.test import Client as Browser

from agenda.actions import drain
from allocation import actions as allocation
from ledger.queries import balance_cents, trial_balance
from screening import actions
from screening.models import Ruling
from tasks import actions as tasks
from tasks.models import Task
from tests.people import NOW, a_task, later, make_operator, make_worker, post
from tests.refusals import refused

pytestmark = pytest.mark.django_db
ACCOUNTS = {"title": "Create 10,000 e-mail accounts", "pay_cents": 1000}
REASON = "You own the domain: these are mailboxes for your school."


@pytest.fixture
def held(clara):
    return post(clara, **ACCOUNTS)


@pytest.fixture
def otto(db):
    return make_operator("otto")


def test_the_two_examples_of_the_house(clara, held):
    assert held.state == "held"
    assert post(clara, title="Verify 10,000 e-mail addresses").state == "open"


def test_a_held_task_is_given_to_nobody_and_seen_by_nobody(held, wim):
    drain(later(seconds=1))
    with pytest.raises(tasks.TaskIsNotOpen):
        allocation.claim_slot(task_id=held.pk, by=wim, now=later(seconds=2))
    assert Browser().get(f"/work/{held.pk}/").status_code == 404
    assert ACCOUNTS["title"] not in Browser().get("/work/").content.decode()
    assert Browser().get(f"/api/v1/tasks/{held.pk}").status_code == 404


def test_the_client_reads_which_rule_held_it(clara, held):
    browser = Browser()
    browser.force_login(clara.user)
    page = browser.get(f"/tasks/{held.pk}/").content.decode()
    assert "The text asks for many accounts, or for false ones." in page
    assert "bulk_accounts" in page


def test_released_it_goes_on_the_board_with_the_time_it_waited_added(held, otto, wim):
    closes_at, deadline_at = held.closes_at, held.deadline_at
    actions.release_task(task_id=held.pk, by=otto, reason=REASON, now=later(hours=3))
    held.refresh_from_db()
    waited = later(hours=3) - NOW
    assert (held.state, held.closes_at) == ("open", closes_at + waited)
    assert held.deadline_at == deadline_at + waited
    drain(later(hours=3, seconds=1))
    assert allocation.claim_slot(task_id=held.pk, by=wim, now=later(hours=3, seconds=2)).is_won


def test_refused_it_is_cancelled_and_every_cent_comes_back(clara, held, otto):
    before = balance_cents(clara.user)
    actions.refuse_task(task_id=held.pk, by=otto, reason="Accounts for sale.", now=later(hours=1))
    held.refresh_from_db()
    assert held.state == "cancelled"
    assert balance_cents(clara.user) == before + held.reserve_cents == 100_000
    assert trial_balance().is_right


def test_the_client_may_withdraw_a_held_task(clara, held):
    tasks.cancel_task(task_id=held.pk, by=clara.user, now=later(minutes=1))
    assert balance_cents(clara.user) == 100_000


def test_only_an_operator_who_is_not_the_client_rules_and_says_why(clara, held, otto, stan):
    for by, reason, refusal in (
        (stan, REASON, actions.RulingNeedsAnOperator),
        (otto, "  ", actions.RulingNeedsAReason),
    ):
        with pytest.raises(refusal):
            actions.release_task(task_id=held.pk, by=by, reason=reason, now=later(hours=1))
    clara.user.is_staff = True
    clara.user.save()
    with pytest.raises(actions.NobodyRulesOnTheirOwnTask):
        actions.release_task(task_id=held.pk, by=clara.user, reason=REASON, now=later(hours=1))
    held.refresh_from_db()
    assert held.state == "held"
    assert not Ruling.objects.exists()


def test_the_database_refuses_a_ruling_on_ones_own_task_a_silent_or_a_changed_one(
    clara, held, otto
):
    facts = {"task": held, "rule": "spam", "verdict": "released", "at": NOW}
    with refused("nobody rules on their own task"):
        Ruling.objects.create(by=clara.user, reason="Mine.", **facts)
    with refused("a_ruling_has_a_reason"):
        Ruling.objects.create(by=otto, reason="", **facts)
    ruling = Ruling.objects.create(by=otto, reason="Fine.", **facts)
    with refused("append-only"):
        Ruling.objects.filter(pk=ruling.pk).update(reason="Other.")


def test_it_is_decided_once(held, otto):
    actions.refuse_task(task_id=held.pk, by=otto, reason="No.", now=later(hours=1))
    with pytest.raises(actions.TaskIsNotHeld):
        actions.release_task(task_id=held.pk, by=otto, reason="Yes.", now=later(hours=2))


def test_in_a_batch_only_the_row_that_says_it_is_held(clara):
    news = [a_task(), a_task(**ACCOUNTS), a_task()]
    batch = allocation.post_batch(client=clara, title="Rows", news=news, now=NOW)
    assert sorted(batch.tasks.values_list("state", flat=True)) == ["held", "open", "open"]
    assert Task.objects.get(state="held").events.get(kind="held").facts == {"rule": "bulk_accounts"}


def test_the_operator_decides_from_the_queue(held, otto):
    browser = Browser()
    browser.force_login(otto)
    assert ACCOUNTS["title"] in browser.get("/admin/screening/heldtask/").content.decode()
    url = f"/admin/screening/heldtask/{held.pk}/decide/"
    assert "bulk_accounts" in browser.get(url).content.decode()
    browser.post(url, {"verdict": "refused", "reason": "Accounts for sale."})
    assert Ruling.objects.get().by == otto


@pytest.mark.parametrize("who", ["clara", "wim", None])
def test_nobody_else_decides(held, clara, who):
    browser = Browser()
    if who:
        browser.force_login({"clara": clara.user, "wim": make_worker("wim").user}[who])
    url = f"/admin/screening/heldtask/{held.pk}/decide/"
    browser.post(url, {"verdict": "released", "reason": "Please."})
    held.refresh_from_db()
    assert held.state == "held"


def test_the_rows_of_a_batch_are_ruled_on_together_as_far_as_the_same_rule_holds_them(clara, otto):
    news = [a_task(**ACCOUNTS) for _ in range(3)] + [
        a_task(title="Solve captchas all day"),
        a_task(),
    ]
    batch = allocation.post_batch(client=clara, title="Rows", news=news, now=NOW)
    first = batch.tasks.filter(state="held").first()
    now = later(hours=1)
    ruling = actions.refuse_task(task_id=first.pk, by=otto, reason="For sale.", now=now)
    assert actions.rule_alike(ruling=ruling, now=now) == 0
    states = sorted(batch.tasks.values_list("state", flat=True))
    assert states == ["cancelled", "cancelled", "cancelled", "held", "open"]
    assert Ruling.objects.filter(by=otto, reason="For sale.").count() == 3
    assert trial_balance().is_right


def test_a_released_shift_keeps_its_hours(clara, otto):
    from tests.shifts.test_shifts import TOMORROW
    from tests.shifts.test_shifts import post as post_shift

    shift = post_shift(clara, title="Create 40 accounts at our stand")
    actions.release_task(task_id=shift.pk, by=otto, reason="A fair.", now=later(hours=2))
    shift.refresh_from_db()
    assert (shift.state, shift.closes_at) == ("open", TOMORROW)
