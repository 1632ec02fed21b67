"""Is the record whole? Walks the chain, seeds, versions and books, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from allocation.engine import codec
from allocation.engine.replay import Difference, replay
from allocation.engine.seeds import reveals
from allocation.models import Allocation, ChainLink, MechanismVersion, Unsealed
from allocation.queries.explaining import run_again
from allocation.queries.register import newest_of
from allocation.rules import FIRST_HASH, link_hash
from ledger.queries import trial_balance
from marketplace.prepared import Prepared
from tasks.models import Assignment, Task

Row = TypeVar("Row", bound=Model)
Findings = Iterator[str | None]  # one per row looked at: None is right, a sentence is a problem
CHUNK = 500
GIVEN_OUT = {Task.State.ALLOCATED, Task.State.COMPLETED}
SEAL_WITHIN_SECONDS = 60  # a sweep comes every second or two, so later is a fault


@dataclass(frozen=True, slots=True)
class Check:
    """One part of a verification. `size` is how many rows `look` will report on."""

    name: str
    size: int
    look: Callable[[], Findings]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision taken again. `is_same_code` is False when the mechanism's source has changed."""

    allocation: Allocation
    differences: tuple[Difference, ...]
    is_same_code: bool

    @property
    def is_same(self) -> bool:
        return not self.differences


def facts_of(allocation: Allocation) -> dict[str, Any]:
    """Everything about an allocation that its link seals, as plain JSON."""
    version = allocation.version
    return {
        "id": allocation.pk,
        "task": allocation.task_id,
        "mechanism": version.mechanism,
        "version": version.number,
        "parameters": version.parameters,
        "announced": announced(version),
        "trigger": str(allocation.trigger),
        "case": allocation.case,
        "decision": allocation.decision,
        "digest": allocation.digest,
        "code_digest": allocation.code_digest,
        "awarded_count": allocation.awarded_count,
        "candidate_count": allocation.candidate_count,
        "latency_ms": allocation.latency_ms,
        "decided_at": allocation.decided_at.astimezone(UTC).isoformat(),
        **({"window": str(allocation.window)} if allocation.window else {}),
    }


def announced(version: MechanismVersion) -> dict[str, Any]:
    """What was said when the version was published."""
    return {
        "valid_from": version.valid_from.astimezone(UTC).isoformat(),
        "published_at": version.published_at.astimezone(UTC).isoformat(),
        "reason": version.reason,
        "by": version.by_id,
    }


def checks(now: datetime, *, newest: int | None = None, expect: str = "") -> list[Check]:
    """What `verify` looks at. `newest` looks only at that many links and tasks from the end.

    `expect` is the hash of a link that somebody noted earlier; it must still be in the chain.
    """
    links, tasks = links_in_order(newest), tasks_in_order(newest)
    found = [
        Check("hash chain", links.count(), lambda: broken_links(links)),
        Check("decisions without a link", 1, lambda: unsealed(now)),
        Check("work without a decision", tasks.count(), lambda: undecided(tasks)),
        Check("committed seeds", tasks.count(), lambda: broken_seeds(tasks)),
        Check("versions", MechanismVersion.objects.count(), unannounced),
        Check("version of each decision", tasks.count(), lambda: decided_by_another(tasks)),
        Check("workers under their skills", 1, wrong_listings),
        Check("ledger", 1, wrong_books),
    ]
    return [*found, Check("noted hash", 1, lambda: missing_hash(expect))] if expect else found


def problems(now: datetime, **options: Any) -> list[str]:
    """Every problem there is, one plain sentence each; [] when the record is whole."""
    return [said for check in checks(now, **options) for said in check.look() if said]


def newest_link() -> ChainLink | None:
    return ChainLink.objects.order_by("-position").first()


def links_in_order(newest: int | None) -> QuerySet[ChainLink]:
    last = newest_link()
    if newest is None or last is None:
        return ChainLink.objects.all()
    return ChainLink.objects.filter(position__gt=last.position - newest)


def tasks_in_order(newest: int | None) -> QuerySet[Task]:
    if newest is None:
        return Task.objects.all()
    last = Task.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Task.objects.filter(pk__gt=last - newest)


def in_chunks(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """All rows by primary key, a few at a time, however many there are."""
    page = list(rows.order_by("pk")[:CHUNK])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk).order_by("pk")[:CHUNK])


def broken_links(links: QuerySet[ChainLink]) -> Findings:
    """Each link against its allocation and against the link before it."""
    before: ChainLink | None = None
    is_first = True
    for page in in_chunks(links):
        if is_first:
            before = ChainLink.objects.filter(pk=page[0].pk - 1).first()
            is_first = False
        allocations = Allocation.objects.select_related("version").in_bulk(
            [link.allocation_id for link in page]
        )
        for link in page:
            yield problem_of(link, before, allocations.get(link.allocation_id))
            before = link


def problem_of(
    link: ChainLink, before: ChainLink | None, allocation: Allocation | None
) -> str | None:
    position, previous = (before.position, before.hash) if before else (0, FIRST_HASH)
    name = f"Link {link.position}"
    if link.position != position + 1:
        return f"{name} follows link {position}: what was in between is gone."
    if link.previous_hash != previous:
        return f"{name} does not continue link {position}: the chain was cut or re-ordered here."
    if allocation is None:
        return f"{name} seals allocation {link.allocation_id}, which is gone."
    if codec.digest({"case": allocation.case, "decision": allocation.decision}) != (
        allocation.digest
    ):
        return f"{name}: the case or the decision of allocation {allocation.pk} was changed."
    if not fits(link, allocation):
        return (
            f"{name} does not fit allocation {allocation.pk} by {allocation.version}: "
            "one of the three was changed."
        )
    return None


def fits(link: ChainLink, allocation: Allocation) -> bool:
    """Links of before December 2026 do not seal what was announced with the version."""
    facts = facts_of(allocation)
    fewer = {name: value for name, value in facts.items() if name != "announced"}
    return link.hash in (
        link_hash(link.position, link.previous_hash, sealed) for sealed in (facts, fewer)
    )


def unsealed(now: datetime) -> Findings:
    """Decisions that should have a link by now, and waiting rows whose decision is gone."""
    late = Allocation.objects.filter(
        link__isnull=True, decided_at__lt=now - timedelta(seconds=SEAL_WITHIN_SECONDS)
    )
    for pk in late.order_by("pk").values_list("pk", flat=True)[:100]:
        yield f"Allocation {pk} is not sealed, {SEAL_WITHIN_SECONDS} seconds after its decision."
    waiting = Unsealed.objects.values("pk").difference(Allocation.objects.values("pk"))
    for row in waiting:
        yield f"Allocation {row['pk']} was written and is gone before it was sealed."


def undecided(tasks: QuerySet[Task]) -> Findings:
    """Each task whose work somebody got, or that is said to be given out, against its decisions."""
    for page in in_chunks(tasks.only("state")):
        here = {"task__in": [task.pk for task in page]}
        held = Assignment.objects.filter(**here).values_list("task", "worker")
        decided = Allocation.objects.filter(**here).values_list(
            "task", "decision__awards", "decision__offers"
        )
        given = {
            (task, one["worker"]) for task, *both in decided for some in both for one in some or ()
        }
        tasks_given = {task for task, _worker in given}
        without = {task: worker for task, worker in held if (task, worker) not in given}
        for task in page:
            if task.pk in without:
                yield f"Task {task.pk}: no decision gave worker {without[task.pk]} the place they had."
            elif task.state in GIVEN_OUT and task.pk not in tasks_given:
                yield f"Task {task.pk} is {task.state}, and no decision gave it to anybody."
            else:
                yield None


def broken_seeds(tasks: QuerySet[Task]) -> Findings:
    """Each task's seed against its commitment, and each case against the task's seed."""
    for page in in_chunks(tasks.only("seed_hex", "seed_commitment")):
        seeds = {task.pk: task.seed for task in page}
        used = Allocation.objects.filter(task__in=seeds).values_list("pk", "task", "case__seed")
        wrong = {task: pk for pk, task, seed in used if int(seed or 0) != seeds[task]}
        for task in page:
            if not reveals(task.seed, task.seed_commitment):
                yield f"Task {task.pk}: its seed is not the one that was committed to."
            elif task.pk in wrong:
                yield f"Allocation {wrong[task.pk]} drew from another seed than its task's."
            else:
                yield None


def unannounced() -> Findings:
    """Each version past the first, as the database lets it in since it guards them."""
    before: MechanismVersion | None = None
    for version in MechanismVersion.objects.order_by("mechanism", "number"):
        is_later = before is not None and before.mechanism == version.mechanism
        yield wrong_about(version, before) if before and is_later else None
        before = version


def wrong_about(version: MechanismVersion, before: MechanismVersion) -> str | None:
    if version.by_id is None:
        return f"Version {version}: no operator published it."
    if version.valid_from < version.published_at:
        return f"Version {version} holds from before it was published."
    if version.published_at < before.published_at:
        return f"Version {version} was published before the version before it."
    return None


def decided_by_another(tasks: QuerySet[Task]) -> Findings:
    """Each task's decisions against the version that was in force when it was posted."""
    versions = versions_by_mechanism()
    for page in in_chunks(tasks.only("mechanism", "posted_at")):
        decided: dict[int, set[int]] = {task.pk: set() for task in page}
        used = Allocation.objects.filter(task__in=decided).order_by("pk")
        for task_id, version_id in used.values_list("task", "version"):
            decided[task_id].add(version_id)
        for task in page:
            right = in_force_at(versions[task.mechanism], task.posted_at)
            is_other = bool(decided[task.pk] - {right.pk})
            yield (
                f"Task {task.pk} was decided by another version than {right}, which was in force "
                "when it was posted."
                if is_other
                else None
            )


def versions_by_mechanism() -> dict[str, list[MechanismVersion]]:
    found: dict[str, list[MechanismVersion]] = {}
    for version in MechanismVersion.objects.all():
        found.setdefault(version.mechanism, []).append(version)
    return found


def in_force_at(versions: list[MechanismVersion], at: datetime) -> MechanismVersion:
    """As `queries.version_in_force`, of versions in hand."""
    held = [version for version in versions if version.valid_from <= at]
    return newest_of(held or [version for version in versions if version.number == 1])


DIFFERING_LISTINGS = Prepared(
    """
WITH should AS (
    SELECT DISTINCT id, skill, reputation, available_since
      FROM workers_worker, unnest(skills) skill WHERE available_since IS NOT NULL
), is_now AS (SELECT worker_id, skill, reputation, available_since FROM workers_listing)
SELECT DISTINCT id FROM ((TABLE should EXCEPT TABLE is_now)
                         UNION ALL (TABLE is_now EXCEPT TABLE should)) differs
 ORDER BY id LIMIT %(most)s
""",
    most="int",
)


def wrong_listings() -> Findings:
    """Whoever is listed otherwise than they are, and so is asked too often or not at all."""
    for (worker,) in DIFFERING_LISTINGS.rows(most=100):
        yield f"Worker {worker} is listed under other skills, reputation or waiting time than theirs."


def wrong_books() -> Findings:
    books = trial_balance()
    if books.total_cents:
        yield f"The accounts add up to {books.total_cents} cents instead of 0."
    for account in books.differing_accounts:
        yield f"Account {account} holds another balance than its transfers add up to."


def missing_hash(expect: str) -> Findings:
    if not ChainLink.objects.filter(hash=expect).exists():
        yield f"The noted hash {expect} is not in the chain: links have been taken away."


def replayed(allocation: Allocation) -> Replayed:
    """Take one decision again from its stored case, and the cases of its window."""
    slug = allocation.version.mechanism
    try:
        is_same_code = codec.code_digest(slug) == allocation.code_digest
    except KeyError:
        is_same_code = False
    differences = replay(allocation.decision, lambda: run_again(allocation))
    return Replayed(allocation, differences, is_same_code)


def decisions_to_replay(
    *, task: int | None = None, allocation: int | None = None
) -> QuerySet[Allocation]:
    chosen = Allocation.objects.select_related("version")
    if task is not None:
        chosen = chosen.filter(task=task)
    return chosen if allocation is None else chosen.filter(pk=allocation)


def newest_decisions(most: int) -> QuerySet[Allocation]:
    return Allocation.objects.select_related("version").order_by("-decided_at", "-pk")[:most]
