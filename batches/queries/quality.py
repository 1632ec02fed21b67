"""How the answers of a batch agree, who was right where the answer was known, what is probable."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from accounts.names import shown
from batches import rules
from batches.models import Upload
from batches.rules import quality
from marketplace.patience import longer_statements
from workers.models import Worker

MOST_ANSWERS = 100_000  # of one batch, on a page; more are only exported
LABELLED = ("choice", "choices", "rating")


@dataclass(slots=True)
class Tally:
    """One worker's work in a batch."""

    worker: int
    name: str = ""
    answered: int = 0
    gold: int = 0
    gold_right: int = 0
    accuracy: list[float] = field(default_factory=list)

    @property
    def gold_share(self) -> float | None:
        return self.gold_right / self.gold if self.gold else None

    @property
    def expected_share(self) -> float | None:
        return sum(self.accuracy) / len(self.accuracy) if self.accuracy else None


@dataclass(frozen=True, slots=True)
class FieldQuality:
    """One labelled field over a batch. `lines` has (line, label, share, probability) per row."""

    name: str
    rows: int
    answers: int
    agreement: float
    alpha: float | None
    lines: list[tuple[int, str, float, bool, str, float]]


@dataclass(frozen=True, slots=True)
class Quality:
    fields: list[FieldQuality]
    workers: list[Tally]
    answers: int
    is_complete: bool


def quality_of(upload: Upload, most: int = MOST_ANSWERS) -> Quality:
    """Agreement and consensus per labelled field, and each worker's tally."""
    tallies: dict[int, Tally] = {}
    said: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    count, is_complete = 0, True
    for answered in answers_in(upload, most + 1):
        if count >= most:
            is_complete = False
            break
        count += 1
        note(answered, tallies, said)
    fields = [
        measured(name, judgements, tallies)
        for name, judgements in said.items()
        if is_labelled(upload, name, judgements)
    ]
    name_them(tallies.values())
    workers = sorted(tallies.values(), key=lambda tally: (-tally.answered, tally.worker))
    return Quality(fields, workers, count, is_complete)


Answered = tuple[int, int, rules.Answers, rules.Values]  # line, worker, answers, known answers

# The newest answers of each assignment that is handed in, in the order of the file.
ANSWERED = """
SELECT * FROM (
    SELECT DISTINCT ON (held.id) rows.line, held.worker_id, answers."values", rows.gold
      FROM batches_row rows
      JOIN tasks_assignment held ON held.task_id = rows.task_id
      JOIN tasks_submission submission ON submission.assignment_id = held.id
      JOIN batches_answers answers ON answers.submission_id = submission.id
     WHERE rows.upload_id = %(upload)s AND held.state IN ('submitted', 'approved', 'rejected')
     ORDER BY held.id, submission.number DESC) newest
 ORDER BY line, worker_id LIMIT %(most)s
"""


def answers_in(upload: Upload, most: int) -> Iterator[Answered]:
    with longer_statements(20), connection.cursor() as cursor:
        cursor.execute(ANSWERED, {"upload": upload.pk, "most": most})
        for line, worker, values, gold in cursor:
            yield line, worker, json.loads(values), json.loads(gold)


def note(
    answered: Answered, tallies: dict[int, Tally], said: dict[str, list[tuple[int, int, str]]]
) -> None:
    line, worker, answers, gold = answered
    tally = tallies.setdefault(worker, Tally(worker))
    tally.answered += 1
    if gold:
        tally.gold += 1
        tally.gold_right += rules.is_right(answers, gold)
    for name, value in answers.items():
        said[name].append((line, worker, rules.one_text(value)))


def is_labelled(upload: Upload, name: str, judgements: list[tuple[int, int, str]]) -> bool:
    """Fields whose answers can agree. Of HTML one sees it only by how few different ones there are."""
    kinds = {field["name"]: field["kind"] for field in upload.template.fields}
    if name in kinds:
        return kinds[name] in LABELLED
    different = {label for _, _, label in judgements}
    return len(different) <= quality.MOST_LABELS and len(different) * 2 <= max(4, len(judgements))


def measured(
    name: str, judgements: list[tuple[int, int, str]], tallies: dict[int, Tally]
) -> FieldQuality:
    of_line: dict[int, list[str]] = defaultdict(list)
    for line, _worker, label in judgements:
        of_line[line].append(label)
    consensus = quality.dawid_skene(judgements)
    for worker, accuracy in consensus.accuracy.items():
        tallies[int(str(worker))].accuracy.append(accuracy)
    lines = []
    for line, labels in of_line.items():
        most = quality.majority(labels)
        lines.append((line, most.label, most.share, most.is_tied, *consensus.labels[line]))
    return FieldQuality(
        name=name,
        rows=len(of_line),
        answers=len(judgements),
        agreement=sum(line[2] for line in lines) / len(lines),
        alpha=quality.krippendorff_alpha(judgements),
        lines=lines,
    )


def name_them(tallies: Iterable[Tally]) -> None:
    of_worker = {tally.worker: tally for tally in tallies}
    for pk, name in Worker.objects.filter(pk__in=of_worker).values_list("pk", "name"):
        of_worker[pk].name = shown(name)


def consensus_rows(upload: Upload) -> Iterator[dict[str, object]]:
    """One row per line and labelled field: what most said, and what is probably true."""
    for found in quality_of(upload).fields:
        for line, label, share, is_tied, probable, probability in found.lines:
            yield {
                "Line": line,
                "Field": found.name,
                "Majority": label,
                "Share": round(share, 4),
                "Tied": "yes" if is_tied else "",
                "Consensus": probable,
                "Probability": round(probability, 4),
            }
