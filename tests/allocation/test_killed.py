"""A process that is killed in the middle leaves nothing behind: real processes, real `kill -9`."""

import pytest
from django.core.cache import cache

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, Claim, MechanismVersion
from allocation.queries.rehearsal import rehearsed_in_public
from ledger.queries import trial_balance
from marketplace.kept_aside import kept_aside
from tasks.models import Assignment, Slot, Task, TaskEvent
from tests.apart import apart, wait_until_somebody_waits
from tests.people import NOW, later, make_operator, post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("the_last_thing", ["look", "win"])  # the slot is locked; all is written
def test_who_waits_gets_the_last_slot_when_its_process_is_killed(
    clara, wim, yasmina, the_last_thing
):
    task = post(clara)
    wanted = {"task_id": task.pk, "now": later(minutes=1)}
    there = f"allocation.actions.claiming.{the_last_thing}"
    with apart(allocation.claim_slot, by=wim, stops_after=there, **wanted) as first:
        first.wait_until_stopped()
        with apart(allocation.claim_slot, by=yasmina, **wanted) as second:
            wait_until_somebody_waits()
            first.kill()
            assert second.outcome().is_won is True
    assert Slot.objects.get().worker == yasmina
    assert Assignment.objects.get().worker == yasmina
    assert Claim.objects.get().worker == yasmina
    decision = Allocation.objects.get(trigger="claim")
    assert [one["worker"] for one in decision.case["candidates"]] == [yasmina.pk]
    assert not TaskEvent.objects.filter(worker=wim).exists()
    for worker, active in ((wim, 0), (yasmina, 1)):
        worker.refresh_from_db()
        assert worker.active == active
    task.refresh_from_db()
    assert task.state == Task.State.ALLOCATED
    assert trial_balance().is_right


NEAR_ONLY = {"weight_distance": 1, "weight_skill_match": 0}


def a_version(**changes):
    return {
        "mechanism": "scored_offers",
        "parameters": NEAR_ONLY,
        "valid_from": later(days=14),
        "reason": "Distance should count for more.",
        "by": make_operator("olga"),
        "now": NOW,
    } | changes


def test_a_version_whose_process_is_killed_is_not_published(db):
    said = a_version()
    written = "allocation.models.MechanismVersion.save"
    with apart(allocation.publish_version, stops_after=written, **said) as first:
        first.wait_until_stopped()
        with apart(allocation.publish_version, **said | {"reason": "Once more."}) as second:
            wait_until_somebody_waits()
            first.kill()
            assert second.outcome().number == 2
    versions = MechanismVersion.objects.filter(mechanism="scored_offers").order_by("number")
    assert list(versions.values_list("number", "reason"))[1:] == [(2, "Once more.")]


def test_a_rehearsal_whose_process_is_killed_says_nothing_to_anybody(clara, wim):
    cache.clear()
    allocation.go_available(by=wim, now=NOW)
    post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    before = MechanismVersion.objects.get(mechanism="scored_offers")
    asked = {"version": allocation.publish_version(**a_version()), "instead_of": before}
    kept = list(Allocation.objects.values_list("pk", "digest"))
    half_way = "allocation.queries.rehearsal.taken_again"
    with apart(rehearsed_in_public, stops_after=half_way, **asked) as other:
        other.wait_until_stopped()
        other.kill()
    assert list(Allocation.objects.values_list("pk", "digest")) == kept
    assert kept_aside(f"rehearsal:{asked['version'].pk}:{before.pk}") is None
    assert rehearsed_in_public(**asked) == (1, 0)
