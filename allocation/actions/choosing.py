"""The client picks from a ranked shortlist, where the mechanism leaves it to the client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from allocation.actions.keeping import Trigger
from allocation.actions.settling import decide_and_carry_out
from allocation.engine.catalogue import card_of
from allocation.models import Allocation
from allocation.queries import case_for, look_at
from tasks.actions import TaskIsNotOpen, close_task, settle_state
from tasks.models import Task


class NotOnTheList(Exception):
    """You can only choose among the workers who took part and are eligible."""


class NotClosedYet(Exception):
    """Until the task closes people may still come in or change what they said. Choose after that."""


class TimeToChooseIsOver(Exception):
    """The time to choose is over."""


class NobodyPicked(Exception):
    """Pick at least one of them."""


class TooManyPicked(Exception):
    """You picked more people than there are free places."""


@transaction.atomic
def choose(*, task_id: int, workers: Sequence[int], by: User, now: datetime) -> Allocation:
    """Award free slots to the workers the client picked, in that order.

    When the mechanism asks no further, what is still free after closing is given up.

    Not before closing: who chooses sees the prices, which are sealed until then. Raises
    TaskIsNotOpen, NotClosedYet, TimeToChooseIsOver, NobodyPicked, TooManyPicked, NotOnTheList or
    WinnersAreGone.
    """
    task = (
        Task.objects.select_for_update(of=("self",))
        .select_related("client")
        .get(pk=task_id, client__user=by)
    )
    card = card_of(task.mechanism)
    if not task.is_open or card.traits.decides != "by_client":
        raise TaskIsNotOpen
    if now < task.closes_at:
        raise NotClosedYet
    seen = look_at(task)
    if not card.is_time_to_choose(case_for(task, seen, now)):
        raise TimeToChooseIsOver
    if not workers:
        raise NobodyPicked
    if len(set(workers)) > len(seen.free_slots):
        raise TooManyPicked
    allocation = decide_and_carry_out(task, Trigger.CHOSEN, now, chosen=tuple(workers))
    if allocation is None or not allocation.awarded_count:
        raise NotOnTheList
    if not allocation.decision.get("asks_client"):
        close_task(task, now)
    else:
        settle_state(task, now)
    return allocation
