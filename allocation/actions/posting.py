"""Posting with what the mechanism may cost beyond the pay of the slots.

Doors post through here: which version of a mechanism is in force, and so what its fees can come to,
is not for the tasks to know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from allocation import queries
from clients.models import Client
from ledger.models import Account
from tasks import actions as tasks
from tasks.actions import NewTask
from tasks.models import Batch, Task
from wages import actions as wages


def post_task(
    *,
    client: Client,
    new: NewTask,
    now: datetime,
    accepts_low_pay: bool = False,
    once: str = "",
) -> Task:
    """`tasks.actions.post_task`, holding enough in escrow for every fee the version promises.

    Raises also PayIsBelowTheFloor or LowPayNeedsAYes.
    """
    wages.check_pay([new], accepts_low_pay=accepts_low_pay, now=now)
    return tasks.post_task(client=client, new=with_fees(new, now), now=now, once=once)


def post_batch(
    *,
    client: Client,
    title: str,
    news: Sequence[NewTask],
    now: datetime,
    escrow: Account | None = None,
    most_per_worker: int | None = None,
    tell: Callable[[int], None] | None = None,
    accepts_low_pay: bool = False,
) -> Batch:
    """`tasks.actions.post_batch`, holding enough in escrow for every fee the versions promise.

    A batch whose escrow is held already was published, and its pay checked, when that was filled.
    Raises also PayIsBelowTheFloor or LowPayNeedsAYes.
    """
    if escrow is None:
        wages.check_pay(news, accepts_low_pay=accepts_low_pay, now=now)
    extra = {slug: queries.extra_reserve_cents(slug, now) for slug in {n.mechanism for n in news}}
    held = [replace(new, extra_reserve_cents=extra[new.mechanism]) for new in news]
    return tasks.post_batch(
        client=client,
        title=title,
        news=held,
        now=now,
        escrow=escrow,
        most_per_worker=most_per_worker,
        tell=tell,
    )


def with_fees(new: NewTask, now: datetime) -> NewTask:
    return replace(new, extra_reserve_cents=queries.extra_reserve_cents(new.mechanism, now))
