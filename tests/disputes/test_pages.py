"""The pages of people who disagree, and the operators' queue."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from agenda.actions import drain
from disputes import actions as disputes
from disputes.models import Dispute, HumanReview, ProblemTicket
from ledger.queries import balance_cents
from tests.people import later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_from_the_rejection_to_the_pay(rejected, clara, wim, otto):
    worker, client, operator = map(browser_of, (wim.user, clara.user, otto))
    assert b"Do you disagree?" in worker.get(f"/today/{rejected.pk}/").content
    url = f"/today/{rejected.pk}/dispute/"
    assert worker.post(url, {"text": "You asked for blue."})["Location"] == "/questions/"
    dispute = Dispute.objects.get()
    assert worker.get(url)["Location"] == f"/disputes/{dispute.pk}/"
    client.post(f"/disputes/{dispute.pk}/", {"text": "I asked for red."})
    page = operator.get(reverse("admin:disputes_dispute_change", args=[dispute.pk]))
    assert b"You asked for blue." in page.content and b"I asked for red." in page.content
    decide = reverse("admin:disputes_dispute_decide", args=[dispute.pk])
    operator.post(decide, {"outcome": "overturned", "reason": "The task says blue."})
    assert balance_cents(wim.user) == 1_000
    for browser in (worker, client):
        assert b"The task says blue." in browser.get(f"/disputes/{dispute.pk}/").content
    assert b"&lt;5" in Browser().get("/disputes/record/").content, "one case is not told"


def test_an_empty_dispute_is_refused_with_a_sentence(rejected, wim):
    answer = browser_of(wim.user).post(f"/today/{rejected.pk}/dispute/", {"text": " "})
    assert answer.status_code == 422
    assert b"field-error" in answer.content
    assert not Dispute.objects.exists()


def test_what_cannot_be_disputed_says_so(handed_in, wim):
    browser = browser_of(wim.user)
    assert b"cannot be disputed" in browser.get(f"/today/{handed_in.pk}/dispute/").content
    answer = browser.post(f"/today/{handed_in.pk}/dispute/", {"text": "No!"})
    assert (answer.status_code, Dispute.objects.count()) == (422, 0)


@pytest.mark.parametrize("who", ["stan", "yasmina", "mira"])
def test_a_stranger_finds_no_dispute(dispute, stan, yasmina, who):
    from tests.people import make_client

    user = {"stan": stan, "yasmina": yasmina.user}.get(who) or make_client("mira").user
    browser = browser_of(user)
    assert browser.get(f"/disputes/{dispute.pk}/").status_code == 404
    assert browser.post(f"/disputes/{dispute.pk}/", {"text": "x"}).status_code == 404
    assert not dispute.statements.exists()


def test_asking_a_person_once_and_reading_the_answer(rejected, wim, otto):
    decision = rejected.task.allocations.get()
    browser = browser_of(wim.user)
    url = f"/why/{decision.pk}/ask/"
    assert browser.post(url, {"text": "Is it right?"}).status_code == 302
    assert browser.post(url, {"text": "Is it right?"}).status_code == 422
    review = HumanReview.objects.get()
    decide = reverse("admin:disputes_humanreview_decide", args=[review.pk])
    browser_of(otto).post(decide, {"outcome": "upheld", "reason": "You were the only one."})
    assert b"You were the only one." in browser.get("/questions/").content


def test_a_problem_goes_to_the_client_and_then_to_the_operator(rejected, clara, wim, otto):
    task = rejected.task_id
    browser_of(wim.user).post(f"/work/{task}/problem/", {"text": "A dead link."})
    problem = ProblemTicket.objects.get()
    page = reverse("admin:disputes_problemticket_change", args=[problem.pk])
    decide = reverse("admin:disputes_problemticket_decide", args=[problem.pk])
    answer = {"outcome": "fixed", "reason": "A new link."}
    operator = browser_of(otto)
    assert b"The client has until" in operator.get(page).content
    operator.post(decide, answer)
    assert ProblemTicket.objects.get().decided_at is None
    browser_of(clara.user).post(f"/problems/{problem.pk}/answer/", answer)
    problem.refresh_from_db()
    assert problem.decided_by == clara.user


def test_the_queue_shows_what_is_overdue_first_and_the_front_page_counts_it(dispute, otto):
    drain(later(days=20))
    operator = browser_of(otto)
    Dispute.objects.update(due_at=later(days=-1))
    queue = operator.get(reverse("admin:disputes_dispute_changelist")).content
    assert b"OVERDUE by" in queue
    assert b"tile-bad" in operator.get("/admin/").content
    disputes.decide_dispute(
        dispute_id=dispute.pk, outcome="upheld", reason="Late.", by=otto, now=later(days=21)
    )
    assert b"OVERDUE" not in operator.get(reverse("admin:disputes_dispute_changelist")).content


@pytest.mark.parametrize("who", ["clara", "wim"])
def test_nobody_else_decides_through_the_admin(dispute, clara, wim, who):
    browser = browser_of({"clara": clara.user, "wim": wim.user}[who])
    decide = reverse("admin:disputes_dispute_decide", args=[dispute.pk])
    answer = browser.post(decide, {"outcome": "overturned", "reason": "Yes."})
    assert answer.status_code in (302, 403)
    assert Dispute.objects.get().decided_at is None


def test_an_operator_who_is_concerned_is_told_so(dispute, clara):
    clara.user.is_staff = True
    clara.user.save()
    decide = reverse("admin:disputes_dispute_decide", args=[dispute.pk])
    page = browser_of(clara.user).post(decide, {"outcome": "upheld", "reason": "I am right."})
    assert b"nobody decides in their own matter" in page.content
    assert Dispute.objects.get().decided_at is None


def test_ones_questions_cost_the_same_with_many(
    rejected, clara, wim, django_assert_max_num_queries
):
    from tests.people import post

    browser = browser_of(wim.user)
    for n in range(30):
        task = post(clara, title=f"Box {n}", pay_cents=100)
        disputes.report_problem(task_id=task.pk, by=wim.user, text="Dead.", now=later(hours=1))
    browser.get("/questions/")
    with django_assert_max_num_queries(10):
        assert browser.get("/questions/").status_code == 200
