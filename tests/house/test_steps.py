"""The database knows exactly the steps that the rules know."""

import itertools

import pytest
from django.db import IntegrityError, connection, transaction

from allocation import actions as allocation
from tasks import rules
from tasks.models import Assignment, Task
from tests.people import NOW, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(clara):
    return post(clara)


@pytest.fixture
def follower(clara, task):
    """A task that may be in every state: only one that begins after another can wait."""
    return post(clara, starts_after_id=task.pk)


@pytest.fixture
def assignment(task, wim):
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    return Assignment.objects.get()


def is_allowed(row, before: str, after: str) -> bool:
    """Put the row in a state with the triggers asleep, wake them and try one step."""
    rows = type(row).objects.filter(pk=row.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        rows.update(state=before)
        cursor.execute("SET LOCAL session_replication_role = origin")
    try:
        with transaction.atomic():
            rows.update(state=after)
    except IntegrityError as error:
        assert f"cannot go from {before} to {after}" in str(error)
        return False
    return True


def allowed_pairs(row, states) -> set[tuple[str, str]]:
    pairs = itertools.permutations(states, 2)
    return {(before, after) for before, after in pairs if is_allowed(row, before, after)}


def pairs_of(steps: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(before, after) for before, afters in steps.items() for after in afters}


def test_a_task_takes_the_steps_of_the_rules_and_no_others(follower):
    assert allowed_pairs(follower, Task.State.values) == pairs_of(rules.TASK_STEPS)


def test_an_assignment_takes_the_steps_of_the_rules_and_no_others(assignment):
    # One step needs a decided dispute too: tests/disputes/test_what_the_database_refuses.py.
    known = pairs_of(rules.ASSIGNMENT_STEPS) - {("rejected", "approved")}
    assert allowed_pairs(assignment, Assignment.State.values) == known


def test_every_state_has_its_row_in_the_rules():
    assert set(rules.TASK_STEPS) == set(Task.State.values)
    assert set(rules.ASSIGNMENT_STEPS) == set(Assignment.State.values)
