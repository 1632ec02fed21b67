"""The operator chooses a floor; below it a posting is warned about or refused, on every door."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from agenda.actions import drain
from allocation import actions as allocation
from batches.actions import publish
from reputation.queries import facts_of_client
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.batches.making import make_draft
from tests.clients.test_posting_form import answers
from tests.people import NOW, a_task, later, make_client, make_operator, make_worker
from tests.refusals import refused
from wages import actions
from wages.models import MarketFloor, MeasuredPay, WageFloor
from wages.queries import day_of, expect_pay, floor_in_force

pytestmark = pytest.mark.django_db
TEN_CENTS_A_MINUTE = {"pay_cents": 10, "estimate_seconds": 60, "kind": "microtask"}


@pytest.fixture
def otto(db):
    return make_operator("otto")


def choose(by, response="warn", country="BE", now=NOW, **changes):
    facts = {"reason": "Most of us live here.", "valid_from": now} | changes
    return actions.choose_floor(country=country, response=response, by=by, now=now, **facts)


@pytest.fixture
def warning(otto):
    return choose(otto)


@pytest.fixture
def refusing(otto):
    return choose(otto, "refuse")


def send(client, **changes):
    return allocation.post_task(client=client, new=a_task(**TEN_CENTS_A_MINUTE), now=NOW, **changes)


# --- which floor ---------------------------------------------------------------------------------
def test_without_a_choice_there_is_no_floor(clara):
    assert floor_in_force(NOW) is None
    assert send(clara).state == "open"


def test_the_facts_that_come_with_the_product_are_loaded_once():
    assert WageFloor.objects.count() == 7
    assert actions.load_facts() == 0


def test_ten_cents_a_minute_is_six_euros_an_hour_and_below_the_floor(clara, warning):
    task = send(clara, accepts_low_pay=True)
    expect_pay([task], NOW)
    assert (task.expected_pay.hourly_cents, task.expected_pay.is_below) == (600, True)
    page = Browser().get(f"/work/{task.pk}/").content.decode()
    assert "€6.00/h, below the €13.30/h floor of Belgium." in page
    assert "CAO 43/18" in page
    assert "Not legal advice." in page
    assert "below the floor of €13.30/h" in Browser().get("/work/").content.decode()


def test_the_market_follows_when_a_countrys_floor_changes(otto):
    choose(otto, country="NL")
    assert floor_in_force(NOW).amount_cents == 1499
    actions.enter_floor(
        by=otto, now=NOW, country="NL", amount_cents=1550, currency="EUR", grade="C2",
        valid_from=day_of(NOW) + timedelta(days=30), source="A newspaper",
    )  # fmt: skip
    assert floor_in_force(later(days=29)).amount_cents == 1499
    assert floor_in_force(later(days=31)).amount_cents == 1550


def test_the_newest_choice_decides_and_older_ones_stay_to_be_read(otto, clara, refusing):
    choose(otto, country="", now=later(minutes=1))
    assert floor_in_force(later(minutes=2)) is None
    assert floor_in_force(NOW).amount_cents == 1330
    assert MarketFloor.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": " "}, actions.ChoiceNeedsAReason),
        ({"country": "GB"}, actions.NoSuchFloor),
        ({"valid_from": later(days=-1)}, actions.StartIsInThePast),
    ],
)
def test_a_choice_that_cannot_stand_is_refused(otto, changes, refusal):
    with pytest.raises(refusal):
        choose(otto, **changes)
    assert not MarketFloor.objects.exists()


def test_only_an_operator_chooses_or_enters_and_a_fact_has_a_source(clara, otto):
    with pytest.raises(actions.FloorNeedsAnOperator):
        choose(clara.user)
    fact = {"country": "BE", "amount_cents": 1, "currency": "EUR", "grade": "C", "now": NOW}
    with pytest.raises(actions.FloorNeedsAnOperator):
        actions.enter_floor(by=clara.user, source="me", **fact)
    with pytest.raises(actions.FactNeedsASource):
        actions.enter_floor(by=otto, source=" ", **fact)


def test_neither_a_fact_nor_a_choice_is_ever_changed(warning):
    with refused("append-only"):
        WageFloor.objects.update(amount_cents=1)
    with refused("append-only"):
        MarketFloor.objects.all().delete()


# --- posting below it ----------------------------------------------------------------------------
def test_a_warning_asks_for_a_yes_and_a_yes_is_enough(clara, warning):
    with pytest.raises(actions.LowPayNeedsAYes):
        send(clara)
    assert not Task.objects.exists()
    assert send(clara, accepts_low_pay=True).state == "open"


def test_a_refusal_takes_no_yes(clara, refusing):
    with pytest.raises(actions.PayIsBelowTheFloor) as told:
        send(clara, accepts_low_pay=True)
    assert not isinstance(told.value, actions.LowPayNeedsAYes)
    assert not Task.objects.exists()


def test_one_badly_paid_row_holds_up_the_batch(clara, refusing):
    news = [a_task(), a_task(**TEN_CENTS_A_MINUTE)]
    with pytest.raises(actions.PayIsBelowTheFloor):
        allocation.post_batch(client=clara, title="Rows", news=news, now=NOW)
    assert not Task.objects.exists()


def test_the_form_shows_the_figures_asks_and_then_posts(clara, warning):
    browser = Browser()
    browser.force_login(clara.user)
    low = answers(pay_cents="1", estimate_minutes="60")
    page = browser.post("/tasks/new/", low).content.decode()
    assert "€1.00/h, below the €13.30/h floor of Belgium." in page
    assert 'name="accepts_low_pay"' in page
    assert not Task.objects.exists()
    assert browser.post("/tasks/new/", low | {"accepts_low_pay": "on"}).status_code == 302
    assert Task.objects.get().pay_cents == 100


def test_where_it_is_refused_the_form_offers_no_box(clara, refusing):
    browser = Browser()
    browser.force_login(clara.user)
    page = browser.post("/tasks/new/", answers(pay_cents="1", estimate_minutes="60"))
    assert 'name="accepts_low_pay"' not in page.content.decode()
    assert not Task.objects.exists()


def test_the_api_answers_with_a_problem_that_names_the_figures(clara, warning):
    api = APIClient()
    api.force_authenticate(clara.user)
    body = {
        "title": "Look at an address", "description": "Is it one?", "mechanism": "first_come",
        "pay_cents": 10, "estimate_seconds": 60,
        "closes_at": later(days=1).isoformat(), "deadline_at": later(days=2).isoformat(),
    }  # fmt: skip
    problem = api.post("/api/v1/tasks", body)
    assert (problem.status_code, problem.json()["code"]) == (409, "low_pay_needs_a_yes")
    assert (problem.json()["hourly_cents"], problem.json()["floor_cents"]) == (600, 1330)
    posted = api.post("/api/v1/tasks", body | {"accepts_low_pay": True}).json()
    assert posted["expected_pay"]["is_below"] is True
    assert posted["expected_pay"]["floor"]["source"].startswith("CAO 43/18")
    batch = {"title": "Two", "tasks": [body, body]}
    assert api.post("/api/v1/batches", batch).json()["code"] == "low_pay_needs_a_yes"
    assert api.post("/api/v1/batches", batch | {"accepts_low_pay": True}).status_code == 201


def test_an_uploaded_table_is_held_against_the_floor_when_it_is_published(clara, warning, otto):
    draft = make_draft(clara, pay_cents=1, estimate_seconds=60)
    with pytest.raises(actions.LowPayNeedsAYes):
        publish(upload_id=draft.pk, by=clara.user, now=NOW)
    publish(upload_id=draft.pk, by=clara.user, now=NOW, accepts_low_pay=True)
    # What the market chooses between publishing and posting does not hold up what was agreed.
    choose(otto, "refuse", now=later(seconds=1))
    while drain(later(minutes=1)):
        pass
    assert Task.objects.exists()


# --- what was measured ---------------------------------------------------------------------------
def batch_done_by(clara, count, minutes=2):
    """One batch of microtasks of €1.00 and an estimate of a minute, each done in some minutes."""
    news = [a_task(kind="microtask", pay_cents=100, estimate_seconds=60) for _ in range(count + 1)]
    batch = allocation.post_batch(client=clara, title="Rows", news=news, now=NOW)
    for number, task in enumerate(batch.tasks.order_by("id")[:count]):
        worker = make_worker(f"w{number}")
        allocation.claim_slot(task_id=task.pk, by=worker, now=NOW)
        held = Assignment.objects.get(task=task)
        done = later(minutes=minutes + number)
        tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=done)
        tasks.approve(assignment_id=held.pk, by=clara.user, now=later(hours=1))
    actions.measure_pay(client_id=clara.pk, now=later(hours=1, minutes=1))
    return batch


def test_from_five_workers_on_the_measured_median_takes_the_place_of_the_estimate(clara):
    batch = batch_done_by(clara, 5)
    open_one = batch.tasks.get(state="open")
    expect_pay([open_one], NOW)
    # €1.00 in 2, 3, 4, 5 and 6 minutes: the median is €1.00 in 4 minutes.
    assert open_one.expected_pay.hourly_cents == 1500
    assert (open_one.expected_pay.basis, open_one.expected_pay.worker_count) == ("measured", 5)
    assert facts_of_client(clara, NOW).hourly_cents == 1500
    assert "€15.00/h measured, by 5 workers" in Browser().get("/work/").content.decode()


def test_of_four_workers_nothing_is_said(clara):
    batch = batch_done_by(clara, 4)
    open_one = batch.tasks.get(state="open")
    expect_pay([open_one], NOW)
    assert open_one.expected_pay.basis == "estimate"
    assert facts_of_client(clara, NOW).hourly_cents is None
    assert MeasuredPay.objects.get(batch=batch).worker_count == 4


def test_measuring_twice_or_late_changes_nothing(clara):
    batch_done_by(clara, 5)
    before = list(MeasuredPay.objects.order_by("id").values())
    actions.measure_pay(client_id=clara.pk, now=NOW)
    assert list(MeasuredPay.objects.order_by("id").values()) == before


def test_an_approval_is_measured_by_the_drain_within_two_minutes(clara):
    batch_done_by(clara, 5)
    MeasuredPay.objects.all().delete()
    while drain(later(hours=1, minutes=2)):
        pass
    assert MeasuredPay.objects.filter(client=clara).count() == 2


def test_prices_of_many_tasks_take_two_queries(clara, warning, django_assert_num_queries):
    batch_done_by(make_client("mira"), 5)
    found = list(Task.objects.filter(state="open")) * 30
    with django_assert_num_queries(2):
        expect_pay(found, NOW)


def test_operators_choose_and_enter_on_their_pages(otto):
    browser = Browser()
    browser.force_login(otto)
    moment = later(minutes=1).astimezone().strftime("%Y-%m-%dT%H:%M")
    url = "/admin/wages/marketfloor/choose/"
    sent = {"country": "BE", "response": "refuse", "valid_from": moment, "reason": ""}
    assert "This field is required" in browser.post(url, sent).content.decode()
    fact = {
        "country": "BE", "amount_cents": "1350", "currency": "EUR", "valid_from": "2026-10-01",
        "source": "The gazette", "grade": "C",
    }  # fmt: skip
    assert browser.post("/admin/wages/wagefloor/enter/", fact).status_code == 302
    assert WageFloor.objects.get(source="The gazette").entered_by == otto
