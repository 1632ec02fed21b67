"""A client uploads a table and publishes it; a worker does two tasks in a row by keyboard alone; the
client reads what was said."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from allocation.actions import claim_slot
from batches.models import Answers, Draft, Template
from tasks.models import Assignment
from tests.batches.making import make_batch, make_form, make_template
from tests.people import NOW, make_client, make_worker

pytestmark = pytest.mark.browser
HTML = """
<p>What is on ${image}?</p>
<crowd-form>
  <crowd-radio-group>
    <crowd-radio-button name="animal" value="cat" required>A cat</crowd-radio-button>
    <crowd-radio-button name="animal" value="dog">A dog</crowd-radio-button>
  </crowd-radio-group>
  <crowd-input name="why" label="Why?"></crowd-input>
  <crowd-button>Send</crowd-button>
</crowd-form>
"""
TABLE = "\ufeffInput.image;Gold.animal\n🐈.jpg;cat\nb.jpg;\nc.jpg;\n"


def frame_of(person):
    return person.page.frame_locator("iframe[data-frame]")


def test_from_a_table_to_its_results_with_two_tasks_in_a_row_by_keyboard(walk_in):
    clara, wim = walk_in(make_client("clara").user), walk_in(make_worker("wim").user)
    clara.open("/templates/new/")
    clara.fill(name="Animals", body=HTML)
    clara.press("Keep the template")
    clara.gets("Kept as version 1.")
    clara.press("New batch")
    clara.fill(title="Cat or dog?")
    clara.page.set_input_files(
        "[name=table]", {"name": "a.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    clara.press("Upload the table")
    clara.gets("Row 1 as a worker sees it (line 2)")
    expect(frame_of(clara).get_by_text("What is on 🐈.jpg?")).to_be_visible()
    clara.fill(pay_cents="0.10", estimate_seconds="20", redundancy="1")
    expect(clara.page.locator("[data-cost-total]")).to_have_text("€0.33")
    clara.press("Publish")
    clara.gets("Published.")
    clara.gets("0 of 3 answers are in.")

    wim.open("/work/")
    wim.page.get_by_role("link", name="Cat or dog?").click()
    wim.page.locator("#claim").focus()
    wim.page.keyboard.press("Enter")
    wim.gets("It is yours.")
    wim.page.locator("#id_next").focus()
    wim.page.keyboard.press("Space")
    answer_by_keyboard(wim)
    wim.gets("Handed in. Here is the next one.")
    answer_by_keyboard(wim)
    wim.gets("Handed in. Here is the next one.")
    clara.sees("2 of 3 answers are in.")
    assert [a.values for a in Answers.objects.all()] == [{"animal": "cat", "why": "ears"}] * 2

    clara.press("Agreement and quality")
    clara.gets("2 answers so far.")
    clara.gets("Wim")


EAGER = """
<form><input name="a" value="1"><button>Go</button></form>
<script>addEventListener("load", () => setTimeout(() => document.forms[0].requestSubmit(), 50))</script>
"""


def test_a_template_that_hands_in_by_itself_has_to_ask_the_worker(walk_in):
    clara, wim = make_client("clara"), make_worker("wim")
    task = make_batch(clara, make_template(clara, body=EAGER), content=b"x\n1\n").batch.tasks.get()
    claim_slot(task_id=task.pk, by=wim, now=NOW)
    mine = wim.assignments.get()
    worker = walk_in(wim.user)
    worker.open(f"/today/{mine.pk}/")
    # Whatever Playwright looks at, it looks at with the rights of a finger on the page; so it does not
    # look before the template has had its time.
    worker.page.wait_for_timeout(1500)
    asked = worker.page.get_by_text("This task wants to hand in, but you pressed nothing.")
    expect(asked).to_be_visible()
    mine.refresh_from_db()
    assert mine.state == "in_progress"
    worker.press("Hand in the work")
    worker.gets("Handed in")
    assert Answers.objects.get().values == {"a": "1"}


def answer_by_keyboard(person) -> None:
    """From the frame's first field on, with Tab, Space and Enter only."""
    radio = frame_of(person).locator("input[value=cat]")
    radio.focus()
    here = person.page.url
    person.page.keyboard.press("Space")
    person.page.keyboard.press("Tab")
    person.page.keyboard.type("ears")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url(lambda url: url != here)


def test_a_required_answer_is_asked_for_in_the_frame_and_nothing_is_handed_in(walk_in):
    clara = make_client("clara")
    upload = make_batch(clara, make_template(clara, body=HTML), content=b"image\na.jpg\n")
    wim = walk_in(make_worker("wim").user)
    wim.open(f"/work/{upload.batch.tasks.get().pk}/")
    wim.press("Claim this task")
    frame_of(wim).get_by_role("button", name="Send").click()
    wim.page.wait_for_timeout(500)
    assert Assignment.objects.get().state == "in_progress"


@pytest.mark.parametrize("kind", [Template.Kind.HTML, Template.Kind.FORM])
def test_what_one_fills_in_is_kept_by_itself_and_there_on_return(walk_in, kind):
    clara = make_client("clara")
    template = make_template(clara) if kind == Template.Kind.HTML else make_form(clara)
    make_batch(clara, template, redundancy=1)
    wim = walk_in(make_worker("wim").user)
    wim.open("/work/")
    wim.page.get_by_role("link", name="Name the animal").click()
    wim.press("Claim this task")
    wim.gets("It is yours.")
    place = frame_of(wim) if kind == Template.Kind.HTML else wim.page
    field = "[name=animal]" if kind == Template.Kind.HTML else "[name=a-why]"
    place.locator(field).fill("half an answer")
    wim.gets("Your draft is kept.")
    assert "half an answer" in Draft.objects.get().values.values()
    wim.page.reload()
    expect(place.locator(field)).to_have_value("half an answer")


def test_a_framed_task_works_on_a_phone(walk_in):
    clara = make_client("clara")
    upload = make_batch(clara, make_template(clara, body=HTML), content=b"image\na.jpg\n")
    wim = walk_in(make_worker("wim").user, viewport={"width": 390, "height": 844})
    wim.open(f"/work/{upload.batch.tasks.get().pk}/")
    wim.press("Claim this task")
    frame_of(wim).get_by_text("A dog").click()
    frame_of(wim).get_by_role("button", name="Send").click()
    wim.gets("Handed in.")
    assert Answers.objects.get().values == {"animal": "dog", "why": ""}
    assert wim.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
