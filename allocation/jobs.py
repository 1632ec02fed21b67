"""What happens to a task when its time comes: the topics of due work about allocation."""

from datetime import datetime

from agenda.actions import due, every_sweep
from allocation import actions
from allocation.models import Allocation
from tasks.models import Task

Trigger = Allocation.Trigger


@due("task_posted")
def task_posted(task_id: int, now: datetime) -> None:
    actions.settle_task(task_id=task_id, trigger=Trigger.POSTED, now=now)


@due("task_closes")
def task_closes(task_id: int, now: datetime) -> None:
    actions.settle_task(task_id=task_id, trigger=Trigger.CLOSING, now=now)


@due("slot_freed")
def slot_freed(task_id: int, now: datetime) -> None:
    actions.settle_task(task_id=task_id, trigger=Trigger.RETURNED, now=now)


@due("offer_declined")
def offer_declined(task_id: int, now: datetime) -> None:
    actions.settle_task(task_id=task_id, trigger=Trigger.DECLINED, now=now)


@due("offer_lapsed")
def offer_lapsed(task_id: int, now: datetime) -> None:
    actions.settle_task(task_id=task_id, trigger=Trigger.EXPIRED, now=now)


@due("offer_expires")
def offer_expires(offer_id: int, now: datetime) -> None:
    actions.expire_offer(offer_id=offer_id, now=now)


@due("window_closes")
def window_closes(task_id: int, now: datetime) -> None:
    mechanism = Task.objects.values_list("mechanism", flat=True).get(pk=task_id)
    actions.settle_window(mechanism=mechanism, now=now)


@due("look_again")
@due("slots_taken")
def look_again(task_id: int, now: datetime) -> None:
    actions.settle_task(task_id=task_id, trigger=Trigger.RETRY, now=now)


@every_sweep
def seal_decisions(now: datetime) -> None:
    actions.seal_all(now)
