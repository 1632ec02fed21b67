"""The shortlist finds by indexes whom a look at everybody would find."""

import math
import random
import sys
import time

import h3
import pytest
from django.db import connection
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from allocation.queries import able_workers, features, frequency
from allocation.queries.shortlist import (
    cells_around,
    first_depth,
    is_quicker_to_score_all,
    rings_around,
    shortlist,
)
from tasks import queries as tasks
from tasks import rules
from tasks.models import Task
from tests.people import NOW, later, make_user, post
from workers.models import Listing, Worker
from workers.rules import CELL_RESOLUTION, cell_of

LEUVEN = (50.8798, 4.7005)
SKILLS = ["bicycle", "dutch", "french", "handy"]
DEFAULT = {
    "weight_skill_match": 0.40,
    "weight_distance": 0.25,
    "weight_reputation": 0.20,
    "weight_waiting": 0.15,
}
WEIGHTS = [DEFAULT, {"weight_waiting": 1.0}, {"weight_reputation": 1.0}, {"weight_distance": 1.0}]


def many_workers(count: int) -> None:
    """Workers of every kind, some of them far away, busy or not available."""
    chance = random.Random(20_26)
    for n in range(count):
        lat, lon = LEUVEN[0] + chance.gauss(0, 0.12), LEUVEN[1] + chance.gauss(0, 0.18)
        Worker.objects.create(
            user=make_user(f"w{n}"),
            name=f"w{n}",
            skills=chance.sample(SKILLS, chance.randint(0, 3)),
            latitude=lat,
            longitude=lon,
            cell=cell_of(lat, lon),
            available_since=later(minutes=-chance.randint(1, 600))
            if chance.random() < 0.8
            else None,
            last_served_at=later(hours=-chance.randint(1, 900)) if chance.random() < 0.7 else None,
            active=5 if chance.random() < 0.1 else 0,
            approved_count=chance.randint(0, 40),
            rejected_count=chance.randint(0, 9),
        )


def scores_of(task: Task, workers: list[Worker], weights: dict[str, float]) -> list[float]:
    """The engine's own scores of those who are eligible, best first."""
    needs = tasks.needs_of(task)
    eligible = [
        w for w in workers if not rules.closed_gates(needs, tasks.offers_of(w, was_on_task=False))
    ]
    found = []
    for worker in eligible:
        seen = features(needs, worker, NOW)
        found.append(sum(w * seen[name.removeprefix("weight_")] for name, w in weights.items()))
    return sorted(found, reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("skills", [(), ("french",), ("bicycle", "dutch")])
@pytest.mark.parametrize("place", [{}, {"latitude": LEUVEN[0], "longitude": LEUVEN[1]}])
def test_the_best_for_every_slot_are_on_it(clara, weights, skills, place, monkeypatch):
    many_workers(160)
    task = post(clara, mechanism="scored_offers", slot_count=6, skills=skills, **place)
    everybody = list(able_workers(task).filter(available_since__isnull=False))
    best = scores_of(task, everybody, weights)[: task.slot_count]
    assert len(best) == task.slot_count
    module = sys.modules[shortlist.__module__]
    monkeypatch.setattr(module, "listed_at_most", lambda _: 20_000.0)
    for able in (0.0, 10_000.0, math.inf):  # all are scored, or two lists are looked down
        monkeypatch.setattr(module, "able_at_most", lambda _, n=able: n)
        found = shortlist(task, weights, NOW)
        assert scores_of(task, found, weights)[: task.slot_count] == pytest.approx(best, abs=1e-6)


@pytest.mark.django_db
@pytest.mark.parametrize("weights", [*WEIGHTS, {}])
@pytest.mark.parametrize("skills", [(), ("french",)])
@pytest.mark.parametrize("place", [{}, {"latitude": LEUVEN[0], "longitude": LEUVEN[1]}])
def test_whoever_cannot_be_asked_takes_nobodys_place(clara, weights, skills, place, monkeypatch):
    """However many stand before everybody else, it is looked further."""
    many_workers(160)
    task = post(clara, mechanism="scored_offers", slot_count=2, skills=skills, **place)
    module = sys.modules[shortlist.__module__]
    monkeypatch.setattr(module, "SHORTLIST", 4)
    monkeypatch.setattr(module, "first_depth", lambda *_: 3)
    everybody = in_order(task, weights)
    assert len(everybody) > 10
    for able in (0.0, 1e6):  # all are scored, or two lists are looked down
        monkeypatch.setattr(module, "able_at_most", lambda _, n=able: n)
        for share in (0.0, 0.5, 0.9):
            out = {pk for pk, _ in everybody[: int(share * len(everybody))]}
            best = [place for pk, place in everybody if pk not in out][:2]
            found = shortlist(task, weights, NOW, lambda _, out=out: out, turns=3)
            asked = {w.pk for w in found} - out
            assert [place for pk, place in everybody if pk in asked][:2] == pytest.approx(best)
            assert len(asked) <= 8
            assert len(found) - len(asked) <= 11


def in_order(task: Task, weights: dict[str, float]) -> list[tuple[int, float]]:
    """Every eligible worker, who is asked first first, with what decides: score, or last served."""
    needs = tasks.needs_of(task)
    found = [
        (w.pk, place_of(needs, w, weights))
        for w in able_workers(task).filter(available_since__isnull=False)
        if not rules.closed_gates(needs, tasks.offers_of(w, was_on_task=False))
    ]
    return sorted(found, key=lambda one: -one[1])


def place_of(needs: rules.TaskNeeds, worker: Worker, weights: dict[str, float]) -> float:
    if not weights:
        return -worker.last_served_at.timestamp() if worker.last_served_at else 0.0
    seen = features(needs, worker, NOW)
    return sum(w * seen[name.removeprefix("weight_")] for name, w in weights.items())


@pytest.mark.parametrize(
    ("able", "listed", "all_of_them"),
    [(100, 1e6, True), (3_000, 3_000, False), (5_000, 1e6, True), (30_000, 1e6, False)],
)
def test_the_quicker_way_depends_on_how_rare_who_is_able_is(able, listed, all_of_them):
    assert is_quicker_to_score_all(able, listed, first_depth(able, 1)) is all_of_them
    assert not is_quicker_to_score_all(math.inf, math.inf, first_depth(math.inf, 1))


@pytest.mark.django_db
def test_on_site_nobody_out_of_reach_takes_a_place_on_it(clara):
    many_workers(160)
    task = post(clara, mechanism="rotation", latitude=LEUVEN[0], longitude=LEUVEN[1], radius_km=4)
    needs = tasks.needs_of(task)
    for weights in (DEFAULT, {}):
        found = shortlist(task, weights, NOW)
        assert found
        reach = [rules.is_within_reach(needs, tasks.offers_of(w, was_on_task=False)) for w in found]
        assert all(reach)


@given(
    st.floats(-84, 84),
    st.floats(-179, 179),
    st.floats(0.5, 40),
    st.floats(0, 1),
    st.floats(0, 360),
)
def test_the_hexagons_hold_every_point_within_the_radius(lat, lon, radius_km, part, bearing):

    angle, turn = part * radius_km / 6371.0, math.radians(bearing)
    lat1, lon1 = math.radians(lat), math.radians(lon)
    lat2 = math.asin(
        math.sin(lat1) * math.cos(angle) + math.cos(lat1) * math.sin(angle) * math.cos(turn)
    )
    lon2 = lon1 + math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat1),
        math.cos(angle) - math.sin(lat1) * math.sin(lat2),
    )
    point = h3.latlng_to_cell(math.degrees(lat2), math.degrees(lon2), CELL_RESOLUTION)
    task = Task(latitude=lat, longitude=lon, radius_km=radius_km)
    assert h3.str_to_int(point) in set(cells_around(task, rings_around(radius_km)))


@pytest.mark.django_db
def test_about_how_many_are_able_is_what_postgresql_counted(clara, monkeypatch):
    monkeypatch.setattr(frequency, "kept", (time.monotonic(), frequency.Counted()))
    for n in range(60):
        skills = ["french"] if n % 3 == 0 else ["dutch"] if n % 3 == 1 else []
        proofs = ["language:french"] if n % 10 == 0 else []
        Worker.objects.create(user=make_user(f"w{n}"), name=f"w{n}", skills=skills, proofs=proofs)

    def asks(**what):
        return frequency.able_at_most(post(clara, mechanism="scored_offers", **what))

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workers_worker")
    assert asks(skills=("french",)) == math.inf  # that nobody had counted is kept for a minute
    monkeypatch.setattr(frequency, "kept", (-math.inf, None))
    assert asks(skills=("french",)) == pytest.approx(20)
    assert asks(skills=("french", "dutch")) == pytest.approx(40)
    assert asks(proofs=("language:french",)) == pytest.approx(6)
    assert asks(skills=("dutch",), proofs=("language:french",)) == pytest.approx(6)
    assert asks(skills=("chinese",)) == pytest.approx(20)  # not among the most common
    assert asks() == 60

    def lists(**what):
        return frequency.listed_at_most(post(clara, mechanism="scored_offers", **what))

    assert lists(skills=("french",), proofs=("language:french",)) == pytest.approx(20)
    assert lists(skills=("french", "dutch")) == 60  # those of all who are available
    assert lists() == 60


def as_listed():
    return set(
        Listing.objects.values_list("worker__name", "skill", "reputation", "available_since")
    )


def as_they_are():
    return {
        (w.name, skill, w.reputation, w.available_since)
        for w in Worker.objects.filter(available_since__isnull=False)
        for skill in w.skills
    }


@pytest.mark.django_db
def test_who_is_available_is_listed_under_each_skill_whatever_changes():
    many_workers(40)
    assert as_listed() == as_they_are() != set()
    chance, everybody = random.Random(28), list(Worker.objects.values_list("pk", flat=True))
    for _ in range(60):
        changed = Worker.objects.filter(pk__in=chance.sample(everybody, 5))
        changed.update(
            **chance.choice(
                [
                    {"available_since": None},
                    {"available_since": later(minutes=-chance.randint(1, 600))},
                    {"skills": chance.choices(SKILLS, k=chance.randint(0, 4))},
                    {"approved_count": F("approved_count") + 1},
                    {"active": 1},
                ]
            )
        )
        assert as_listed() == as_they_are()
    gone = Worker.objects.first()
    Worker.objects.filter(pk=gone.pk).delete()
    assert as_listed() == as_they_are()


@pytest.mark.parametrize(
    ("able", "slots", "depth"),
    [(math.inf, 1, 512), (10_000, 1, 100), (10_000, 9, 300), (100, 1, 64), (1e9, 50, 16_384)],
)
def test_the_two_lists_are_looked_down_as_far_as_is_mostly_enough(able, slots, depth):
    assert first_depth(able, slots) == depth
