"""Every decision in which a worker was a candidate, with all it used about them and nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from allocation.engine import codec
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.contract import Candidate
from allocation.queries.explaining import rank_told
from workers.models import Worker

CHUNK = 500
# The database takes the worker's own candidate out of each case: a case may hold hundreds.
DECISIONS = """
SELECT a.id, a.task_id, t.title, v.mechanism, v.number, a.trigger, a.decided_at,
       a.candidate_count, a.awarded_count, a.digest,
       a.case - 'candidates' - 'seed' - 'chosen',
       jsonb_path_query_first(a.case, '$.candidates[*] ? (@.worker == $me)', me.vars),
       jsonb_path_query_first(a.decision, '$.ranking[*] ? (@.worker == $me)', me.vars),
       jsonb_path_query_array(a.decision, '$.awards[*] ? (@.worker == $me)', me.vars),
       jsonb_path_query_array(a.decision, '$.offers[*] ? (@.worker == $me)', me.vars),
       jsonb_path_query_array(a.decision, '$.consolations[*] ? (@.worker == $me)', me.vars)
  FROM allocation_allocation a
  JOIN allocation_mechanismversion v ON v.id = a.version_id
  JOIN tasks_task t ON t.id = a.task_id
 CROSS JOIN (SELECT jsonb_build_object('me', %(worker)s::bigint) AS vars) me
 WHERE a.id > %(after)s AND allocation_workers_in(a.decision) @> ARRAY[%(worker)s::bigint]
 ORDER BY a.id
 LIMIT %(most)s
"""
NAMES = (
    "id", "task_id", "task_title", "mechanism", "version", "trigger", "decided_at",
    "candidate_count", "awarded_count", "digest", "case", "candidate", "ranking", "awards",
    "offers", "consolations",
)  # fmt: skip
AS_JSON = NAMES[NAMES.index("case") :]


def decisions_about(worker: Worker) -> Iterator[dict[str, Any]]:
    """One row per decision: the case's own facts, the worker's own candidate, what came of it.

    `candidate` holds every feature and gate as the mechanism saw it, `factors` how each counted.
    """
    after = 0
    while True:
        given = {"worker": worker.pk, "after": after, "most": CHUNK}
        with connection.cursor() as cursor:
            cursor.execute(DECISIONS, given)
            chunk = cursor.fetchall()
        for values in chunk:
            yield decision_row(dict(zip(NAMES, values, strict=True)))
        if len(chunk) < CHUNK:
            return
        after = chunk[-1][0]


def decision_row(row: dict[str, Any]) -> dict[str, Any]:
    for name in AS_JSON:
        row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
    row["decided_at"] = row["decided_at"].isoformat()
    row["factors"] = factors_of(row)
    if row["ranking"] and row["mechanism"] in CATALOGUE:
        row["ranking"]["rank"] = rank_told(row["mechanism"], row["case"], row["ranking"])
    return row


def factors_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """How each factor counted for this worker; empty where the mechanism scores nobody."""
    card = CATALOGUE.get(row["mechanism"])
    if card is None or card.factors is None or row["candidate"] is None:
        return []
    case = codec.decode_case(row["case"] | {"candidates": [row["candidate"]]})
    me: Candidate = case.candidates[0]
    return [
        {"name": f.name, "value": f.value, "weight": f.weight, "contribution": f.contribution}
        for f in card.factors(case, me)
    ]
