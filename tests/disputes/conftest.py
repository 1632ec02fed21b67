"""Work that wim handed in for clara, and the operators otto and olga."""

import pytest

from accounts.models import User
from allocation import actions as allocation
from disputes import actions as disputes
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import later, make_user, post
from workers.models import Worker


def make_operator(name: str) -> User:
    user = make_user(name)
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def otto(db) -> User:
    return make_operator("otto")


@pytest.fixture
def olga(db) -> User:
    return make_operator("olga")


def hand_in(task: Task, worker: Worker) -> Assignment:
    allocation.claim_slot(task_id=task.pk, by=worker, now=later(minutes=1))
    held = Assignment.objects.get(task=task, worker=worker)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=later(minutes=2))
    return Assignment.objects.get(pk=held.pk)


def reject(held: Assignment, now=None):
    return disputes.reject(
        assignment_id=held.pk,
        by=held.task.client.user,
        reason_code="wrong",
        text="It is blue.",
        now=now or later(minutes=3),
    )


@pytest.fixture
def handed_in(clara, wim) -> Assignment:
    return hand_in(post(clara), wim)


@pytest.fixture
def rejected(handed_in) -> Assignment:
    reject(handed_in)
    return Assignment.objects.get(pk=handed_in.pk)


@pytest.fixture
def dispute(rejected, wim):
    return disputes.open_dispute(
        assignment_id=rejected.pk, by=wim, text="You asked for blue.", now=later(days=1)
    )
