"""Two opinions are shown at one moment, stay as they were written, and can be hidden with a name."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from agenda.actions import drain
from allocation import actions as allocation
from reputation import actions, queries
from reputation.models import Opinion
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, make_client, make_operator, make_user, make_worker, post
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def work(client, worker, now=NOW, days_to_verdict=1, verdict="approve"):
    task = post(client, now=now, deadline_at=now + timedelta(days=30))
    allocation.claim_slot(task_id=task.pk, by=worker, now=now)
    done = Assignment.objects.get(task=task)
    tasks.submit_work(assignment_id=done.pk, by=worker, content="Done.", now=now)
    at = now + timedelta(days=days_to_verdict)
    if verdict == "approve":
        tasks.approve(assignment_id=done.pk, by=client.user, now=at)
    elif verdict == "reject":
        tasks.reject(
            assignment_id=done.pk, by=client.user, reason_code="wrong", text="Not it.", now=at
        )
    done.refresh_from_db()
    return done


@pytest.fixture
def done(clara, wim):
    return work(clara, wim)


def say(done, by, score=4, reason="Clear and friendly.", now=None):
    at = now or done.settled_at + timedelta(hours=1)
    return actions.write_opinion(assignment_id=done.pk, by=by, score=score, reason=reason, now=at)


def test_neither_is_shown_before_both_are_written(done, clara, wim):
    first = say(done, wim.user)
    assert first.revealed_at is None
    assert not queries.said_of_client(clara).exists()
    second = say(done, clara.user)
    first.refresh_from_db()
    assert first.revealed_at == second.revealed_at is not None
    assert queries.said_of_client(clara).get().by == wim.user
    assert queries.said_of_worker(wim).get().by == clara.user


def test_after_fourteen_days_the_sweep_shows_what_there_is(done, clara, wim):
    say(done, wim.user)
    end = done.settled_at + timedelta(days=14)
    while drain(end - timedelta(seconds=1)):
        pass
    assert not queries.said_of_client(clara).exists()
    while drain(end):
        pass
    assert queries.said_of_client(clara).exists()


def test_nobody_answers_after_having_read(done, clara, wim):
    say(done, wim.user)
    with pytest.raises(actions.TimeIsOver):
        say(done, clara.user, now=done.settled_at + timedelta(days=14))


@pytest.mark.parametrize(("reason", "refusal"), [(" ", actions.OpinionNeedsAReason)])
def test_an_opinion_has_a_reason(done, wim, reason, refusal):
    with pytest.raises(refusal):
        say(done, wim.user, reason=reason)


def test_one_opinion_per_side(done, wim):
    say(done, wim.user)
    with pytest.raises(actions.AlreadySaid):
        say(done, wim.user)
    assert Opinion.objects.count() == 1


def test_before_a_verdict_there_is_nothing_to_say(clara, wim):
    waiting = work(clara, wim, verdict="none")
    with pytest.raises(actions.NothingToSayYet):
        say(waiting, wim.user, now=NOW)


def test_a_stranger_has_no_side(done, stan):
    with pytest.raises(Assignment.DoesNotExist):
        say(done, stan)


def test_the_database_keeps_it_as_it_was_said(done, clara, wim):
    opinion = say(done, wim.user)
    mine = Opinion.objects.filter(pk=opinion.pk)
    with refused("what was said stays"):
        mine.update(score=1)
    with refused("what was said stays"):
        mine.update(reason="Other words.")
    with refused("never deleted"):
        mine.delete()
    with refused("only_a_named_operator_hides"):
        mine.update(hidden_at=NOW)
    facts = {"assignment": done, "by": wim.user, "written_at": NOW, "reason": "Why."}
    with refused("one_opinion_per_side"):
        Opinion.objects.create(side="worker", score=1, **facts)
    with refused("an_opinion_is_from_1_to_5"):
        Opinion.objects.create(side="client", score=6, **facts)
    with refused("an_opinion_has_a_reason"):
        Opinion.objects.create(side="client", score=5, **facts | {"reason": ""})


# --- hiding ---------------------------------------------------------------------------------------
def test_an_operator_hides_the_words_and_not_that_they_were_said(done, clara, wim):
    otto = make_operator("otto")
    opinion = say(done, wim.user, reason="A rude word.")
    say(done, clara.user)
    browser = Browser()
    browser.force_login(otto)
    url = reverse("admin:reputation_opinion_hide", args=[opinion.pk])
    assert "A rude word." in browser.get(url).content.decode()
    assert browser.post(url, {"reason": "An insult."}).status_code == 302
    page = Browser().get(f"/clients/{clara.pk}/").content.decode()
    assert "Otto hid these words: An insult." in page
    assert "A rude word." not in page
    assert "4 of 5" in page
    assert "Wim" not in page


@pytest.mark.parametrize(("who", "reason"), [("clara", "Mine."), ("stan", "Me."), ("otto", " ")])
def test_nobody_hides_what_is_about_them_or_without_a_reason(done, clara, wim, who, reason):
    opinion = say(done, wim.user)
    clara.user.is_staff = True
    clara.user.save()
    by = {"clara": clara.user, "stan": make_user("stan"), "otto": make_operator("otto")}[who]
    with pytest.raises((actions.HidingNeedsAnOperator, actions.HidingNeedsAReason)):
        actions.hide_opinion(opinion_id=opinion.pk, by=by, reason=reason, now=NOW)
    opinion.refresh_from_db()
    assert not opinion.is_hidden


# --- facts ----------------------------------------------------------------------------------------
def test_what_a_client_did(clara, wim):
    work(clara, wim, days_to_verdict=1)
    work(clara, wim, days_to_verdict=3)
    work(clara, wim, days_to_verdict=2, verdict="reject")
    facts = queries.facts_of_client(clara, later(days=4))
    assert (facts.verdict_count, facts.days_to_pay) == (3, 2)
    assert facts.rejection_share == pytest.approx(1 / 3)
    assert (facts.reply_share, facts.hourly_cents) == (1.0, None)


def test_a_client_who_let_the_clock_decide_did_not_reply(clara, wim):
    work(clara, wim, verdict="none")
    while drain(later(days=8)):
        pass
    assert queries.facts_of_client(clara, later(days=9)).reply_share == 0.0


def test_what_workers_did_in_one_query(clara, wim, yasmina, django_assert_num_queries):
    work(clara, wim)
    work(clara, wim, verdict="reject")
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=yasmina, now=NOW)
    late = Assignment.objects.get(task=task)
    tasks.expire_assignment(assignment_id=late.pk, now=later(days=2))
    with django_assert_num_queries(1):
        facts = queries.facts_of_workers([wim.pk, yasmina.pk])
    assert (facts[wim.pk].approved_share, facts[wim.pk].on_time_share) == (0.5, 1.0)
    assert (facts[yasmina.pk].approved_share, facts[yasmina.pk].on_time_share) == (None, 0.0)


# --- pages ----------------------------------------------------------------------------------------
def browser_of(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def test_both_sides_write_on_their_page(done, clara, wim):
    worker, client = browser_of(wim.user), browser_of(clara.user)
    url = f"/opinions/{done.pk}/"
    sent = {"score": "2", "reason": "Slow answers."}
    # The verdict was given tomorrow, so the window is open.
    assert worker.post(url, sent).status_code == 302
    assert "The other side has written." in client.get(url).content.decode()
    assert "Slow answers." not in client.get(url).content.decode()
    client.post(url, {"score": "5", "reason": "Very careful."})
    assert "Slow answers." in client.get(url).content.decode()
    assert "Very careful." in worker.get(url).content.decode()
    assert "Very careful." in client.get(f"/workers/{wim.pk}/").content.decode()


def test_the_task_page_says_no_data_of_a_new_client(clara, wim):
    page = browser_of(wim.user).get(f"/work/{post(clara).pk}/").content.decode()
    assert page.count("no data") == 4


def test_a_worker_is_seen_by_the_clients_they_dealt_with_only(done, clara, wim, yasmina):
    assert browser_of(clara.user).get(f"/workers/{wim.pk}/").status_code == 200
    for who in (make_client("mira").user, yasmina.user):
        assert browser_of(who).get(f"/workers/{wim.pk}/").status_code == 404


def test_a_client_who_never_posted_has_no_page():
    assert Browser().get(f"/clients/{make_client('mira').pk}/").status_code == 404


def test_the_page_of_a_client_costs_the_same_with_many(clara, django_assert_max_num_queries):
    for number in range(12):
        worker = make_worker(f"w{number}")
        done = work(clara, worker)
        say(done, worker.user)
        say(done, clara.user)
    browser = Browser()
    browser.get(f"/clients/{clara.pk}/")
    with django_assert_max_num_queries(6):
        assert browser.get(f"/clients/{clara.pk}/").content.decode().count("4 of 5") == 12
