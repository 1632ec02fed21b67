"""The demo's batches: one from a template in HTML, one from a built form. Made-up rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from batches import actions
from batches.models import Template, Upload
from clients.models import Client

MOODS = """\
<style>
  blockquote { font: italic 1.25rem/1.5 Georgia, serif; margin: 0 0 1rem; }
  fieldset { border: 0; padding: 0; margin: 0 0 1rem; }
  label { display: inline-flex; gap: 0.5rem; align-items: center; min-height: 2.75rem; margin-right: 1.25rem; }
</style>
<blockquote>${first-line}</blockquote>
<form>
  <fieldset>
    <legend>Which mood do you expect of this book?</legend>
    <label><input type="radio" name="mood" value="light" required> Light</label>
    <label><input type="radio" name="mood" value="tense"> Tense</label>
    <label><input type="radio" name="mood" value="sad"> Sad</label>
    <label><input type="radio" name="mood" value="strange"> Strange</label>
  </fieldset>
  <p><label>Which word says so? <input name="word"></label></p>
  <p><button>Hand in</button></p>
</form>
"""
LINES = """\
first-line;Gold.mood
"The lamp was lit, as on every evening, by somebody nobody had ever seen.";
"“You cannot be dead,” said the postman, “you have to sign for this.”";light
"They had buried the dog in the morning and by noon my father had stopped speaking.";sad
"On the third knock she put out the candle.";tense
"It was the year in which the stairs began to lead elsewhere.";strange
"""
SHELVES = """\
title,author
The Tin Drummer of Ghent,M. Claes
Soup for Six,Annelies Vos
Stars above Liège,J. Lambert
"""
FIELDS = [
    {
        "name": "shelf", "label": "On which shelf does “${title}” belong?", "kind": "choice",
        "required": True, "options": ["Novels", "Cooking", "Science", "Travel"],
    },
    {"name": "sure", "label": "How sure are you?", "kind": "rating", "required": True,
     "options": []},
    {"name": "note", "label": "Anything odd?", "kind": "text", "required": False, "options": []},
]  # fmt: skip


def make_batches(clara: Client, now: datetime) -> None:
    moods = actions.keep_template(
        client=clara, name="Mood of a first line", kind=Template.Kind.HTML, body=MOODS, now=now
    )
    shelves = actions.keep_template(
        client=clara,
        name="Shelf of a book",
        kind=Template.Kind.FORM,
        body="A new book has come in: “${title}” by ${author}. Say where we should put it.",
        fields=FIELDS,
        now=now,
    )
    publish_table(clara, moods, "What mood does a first line promise?", LINES, 25, 60, now)
    publish_table(clara, shelves, "Put a book on its shelf", SHELVES, 15, 40, now)


def publish_table(
    clara: Client,
    template: Template,
    title: str,
    table: str,
    cents: int,
    seconds: int,
    now: datetime,
) -> Upload:
    upload = actions.keep_table(
        client=clara, template=template, title=title, content=table.encode(), now=now,
        file_name="table.csv",
    )  # fmt: skip
    actions.set_terms(
        upload_id=upload.pk,
        by=clara,
        mapping=upload.mapping,
        title=title,
        description="A few short questions about a book. No knowledge needed.",
        pay_cents=cents,
        estimate_seconds=seconds,
        redundancy=3,
        closes_at=now + timedelta(days=3),
        deadline_at=now + timedelta(days=8),
    )
    return actions.publish(upload_id=upload.pk, by=clara.user, now=now)
