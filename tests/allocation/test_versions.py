"""Versions of a mechanism: announced with a reason, and only for the tasks that come after."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, MechanismVersion
from allocation.queries import version_for
from tests.people import NOW, later, make_user, post

WEIGHTS = {"weight_distance": 1, "weight_skill_match": 0}


@pytest.fixture
def operator(db) -> User:
    user = make_user("otto")
    user.is_staff = True
    user.save()
    return user


def publish(by, **changes):
    given = {
        "mechanism": "scored_offers",
        "parameters": WEIGHTS,
        "valid_from": later(days=14),
        "reason": "Distance should count for more.",
        "now": NOW,
    }
    return allocation.publish_version(by=by, **given | changes)


def test_a_new_version_has_every_parameter_a_date_a_reason_and_a_name(operator):
    version = publish(operator)
    assert (version.number, version.by, version.published_at) == (2, operator, NOW)
    assert version.parameters["weight_distance"] == 1
    assert version.parameters["offer_seconds"] == 60
    assert publish(operator, parameters={}, reason="Back again.").number == 3


@pytest.mark.parametrize("parameters", [WEIGHTS, WEIGHTS | {"offer_seconds": 60}])
def test_a_version_that_changes_nothing_is_refused(operator, parameters):
    publish(operator)
    for days in (14, 20):
        with pytest.raises(allocation.VersionChangesNothing):
            publish(operator, parameters=parameters, valid_from=later(days=days), reason="Again.")
    assert MechanismVersion.objects.filter(mechanism="scored_offers").count() == 2


def test_a_mechanism_without_parameters_has_one_version(operator):
    with pytest.raises(allocation.VersionChangesNothing):
        publish(operator, mechanism="first_come", parameters={})
    assert MechanismVersion.objects.filter(mechanism="first_come").count() == 1


def test_pressed_twice_it_is_one_version(operator):
    assert publish(operator) == publish(operator, now=later(seconds=1))
    assert MechanismVersion.objects.filter(mechanism="scored_offers").count() == 2


def test_a_date_in_another_century_is_refused(operator):
    with pytest.raises(allocation.TooFarAhead):
        publish(operator, valid_from=later(days=800))


def test_a_task_is_decided_by_the_version_in_force_when_it_was_posted(operator, clara, wim):
    allocation.go_available(by=wim, now=NOW)
    before = post(clara, mechanism="scored_offers")
    new = publish(operator, valid_from=later(days=14), now=NOW)
    after = post(
        clara,
        mechanism="scored_offers",
        now=later(days=14),
        closes_at=later(days=15),
        deadline_at=later(days=16),
    )
    assert version_for(before).number == 1
    assert version_for(after) == new
    drain(later(seconds=1))
    kept = Allocation.objects.get(task=before)
    assert kept.version.number == 1
    assert kept.case["parameters"]["weight_distance"] == 0.25


def test_a_version_that_is_announced_is_not_in_force_yet(operator, clara):
    publish(operator, valid_from=later(days=14))
    task = post(
        clara,
        mechanism="scored_offers",
        now=later(days=13),
        closes_at=later(days=15),
        deadline_at=later(days=16),
    )
    assert version_for(task).number == 1


def test_people_who_work_under_a_mechanism_get_notice(operator, clara):
    post(clara, mechanism="scored_offers")
    with pytest.raises(allocation.TooLittleNotice):
        publish(operator, valid_from=later(days=13, hours=23))
    assert MechanismVersion.objects.filter(mechanism="scored_offers").count() == 1
    publish(operator, valid_from=later(days=14))


def test_a_mechanism_nobody_used_yet_may_change_at_once_but_never_in_the_past(operator):
    publish(operator, valid_from=NOW)
    with pytest.raises(allocation.TooLittleNotice):
        publish(operator, valid_from=later(seconds=-1))


def test_half_a_choice_is_refused(operator):
    with pytest.raises(
        allocation.ParametersCannotBeUsed, match="price_rule must be a whole number"
    ):
        publish(operator, mechanism="uniform_price", parameters={"price_rule": 0.5})
    assert MechanismVersion.objects.filter(mechanism="uniform_price").count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_version_without_a_reason_is_refused(operator, reason):
    with pytest.raises(allocation.VersionNeedsAReason):
        publish(operator, reason=reason)
    assert MechanismVersion.objects.filter(mechanism="scored_offers").count() == 1


def test_only_an_operator_changes_a_mechanism(stan, clara):
    for person in (stan, clara.user):
        with pytest.raises(allocation.VersionNeedsAnOperator):
            publish(person)
    assert MechanismVersion.objects.filter(mechanism="scored_offers").count() == 1


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"charm": 1}, "charm"),
        ({"weight_distance": -1}, "weight_distance must be between"),
        ({"weight_distance": 1e-320}, "weight_distance must be 0 or at least 0.001."),
        ({"weight_distance": "much"}, "must be a number"),
        ({"offer_seconds": 1}, "offer_seconds must be between 5"),
    ],
)
def test_unusable_parameters_are_named(operator, parameters, said):
    with pytest.raises(allocation.ParametersCannotBeUsed, match=said):
        publish(operator, parameters=parameters)


def test_an_unknown_mechanism_is_refused(operator):
    with pytest.raises(allocation.NoSuchMechanism):
        publish(operator, mechanism="favourites")


def test_a_published_version_is_never_changed_or_deleted(operator):
    version = publish(operator)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        MechanismVersion.objects.filter(pk=version.pk).update(reason="Something else.")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        version.delete()
    assert MechanismVersion.objects.get(pk=version.pk).reason == "Distance should count for more."
