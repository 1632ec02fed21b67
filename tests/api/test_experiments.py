"""Experiments over HTTP: the same as in the lab, for programs."""

import re

import pytest
from django.utils import timezone

from agenda.actions import drain
from simulation.models import Experiment

pytestmark = pytest.mark.django_db


def an_experiment(**changes):
    return {
        "preset": "deliveroo",
        "arms": [
            {"name": "as it is", "levers": {"tasks": "40"}},
            {"name": "in turn", "levers": {"tasks": "40", "mechanism": "rotation"}},
        ],
        "replications": 3,
    } | changes


def test_an_experiment_is_started_followed_and_read(as_clara, as_nobody):
    begun = as_clara.post("experiments", an_experiment())
    key = begun.json()["key"]
    assert begun.status_code == 201
    assert begun.json()["progress"] == {"runs": 6, "done": 0, "failed": 0, "ahead": 0}
    drain(timezone.now(), aside=True)
    read = as_nobody.get(f"experiments/{key}").json()
    assert (read["state"], read["progress"]["done"]) == ("finished", 6)
    base, turn = read["arms"]
    assert base["measures"][0] == {
        "measure": "tasks_posted", "runs": 3, "mean": 40.0, "half_width": 0.0,
        "pairs": None, "difference": None, "difference_half_width": None, "relative": None, "effect": None, "is_clear": None,
    }  # fmt: skip
    thirds = [row["measure"] for row in turn["measures"] if "_dependent_" in row["measure"]]
    assert "most_dependent_wage_all_hours_cents" in thirds
    gini = {row["measure"]: row for row in turn["measures"]}["gini_awards"]
    assert gini["difference"] < 0 and gini["is_clear"]
    assert [row["key"] for row in as_clara.get("experiments").json()["results"]] == [key]


def test_the_mean_of_nothing_is_null_and_says_over_how_many_runs(as_clara, as_nobody):
    arms = [
        {"name": "as it is", "levers": {"tasks": "40"}},
        {"name": "nobody comes", "levers": {"tasks": "40", "acceptance": "0"}},
    ]
    key = as_clara.post("experiments", an_experiment(arms=arms)).json()["key"]
    drain(timezone.now(), aside=True)
    _, nobody = as_nobody.get(f"experiments/{key}").json()["arms"]
    wait = {row["measure"]: row for row in nobody["measures"]}["wait_hours_mean"]
    assert (wait["runs"], wait["mean"], wait["pairs"], wait["difference"]) == (0, None, 0, None)


def test_only_who_started_it_cancels_and_resumes(as_clara, as_wim, as_nobody):
    key = as_clara.post("experiments", an_experiment()).json()["key"]
    for verb in ("cancel", "resume"):
        assert as_wim.post(f"experiments/{key}/{verb}").status_code == 404
        assert as_nobody.post(f"experiments/{key}/{verb}").status_code == 401
    assert as_clara.post(f"experiments/{key}/cancel").json()["state"] == "cancelled"
    refused = as_clara.post(f"experiments/{key}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_be_cancelled")
    assert as_clara.post(f"experiments/{key}/resume").json()["state"] == "running"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"preset": "nowhere"}, "Known: agency|Known: deliveroo"),
        ({"arms": [{"name": "a", "levers": {"florr": "1"}}]}, "no lever 'florr'"),
        ({"arms": [{"name": "a", "levers": {"workers": "5001"}}]}, "5,000 workers"),
        ({"arms": [{"name": "a", "levers": {"hours": "1e300"}}]}, "hours must be between"),
        ({"arms": [{"name": "a", "levers": {"workers": "NaN"}}]}, "workers must be a number"),
        ({"arms": [{"name": "a", "levers": {"hours.a": "5"}}]}, "no lever 'hours.a'"),
        ({"arms": [{"name": "a", "levers": {"": "5"}}]}, "no lever ''"),
        ({"arms": []}, "1 to 6 arms"),
        ({"arms": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"replications": 101}, "100 replications"),
        ({"replications": 0}, "greater than or equal to 1"),
        ({"seed": -1}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_played_is_refused_by_name(as_clara, changes, says):
    refused = as_clara.post("experiments", an_experiment(**changes))
    assert refused.status_code == 400
    assert re.search(says, str(refused.json()["errors"]))
    assert not Experiment.objects.exists()


def test_a_refusal_is_said_as_its_reader_writes(as_clara):
    arms = [{"name": "a", "levers": {"workers": "5001"}}]
    for language, limit in (("en", "5,000"), ("nl", "5.000"), ("fr", "5\u202f000")):
        refused = as_clara.post(
            "experiments", an_experiment(arms=arms), HTTP_ACCEPT_LANGUAGE=language
        )
        assert limit in refused.json()["errors"]["arms"][0].replace("\xa0", "\u202f")


def test_without_a_login_nothing_is_started(as_nobody):
    assert as_nobody.post("experiments", an_experiment()).status_code == 401


def test_an_idempotency_key_starts_it_once(as_clara):
    options = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = as_clara.post("experiments", an_experiment(), **options).json()
    assert as_clara.post("experiments", an_experiment(), **options).json() == first
    assert Experiment.objects.count() == 1
