"""Deleting an account: nothing personal is left, nothing that others need is lost."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from rest_framework.authtoken.models import Token

from accounts.models import User
from agenda.actions import do_chores, drain
from allocation import actions as allocation
from allocation.models import Allocation
from batches.actions import keep_table, keep_template
from batches.models import Draft
from disputes import actions as disputes
from ledger.models import Transfer
from ledger.queries import trial_balance
from rights.actions import AccountIsInUse, OperatorsStayNamed, delete_account
from rights.models import Deletion
from rights.queries.obstacles import obstacles
from shifts.models import PublishedHour
from tasks import actions as tasks
from tasks.models import Assignment, Review, Submission
from tests.people import NOW, later, make_operator, make_user, post
from wages.models import TimeEntry, TimeKeeping
from workers.models import Worker

pytestmark = pytest.mark.django_db
PASSWORD = "lantern-in-the-square"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()


def rename(user: User, name: str, email: str) -> None:
    user.name, user.email = name, email
    user.set_password(PASSWORD)
    user.save()


@pytest.fixture
def willemijn(wim):
    """wim under a name that stands nowhere else, with something of everything."""
    rename(wim.user, "Willemijn Quastenhoudt", "quastenhoudt@example.org")
    wim.name, wim.skills = "Willemijn Quastenhoudt", ["dutch"]
    wim.latitude, wim.longitude = 50.87959, 4.70093
    wim.save()
    Token.objects.create(user=wim.user)
    TimeKeeping.objects.create(worker=wim, is_on=True, changed_at=NOW)
    TimeEntry.objects.create(
        worker=wim, kind="other", day=NOW.date(), seconds=60, note="Quastenhoudt"
    )
    otto = make_operator("otto")
    LogEntry.objects.create(
        user=otto, content_type=ContentType.objects.get_for_model(Worker), object_id=str(wim.pk),
        object_repr=str(wim), action_flag=CHANGE, change_message="Quastenhoudt, mended",
    )  # fmt: skip
    return wim


def work(clara, worker, now=NOW) -> Assignment:
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=worker, now=now)
    held = Assignment.objects.get(task=task, worker=worker)
    Draft.objects.create(assignment=held, values={"x": "Quastenhoudt"}, saved_at=NOW)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=later(minutes=1))
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(minutes=2))
    return held


def places_of(*words: str) -> list[tuple[str, str]]:
    """Every column of every table, text and JSON alike, in which one of these words stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND (data_type IN"
            " ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea'))"
        )
        for table, column in cursor.fetchall():
            for word in words:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{word}%"]
                )
                if cursor.fetchone()[0]:
                    found.append((table, column))
    return found


def test_nothing_personal_of_a_worker_is_left_in_any_column_of_any_table(clara, willemijn):
    work(clara, willemijn)
    browser = Browser()
    browser.force_login(willemijn.user)
    PublishedHour.objects.create(
        worker=willemijn, title="An hour with Willemijn", description="Quastenhoudt explains.",
        starts_at=later(days=1), ends_at=later(days=1, hours=1), pay_cents=1000,
    )  # fmt: skip
    auction = post(clara, mechanism="sealed_first_price")
    allocation.place_bid(
        task_id=auction.pk, by=willemijn, amount_cents=900, now=timezone.now(),
        message="Ask for Quastenhoudt.",
    )  # fmt: skip
    drain(later(hours=2))
    held = Assignment.objects.get(task=auction)
    tasks.return_assignment(assignment_id=held.pk, by=willemijn, now=later(hours=3))
    do_chores(later(hours=3))
    assert ("notices_notice", "facts") in places_of("Willemijn"), "clara was told by name"
    assert len(places_of("Quastenhoudt")) >= 6, "it stood in many places"
    delete_account(by=willemijn.user, now=later(hours=4))
    assert places_of("Quastenhoudt", "Willemijn") == []
    found = Worker.objects.get()
    assert (found.name, found.skills, found.latitude, found.cell) == (
        "a former worker",
        [],
        None,
        None,
    )
    assert (
        not Token.objects.exists() and not TimeEntry.objects.exists() and not Draft.objects.exists()
    )
    assert not Session.objects.exists()


def test_nothing_personal_of_a_client_is_left(clara, wim):
    rename(clara.user, "Clarissa Brandnetel", "brandnetel@example.org")
    clara.name, clara.about = "Brandnetel Ltd", "The Brandnetels of Ghent."
    clara.save()
    work(clara, wim)
    template = keep_template(client=clara, name="Cats", kind="html", body="${x}", now=NOW)
    keep_table(client=clara, template=template, title="Cats", content=b"x\nBrandnetel\n", now=NOW)
    delete_account(by=clara.user, now=later(hours=1))
    assert places_of("Brandnetel", "Clarissa") == []
    clara.refresh_from_db()
    assert (clara.name, clara.about) == ("a former client", "")


def test_the_books_the_decisions_and_the_work_stay_as_they_were(clara, willemijn):
    work(clara, willemijn)
    tables = (Transfer, Allocation, Submission, Review, Assignment)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    delete_account(by=willemijn.user, now=later(hours=1))
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert trial_balance().is_right
    assert Deletion.objects.get().user == willemijn.user


def test_who_was_deleted_is_a_former_worker_on_the_pages_and_in_the_admin(clara, willemijn):
    held = work(clara, willemijn)
    delete_account(by=willemijn.user, now=later(hours=1))
    client, operator = Browser(), Browser()
    client.force_login(clara.user)
    operator.force_login(User.objects.get(name="Otto"))
    page = client.get(reverse("client_task", args=[held.task_id])).content.decode()
    desk = operator.get(reverse("admin:tasks_task_change", args=[held.task_id])).content.decode()
    listed = operator.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert "a former worker" in page and "a former worker" in desk
    assert "a former member" in listed and "Quastenhoudt" not in page + desk + listed


def test_the_pseudonym_is_read_in_the_readers_language(clara, willemijn):
    held = work(clara, willemijn)
    delete_account(by=willemijn.user, now=later(hours=1))
    dutch = Browser(headers={"accept-language": "nl"})
    dutch.force_login(clara.user)
    with override("nl"):
        page = dutch.get(reverse("client_task", args=[held.task_id])).content.decode()
        assert gettext("a former worker") in page
    assert Worker.objects.get(pk=willemijn.pk).name == "a former worker"  # kept as it was written


def test_deleting_twice_is_harmless(willemijn):
    first = delete_account(by=willemijn.user, now=NOW)
    assert delete_account(by=User.objects.get(pk=willemijn.user.pk), now=later(hours=1)) == first
    assert Deletion.objects.count() == 1


def test_nobody_gets_in_or_gets_work_afterwards(clara, willemijn):
    email = willemijn.user.email
    delete_account(by=willemijn.user, now=NOW)
    user = User.objects.get(pk=willemijn.user.pk)
    assert not user.is_active and not user.has_usable_password()
    assert not Browser().login(email=email, password=PASSWORD)
    task = post(clara)
    with pytest.raises(allocation.NotEligible):
        allocation.claim_slot(task_id=task.pk, by=Worker.objects.get(), now=NOW)


def test_the_same_address_may_sign_up_again_as_somebody_new(willemijn):
    email = willemijn.user.email
    delete_account(by=willemijn.user, now=NOW)
    assert User.objects.create_user(email, name="New").pk != willemijn.user.pk


# --- what has to end first ------------------------------------------------------------------------
def refused(user, words: str) -> None:
    before = places_of(user.email)
    with pytest.raises(AccountIsInUse) as refusal:
        delete_account(by=user, now=later(minutes=10))
    assert any(words in sentence for sentence in refusal.value.sentences), refusal.value.sentences
    assert places_of(user.email) == before and not Deletion.objects.exists()


def test_work_in_hand_and_work_without_a_verdict_keep_the_account(clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    refused(wim.user, "1 assignment in hand")
    held = Assignment.objects.get()
    tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=1))
    refused(wim.user, "waits for a verdict")
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(minutes=2))
    assert obstacles(wim.user) == []


def test_open_tasks_and_escrow_keep_the_account(clara):
    task = post(clara)
    refused(clara.user, "1 task of yours is not finished")
    refused(clara.user, "still in escrow")
    tasks.cancel_task(task_id=task.pk, by=clara.user, now=later(minutes=1))
    assert obstacles(clara.user) == []


def test_a_rejection_a_dispute_and_its_time_keep_both_accounts(clara, wim):
    otto = make_operator("otto")
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = Assignment.objects.get()
    tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=1))
    disputes.reject(assignment_id=held.pk, by=clara.user, reason_code="wrong", text="Blue.",
                    now=later(minutes=2))  # fmt: skip
    refused(wim.user, "can still be disputed")
    asked = disputes.open_dispute(assignment_id=held.pk, by=wim, text="No.", now=later(minutes=3))
    refused(wim.user, "not decided yet")
    refused(clara.user, "not decided yet")
    disputes.decide_dispute(
        dispute_id=asked.pk, by=otto, outcome="upheld", reason="Blue it is.", now=later(minutes=4)
    )
    assert obstacles(wim.user) == [] == obstacles(clara.user)


@pytest.mark.parametrize("mechanism", ["sealed_first_price", "lottery", "contest", "scored_offers"])
def test_having_asked_for_an_open_task_keeps_the_account(clara, wim, mechanism):
    allocation.go_available(by=wim, now=NOW)
    task = post(clara, mechanism=mechanism)
    now = timezone.now()
    if mechanism == "sealed_first_price":
        allocation.place_bid(task_id=task.pk, by=wim, amount_cents=900, now=now)
    elif mechanism == "lottery":
        allocation.claim_slot(task_id=task.pk, by=wim, now=now)
    elif mechanism == "contest":
        allocation.enter_contest(task_id=task.pk, by=wim, content="A logo.", now=now)
    else:
        allocation.settle_task(task_id=task.pk, trigger="posted", now=now)
    refused(wim.user, "1 task that is still open")


def test_an_operator_stays_named(db):
    otto = make_operator("otto")
    with pytest.raises(OperatorsStayNamed):
        delete_account(by=otto, now=NOW)
    assert User.objects.get().name == "Otto"


# --- the page ---------------------------------------------------------------------------------------
def test_the_page_asks_for_the_password_and_a_yes(willemijn):
    browser, url = Browser(), reverse("delete_account")
    browser.force_login(willemijn.user)
    page = browser.get(url).content.decode()
    assert "Goes at once" in page and "Stays, without your name" in page
    for answers in ({}, {"is_sure": "on", "password": "wrong"}, {"password": PASSWORD}):
        assert browser.post(url, answers).status_code == 422
        assert not Deletion.objects.exists()
    answer = browser.post(url, {"is_sure": "on", "password": PASSWORD}, follow=True)
    assert "Your account is deleted." in answer.content.decode()
    assert Deletion.objects.exists() and "_auth_user_id" not in browser.session


def test_an_account_without_a_password_is_asked_for_a_yes_only(stan):
    stan.set_unusable_password()
    stan.save()
    browser = Browser()
    browser.force_login(stan)
    assert browser.post(reverse("delete_account"), {"is_sure": "on"}).status_code == 302
    assert Deletion.objects.get().user == stan


def test_the_page_names_what_is_open_and_offers_no_button(clara):
    post(clara)
    browser = Browser()
    browser.force_login(clara.user)
    page = browser.get(reverse("delete_account")).content.decode()
    assert "1 task of yours is not finished" in page and 'name="is_sure"' not in page
    assert browser.post(reverse("delete_account"), {"is_sure": "on"}).status_code == 422


def test_passwords_cannot_be_tried_without_end(willemijn):
    browser, url = Browser(), reverse("delete_account")
    browser.force_login(willemijn.user)
    for _ in range(10):
        browser.post(url, {"is_sure": "on", "password": "wrong"})
    answer = browser.post(url, {"is_sure": "on", "password": PASSWORD})
    assert "Too many tries" in answer.content.decode() and not Deletion.objects.exists()


def test_in_the_demo_nobody_deletes_a_person_that_others_need(settings, db):
    settings.DEMO_MODE = True
    user = make_user("clara")
    rename(user, "Clara", "clara@demo.taakplein.example")
    browser = Browser()
    browser.force_login(user)
    browser.post(reverse("delete_account"), {"is_sure": "on", "password": PASSWORD})
    assert not Deletion.objects.exists()


def test_json_of_a_former_account_is_not_for_anybody(willemijn):
    browser = Browser()
    browser.force_login(willemijn.user)
    delete_account(by=willemijn.user, now=NOW)
    assert browser.get(reverse("log_json")).status_code == 302
