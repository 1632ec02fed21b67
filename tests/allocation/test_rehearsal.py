"""Before a mechanism changes, anybody can see what the change would have meant."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, MechanismVersion
from allocation.queries.rehearsal import rehearsal
from tasks.models import Task
from tests.people import NOW, later, make_worker, post
from workers.rules import cell_of

pytestmark = pytest.mark.django_db
HERE = {"latitude": 50.85, "longitude": 4.35, "radius_km": 20}
NEAR_ONLY = {
    "weight_skill_match": 0.0,
    "weight_distance": 1.0,
    "weight_reputation": 0.0,
    "weight_waiting": 0.0,
}
KNOWN_ONLY = NEAR_ONLY | {"weight_distance": 0.0, "weight_reputation": 1.0}


@pytest.fixture(autouse=True)
def nothing_remembered(settings):
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()


@pytest.fixture
def otto(stan):
    stan.is_staff = stan.is_superuser = True
    stan.save()
    return stan


@pytest.fixture
def near_and_known(clara):
    """Near lives next door and has done nothing yet; Known lives 10 km away and is trusted."""
    near, known = (
        make_worker(name, latitude=lat, longitude=4.35, cell=cell_of(lat, 4.35), capacity=20)
        for name, lat in (("near", 50.851), ("known", 50.94))
    )
    known.approved_count = 50
    known.save()
    for one in (near, known):
        one.refresh_from_db()
        allocation.go_available(by=one, now=NOW)
    return near, known


def decide(clara, many, mechanism="scored_offers"):
    for _ in range(many):
        post(clara, mechanism=mechanism, **HERE)
    drain(later(seconds=1), most=100)


def test_the_newest_decisions_are_taken_again_and_nothing_is_written(clara, near_and_known):
    near, known = near_and_known
    decide(clara, 3)
    kept = list(Allocation.objects.values_list("pk", "digest"))
    with_near, with_known = (
        rehearsal("scored_offers", parameters) for parameters in (NEAR_ONLY, KNOWN_ONLY)
    )
    assert with_near.decisions == with_known.decisions == 3
    assert len(with_near.moves) + len(with_known.moves) == 3  # the real weights chose one of both
    for _, move in with_near.moves:
        assert (move.gain, move.lose) == ((near.pk,), (known.pk,))
    for _, move in with_known.moves:
        assert (move.gain, move.lose) == ((known.pk,), (near.pk,))
    assert list(Allocation.objects.values_list("pk", "digest")) == kept


def test_the_parameters_in_force_change_nothing(clara, near_and_known):
    decide(clara, 3)
    decide(clara, 3, "optimal_matching")
    drain(later(minutes=2), most=100)
    for mechanism in ("scored_offers", "optimal_matching"):
        in_force = MechanismVersion.objects.get(mechanism=mechanism).parameters
        found = rehearsal(mechanism, in_force)
        assert found.decisions > 0
        assert found.moves == ()


def test_only_so_many_and_a_mechanism_that_never_decided_says_nothing(clara, near_and_known):
    decide(clara, 4)
    assert rehearsal("scored_offers", NEAR_ONLY, most=2).decisions == 2
    assert rehearsal("rotation", {}).decisions == 0


def test_an_operator_tries_numbers_before_publishing_them(client, otto, clara, near_and_known):
    near, known = near_and_known
    client.force_login(otto)
    url = reverse("admin:allocation_mechanismversion_publish", args=["scored_offers"])
    sent = {**MechanismVersion.objects.get(mechanism="scored_offers").parameters, "try": ""}
    assert "has not decided between candidates yet" in client.post(url, sent).content.decode()
    decide(clara, 3)
    assert "would have chosen the same people" in client.post(url, sent).content.decode()
    pages = [
        client.post(url, sent | numbers).content.decode() for numbers in (NEAR_ONLY, KNOWN_ONLY)
    ]
    [page] = [page for page in pages if "would have come out otherwise" in page]
    assert near.name in page
    assert known.name in page
    assert "3 of the newest 3 decisions" in page
    assert 'value="1.0"' in page  # the numbers tried are still in the form
    assert not MechanismVersion.objects.filter(number=2).exists()


def test_an_operator_reads_what_was_published_or_why_it_was_not(client, otto):
    client.force_login(otto)
    url = reverse("admin:allocation_mechanismversion_publish", args=["scored_offers"])
    in_force = MechanismVersion.objects.get(mechanism="scored_offers").parameters
    when_and_why = {"valid_from": f"{later(days=20):%Y-%m-%dT%H:%M}", "reason": "Near counts."}
    page = client.post(url, in_force | when_and_why).content.decode()
    assert "This version would change nothing" in page
    page = client.post(url, in_force | NEAR_ONLY | when_and_why, follow=True).content.decode()
    assert "Version 2 of “Scored offers” is published and decides from" in page


def test_a_version_of_a_rule_without_parameters_is_refused_in_a_sentence(client, otto):
    client.force_login(otto)
    url = reverse("admin:allocation_mechanismversion_publish", args=["first_come"])
    sent = {"valid_from": f"{later(days=20):%Y-%m-%dT%H:%M}", "reason": "Because."}
    assert "This version would change nothing" in client.post(url, sent).content.decode()
    assert MechanismVersion.objects.filter(mechanism="first_come").count() == 1


def test_numbers_that_cannot_be_used_are_not_tried(client, otto):
    client.force_login(otto)
    url = reverse("admin:allocation_mechanismversion_publish", args=["scored_offers"])
    nothing = dict.fromkeys(NEAR_ONLY, 0) | {"offer_seconds": 60, "try": ""}
    assert "at least one weight above 0" in client.post(url, nothing).content.decode()
    page = client.post(url, nothing | {"weight_distance": "much"}).content.decode()
    assert "Enter a number." in page
    assert "This field is required" not in page  # date and reason are for publishing


def test_half_a_choice_is_refused_in_the_form(client, otto):
    client.force_login(otto)
    url = reverse("admin:allocation_mechanismversion_publish", args=["uniform_price"])
    page = client.post(url, {"price_rule": "0.5", "try": ""}).content.decode()
    assert "is a multiple of step size 1" in page


def publish(otto, parameters, days=20):
    return allocation.publish_version(
        mechanism="scored_offers",
        parameters=parameters,
        valid_from=later(days=days),
        reason="Let us see.",
        by=otto,
        now=NOW,
    )


def register_of(client):
    page = client.get(reverse("mechanism", args=["scored_offers"])).content.decode()
    return re.search(r"Tried on the newest (\d+) decisions[^:]*: (\S+) would", page)


def test_everybody_sees_what_an_announced_version_would_have_meant(
    client, otto, clara, near_and_known
):
    decide(clara, 4)
    publish(otto, KNOWN_ONLY, days=20)
    publish(otto, NEAR_ONLY, days=21)
    assert register_of(client) is None  # four decisions could point at a person
    decide(clara, 2)
    cache.clear()
    page = client.get(reverse("mechanism", args=["scored_offers"])).content.decode()
    told = re.findall(r"Tried on the newest (\d+) decisions[^:]*: (\S+) would", page)
    assert told == [("6", "6"), ("6", "6")]  # the second beside the first, the first beside today's
    versions = client.get("/api/v1/mechanisms/scored_offers").json()["versions"]
    told = [(one["follows"], (one["rehearsed"] or {}).get("otherwise")) for one in versions]
    assert told == [(2, "6"), (1, "6"), (None, None)]


def test_another_pay_is_otherwise_too(clara, wim, yasmina):
    for worker, cents in ((wim, 600), (yasmina, 900)):
        task = post(clara, mechanism="uniform_price", slot_count=1)
        for bidder, ask in ((worker, cents), (wim if worker is yasmina else yasmina, 950)):
            allocation.place_bid(task_id=task.pk, by=bidder, amount_cents=ask, now=NOW)
        Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))
    drain(later(hours=2))
    current = MechanismVersion.objects.get(mechanism="uniform_price").parameters
    other = current | {"price_rule": 1.0 - current["price_rule"]}
    found = rehearsal("uniform_price", other)
    assert [(move.gain, move.lose) for _, move in found.moves] == [((), ())] * 2
    assert {move.other_pay for _, move in found.moves} == {(wim.pk,), (yasmina.pk,)}


def test_what_no_case_can_show_is_not_called_harmless(client, otto, clara, near_and_known):
    decide(clara, 6)
    in_force = MechanismVersion.objects.get(mechanism="scored_offers").parameters
    publish(otto, in_force | {"offer_seconds": 5.0})
    assert register_of(client) is None


def test_the_register_is_there_without_redis(client, otto, clara, near_and_known, settings):
    decide(clara, 5)
    publish(otto, NEAR_ONLY)
    nobody = {"BACKEND": settings.CACHES["default"]["BACKEND"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nobody}
    assert register_of(client)[1] == "5"
