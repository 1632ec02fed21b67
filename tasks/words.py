"""Tasks in human words: what happened, and how far along it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tasks.models import Assignment, Task, TaskEvent

SENTENCES = {
    "posted": gettext_lazy("The task was posted and its escrow held."),
    "held": gettext_lazy("The task was held for a person to look at."),
    "released": gettext_lazy("An operator looked at the task and released it."),
    "refused": gettext_lazy("An operator looked at the task and refused it."),
    "begun": gettext_lazy("The task before it was approved: this one goes on the board."),
    "never_begun": gettext_lazy(
        "The task before it ended without approved work, so this one ends."
    ),
    "entered": gettext_lazy("A worker entered the draw."),
    "bid": gettext_lazy("A bid came in."),
    "entry": gettext_lazy("A worker handed in an entry."),
    "entry_revised": gettext_lazy("A worker changed their entry."),
    "consoled": gettext_lazy("%(worker)s was paid for their entry."),
    "bid_withdrawn": gettext_lazy("A bid was withdrawn."),
    "closing_extended": gettext_lazy("A late bid moved the closing time."),
    "offered": gettext_lazy("%(worker)s was offered the work."),
    "offer_accepted": gettext_lazy("%(worker)s accepted the offer."),
    "offer_declined": gettext_lazy("%(worker)s declined the offer."),
    "offer_expired": gettext_lazy("The offer to %(worker)s expired."),
    "awarded": gettext_lazy("%(worker)s got the work."),
    "submitted": gettext_lazy("%(worker)s handed in the work."),
    "approved": gettext_lazy("The work of %(worker)s was approved and paid."),
    "rework": gettext_lazy("%(worker)s was asked for another try."),
    "rejected": gettext_lazy("The work of %(worker)s was rejected."),
    "returned_late": gettext_lazy("%(worker)s gave it back with less notice than was asked."),
    "reserve_joined": gettext_lazy("%(worker)s joined the reserve list."),
    "reserve_left": gettext_lazy("%(worker)s left the reserve list."),
    "reserve_served": gettext_lazy("%(worker)s came in from the reserve list."),
    "booked": gettext_lazy("An hour of %(worker)s was booked."),
    "called_off": gettext_lazy("The place of %(worker)s was called off."),
    "worker_not_there": gettext_lazy("The client says that %(worker)s was not there."),
    "client_not_there": gettext_lazy("%(worker)s says that the client was not there."),
    "returned": gettext_lazy("%(worker)s gave the work back."),
    "reported": gettext_lazy("%(worker)s reported that the task is broken."),
    "open": gettext_lazy("A place is free again."),
    "allocated": gettext_lazy("Every place is taken."),
    "completed": gettext_lazy("The task is completed."),
    "bonus": gettext_lazy("%(worker)s got a bonus."),
    "rejection_held": gettext_lazy("The rejection of %(worker)s's work waits for an operator."),
    "rejection_agreed": gettext_lazy("An operator agreed to the rejection of %(worker)s's work."),
    "rejection_refused": gettext_lazy("An operator did not agree: %(worker)s is paid."),
    "disputed": gettext_lazy("%(worker)s disputes the rejection."),
    "dispute_answered": gettext_lazy("The client answered in the dispute with %(worker)s."),
    "dispute_added": gettext_lazy("%(worker)s added something to the dispute."),
    "dispute_unanswered": gettext_lazy("The client did not answer %(worker)s in time."),
    "dispute_upheld": gettext_lazy("An operator upheld the rejection of %(worker)s's work."),
    "overturned": gettext_lazy("An operator overturned the rejection: %(worker)s is paid."),
    "dispute_overdue": gettext_lazy("The decision on a dispute is late."),
    "held_rejection_overdue": gettext_lazy("The decision on a held rejection is late."),
    "human_review_overdue": gettext_lazy("The answer to somebody who asked a person is late."),
    "review_asked": gettext_lazy("Somebody asked a person to look at a decision again."),
    "review_answered": gettext_lazy("A person looked at a decision again and answered."),
    "problem_reported": gettext_lazy("A problem with the task was reported."),
    "problem_escalated": gettext_lazy(
        "A problem went on to an operator: the client did not answer."
    ),
    "problem_overdue": gettext_lazy("The answer to a problem is late."),
    "problem_answered": gettext_lazy("A problem with the task was answered."),
    "opinion_written": gettext_lazy("One side said how it went with %(worker)s's work."),
    "opinions_shown": gettext_lazy("What was said of %(worker)s's work is shown."),
    "cancelled": gettext_lazy("The task was cancelled."),
}
# The ledger keeps its notes in English for good; readers see them in their own language.
NOTES = [
    (re.compile(r"escrow for batch “(?P<title>.*?)”?$"), gettext_lazy("batch “%(title)s”")),
    (re.compile(r"escrow for “(?P<title>.*?)”?$"), gettext_lazy("“%(title)s”")),
    (re.compile(r"task (?P<number>\d+): (?P<title>.*)$"), gettext_lazy("“%(title)s”")),
    (re.compile(r"(?:.* of )?task (?P<number>\d+)$"), gettext_lazy("task %(number)s")),
    (re.compile(r"play money$"), gettext_lazy("play money")),
]


def sentence(event: TaskEvent) -> str:
    """One event as one sentence."""
    if event.kind == "decided":
        return decided(event)
    if event.kind == "expired" and event.worker:
        return _("The time of %(worker)s ran out.") % {"worker": event.worker}
    if event.kind == "expired":
        return ended(**event.facts)
    if event.kind == "allocated" and event.facts:
        return no_place_open(**event.facts)
    words = SENTENCES.get(event.kind)
    return str(words) % {"worker": event.worker} if words else event.kind


def ended(*, given: int = 0) -> str:
    """A task that nobody holds a place of: none was given, or whoever had one lost it again."""
    if not given:
        return _("The task ended and no place was given.")
    return ngettext(
        "The task ended: %(n)d place had been given, and nobody holds it any more.",
        "The task ended: %(n)d places had been given, and nobody holds them any more.",
        given,
    ) % {"n": given}


def places(task: Task) -> str:
    """How many places are free, or what became of those nobody took. Needs `with_counts`."""
    free, dropped = task.free_count, task.dropped_count  # type: ignore[attr-defined]
    if dropped and not free:
        return no_place_open(**{"called_off" if task.cancelled_at else "given_to_nobody": dropped})
    return ngettext("%(n)s of %(total)s places free", "%(n)s of %(total)s places free", free) % {
        "n": free,
        "total": task.slot_count,
    }


def no_place_open(*, called_off: int = 0, given_to_nobody: int = 0) -> str:
    if called_off:
        return ngettext(
            "No place is open any more: %(n)d was called off.",
            "No place is open any more: %(n)d were called off.",
            called_off,
        ) % {"n": called_off}
    return ngettext(
        "No place is open any more: %(n)d was left empty.",
        "No place is open any more: %(n)d were left empty.",
        given_to_nobody,
    ) % {"n": given_to_nobody}


def note(about: str) -> str:
    """What a transfer was for; a note of no known form stays as it was written."""
    for form, words in NOTES:
        if found := form.match(about):
            return str(words) % found.groupdict()
    return about


def decided(event: TaskEvent) -> str:
    candidates = event.facts.get("candidates", 0)
    if not candidates:
        return _("The engine looked: nobody to choose from yet.")
    return ngettext(
        "The engine decided among %(n)d candidate.",
        "The engine decided among %(n)d candidates.",
        candidates,
    ) % {"n": candidates}


def steps_of(task: Task, assignments: Iterable[Assignment]) -> list[dict[str, str]]:
    """Posted, given out, handed in, paid: how far the task has come. What is held or waits is not on the board yet."""
    states = {assignment.state for assignment in assignments}
    given = bool(states - {"returned", "expired"})
    handed_in = bool(states & {"submitted", "approved", "rejected", "rework"})
    reached = 4 if task.state == "completed" else 3 if handed_in else 2 if given else 1
    reached = 0 if task.state in ("draft", "held", "waiting") else reached
    ended = task.state in ("cancelled", "expired")
    words = [_("Posted"), _("Given out"), _("Handed in"), _("Settled")]
    return [
        {"words": word, "state": step_state(place, reached, ended)}
        for place, word in enumerate(words)
    ]


def step_state(place: int, reached: int, ended: bool) -> str:
    if place < reached:
        return "done"
    if place == reached:
        return "stopped" if ended else "now"
    return ""
