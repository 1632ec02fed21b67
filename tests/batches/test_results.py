"""Results: every named field, under MTurk's column names, harmless in a spreadsheet, for the owner."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from django.test import Client as Browser

from allocation import actions as allocation
from batches import actions
from batches.models import Upload
from batches.queries import results
from batches.queries.quality import quality_of
from tasks import actions as tasks
from tests.batches.making import make_batch, make_form, make_template
from tests.people import NOW, later, make_client, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


# As in the results file that MTurk's requester site gives for a batch.
MTURKS = (
    "HITId,HITTypeId,Title,Description,Keywords,Reward,CreationTime,MaxAssignments,"
    "RequesterAnnotation,AssignmentDurationInSeconds,AutoApprovalDelayInSeconds,Expiration,"
    "NumberOfSimilarHITs,LifetimeInSeconds,AssignmentId,WorkerId,AssignmentStatus,AcceptTime,"
    "SubmitTime,AutoApprovalTime,ApprovalTime,RejectionTime,RequesterFeedback,WorkTimeInSeconds,"
    "LifetimeApprovalRate,Last30DaysApprovalRate,Last7DaysApprovalRate"
).split(",")


def work(upload: Upload, worker, line: int, **answers):
    """This worker does the task of this line."""
    row = upload.rows.get(line=line)
    allocation.claim_slot(task_id=row.task_id, by=worker, now=NOW)
    held = worker.assignments.get(task=row.task_id)
    actions.submit_answers(assignment_id=held.pk, by=worker, answers=answers, now=later(minutes=5))
    return held


def reader(client) -> Browser:
    browser = Browser()
    browser.force_login(client.user)
    return browser


def read_csv(client, upload: Upload, kind="results.csv") -> list[dict[str, str]]:
    answer = reader(client).get(f"/batches/{upload.pk}/{kind}")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_columns_are_mturks_then_inputs_then_answers(clara, wim):
    upload = make_batch(clara)
    work(upload, wim, 2, animal="cat", tag=["a", "b"])
    [row] = read_csv(clara, upload)
    assert list(row) == [
        *MTURKS, "Input.image-url", "Answer.animal", "Answer.tag", "Approve", "Reject",
    ]  # fmt: skip


def test_a_result_says_who_when_and_what(clara, wim):
    upload = make_batch(clara)
    held = work(upload, wim, 3, animal="dog", tag=["a", "b"])
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(minutes=7), text="Thanks")
    [row] = read_csv(clara, upload)
    told = {
        "HITId": str(held.task_id),
        "HITTypeId": str(upload.batch_id),
        "Title": "Name the animal",
        "Reward": "0.10 EUR",
        "MaxAssignments": "2",
        "RequesterAnnotation": "line 3",
        "NumberOfSimilarHITs": "3",
        "AssignmentId": str(held.pk),
        "WorkerId": str(wim.pk),
        "AssignmentStatus": "Approved",
        "SubmitTime": later(minutes=5).isoformat(timespec="seconds"),
        "ApprovalTime": later(minutes=7).isoformat(timespec="seconds"),
        "RejectionTime": "",
        "RequesterFeedback": "Thanks",
        "WorkTimeInSeconds": "300",
        "Input.image-url": "b.jpg",
        "Answer.animal": "dog",
        "Answer.tag": "a|b",
    }
    assert {name: row[name] for name in told} == told


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(clara, wim):
    upload = make_batch(clara, content=b"image-url\n=cmd|' /C calc'!A0\n")
    work(upload, wim, 2, animal="@SUM(1)", note="+1", plus="-2", tab="\tx", fine="1-2")
    [row] = read_csv(clara, upload)
    assert row["Input.image-url"] == "'=cmd|' /C calc'!A0"
    cells = [row[f"Answer.{n}"] for n in ("animal", "note", "plus", "tab", "fine")]
    assert cells == ["'@SUM(1)", "'+1", "'-2", "'\tx", "1-2"]


def test_a_name_of_an_answer_cannot_be_a_formula_either(clara, wim):
    upload = make_batch(clara)
    work(upload, wim, 2, **{"=evil": "x"})
    assert "Answer.=evil" in read_csv(clara, upload)[0]


def test_json_keeps_lists_and_known_answers(clara, wim):
    upload = make_batch(clara)
    work(upload, wim, 3, animal="dog", tag=["a", "b"])
    answer = reader(clara).get(f"/batches/{upload.pk}/results.json")
    told = json.loads(b"".join(answer.streaming_content))
    [row] = told["results"]
    assert row["answer"] == {"animal": "dog", "tag": ["a", "b"]}
    assert (row["input"], row["gold"]) == ({"image-url": "b.jpg"}, {"animal": "dog"})


def test_of_rework_only_the_newest_submission_counts_and_returned_work_not_at_all(
    clara, wim, yasmina
):
    upload = make_batch(clara)
    held = work(upload, wim, 2, animal="cow")
    tasks.ask_for_rework(assignment_id=held.pk, by=clara.user, text="Again", now=later(minutes=6))
    assert read_csv(clara, upload) == []
    actions.submit_answers(
        assignment_id=held.pk, by=wim, answers={"animal": "cat"}, now=later(minutes=8)
    )
    allocation.claim_slot(task_id=held.task_id, by=yasmina, now=NOW)
    tasks.return_assignment(assignment_id=yasmina.assignments.get().pk, by=yasmina, now=NOW)
    assert [row["Answer.animal"] for row in read_csv(clara, upload)] == ["cat"]


def test_what_was_handed_in_as_plain_text_is_there_too(clara, wim):
    upload = make_batch(clara)
    row = upload.rows.get(line=2)
    allocation.claim_slot(task_id=row.task_id, by=wim, now=NOW)
    tasks.submit_work(
        assignment_id=wim.assignments.get().pk, by=wim, content="A cat", now=later(minutes=1)
    )
    [told] = results.results_of(upload)
    assert told["answer"] == {"content": "A cat"}


@pytest.mark.parametrize("kind", ["results.csv", "results.json", "consensus.csv"])
def test_only_the_owner_reads_results(clara, wim, kind):
    upload = make_batch(clara)
    work(upload, wim, 2, animal="cat")
    address = f"/batches/{upload.pk}/{kind}"
    assert reader(make_client("mira")).get(address).status_code == 404
    worker = Browser()
    worker.force_login(wim.user)
    assert worker.get(address).status_code == 302
    assert Browser().get(address).status_code == 302
    assert reader(clara).get(address).status_code == 200
    assert reader(clara).get(f"/batches/{upload.pk}/secrets.csv").status_code == 404


def test_results_are_read_in_pages_and_begin_before_all_is_read(
    clara, wim, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(results, "PAGE", 2)
    upload = make_batch(clara)
    for line in (2, 3, 4):
        work(upload, wim, line, animal="cat")
    found = results.results_of(upload)
    assert isinstance(found, Iterator)
    with django_assert_num_queries(2):
        next(found)
    with django_assert_num_queries(3):
        assert [row["RequesterAnnotation"] for row in found] == ["line 3", "line 4"]


# --- quality -------------------------------------------------------------------------------------
@pytest.fixture
def judged(clara, wim, yasmina):
    """Three rows, three people: wim and yasmina agree, the third says always "dog"."""
    third = make_worker("third")
    upload = make_batch(clara, make_form(clara), redundancy=3)
    for line, animal in ((2, "cat"), (3, "dog"), (4, "cat")):
        work(upload, wim, line, animal=animal, why="w" * line)
        work(upload, yasmina, line, animal=animal, why="y" * line)
        work(upload, third, line, animal="dog", why="t" * line)
    return upload


def test_agreement_is_measured_for_labels_and_not_for_texts(judged):
    found = quality_of(judged)
    [field] = found.fields
    assert (field.name, field.rows, field.answers) == ("animal", 3, 9)
    assert field.agreement == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    # Observed: two rows with 2·(1·2)/2 = 2 each → 4; cat 4, dog 5: expected 2·4·5/8 = 5.
    assert field.alpha == pytest.approx(1 - 4 / 5)
    assert [(line[0], line[1], line[4]) for line in field.lines] == [
        (2, "cat", "cat"),
        (3, "dog", "dog"),
        (4, "cat", "cat"),
    ]


def test_known_answers_are_counted_per_worker(judged, wim):
    tallies = {tally.name: tally for tally in quality_of(judged).workers}
    assert {name: (t.gold_right, t.gold) for name, t in tallies.items()} == {
        "Wim": (1, 1), "Yasmina": (1, 1), "Third": (1, 1),
    }  # fmt: skip
    assert tallies["Wim"].expected_share > tallies["Third"].expected_share


def test_of_html_a_field_with_few_different_answers_is_a_label(clara, wim, yasmina):
    upload = make_batch(clara, make_template(clara))
    for n, worker in enumerate((wim, yasmina)):
        for line in (2, 3, 4):
            work(upload, worker, line, animal="cat", note=f"{n} {line}")
    assert [field.name for field in quality_of(upload).fields] == ["animal"]


def test_the_quality_page_and_its_file_say_what_was_found(clara, judged):
    page = reader(clara).get(f"/batches/{judged.pk}/quality/").content.decode()
    assert "0.20" in page
    assert "78" in page
    rows = read_csv(clara, judged, "consensus.csv")
    assert rows[0] | {"Probability": ""} == {
        "Line": "2", "Field": "animal", "Majority": "cat", "Share": "0.6667", "Tied": "",
        "Consensus": "cat", "Probability": "",
    }  # fmt: skip


def test_the_batchs_page_leads_to_the_review_of_its_own_work(clara, wim):
    upload = make_batch(clara)
    held = work(upload, wim, 2, animal="an unlikely animal")
    page = reader(clara).get(f"/batches/{upload.pk}/").content.decode()
    address = f"/review/?batch={upload.batch_id}"
    assert address in page
    assert held.submissions.get().content in reader(clara).get(address).content.decode()


def test_an_empty_batch_has_a_quality_page_and_files(clara):
    upload = make_batch(clara)
    assert (
        "Nothing is handed in yet."
        in reader(clara).get(f"/batches/{upload.pk}/quality/").content.decode()
    )
    assert read_csv(clara, upload) == []
    assert read_csv(clara, upload, "consensus.csv") == []
