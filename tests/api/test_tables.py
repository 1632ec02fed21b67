"""Templates and tables over HTTP: published, worked on and read by programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from agenda.actions import drain
from batches.models import Template, Upload
from ledger.queries import balance_cents, trial_balance
from tasks.models import Task
from tests.api.conftest import program_for
from tests.people import later, make_client

pytestmark = pytest.mark.django_db
TEMPLATE = {"name": "Animals", "kind": "html", "body": "${image}: <input name=animal>"}
CSV = "Input.image,Gold.animal\na.jpg,\nb.jpg,dog\n"


def table(template: int, **changes):
    return {
        "template": template,
        "title": "Animals",
        "csv": CSV,
        "pay_cents": 10,
        "estimate_seconds": 30,
        "redundancy": 2,
        "closes_at": later(days=1).isoformat(),
        "deadline_at": later(days=2).isoformat(),
    } | changes


@pytest.fixture
def template(as_clara) -> int:
    return as_clara.post("templates", TEMPLATE).json()["id"]


def test_from_a_template_to_results(as_clara, as_wim, clara, template):
    before = balance_cents(clara.user)
    answer = as_clara.post("tables", table(template))
    assert answer.status_code == 202
    told = answer.json()
    assert (told["state"], told["row_count"], told["slot_count"]) == ("due", 2, 4)
    assert before - balance_cents(clara.user) == 44
    drain(later(minutes=10))
    told = as_clara.get(f"tables/{told['id']}").json()
    assert (told["state"], told["progress"]["free"]) == ("posted", 4)

    held = as_wim.post(f"batches/{told['batch']}/claim").json()["assignment"]
    row = as_wim.get(f"assignments/{held}/row").json()
    assert row["template"]["variables"] == ["image"]
    assert row["values"]["image"] in ("a.jpg", "b.jpg")
    assert "dog" not in json.dumps(row)
    done = as_wim.post(f"assignments/{held}/answers", {"answers": {"animal": "dog", "t": ["a"]}})
    assert done.status_code == 201

    answer = as_clara.get(f"tables/{told['id']}/results")
    [result] = json.loads(b"".join(answer.streaming_content))["results"]
    assert (result["answer"]["animal"], result["AssignmentId"]) == ("dog", str(held))
    answer = as_clara.get(f"tables/{told['id']}/results?as=csv")
    text = b"".join(answer.streaming_content).decode()
    [line] = csv.DictReader(io.StringIO(text))
    assert line["Answer.animal"] == "dog"
    assert trial_balance().is_right


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"csv": "a,b\n1\n"}, "csv"),
        ({"csv": ""}, "csv"),
        ({"pay_cents": 0}, "pay_cents"),
        ({"redundancy": 101}, "redundancy"),
        ({"mapping": {"image": 3}, "redundancy": "x"}, "redundancy"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_and_leaves_nothing(
    as_clara, clara, template, changes, field
):
    before = balance_cents(clara.user)
    answer = as_clara.post("tables", table(template, **changes))
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Upload.objects.exists()
    assert balance_cents(clara.user) == before


def test_a_bad_line_is_named(as_clara, template):
    answer = as_clara.post("tables", table(template, csv="image\na.jpg\nb,c\n"))
    assert answer.json()["errors"]["csv"] == ["Line 3 has 2 cells instead of 1."]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"csv": "other\n1\n"}, "variables_are_open"),
        ({"pay_cents": 90_000_000}, "not_enough_money"),
        ({"closes_at": later(days=-1).isoformat()}, "closing_is_in_the_past"),
    ],
)
def test_a_refused_publication_leaves_no_draft(as_clara, template, changes, code):
    answer = as_clara.post("tables", table(template, **changes))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert not Upload.objects.exists()


def test_a_variable_may_stand(as_clara, template):
    answer = as_clara.post("tables", table(template, csv="other\n1\n", leave=["image"]))
    assert answer.status_code == 202


def test_the_same_key_publishes_once(as_clara, template):
    told = table(template)
    first = as_clara.post("tables", told, headers={"Idempotency-Key": "k"})
    second = as_clara.post("tables", told, headers={"Idempotency-Key": "k"})
    assert first.json() == second.json()
    drain(later(minutes=10))
    assert (Upload.objects.count(), Task.objects.count()) == (1, 2)


def test_what_is_somebody_elses_is_not_found(as_clara, as_wim, as_yasmina, as_stan, template):
    told = as_clara.post("tables", table(template)).json()
    drain(later(minutes=10))
    as_mira = program_for(make_client("mira").user)
    assert as_mira.post("tables", table(template)).status_code == 404
    for path in (f"tables/{told['id']}", f"tables/{told['id']}/results"):
        assert as_mira.get(path).status_code == 404
        assert as_wim.get(path).status_code == 403
        assert as_stan.get(path).status_code == 403
    batch = Upload.objects.get().batch_id
    held = as_wim.post(f"batches/{batch}/claim").json()["assignment"]
    assert as_yasmina.get(f"assignments/{held}/row").status_code == 404
    answers = {"answers": {"animal": "cat"}}
    assert as_yasmina.post(f"assignments/{held}/answers", answers).status_code == 404
    assert as_mira.get("tables").json()["results"] == []
    assert as_mira.get("templates").json()["results"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"kind": "form", "fields": [{"name": "a b", "label": "x", "kind": "text"}]},
        {"kind": "form", "fields": [{"name": "a", "label": "x", "kind": "choice"}]},
        {"kind": "form", "fields": [{"name": "a", "label": "x", "kind": "text"}] * 2},
        {"body": "x" * (1024 * 1024 + 1)},
    ],
)
def test_a_template_that_cannot_be_used_is_refused(as_clara, changes):
    assert as_clara.post("templates", TEMPLATE | changes).status_code == 400
    assert not Template.objects.exists()


def test_a_built_form_over_http(as_clara):
    fields = [{"name": "animal", "label": "Which?", "kind": "choice", "options": ["a", "b"]}]
    told = as_clara.post("templates", {"name": "F", "kind": "form", "fields": fields}).json()
    assert told["fields"] == [fields[0] | {"required": True}]
    again = as_clara.post("templates", {"name": "F", "kind": "form", "fields": fields}).json()
    assert again["id"] == told["id"]


@pytest.mark.parametrize(
    "answers",
    [{}, None, [], {"a": 1}, {"a": {"b": "c"}}, {"a": [1]}, {"a": "x" * 70_000}, {"": "x"}],
)
def test_answers_that_cannot_be_kept_are_refused(as_clara, as_wim, template, answers):
    as_clara.post("tables", table(template))
    drain(later(minutes=10))
    batch = Upload.objects.get().batch_id
    held = as_wim.post(f"batches/{batch}/claim").json()["assignment"]
    answer = as_wim.post(f"assignments/{held}/answers", {"answers": answers})
    assert answer.status_code in (400, 409)
    assert as_wim.get(f"assignments/{held}").json()["state"] == "in_progress"
