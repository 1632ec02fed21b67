"""The register of mechanisms is public, complete, and points at nobody."""

import re

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from agenda.actions import drain
from allocation import actions as allocation
from allocation.engine.catalogue import CATALOGUE
from allocation.queries import register, speed
from tests.people import NOW, later, make_worker, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_mechanism_has_a_page_that_anybody_can_read(client, slug):
    answer = client.get(reverse("mechanism", args=[slug]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert CATALOGUE[slug].tie_rule in page
    for parameter in CATALOGUE[slug].parameters:
        assert parameter.name in page


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_rule_has_its_source_and_who_tends_to_win_in_words(slug):
    rule = register.rule_of(CATALOGUE[slug])
    assert len(rule) == 3
    assert rule[2].startswith("Source: ")
    assert not any(sign in " ".join(rule) for sign in ("`", "_", "see "))


def test_the_example_of_a_window_tells_the_places_of_each_of_its_tasks(client):
    page = client.get(reverse("mechanism", args=["optimal_matching"])).content.decode()
    shown = " ".join(page.split())
    assert "Task 1: 1 place at €10.00. Task 2: 1 place at €10.00." in shown


def test_the_page_of_a_mechanism_shows_the_worked_example(client):
    page = " ".join(
        client.get(reverse("mechanism", args=["uniform_price"])).content.decode().split()
    )
    assert "2 places, a budget of €10.00 each. The lowest price allowed is €6.00." in page
    noor, yasmina = page.index(">Noor<"), page.index(">Yasmina<")
    assert noor < page.index("€6.20") < page.index("€8.50") < yasmina < page.index("€7.40")


def test_large_limits_are_written_out(client):
    page = client.get(reverse("mechanism", args=["contest"])).content.decode()
    assert "0 – 100,000,000<" in page and "60 – 7,776,000<" in page
    dutch = client.get(reverse("mechanism", args=["contest"]), headers={"Accept-Language": "nl"})
    assert "60 – 7.776.000<" in dutch.content.decode()


def test_the_example_of_a_contest_says_whom_the_client_picked(client):
    page = client.get(reverse("mechanism", args=["contest"])).content.decode()
    assert "The client picked Yasmina." in page and "€1.50 for taking part" in page


def test_the_example_of_a_score_shows_its_parts(client):
    page = client.get(reverse("mechanism", args=["scored_offers"])).content.decode()
    for part in (
        "skill match × 0.40<",
        'data-label="skill match × 0.40"',
        "0.7550",
        "Not asked yet",
        "Declined",
        "Not eligible",
    ):
        assert part in page


def test_the_list_names_every_mechanism(client):
    page = client.get(reverse("mechanisms")).content.decode()
    for slug in CATALOGUE:
        assert reverse("mechanism", args=[slug]) in page


def test_an_unknown_mechanism_is_not_found(client):
    assert client.get(reverse("mechanism", args=["favourites"])).status_code == 404


def test_a_new_version_shows_its_reason_its_author_and_what_it_changes(client, stan):
    stan.is_staff = True
    stan.save()
    allocation.publish_version(
        mechanism="scored_offers",
        parameters={"weight_distance": 0.9},
        valid_from=later(days=14),
        reason="Near should count for more.",
        by=stan,
        now=NOW,
    )
    page = client.get(reverse("mechanism", args=["scored_offers"])).content.decode()
    for said in ("Near should count for more.", "Stan", "0.25 → 0.9", "announced, not in force"):
        assert said in page
    assert register.entry("scored_offers", NOW)["current"].number == 1
    assert register.entry("scored_offers", later(days=15))["current"].number == 2


def test_a_change_is_told_from_the_version_it_follows(stan):
    stan.is_staff = True
    stan.save()
    for weight, days in (
        (0.9, 30),
        (0.5, 20),
    ):  # the later one to come into force was published first
        allocation.publish_version(
            mechanism="scored_offers",
            parameters={"weight_distance": weight},
            valid_from=later(days=days),
            reason="Near counts.",
            by=stan,
            now=NOW,
        )
    told = [change.changes for change in register.entry("scored_offers", NOW)["changes"]]
    assert told == [(("weight_distance", 0.5, 0.9),), (("weight_distance", 0.25, 0.5),), ()]


def test_a_version_whose_moment_a_newer_one_takes_is_shown_as_superseded(client, stan):
    stan.is_staff = True
    stan.save()
    for weight, days in ((0.9, 30), (0.8, 30), (0.5, 20)):
        allocation.publish_version(
            mechanism="scored_offers",
            parameters={"weight_distance": weight},
            valid_from=later(days=days),
            reason="Near counts.",
            by=stan,
            now=NOW,
        )
    told = [
        (
            change.version.number,
            change.follows and change.follows.number,
            change.superseded_by and change.superseded_by.number,
            change.changes,
        )
        for change in register.entry("scored_offers", NOW)["changes"]
    ]
    assert told == [
        (3, 4, None, (("weight_distance", 0.5, 0.8),)),
        (2, 4, 3, (("weight_distance", 0.5, 0.9),)),
        (4, 1, None, (("weight_distance", 0.25, 0.5),)),
        (1, None, None, ()),
    ]
    page = client.get(reverse("mechanism", args=["scored_offers"])).content.decode()
    assert page.count("announced, not in force yet") == 2
    assert page.count("superseded: version 3 takes its place") == 1
    shown = client.get("/api/v1/mechanisms/scored_offers").json()["versions"]
    assert [(one["number"], one["superseded_by"]) for one in shown] == [
        *((4, None), (3, None), (2, 3), (1, None))
    ]


def test_versions_of_one_day_show_their_hour_and_one_that_repeats_another_says_so(client, stan):
    """The later moment was announced first; the newer version brought the same change forward."""
    stan.is_staff = True
    stan.save()
    day = later(days=30).replace(hour=8, minute=0)
    for hour in (14, 10):
        allocation.publish_version(
            mechanism="scored_offers",
            parameters={"weight_distance": 0.5},
            valid_from=day.replace(hour=hour),
            reason="Near counts.",
            by=stan,
            now=NOW,
        )
    page = client.get(reverse("mechanism", args=["scored_offers"])).content.decode()
    begins = [localtime(day.replace(hour=hour)).strftime("%H:%M") for hour in (14, 10)]
    assert re.findall(r"Version \d, from \d+ \w+ \d{4}, (\d\d:\d\d)", page)[:2] == begins
    assert page.count("Nothing changes against version 3.") == 1
    assert page.count("What changes against version 1") == 1


def test_whether_a_change_shows_in_a_case_is_told_from_the_version_it_follows(
    stan, clara, monkeypatch
):
    """The second of two announced versions changes only how long an offer stands."""
    stan.is_staff = True
    stan.save()
    monkeypatch.setattr(register, "rehearsed_in_public", lambda *versions: (9, 9))
    distance = {"weight_distance": 0.9}
    for days, parameters in ((20, distance), (30, distance | {"offer_seconds": 120})):
        allocation.publish_version(
            mechanism="scored_offers",
            parameters=parameters,
            valid_from=later(days=days),
            reason="Near counts.",
            by=stan,
            now=NOW,
        )
    second, first, _ = register.entry("scored_offers", NOW)["changes"]
    assert first.rehearsed == register.Rehearsed(9, "9")
    assert (second.is_announced, second.rehearsed) == (True, None)


def filled_tasks(clara, many):
    for number in range(many):
        task = post(clara, pay_cents=100)
        claimant = make_worker(f"claimant{number}")
        allocation.claim_slot(task_id=task.pk, by=claimant, now=later(seconds=40))


def test_a_figure_of_fewer_than_five_cases_is_not_given(client, clara):
    filled_tasks(clara, 4)
    found = register.figures("first_come", later(minutes=1))
    assert (found["task_count"], found["fill"]) == ("<5", None)
    assert "&lt;5" in client.get(reverse("mechanism", args=["first_come"])).content.decode()


def test_figures_equal_what_the_events_say(clara):
    filled_tasks(clara, 5)
    post(clara, pay_cents=100)
    drain(later(hours=2))  # the sixth finds nobody and expires

    [fill] = speed.fills(NOW)
    assert (fill.mechanism, fill.tasks) == ("first_come", 6)
    assert fill.rate == pytest.approx(5 / 6)
    assert fill.first_p50_seconds == fill.full_p95_seconds == 40
