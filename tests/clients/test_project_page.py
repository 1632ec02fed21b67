"""A client says on the posting form what a task begins after, and sees the whole on one page."""

import pytest
from django.test import Client as Browser

from allocation import actions as allocation
from tasks.models import Task
from tests.clients.test_posting_form import POST, answers
from tests.people import NOW, make_client, post

pytestmark = pytest.mark.django_db


def browser_of(client):
    browser = Browser()
    browser.force_login(client.user)
    return browser


@pytest.fixture
def browser(clara):
    return browser_of(clara)


def test_the_form_asks_only_where_there_is_something_to_begin_after(browser, clara):
    assert b"starts_after" not in browser.get(POST).content
    post(clara, title="Draw the plan")
    assert "Draw the plan" in browser.get(POST).content.decode()


def test_a_task_posted_after_another_waits_and_says_so_to_both_sides(browser, clara, wim):
    first = post(clara, title="Draw the plan")
    page = browser.post(POST, answers(starts_after=first.pk), follow=True).content.decode()
    second = Task.objects.get(starts_after=first)
    assert second.is_waiting
    assert "Your task waits for the one before it." in page
    assert "It waits for the task before it" in page
    seen = browser_of(wim).get(f"/work/{second.pk}/").content.decode()
    assert "This work comes later" in seen
    assert "Draw the plan" in seen


@pytest.mark.parametrize("wrong", ["0", "-1", "abc", "99999999999999999999", "1\x00"])
def test_what_is_no_task_of_ones_own_cannot_come_before(browser, clara, wrong):
    post(clara)
    assert browser.post(POST, answers(starts_after=wrong)).status_code == 200
    assert Task.objects.count() == 1


def test_the_task_of_somebody_else_cannot_come_before(browser, clara):
    post(clara)
    theirs = post(make_client("carl"))
    assert browser.post(POST, answers(starts_after=theirs.pk)).status_code == 200
    assert not Task.objects.filter(starts_after=theirs).exists()


def test_one_page_shows_the_tasks_in_order_with_everybody_who_works_on_them(browser, clara, wim):
    first = post(clara, title="Draw the plan")
    second = post(clara, title="Build it", starts_after_id=first.pk)
    allocation.claim_slot(task_id=first.pk, by=wim, now=NOW)
    page = browser.get(f"/tasks/{second.pk}/project/").content.decode()
    assert page.index("Draw the plan</a></th>") < page.index("Build it</a></th>")
    assert "Contributors" in page
    assert str(wim) in page


def test_a_project_is_nobody_elses_business(clara):
    task = post(clara)
    assert browser_of(make_client("stan")).get(f"/tasks/{task.pk}/project/").status_code == 404
    assert Browser().get(f"/tasks/{task.pk}/project/").status_code == 302


def test_only_what_has_not_ended_can_be_followed(browser, clara):
    task = post(clara)
    assert f"?after={task.pk}" in browser.get(f"/tasks/{task.pk}/").content.decode()
    browser.post(f"/tasks/{task.pk}/cancel/")
    assert f"?after={task.pk}" not in browser.get(f"/tasks/{task.pk}/").content.decode()


def test_adding_a_task_from_the_project_page_names_the_one_before(browser, clara):
    first = post(clara, title="Draw the plan")
    page = browser.get(f"{POST}?after={first.pk}").content.decode()
    assert f'<option value="{first.pk}" selected>Draw the plan</option>' in page
