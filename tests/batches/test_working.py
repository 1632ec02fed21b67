"""The working page: drafts, answers field by field, files, reports, the next task of the batch."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from allocation import actions as allocation
from batches import actions, framing
from batches.models import Answers, Draft, File, Report
from disputes.models import ProblemTicket
from tasks.models import Assignment, Submission, TaskEvent
from tests.batches.making import make_batch, make_draft, make_form, make_template
from tests.people import NOW, make_worker, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


def take(upload, worker) -> Assignment:
    claim = allocation.claim_next(batch_id=upload.batch.pk, by=worker, now=NOW)
    return worker.assignments.get(task=claim.task_id)


@pytest.fixture
def browser(wim):
    browser = Browser()
    browser.force_login(wim.user)
    return browser


@pytest.fixture
def framed(clara, wim):
    """An assignment from a template in HTML."""
    return take(make_batch(clara), wim)


@pytest.fixture
def built(clara, wim):
    """An assignment from a built form."""
    return take(make_batch(clara, make_form(clara)), wim)


def page_of(held: Assignment) -> str:
    return f"/today/{held.pk}/"


# --- templates in HTML ---------------------------------------------------------------------------
def test_the_page_holds_a_frame_from_another_host_and_allows_no_other(browser, framed):
    page = browser.get(page_of(framed), headers={"host": "localhost:8000"})
    assert 'sandbox="allow-scripts"' in page.content.decode()
    assert "http://127.0.0.1:8000/frame/" in page.content.decode()
    assert "frame-src http://127.0.0.1:8000/frame/" in page["Content-Security-Policy"]


def test_a_shadow_tree_as_markup_does_not_reach_the_frame(clara):
    body = "<div><template ShadowRootMode=open><iframe></iframe></template></div>"
    shown = framing.document(make_template(clara, body=body), {}, {}, "http://here").lower()
    assert "<template no-shadowmode=open>" in shown
    assert "shadowroot" not in shown.rpartition("</script>")[2]


def test_the_answers_of_a_frame_are_kept_field_by_field_and_as_text(browser, framed):
    pairs = [["animal", "cat"], ["tag", "a"], ["tag", "b"], ["notes", ""]]
    answer = browser.post(page_of(framed), {"pairs": json.dumps(pairs)})
    assert answer.status_code == 302
    kept = Answers.objects.get()
    assert kept.values == {"animal": "cat", "tag": ["a", "b"], "notes": ""}
    assert kept.submission.content == "animal: cat\ntag: a|b\nnotes: "
    framed.refresh_from_db()
    assert framed.state == "submitted"


@pytest.mark.parametrize(
    "pairs",
    ["", "x", "null", "{}", "[1]", '[["a", 1]]', '[["a", "\\u0000"]]', '[["a", "\\ud800"]]',
     "[" * 100_000, "[]", '[["a", "  "]]', json.dumps([["a", "x" * 70_000]])],
)  # fmt: skip
def test_what_is_not_answers_gets_a_sentence_and_hands_in_nothing(browser, framed, pairs):
    page = browser.post(page_of(framed), {"pairs": pairs})
    assert page.status_code == 200
    assert "alert-error" in page.content.decode()
    assert not Submission.objects.exists()
    framed.refresh_from_db()
    assert framed.state == "in_progress"


def test_handing_in_twice_is_once(browser, framed):
    pairs = json.dumps([["animal", "cat"]])
    browser.post(page_of(framed), {"pairs": pairs})
    browser.post(page_of(framed), {"pairs": pairs})
    assert (Submission.objects.count(), Answers.objects.count()) == (1, 1)


# --- the frame itself ----------------------------------------------------------------------------
def frame_of(browser, held) -> str:
    page = browser.get(page_of(held), headers={"host": "localhost:8000"}).content.decode()
    return page.split('data-frame="http://127.0.0.1:8000')[1].split('"')[0]


def test_a_frame_shows_the_row_escaped_with_a_form_and_sets_no_cookie(browser, clara, wim):
    body = "<p>${x}</p>"
    content = b"x\n<script>alert(1)</script>\n"
    held = take(make_batch(clara, make_template(clara, body=body), content=content), wim)
    frame = browser.get(frame_of(browser, held), headers={"host": "127.0.0.1:8000"})
    assert frame.status_code == 200
    assert "<form><p>&lt;script&gt;alert(1)&lt;/script&gt;</p></form>" in frame.content.decode()
    assert not frame.cookies
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts" in policy
    assert "frame-ancestors http://localhost:8000;" in policy


def test_a_made_up_or_old_address_shows_nothing(browser, framed):
    address = frame_of(browser, framed)
    assert browser.get("/frame/abc/").status_code == 404
    assert browser.get(address[:-3] + "x/").status_code == 404
    assert browser.post(address).status_code == 404


def test_known_answers_are_nowhere_on_the_page_nor_in_the_frame(browser, clara, wim):
    content = b"x,Gold.animal\nbox,an-unlikely-word\n"
    template = make_template(clara, body="${x} ${animal} ${Gold.animal}")
    draft = make_draft(clara, template, content=content)
    left = frozenset({"animal", "Gold.animal"})
    actions.publish(upload_id=draft.pk, by=clara.user, now=NOW, leave=left)
    actions.post_upload(upload_id=draft.pk, now=NOW)
    draft.refresh_from_db()
    held = take(draft, wim)
    assert draft.rows.get().gold == {"animal": "an-unlikely-word"}
    assert "an-unlikely-word" not in browser.get(page_of(held)).content.decode()
    frame = browser.get(frame_of(browser, held), headers={"host": "127.0.0.1:8000"})
    assert "an-unlikely-word" not in frame.content.decode()


def test_a_frames_host_serves_frames_alone_and_no_other_host_does(browser, framed, settings):
    address = frame_of(browser, framed)
    settings.FRAME_HOST = "frames.example.org"
    settings.ALLOWED_HOSTS = ["frames.example.org", "example.org"]
    there, here = {"host": "frames.example.org"}, {"host": "example.org"}
    assert browser.get(address, headers=there).status_code == 200
    assert browser.get(address, headers=here).status_code == 404
    assert browser.get("/static/css/base.css", headers=there).status_code == 404
    for path in ("/", page_of(framed), "/api/v1/me", "/admin/"):
        assert browser.get(path, headers=there).status_code == 404
        assert browser.get(path, headers=here).status_code != 404
    page = browser.get(page_of(framed), headers=here)
    assert "frame-src http://frames.example.org/frame/" in page["Content-Security-Policy"]


def test_amazons_script_is_left_out(clara):
    body = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script><crowd-form>'
    html = framing.document(make_template(clara, body=body), {}, {}, "http://x")
    assert "assets.crowd.aws" not in html


# --- built forms ---------------------------------------------------------------------------------
def test_a_built_form_shows_the_row_in_its_instructions_and_questions(browser, built):
    page = browser.get(page_of(built)).content.decode()
    shown = built.task.row.values["image-url"]
    assert f"Look at {shown}." in page
    assert f"Animal on {shown}" in page
    assert "<iframe" not in page


def test_the_answers_of_a_built_form_are_kept_under_the_names_of_its_fields(browser, built):
    browser.post(page_of(built), {"a-animal": "dog", "a-why": "It barks.\nLoudly."})
    assert Answers.objects.get().values == {"animal": "dog", "why": "It barks.\nLoudly."}


@pytest.mark.parametrize("wrong", [{}, {"a-animal": "horse"}, {"a-animal": "", "a-why": "x"}])
def test_a_missing_or_strange_answer_is_said_beside_its_question(browser, built, wrong):
    page = browser.post(page_of(built), wrong | {"next": "1"}).content.decode()
    assert "field-wrong" in page
    assert not Submission.objects.exists()


ALL_KINDS = [
    {"name": kind, "label": kind, "kind": kind, "required": False, "options": ["x", "y"]}
    for kind in ("text", "long", "choice", "choices", "number", "rating", "file")
]


def test_every_kind_of_field_is_answered_and_a_file_is_only_saved(browser, clara, wim, stan):
    held = take(make_batch(clara, make_form(clara, fields=ALL_KINDS)), wim)
    told = {"a-text": "t", "a-long": "l", "a-choice": "x", "a-choices": ["x", "y"]}
    told |= {"a-number": "1.50", "a-rating": "4"}
    page = '<script>alert("x")</script>'
    told["a-file"] = SimpleUploadedFile("ev/il é.html", page.encode(), content_type="text/html")
    assert browser.post(page_of(held), told).status_code == 302
    file = File.objects.get()
    assert Answers.objects.get().values == {
        "text": "t", "long": "l", "choice": "x", "choices": ["x", "y"], "number": "1.50",
        "rating": "4", "file": {"file": file.pk, "name": file.name, "bytes": len(page)},
    }  # fmt: skip
    client, stranger = Browser(), Browser()
    client.force_login(clara.user)
    stranger.force_login(stan)
    for reader in (browser, client):
        answer = reader.get(f"/files/{file.pk}/")
        assert answer.content == page.encode()
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
    assert stranger.get(f"/files/{file.pk}/").status_code == 404
    assert Browser().get(f"/files/{file.pk}/").status_code == 302


def test_a_file_that_is_too_large_is_refused_and_nothing_is_handed_in(browser, clara, wim):
    held = take(make_batch(clara, make_form(clara, fields=ALL_KINDS)), wim)
    big = SimpleUploadedFile("big.bin", b"x" * (5 * 1024 * 1024 + 1))
    page = browser.post(page_of(held), {"a-text": "t", "a-file": big})
    assert "A file may be at most 5 MB" in page.content.decode()
    assert not File.objects.exists()
    assert not Submission.objects.exists()


# --- drafts --------------------------------------------------------------------------------------
def test_what_was_filled_in_is_there_again_on_return(browser, built):
    answer = browser.post(f"{page_of(built)}draft/", {"a-animal": "dog", "a-why": "half a sen"})
    assert answer.status_code == 204
    page = browser.get(page_of(built)).content.decode()
    assert "half a sen" in page
    assert re.search(r'value="dog"[^>]* checked', page)
    assert "Your draft is kept." in page


def test_a_framed_draft_is_given_back_to_the_frame(browser, framed):
    pairs = [["animal", "cat"], ["tag", "a"], ["tag", "b"]]
    assert browser.post(f"{page_of(framed)}draft/", {"pairs": json.dumps(pairs)}).status_code == 204
    page = browser.get(page_of(framed)).content.decode()
    assert "[&quot;tag&quot;, &quot;b&quot;]" in page


def test_the_last_draft_counts_and_handing_in_ends_it(browser, framed):
    for word in ("c", "ca", "cat"):
        browser.post(f"{page_of(framed)}draft/", {"pairs": json.dumps([["animal", word]])})
    assert Draft.objects.get().values == {"animal": "cat"}
    browser.post(page_of(framed), {"pairs": json.dumps([["animal", "cat"]])})
    assert not Draft.objects.exists()


def test_a_plain_task_keeps_its_draft_too(browser, clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = wim.assignments.get()
    browser.post(f"{page_of(held)}draft/", {"content": "The first half"})
    assert "The first half" in browser.get(page_of(held)).content.decode()


@pytest.mark.parametrize("pairs", ["x", "[1]", json.dumps([["a", "x" * 70_000]])])
def test_a_draft_that_cannot_be_kept_is_refused(browser, framed, pairs):
    assert browser.post(f"{page_of(framed)}draft/", {"pairs": pairs}).status_code == 400
    assert not Draft.objects.exists()


def test_a_draft_after_handing_in_is_not_kept(browser, framed):
    browser.post(page_of(framed), {"pairs": json.dumps([["animal", "cat"]])})
    browser.post(f"{page_of(framed)}draft/", {"pairs": json.dumps([["animal", "late"]])})
    assert not Draft.objects.exists()


# --- the next one, returning, reporting ----------------------------------------------------------
def test_the_next_task_of_the_batch_comes_in_one_press_until_none_is_left(browser, framed, wim):
    pairs = {"pairs": json.dumps([["animal", "cat"]]), "next": "1"}
    done = {framed.task_id}
    held = framed
    for _ in range(2):
        answer = browser.post(page_of(held), pairs)
        held = wim.assignments.get(state="in_progress")
        assert answer["Location"] == f"/today/{held.pk}/?on=1"
        assert (
            'name="next" value="1" id="id_next" checked'
            in browser.get(answer["Location"]).content.decode()
        )
        assert held.task_id not in done
        done.add(held.task_id)
    answer = browser.post(page_of(held), pairs, follow=True)
    assert "There is no free task left in this batch" in answer.content.decode()
    assert Submission.objects.count() == 3


def test_after_handing_in_a_button_takes_the_next(browser, framed, wim):
    browser.post(page_of(framed), {"pairs": json.dumps([["animal", "cat"]])})
    assert "Next task of this batch" in browser.get(page_of(framed)).content.decode()
    answer = browser.post(f"{page_of(framed)}next/")
    assert answer["Location"] == f"/today/{wim.assignments.get(state='in_progress').pk}/"


def test_a_task_without_a_batch_has_no_next(browser, clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    assert browser.post(f"{page_of(wim.assignments.get())}next/").status_code == 404


def test_a_broken_task_is_reported_once_to_the_client_and_the_work_goes_on(browser, framed, clara):
    address = f"{page_of(framed)}report/"
    browser.post(address, {"text": "The picture is missing."})
    second = browser.post(address, {"text": "Again."}, follow=True)
    assert "You have reported this task already." in second.content.decode()
    assert Report.objects.get().text == "The picture is missing."
    event = TaskEvent.objects.get(kind="reported")
    assert ProblemTicket.objects.get(task=framed.task_id).escalated_at is None
    assert (event.worker_id, event.facts) == (framed.worker_id, {"text": "The picture is missing."})
    framed.refresh_from_db()
    assert framed.state == "in_progress"
    client = Browser()
    client.force_login(clara.user)
    upload = framed.task.batch.upload
    assert "The picture is missing." in client.get(f"/batches/{upload.pk}/").content.decode()
    assert "reported" in client.get(f"/tasks/{framed.task_id}/").content.decode()


def test_a_report_that_says_nothing_is_not_kept(browser, framed):
    browser.post(f"{page_of(framed)}report/", {"text": "  "})
    assert not Report.objects.exists()


# --- the market ----------------------------------------------------------------------------------
def test_a_table_is_one_slip_in_the_market_and_claiming_it_gives_some_row(browser, clara, wim):
    upload = make_batch(clara)
    page = browser.get("/work/").content.decode()
    assert page.count("Name the animal") == 1
    assert "3 rows, one after the other" in page
    first = upload.batch.tasks.order_by("pk")[0]
    browser.post(f"/work/{first.pk}/claim/", follow=True)
    assert wim.assignments.get().task.batch_id == upload.batch_id


def test_somebody_who_did_the_first_row_still_gets_another(browser, clara, wim):
    upload = make_batch(clara)
    first = upload.batch.tasks.order_by("pk")[0]
    for _ in range(3):
        browser.post(f"/work/{first.pk}/claim/")
    assert wim.assignments.count() == 3
    yasmina = make_worker("yas")
    assert take(upload, yasmina).task.batch_id == upload.batch_id
