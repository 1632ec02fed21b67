"""How the templates, tables and batches of a test are made."""

from __future__ import annotations

from agenda.actions import drain
from batches import actions
from batches.models import Template, Upload
from clients.models import Client
from tests.people import NOW, later

HTML = '<p>What is in ${image-url}?</p><input name="animal" required>'
FIELDS = [
    {"name": "animal", "label": "Animal on ${image-url}", "kind": "choice", "required": True,
     "options": ["cat", "dog"]},
    {"name": "why", "label": "Why", "kind": "long", "required": False, "options": []},
]  # fmt: skip
TABLE = b"Input.image-url,Gold.animal\na.jpg,\nb.jpg,dog\nc.jpg,\n"


def make_template(client: Client, **changes) -> Template:
    told = {"name": "Animals", "kind": "html", "body": HTML, "fields": []} | changes
    return actions.keep_template(client=client, now=NOW, **told)


def make_form(client: Client, **changes) -> Template:
    told = {"name": "Form", "kind": "form", "body": "Look at ${image-url}.", "fields": FIELDS}
    return actions.keep_template(client=client, now=NOW, **(told | changes))


def make_draft(client: Client, template: Template | None = None, content=TABLE, **terms) -> Upload:
    upload = actions.keep_table(
        client=client,
        template=template or make_template(client),
        title="Name the animal",
        content=content,
        file_name="animals.csv",
        now=NOW,
        most_rows=terms.pop("most_rows", 10_000),
    )
    told = {
        "mapping": upload.mapping,
        "title": upload.title,
        "description": "One word.",
        "pay_cents": 10,
        "estimate_seconds": 30,
        "redundancy": 2,
        "closes_at": later(days=1),
        "deadline_at": later(days=2),
    }
    return actions.set_terms(upload_id=upload.pk, by=client, **(told | terms))


def make_batch(client: Client, template: Template | None = None, **terms) -> Upload:
    upload = make_draft(client, template, **terms)
    actions.publish(upload_id=upload.pk, by=client.user, now=NOW)
    # Under its lock: where a Celery process runs beside the test, it may be posting this very batch.
    actions.post_upload(upload_id=upload.pk, now=NOW)
    drain(NOW)
    upload.refresh_from_db()
    return upload
