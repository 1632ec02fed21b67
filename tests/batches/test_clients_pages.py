"""The client's pages: uploading, mapping, seeing a row, the cost, publishing; building a form."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from agenda.actions import drain
from batches.models import Row, Template, Upload
from ledger.queries import balance_cents
from tasks.models import Task
from tests.batches.making import make_batch, make_draft, make_form, make_template
from tests.people import NOW, later, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def browser(clara):
    browser = Browser()
    browser.force_login(clara.user)
    return browser


def table(content: bytes, name="animals.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


def upload_table(browser, template, content: bytes):
    told = {"title": "Animals", "template": template.pk, "table": table(content)}
    return browser.post("/batches/new/", told, follow=True)


def terms(**changes):
    return {
        "title": "Animals",
        "description": "Look.",
        "pay_cents": "0.10",
        "estimate_seconds": "30",
        "redundancy": "3",
        "closes_in": "86400",
        "deadline_at": later(days=3).strftime("%Y-%m-%dT%H:%M"),
        "map-image-url": "image-url",
    } | changes


def test_a_table_is_uploaded_looked_at_and_published(browser, clara):
    before = balance_cents(clara.user)
    page = upload_table(browser, make_form(clara), "image-url;n\n🐈.jpg;1\nb.jpg;2\n".encode())
    assert "Animal on 🐈.jpg" in page.content.decode()
    [upload] = Upload.objects.all()
    answer = browser.post(f"/batches/{upload.pk}/", terms(save="1"), follow=True)
    shown = answer.content.decode()
    assert "€0.60" in shown
    assert "€0.66" in shown
    assert "€12.00" in shown  # per hour
    assert balance_cents(clara.user) == before
    answer = browser.post(f"/batches/{upload.pk}/", terms(publish="1"), follow=True)
    assert "2 rows are waiting to be posted." in answer.content.decode()
    assert before - balance_cents(clara.user) == 66
    drain(later(minutes=10))
    assert Task.objects.count() == 2
    assert "0 of 6 answers are in." in browser.get(f"/batches/{upload.pk}/").content.decode()


def test_pressing_publish_twice_posts_once(browser, clara):
    upload = make_draft(clara)
    for _ in range(2):
        browser.post(f"/batches/{upload.pk}/", terms(publish="1"))
    drain(later(minutes=10))
    browser.post(f"/batches/{upload.pk}/", terms(publish="1"))
    assert Task.objects.count() == 3


def test_how_much_one_person_may_do_goes_with_the_batch(browser, clara):
    upload = make_draft(clara)
    browser.post(f"/batches/{upload.pk}/", terms(publish="1", most_per_worker="2"))
    drain(later(minutes=10))
    upload.refresh_from_db()
    assert upload.batch.most_per_worker == 2
    assert Task.objects.count() == 3


def test_too_little_play_money_gets_a_sentence(browser, clara):
    upload = make_draft(clara)
    page = browser.post(f"/batches/{upload.pk}/", terms(publish="1", pay_cents="500"))
    assert "There is not enough play money in the wallet" in page.content.decode()
    upload.refresh_from_db()
    assert upload.state == "draft"
    assert upload.pay_cents == 50_000  # what was typed is kept


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1\n", "Line 2 has 1 cells instead of 2."),
        (b"a\n\xff\n", "Line 2 holds a character that is not UTF-8."),
        (b"", "empty"),
        (b"a\n" + b"1\n" * 10_001, "The table has more than 10000 rows."),
    ],
)
def test_a_bad_table_is_refused_with_its_line_and_leaves_nothing(browser, clara, content, sentence):
    page = upload_table(browser, make_template(clara), content)
    assert sentence in page.content.decode()
    assert not Upload.objects.exists()
    assert not Row.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pay_cents": "abc"}, "Write an amount in figures"),
        ({"map-image-url": ""}, "This field is required."),
        ({"map-image-url": "elsewhere"}, "Select a valid choice."),
        ({"redundancy": "0"}, "greater than or equal to 1"),
        ({"most_per_worker": "0"}, "greater than or equal to 1"),
        ({"redundancy": "101"}, "less than or equal to 100"),
        ({"estimate_seconds": "0"}, "greater than or equal to 1"),
        ({"deadline_at": NOW.strftime("%Y-%m-%dT%H:%M")}, "Choose a moment after"),
    ],
)
def test_wrong_terms_get_a_sentence_and_publish_nothing(browser, clara, wrong, sentence):
    upload = make_draft(clara)
    page = browser.post(f"/batches/{upload.pk}/", terms(publish="1", **wrong)).content.decode()
    assert sentence in page
    assert Upload.objects.get().state == "draft"


@pytest.mark.parametrize(("asked", "line"), [("", 2), ("2", 3), ("99", 4), ("0", 2), ("x", 2)])
def test_any_row_can_be_looked_at(browser, clara, asked, line):
    upload = make_draft(clara)
    page = browser.get(f"/batches/{upload.pk}/?row={asked}").content.decode()
    assert f"(line {line})" in page


def test_a_template_of_somebody_else_cannot_be_used(browser, clara):
    make_template(clara)
    other = make_template(make_client("mira"))
    told = {"title": "x", "template": other.pk, "table": table(b"image-url\n1\n")}
    assert "Select a valid choice" in browser.post("/batches/new/", told).content.decode()


def test_somebody_else_finds_no_draft_of_mine(clara):
    upload, stranger = make_draft(clara), Browser()
    stranger.force_login(make_client("mira").user)
    assert stranger.get(f"/batches/{upload.pk}/").status_code == 404
    assert stranger.post(f"/batches/{upload.pk}/", terms(publish="1")).status_code == 404
    assert Upload.objects.get().state == "draft"


def test_a_draft_that_is_thrown_away_is_gone(browser, clara):
    upload = make_draft(clara)
    browser.post(f"/batches/{upload.pk}/discard/")
    assert browser.get(f"/batches/{upload.pk}/").status_code == 404
    assert "Name the animal" not in browser.get("/batches/").content.decode()


# --- templates -----------------------------------------------------------------------------------
def built(*fields, **changes):
    told = {"name": "Form", "body": "Look.", "f-TOTAL_FORMS": "3", "f-INITIAL_FORMS": "0"}
    for n, (label, kind, options) in enumerate(fields):
        told |= {f"f-{n}-label": label, f"f-{n}-kind": kind, f"f-{n}-options": options}
    return told | {"f-0-required": "on"} | changes


def test_a_form_is_built_without_writing_html(browser):
    told = built(("Which animal?", "choice", "cat\ndog\n\n cat "), ("Why?", "text", ""))
    answer = browser.post("/templates/form/", told, follow=True)
    assert "Which animal?" in answer.content.decode()
    template = Template.objects.get()
    assert template.fields == [
        {"name": "which_animal", "label": "Which animal?", "kind": "choice", "required": True,
         "options": ["cat", "dog"]},
        {"name": "why", "label": "Why?", "kind": "text", "required": False, "options": []},
    ]  # fmt: skip


def test_a_new_version_keeps_the_names_of_its_fields(browser, clara):
    template = make_form(clara)
    page = browser.get(f"/templates/form/?from={template.pk}").content.decode()
    assert 'value="Animal on ${image-url}"' in page
    told = built(("Another question?", "choice", "cat\ndog"), **{"f-0-name": "animal"})
    told |= {"f-TOTAL_FORMS": "5", "f-INITIAL_FORMS": "2"}
    browser.post(f"/templates/form/?from={template.pk}", told)
    newest = Template.objects.order_by("-pk")[0]
    assert (newest.version, newest.fields[0]["name"]) == (2, "animal")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([("Which?", "choice", "cat")], "Write at least two choices"),
        ([("", "text", "")], "A field needs both a question"),
        ([("Which?", "", "")], "A field needs both a question"),
        ([], "There is nothing to fill in"),
    ],
)
def test_an_unfinished_form_gets_a_sentence(browser, fields, sentence):
    assert sentence in browser.post("/templates/form/", built(*fields)).content.decode()
    assert not Template.objects.exists()


def test_html_is_kept_to_the_letter(browser):
    body = "  <b>${x}</b>\r\n"
    browser.post("/templates/new/", {"name": "T", "body": body})
    assert Template.objects.get().body == body


# --- what a page costs ---------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["", "quality/"])
def test_a_batch_costs_the_same_with_60_rows_as_with_10(browser, clara, page):
    few = make_batch(clara, content=b"image-url\n" + b"a.jpg\n" * 10)
    many = make_batch(clara, content=b"image-url\n" + b"a.jpg\n" * 60)
    counts = []
    for upload in (few, many):
        address = f"/batches/{upload.pk}/{page}"
        browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 14


def test_the_list_of_batches_costs_the_same_with_20_as_with_3(browser, clara):
    counts = []
    for wanted in (3, 20):
        while Upload.objects.count() < wanted:
            make_draft(clara)
        browser.get("/batches/")
        with CaptureQueriesContext(connection) as seen:
            browser.get("/batches/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 10


def test_a_watched_batch_is_sent_again_only_when_something_moved(browser, clara):
    upload = make_draft(clara)
    browser.post(f"/batches/{upload.pk}/", terms(publish="1"))
    address = f"/batches/{upload.pk}/moving/"
    tag = browser.get(address)["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}).status_code == 304
    page = browser.get(f"/batches/{upload.pk}/").content.decode()
    assert re.search(r'data-tag="(.*?)"', page)[1].replace("&quot;", '"') == tag
    drain(later(minutes=10))
    assert browser.get(address, headers={"If-None-Match": tag}).status_code == 200
