"""Why (not) me: the worker's page, the API and the admin say the same; strangers get nothing."""

import re
import subprocess
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation
from allocation.queries.explaining import decisions_about
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.api.conftest import program_for
from tests.people import NOW, later, make_client, make_user, make_worker, post
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def otto(db):
    user = make_user("otto")
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def auction(clara, wim, yasmina):
    """Wim asked 8.73 and lost to yasmina's 7.87; the floor is 6.00 and the step 0.50."""
    task = post(clara, mechanism="sealed_first_price", floor_cents=600)
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=873, now=later(minutes=1))
    allocation.place_bid(task_id=task.pk, by=yasmina, amount_cents=787, now=later(minutes=2))
    Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))
    drain(timezone.now())
    return Allocation.objects.latest("id")


def browser_for(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def explanation(kept, user, **query):
    return program_for(user).get(f"allocations/{kept.pk}/explanation", query)


def own(kept, worker):
    return explanation(kept, worker.user).json()["about_worker"]


def test_the_three_doors_say_the_same_words(auction, wim, yasmina, otto):
    for worker in (wim, yasmina):
        words = own(auction, worker)["words"]
        page = browser_for(worker.user).get(reverse("why", args=[auction.pk]))
        desk = reverse("admin:allocation_allocation_why", args=[auction.pk, worker.pk])
        operators = browser_for(otto).get(desk)
        assert escape(words) in page.content.decode()
        assert escape(words) in operators.content.decode()
        assert explanation(auction, otto, worker=worker.pk).json()["about_worker"]["words"] == words


def test_a_loser_reads_rank_gap_and_a_price_that_would_have_won(auction, wim):
    told = own(auction, wim)
    assert (told["outcome"], told["rank"], told["ranked"]) == ("not_awarded", 2, 2)
    assert told["counterfactuals"] == [
        {
            "kind": "ask",
            "feature": "",
            "value": 750.0,
            "unit": "cents",
            "outcome": "awarded",
            "words": "With a bid of €7.50 or less, you would have got the task.",
        }
    ]
    assert told["gap"] == {"amount": 123.0, "unit": "cents"}
    assert told["cannot_change"] == ["what the others did"]
    assert told["others_unchanged"] == "This holds if the others had done the same as they did."
    assert told["bands"] == []
    said = str({name: value for name, value in told.items() if name != "worker"})
    assert "787" not in said and "7.87" not in said


def test_the_client_reads_who_won_and_nothing_of_a_workers_own(auction, clara, yasmina):
    told = explanation(auction, clara.user).json()
    assert told["about_worker"] is None
    [winner] = told["about_task"]["winners"]
    assert (winner["worker"], winner["name"], winner["pay_cents"]) == (yasmina.pk, "Yasmina", 787)
    assert (told["about_task"]["candidates"], told["about_task"]["open_slots"]) == (2, 0)


def test_the_client_reads_why_a_task_stayed_unfilled(clara):
    task = post(clara, mechanism="sealed_first_price")
    drain(later(hours=2))
    told = explanation(task.allocations.latest("id"), clara.user).json()["about_task"]
    assert (told["open_slots"], told["reason"]) == (1, "nobody_came")
    assert "Nobody came forward." in told["words"]


def test_a_winner_by_score_and_the_next_read_factors_that_add_up(clara, wim, yasmina):
    for worker, approved in ((wim, 9), (yasmina, 0)):
        worker.approved_count = approved
        worker.save()
        allocation.go_available(by=worker, now=later(minutes=-10))
    task = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    kept = task.allocations.get()
    for worker, outcome in ((wim, "offered"), (yasmina, "waiting")):
        told = own(kept, worker)
        assert told["outcome"] == outcome
        assert sum(f["contribution"] for f in told["factors"]) == pytest.approx(told["score"])
        for factor in told["factors"]:
            assert factor["contribution"] == pytest.approx(factor["value"] * factor["weight"])
    assert told["gap"]["unit"] == "score"
    assert {one["kind"] for one in told["counterfactuals"]} == {"feature"}
    assert "how long you have been waiting for work" not in str(told["counterfactuals"])
    assert "how long you have been waiting for work" in told["cannot_change"]
    [winner] = explanation(kept, clara.user).json()["about_task"]["winners"]
    assert [f["name"] for f in winner["factors"]] == [f["name"] for f in told["factors"]]


def test_a_claim_that_came_too_late_reads_by_how_much(clara, wim, yasmina, monkeypatch):
    """Two people press at once: the second one's claim is decided when the last slot is gone."""
    task = post(clara, slot_count=10)
    for number in range(9):
        other = make_worker(f"other{number}")
        allocation.claim_slot(task_id=task.pk, by=other, now=NOW)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=60))
    # The task is still open: what closes it is due work that no process has done yet.
    late = allocation.claim_slot(
        task_id=task.pk, by=yasmina, now=later(seconds=60) + timedelta(milliseconds=1800)
    )
    assert not late.is_won
    told = own(task.allocations.latest("id"), yasmina)
    assert told["words"].startswith("Slot 10 of 10 was taken 1.8 s before your claim.")
    assert told["gap"] == {"amount": 1.8, "unit": "seconds"}
    assert told["counterfactuals"][0]["value"] == 1.9


def test_whoever_comes_after_the_last_place_reads_why_and_pressing_again_writes_nothing(
    clara, wim, yasmina
):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=10))
    late = allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=70))
    again = allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=90))
    assert (late.is_won, again) == (False, late)
    assert Allocation.objects.count() == task.claims.count() == 2
    told = own(task.allocations.latest("id"), yasmina)
    assert told["words"].startswith("Slot 1 of 1 was taken 60.0 s before your claim.")
    page = browser_for(yasmina.user).get(reverse("task", args=[task.pk])).content.decode()
    assert escape("Slot 1 of 1 was taken 60.0 s before your claim.") in page


def test_whoever_comes_after_the_last_place_is_answered_in_four_statements(clara, wim, yasmina):
    task = post(clara)
    for worker in (wim, make_worker("other")):  # the other's claim prepares them
        allocation.claim_slot(task_id=task.pk, by=worker, now=later(seconds=10))
    with CaptureQueriesContext(connection) as said:
        allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=70))
    assert len([one for one in said if "SAVEPOINT" not in one["sql"]]) == 4


def test_places_that_were_called_off_were_not_taken_by_anybody(clara, wim, yasmina):
    task = post(clara, slot_count=3)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=10))
    tasks.cancel_task(task_id=task.pk, by=clara.user, now=later(seconds=14))
    with pytest.raises(tasks.TaskIsNotOpen):
        allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=15))
    assert task.claims.count() == 1


def test_coming_earlier_would_not_have_helped_against_whoever_stood_in_line(clara, wim, yasmina):
    allocation.join_standby(by=wim, now=later(minutes=-10))
    task = post(clara)
    drain(later(seconds=1))
    late = allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=2))
    assert not late.is_won
    told = own(task.allocations.latest("id"), yasmina)
    assert told["words"].startswith("All places were taken.")
    assert told["counterfactuals"] == [] and told["rank"] is None
    page = browser_for(clara.user).get(reverse("task_why", args=[task.pk])).content.decode()
    assert "All places were taken already." in page


def test_a_place_that_was_free_again_meanwhile_is_another_question(clara, wim, yasmina):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=10))
    late = allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=20))
    held = Assignment.objects.get(worker=wim)
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=later(seconds=30))
    other = make_worker("other")
    allocation.claim_slot(task_id=task.pk, by=other, now=later(seconds=40))
    anew = allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=50))
    assert anew != late and not anew.is_won
    told = own(task.allocations.latest("id"), yasmina)
    assert told["words"].startswith("Slot 1 of 1 was taken 10.0 s before your claim.")


def test_whoever_is_not_able_to_do_it_reads_that_first_however_late(clara, wim, yasmina):
    Worker.objects.filter(pk=wim.pk).update(skills=["welding"])
    task = post(clara, skills=("welding",))
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=10))
    with pytest.raises(allocation.NotEligible):
        allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=20))
    assert task.claims.count() == 1


def test_two_claims_in_one_moment_are_told_so(clara, wim, yasmina):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=10))
    allocation.claim_slot(task_id=task.pk, by=yasmina, now=later(seconds=10))
    told = own(task.allocations.latest("id"), yasmina)
    assert told["words"].startswith("The last place was taken at the same moment, just before you.")
    assert told["counterfactuals"][0]["value"] == 0.1


def test_a_lottery_tells_the_chance_and_the_draw(clara, wim, yasmina):
    kept = drawn_lottery(clara, wim, yasmina)
    told = {own(kept, worker)["outcome"]: own(kept, worker) for worker in (wim, yasmina)}
    assert set(told) == {"awarded", "not_awarded"}
    assert all(one["numbers"]["chance"] == 0.5 for one in told.values())
    assert told["awarded"]["numbers"]["draw"] < told["not_awarded"]["numbers"]["draw"]
    assert "the draw" in told["not_awarded"]["cannot_change"]


def test_each_worker_can_work_out_their_own_draw(clara, wim, yasmina):
    kept = drawn_lottery(clara, wim, yasmina)
    seed = program_for(wim.user).get(f"tasks/{kept.task_id}").json()["seed"]
    for number, worker in enumerate((wim, yasmina)):
        told = own(kept, worker)
        assert told["numbers"]["arrival"] == number
        assert f"arrival number {number}, counted from 0" in told["words"]
        hashed = answer_of_a_shell(f"printf '{seed}|lottery|{number}' | sha256sum")
        assert (int(hashed[:16], 16) >> 11) / 2**53 == told["numbers"]["draw"]


def test_the_command_on_the_page_prints_the_hash_on_the_page(clara, wim, yasmina):
    kept = drawn_lottery(clara, wim, yasmina)
    for user, address in ((wim.user, "task"), (clara.user, "client_task")):
        page = browser_for(user).get(reverse(address, args=[kept.task_id])).content.decode()
        assert answer_of_a_shell(on_page(page, "seed-command")) == on_page(page, "seed-hash")


def test_before_the_draw_the_command_is_told_without_the_seed(clara, wim):
    task = post(clara, mechanism="lottery")
    page = browser_for(wim.user).get(reverse("task", args=[task.pk])).content.decode()
    assert on_page(page, "seed-command") == "printf 'taakplein seed N' | sha256sum"
    assert str(task.seed) not in page


def drawn_lottery(clara, *entrants):
    """The decision about a lottery with one place, in which these people entered in this order."""
    task = post(clara, mechanism="lottery")
    for minute, worker in enumerate(entrants, start=1):
        allocation.claim_slot(task_id=task.pk, by=worker, now=later(minutes=minute))
    Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))
    drain(timezone.now())
    return task.allocations.latest("id")


def on_page(page, name):
    [found] = re.findall(f'id="{name}">(.*?)</code>', page)
    return unescape(found)


def answer_of_a_shell(command):
    """The hash that a shell prints, without the name of what was hashed."""
    done = subprocess.run(command, shell=True, check=True, capture_output=True, text=True)
    return done.stdout.split()[0]


def test_a_stranger_another_worker_and_another_client_find_nothing(auction, stan, otto):
    mira, noor = make_client("mira"), make_worker("noor")
    for user in (stan, mira.user, noor.user):
        assert explanation(auction, user).status_code == 404
    assert explanation(auction, None).status_code == 401
    desk = reverse("admin:allocation_allocation_why", args=[auction.pk, noor.pk])
    assert browser_for(otto).get(desk).status_code == 404
    assert browser_for(noor.user).get(desk).status_code == 302


@pytest.mark.parametrize("number", ["other", "-1", "x", "1e3", "9" * 30, "\0", "²"])
def test_only_an_operator_chooses_whose_explanation_to_read(auction, wim, yasmina, otto, number):
    asked = yasmina.pk if number == "other" else number
    assert explanation(auction, wim.user, worker=asked).status_code == 404
    if number != "other":
        assert explanation(auction, otto, worker=number).status_code == 404


def test_an_operator_may_name_nobody_and_reads_about_the_task(auction, otto):
    told = explanation(auction, otto).json()
    assert told["about_worker"] is None and told["about_task"]["candidates"] == 2


def test_an_explanation_takes_few_queries(auction, wim, django_assert_max_num_queries):
    program = program_for(wim.user)
    with django_assert_max_num_queries(8):
        assert program.get(f"allocations/{auction.pk}/explanation").status_code == 200


def test_whoever_was_looked_at_but_never_asked_finds_the_decision_too(clara, wim, yasmina, stan):
    for worker in (wim, yasmina):
        allocation.go_available(by=worker, now=later(minutes=-10))
    task = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    [kept] = task.allocations.all()
    [waiting] = [row["worker"] for row in kept.decision["ranking"] if row["outcome"] == "waiting"]
    passed_over = {wim.pk: wim, yasmina.pk: yasmina}[waiting]
    assert not passed_over.offers.exists()
    assert list(decisions_about(passed_over)) == [kept]
    page = browser_for(passed_over.user).get(reverse("decisions")).content.decode()
    assert reverse("why", args=[kept.pk]) in page
    assert list(decisions_about(make_worker("noor"))) == []


def test_whoever_has_no_rank_finds_the_decision_in_the_list_all_the_same(clara, wim):
    allocation.go_available(by=wim, now=later(minutes=-10))
    task = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    allocation.decline_offer(offer_id=wim.offers.get().pk, by=wim, now=later(seconds=2))
    drain(later(seconds=3))
    declined = task.allocations.latest("id").decision["ranking"][0]
    assert "rank" not in declined and declined["outcome"] == "declined"
    page = browser_for(wim.user).get(reverse("decisions"))
    assert page.status_code == 200 and "–" in page.content.decode()


def test_decisions_are_found_by_their_index(auction, wim):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Allocation.objects.with_candidate(wim).explain()
    assert "decisions_by_candidate" in plan


def test_a_version_is_called_by_the_shown_name_of_its_rule(clara, wim, otto):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=later(seconds=10))
    decision = task.allocations.get()
    doors = [
        (wim.user, reverse("why", args=[decision.pk])),
        (wim.user, reverse("ask_review", args=[decision.pk])),
        (clara.user, reverse("task_why", args=[task.pk])),
        (otto, reverse("admin:allocation_allocation_why", args=[decision.pk, wim.pk])),
        (otto, reverse("admin:allocation_allocation_changelist")),
        (otto, reverse("admin:allocation_mechanismversion_changelist")),
        (otto, reverse("admin:tasks_task_change", args=[task.pk])),
    ]
    for reader, address in doors:
        page = browser_for(reader).get(address).content.decode()
        assert "First come, first served, version 1" in page, address
        assert "first_come v1" not in page, address
