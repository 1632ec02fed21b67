"""The inbox, its bell, the preferences and the saved searches, as people meet them."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation import actions as allocation
from clients.models import Client
from ledger import actions as ledger
from notices.actions import look_at_searches, save_search, tell_all
from notices.models import Letterbox, Notice, SavedSearch
from notices.words import line
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def wims(wim):
    browser = Browser()
    browser.force_login(wim.user)
    return browser


@pytest.fixture
def yasminas(yasmina):
    browser = Browser()
    browser.force_login(yasmina.user)
    return browser


@pytest.fixture
def paid(clara, wim):
    """A notice for wim: clara approved his work."""
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    work = {"assignment_id": Assignment.objects.get(task=task).pk, "now": NOW}
    tasks.submit_work(by=wim, content="Done.", **work)
    tasks.approve(by=clara.user, **work)
    tell_all(NOW)
    return wim.user.notices.get()


def test_a_notice_leads_to_what_it_is_about_and_is_read_then(wims, paid):
    assert b"notice-new" in wims.get("/inbox/").content
    answer = wims.get(f"/inbox/{paid.pk}/")
    assert answer.url == reverse("assignment", args=[paid.facts["assignment"]])
    assert wims.get(answer.url).status_code == 200
    assert b"notice-new" not in wims.get("/inbox/").content


def test_somebody_elses_notice_is_not_found_and_stays_unread(yasminas, paid):
    assert yasminas.get(f"/inbox/{paid.pk}/").status_code == 404
    paid.refresh_from_db()
    assert paid.read_at is None


def test_the_bell_is_sent_again_only_when_it_changes(wims, paid):
    answer = wims.get("/inbox/bell/")
    assert b"1 new notice" in answer.content
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert wims.get("/inbox/bell/", headers=tag).status_code == 304
    wims.post("/inbox/read/")
    again = wims.get("/inbox/bell/", headers=tag)
    assert (again.status_code, b"new notice" in again.content) == (200, False)


def test_the_bell_remembers_in_which_language_its_reader_reads(wims, wim):
    wims.get("/inbox/bell/", headers={"Accept-Language": "fr"})
    assert Letterbox.objects.get(person=wim.user).language == "fr"


def test_every_target_of_every_notice_opens_for_its_person(clara, wim, yasmina, wims):
    task = post(clara, mechanism="sealed_first_price")
    allocation.place_bid(task_id=task.pk, by=yasmina, amount_cents=500, now=NOW)
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=700, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
    tell_all(NOW)
    for notice in Notice.objects.all():
        browser = Browser()
        browser.force_login(notice.person)
        answer = browser.get(reverse("notice", args=[notice.pk]), follow=True)
        assert answer.status_code == 200, notice
    assert Notice.objects.count() == 3


def test_60_notices_cost_as_many_queries_as_10(wims, wim, django_assert_num_queries):
    def add(count):
        Notice.objects.bulk_create(
            Notice(person=wim.user, kind="won", about=f"x:{n}", facts={"title": "x"}, at=NOW,
                   read_at=NOW)
            for n in range(count)
        )  # fmt: skip

    add(10)
    wims.get("/inbox/")
    with django_assert_num_queries(7):
        wims.get("/inbox/")
    add(50)
    with django_assert_num_queries(7):
        wims.get("/inbox/")


def test_only_what_somebody_changed_becomes_their_choice(wims, wim):
    page = wims.get("/inbox/preferences/").context["form"]
    sent = {row["kind"]: row["channel"] for row in page.rows} | {"won": "off"}
    wims.post("/inbox/preferences/", sent)
    assert list(wim.user.preferences.values_list("kind", "channel")) == [("won", "off")]


def test_a_worker_is_not_asked_about_what_only_clients_hear(wims):
    assert "handed_in" not in wims.get("/inbox/preferences/").context["form"].fields


# --- saved searches -----------------------------------------------------------------------------
def test_a_saved_search_counts_what_is_new_and_opens_the_market(wims, wim, clara):
    wims.post("/searches/save/", {"name": "Auctions", "filters": "way=auction&fits=on"})
    search = SavedSearch.objects.get()
    assert search.filters == {"way": "auction", "fits": True}
    afterwards = timezone.now() + timedelta(seconds=1)  # the page reads the clock itself
    post(clara, now=afterwards, mechanism="sealed_first_price")
    post(clara, now=afterwards)
    assert b"1 new task" in wims.get("/searches/").content
    assert wims.get(f"/searches/{search.pk}/").url == "/work/?way=auction&fits=on"
    assert wims.get(f"/searches/{search.pk}/", follow=True).context["page"].paginator.count == 1


def test_new_tasks_are_told_every_ten_minutes_at_most_and_not_twice(wim, clara):
    search = save_search(by=wim, name="All", filters={}, now=NOW)
    post(clara, now=later(minutes=1))
    assert look_at_searches(later(minutes=9)) == 0
    assert look_at_searches(later(minutes=10)) == 1
    assert look_at_searches(later(minutes=20)) == 0
    post(clara, now=later(minutes=21))
    assert look_at_searches(later(minutes=30)) == 1
    [notice] = wim.user.notices.all()
    assert line(notice) == "2 new tasks fit your search “All”."
    assert notice.facts["search"] == search.pk


def test_ones_own_tasks_are_not_news(wim, yasmina):
    ledger.deposit(user=wim.user, amount_cents=10_000, now=NOW)
    both = Client.objects.create(user=wim.user, name="Wim Ltd")
    for worker in (wim, yasmina):
        save_search(by=worker, name="All", filters={}, now=NOW)
    post(both, now=later(minutes=1))
    assert look_at_searches(later(minutes=11)) == 1
    assert yasmina.user.notices.exists()


def test_a_search_is_renamed_and_deleted_by_its_owner_only(wims, yasminas, wim):
    search = save_search(by=wim, name="All", filters={}, now=NOW)
    for verb in ("rename", "delete"):
        assert yasminas.post(f"/searches/{search.pk}/{verb}/", {"name": "x"}).status_code == 404
    wims.post(f"/searches/{search.pk}/rename/", {"name": "Everything"})
    assert SavedSearch.objects.get().name == "Everything"
    wims.post(f"/searches/{search.pk}/delete/")
    assert not SavedSearch.objects.exists()


def test_twenty_searches_are_enough(wims, wim):
    for number in range(20):
        save_search(by=wim, name=str(number), filters={}, now=NOW)
    answer = wims.post("/searches/save/", {"name": "One more", "filters": ""}, follow=True)
    assert b"You keep twenty searches" in answer.content
    assert wim.searches.count() == 20


def test_a_name_that_another_search_has_is_refused(wims, wim):
    save_search(by=wim, name="A", filters={}, now=NOW)
    search = save_search(by=wim, name="B", filters={}, now=NOW)
    wims.post(f"/searches/{search.pk}/rename/", {"name": "A"})
    assert set(wim.searches.values_list("name", flat=True)) == {"A", "B"}
