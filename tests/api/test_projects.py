"""A task that begins after another, over HTTP."""

import pytest
from rest_framework.test import APIClient

from tests.people import later, make_client, post

pytestmark = pytest.mark.django_db
TASKS = "/api/v1/tasks"


def asked(**changes):
    return {
        "title": "Build it",
        "description": "After the plan.",
        "mechanism": "first_come",
        "pay_cents": 1000,
        "estimate_seconds": 1800,
        "closes_at": later(hours=1).isoformat(),
        "deadline_at": later(days=1).isoformat(),
    } | changes


@pytest.fixture
def api(clara):
    api = APIClient()
    api.force_authenticate(clara.user)
    return api


def test_a_task_says_what_it_begins_after(api, clara):
    first = post(clara)
    answer = api.post(TASKS, asked(starts_after=first.pk), format="json")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["starts_after"]) == ("waiting", first.pk)


def test_the_task_of_somebody_else_is_refused_like_one_that_is_not_there(api):
    theirs = post(make_client("carl"))
    for wrong in (theirs.pk, theirs.pk + 1000):
        answer = api.post(TASKS, asked(starts_after=wrong), format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_an_earlier_task_of_yours")


@pytest.mark.parametrize("wrong", ["x", 0, -1, 2**63, 1.5, [1], True])
def test_what_is_no_number_is_refused(api, wrong):
    assert api.post(TASKS, asked(starts_after=wrong), format="json").status_code in (400, 409)
