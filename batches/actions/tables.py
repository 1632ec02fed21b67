"""A draft of a batch: its table, its template and its terms, until it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from batches import rules
from batches.models import Row, Template, Upload
from batches.words import problem_sentence
from clients.models import Client
from marketplace.copying import copy_rows
from marketplace.patience import longer_statements

MOST_ROWS = 10_000


class TableHasProblems(Exception):
    """The table cannot be used as it is."""

    def __init__(self, problems: Sequence[rules.BadLine]) -> None:
        self.problems = tuple(problems)
        self.sentences = tuple(problem_sentence(problem) for problem in problems)
        super().__init__(" ".join(self.sentences))


@transaction.atomic
def keep_table(
    *,
    client: Client,
    template: Template,
    title: str,
    content: bytes,
    now: datetime,
    file_name: str = "",
    description: str = "",
    most_rows: int = MOST_ROWS,
) -> Upload:
    """Read a CSV file into a new draft: every row of it, or none. Raises TableHasProblems."""
    try:
        table = rules.read_table(content, most_rows)
    except rules.TableIsBad as bad:
        raise TableHasProblems(bad.problems)
    upload = Upload.objects.create(
        client=client,
        template=template,
        title=title,
        description=description,
        file_name=file_name[:200],
        columns=list(table.columns),
        mapping=rules.guess_mapping(template.variables, table.columns),
        row_count=len(table.rows),
        gold_count=sum(1 for row in table.rows if row.gold),
        created_at=now,
    )
    rows = ((upload.pk, row.line, row.values, row.gold) for row in table.rows)
    with longer_statements(30):
        copy_rows(Row, ("upload", "line", "values", "gold"), rows)
    return upload


@transaction.atomic
def set_terms(
    *,
    upload_id: int,
    by: Client,
    mapping: Mapping[str, str],
    title: str,
    description: str,
    pay_cents: int | None,
    estimate_seconds: int | None,
    redundancy: int,
    most_per_worker: int | None = None,
    closes_at: datetime | None,
    deadline_at: datetime | None,
    skills: Sequence[str] = (),
    proofs: Sequence[str] = (),
    provided: Mapping[str, str] | None = None,
) -> Upload:
    """Write down how columns fill the template and what the work pays, while it is a draft.

    After publication nothing is changed any more.
    """
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id, client=by)
    if upload.state != Upload.State.DRAFT:
        return upload
    upload.mapping = {v: c for v, c in mapping.items() if c in upload.columns}
    upload.title, upload.description = title, description
    upload.pay_cents, upload.estimate_seconds = pay_cents, estimate_seconds
    upload.redundancy, upload.skills = redundancy, list(skills)
    upload.most_per_worker, upload.proofs = most_per_worker, list(proofs)
    upload.provided = dict(provided or {})
    upload.closes_at, upload.deadline_at = closes_at, deadline_at
    upload.save()
    return upload


@transaction.atomic
def discard(*, upload_id: int, by: Client) -> Upload:
    """Throw a draft and its table away; what was published stays. Harmless twice."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id, client=by)
    if upload.state == Upload.State.DRAFT:
        upload.state = Upload.State.DISCARDED
        upload.save(update_fields=["state"])
        upload.rows.all().delete()
    return upload
