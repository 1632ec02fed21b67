"""The review page: what waits, nearest deadline first, many at once, and never dearer."""

import pytest
from django.test import Client as Browser

from disputes.models import HeldRejection
from ledger.queries import balance_cents
from tasks import actions as tasks
from tasks.models import Assignment, Review
from tests.disputes.conftest import hand_in, reject
from tests.people import a_task, later, make_client, make_worker, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def browser(clara):
    browser = Browser()
    browser.force_login(clara.user)
    return browser


@pytest.fixture
def work(clara, wim, yasmina) -> list[Assignment]:
    return [hand_in(post(clara, title=f"Box {n}"), (wim, yasmina)[n % 2]) for n in range(4)]


def ids_on(page) -> list[int]:
    return [row["assignment"].pk for row in page.context["rows"]]


def test_the_nearest_deadline_comes_first_and_only_ones_own(browser, work, wim, clara):
    theirs = hand_in(post(make_client("mira")), wim)
    Assignment.objects.filter(pk=work[2].pk).update(submitted_at=later(days=-1))
    page = browser.get("/review/")
    assert ids_on(page) == [work[n].pk for n in (2, 0, 1, 3)]
    assert str(theirs.pk) not in [str(pk) for pk in ids_on(page)]


def test_one_task_or_one_batch_alone(browser, work, clara, wim):
    news = [a_task(title="Lamp"), a_task(title="Shade")]
    batch = tasks.post_batch(client=clara, title="Lamps", news=news, now=later())
    lamp = hand_in(batch.tasks.first(), wim)
    assert ids_on(browser.get(f"/review/?batch={batch.pk}")) == [lamp.pk]
    assert ids_on(browser.get(f"/review/?task={work[0].task_id}")) == [work[0].pk]
    for strange in ("task=x", "task=²", "batch=-1", "task=" + "9" * 30, "batch=%00"):
        assert browser.get(f"/review/?{strange}").status_code == 200


def test_ticked_work_is_approved_and_paid(browser, work, wim, yasmina):
    ticked = [work[0].pk, work[1].pk]
    said = {"assignment": ticked, "shown": [w.pk for w in work], "back": "/review/?page=1"}
    answer = browser.post("/review/approve/", said)
    assert answer["Location"] == "/review/?page=1"
    assert set(Assignment.objects.filter(state="approved").values_list("pk", flat=True)) == {
        *ticked
    }
    assert (balance_cents(wim.user), balance_cents(yasmina.user)) == (1_000, 1_000)


def test_all_that_is_shown_is_approved_and_nothing_that_came_since(browser, work, clara, wim):
    shown = [w.pk for w in work]
    since = hand_in(post(clara), wim)
    browser.post("/review/approve/", {"all": "1", "shown": shown})
    assert Assignment.objects.get(pk=since.pk).state == "submitted"
    assert Assignment.objects.filter(state="approved").count() == 4
    assert {review.by for review in Review.objects.all()} == {clara.user}


@pytest.mark.parametrize("said", [{}, {"assignment": "x"}, {"assignment": "9" * 40}, {"all": 1}])
def test_nothing_ticked_approves_nothing(browser, work, said):
    assert browser.post("/review/approve/", said, follow=True).status_code == 200
    assert not Assignment.objects.filter(state="approved").exists()


def test_somebody_elses_work_is_not_approved(browser, wim):
    theirs = hand_in(post(make_client("mira")), wim)
    browser.post("/review/approve/", {"assignment": theirs.pk})
    assert Assignment.objects.get(pk=theirs.pk).state == "submitted"


def test_a_bonus_pays_once_however_often_one_clicks(browser, work, wim):
    said = {"amount_cents": "2,50", "text": "So neat.", "key": "abc", "back": "/review/?"}
    for _ in range(3):
        assert browser.post(f"/assignments/{work[0].pk}/bonus/", said)["Location"] == "/review/?"
    assert balance_cents(wim.user) == 250


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/review/../x"])
def test_one_comes_back_only_to_the_review_list(browser, work, back):
    answer = browser.post(f"/assignments/{work[0].pk}/approve/", {"back": back})
    assert answer["Location"] == f"/tasks/{work[0].task_id}/"


def test_what_the_brake_holds_is_said_and_is_not_in_the_list(browser, clara):
    task = post(clara, slot_count=6)
    work = [hand_in(task, make_worker(f"worker{n}")) for n in range(6)]
    for one in work[:5]:
        reject(one)
    said = {"reason_code": "wrong", "text": "Blue.", "back": "/review/?"}
    page = browser.post(f"/assignments/{work[5].pk}/reject/", said, follow=True)
    assert b"an operator looks at this one first" in page.content
    assert HeldRejection.objects.count() == 1
    assert (ids_on(page), len(page.context["held"])) == ([], 1)
    assert b"Waits for an operator" in browser.get(f"/tasks/{task.pk}/").content


@pytest.mark.parametrize("address", ["/review/", "/tasks/{task}/"])
def test_the_page_costs_the_same_with_60_as_with_10(
    clara, browser, address, django_assert_max_num_queries
):
    task = post(clara, slot_count=60)
    url = address.format(task=task.pk)

    def cost() -> int:
        browser.get(url)
        with django_assert_max_num_queries(12) as captured:
            assert browser.get(url).status_code == 200
        return len(captured.captured_queries)

    for n in range(30):
        hand_in(task, make_worker(f"worker{n}"))
    few = cost()
    for n in range(30, 60):
        hand_in(task, make_worker(f"worker{n}"))
    assert cost() == few
