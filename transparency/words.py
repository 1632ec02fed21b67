"""What each published figure means: in the reader's language on the page, in English in the JSON."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "dispute": _("Disputes about rejected work"),
    "human_review": _("Human reviews of decisions"),
    "held_rejection": _("Rejections held by the brake"),
    "problem": _("Problems reported with a task"),
}

ROUNDED = 'A number of cases; "<5" for fewer than five, else rounded down to a multiple of five.'
DEFINITIONS = {
    "counts": ROUNDED,
    "shares": "Worked out from the two rounded counts beside them; null when one of them is small.",
    "mechanisms": "Tasks posted in the period that are no longer open.",
    "mechanisms.fill_share": "Slots that somebody took, of all slots of these tasks.",
    "mechanisms.fill_p50_seconds": "Half of the tasks that became full took at most so long from "
    "posting; told from ten full tasks on, in two figures.",
    "mechanisms.fill_p95_seconds": "95 of 100 took at most so long; told from a hundred on.",
    "wages": "The middle of the workers' own wages, over work settled in the period and their "
    "diaries; told from ten workers on, in two figures, in cents per hour.",
    "wages.per_paid_hour_cents": "Pay of approved work over the time of approved work.",
    "wages.per_hour_cents": "The same pay over all time that is known: also rejected and returned "
    "work, searching, waiting, bidding. Of the workers with any such time (workers_all_time).",
    "wages.net_per_hour_cents": "The same, after the costs in the diary.",
    "verdicts": "Work approved or rejected in the period, of at least five workers; automatic "
    "approvals included. A rejection that a dispute overturned counts as approved.",
    "questions": "Asked in the period: disputes, human reviews, held rejections, problems.",
    "questions.overturned": "Decided otherwise than before: in favour of who disputed or asked, "
    "or, of held rejections, of the worker.",
    "questions.late": "Decided after the promised time, or still waiting after it.",
    "awards": "Assignments begun in the period.",
    "awards.gini": "0 when everybody got the same number of assignments, near 1 when one person "
    "got all: over the workers who claimed, bid, entered, were offered or got work in the period.",
    "newcomers": "Workers who joined in the period.",
    "newcomers.first_award_p50_seconds": "Half of them had a first assignment so soon after "
    "joining; who still waits counts as longer than everybody.",
    "newcomers.within_a_week_share": "Of those who joined at least a week before the end: how many "
    "had a first assignment within seven days.",
}
