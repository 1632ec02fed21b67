"""A notice as one sentence in the reader's language, and the kinds by their names."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from accounts.names import shown
from marketplace.templatetags.market import money
from notices.models import Notice

NAMES = {
    "offer": gettext_lazy("An offer for me"),
    "won": gettext_lazy("I got the work"),
    "not_chosen": gettext_lazy("Somebody else got the work"),
    "approved": gettext_lazy("My work is approved and paid"),
    "rework": gettext_lazy("Another try is asked for"),
    "rejected": gettext_lazy("My work is rejected"),
    "bonus": gettext_lazy("A bonus, or pay for an entry"),
    "late": gettext_lazy("My time for a task ran out"),
    "cancelled": gettext_lazy("A task I asked for is cancelled"),
    "search": gettext_lazy("New tasks that fit a saved search"),
    "proof": gettext_lazy("An operator looked at a proof of mine, or it ended"),
    "shift": gettext_lazy("A shift or booking changed"),
    "opinion": gettext_lazy("The other side said how it went"),
    "dispute": gettext_lazy("A dispute or held rejection moved"),
    "problem": gettext_lazy("A problem with a task"),
    "review": gettext_lazy("A person answered about a decision"),
    "choose": gettext_lazy("It is time to choose"),
    "filled": gettext_lazy("No place of a task is open any more"),
    "handed_in": gettext_lazy("Work is handed in"),
    "approval_near": gettext_lazy("Work is approved by itself soon"),
    "returned": gettext_lazy("A place is free again"),
    "nobody": gettext_lazy("A task ended with every place empty"),
    "batch": gettext_lazy("A batch is published"),
    "screened": gettext_lazy("A held task is released or refused"),
}
ICONS = {
    "offer": "bell",
    "won": "check",
    "not_chosen": "scales",
    "approved": "coins",
    "rework": "edit",
    "rejected": "cross",
    "bonus": "star",
    "late": "clock",
    "cancelled": "minus",
    "search": "search",
    "proof": "shield",
    "shift": "calendar",
    "opinion": "star",
    "dispute": "scales",
    "problem": "warning",
    "review": "person",
    "choose": "people",
    "filled": "people",
    "handed_in": "send",
    "approval_near": "clock",
    "returned": "open-door",
    "nobody": "clock",
    "batch": "list",
    "screened": "shield",
}
LINES = {
    "offer": gettext_lazy("You have an offer: “%(title)s”, %(money)s."),
    "won": gettext_lazy("“%(title)s” is yours, for %(money)s."),
    "not_chosen": gettext_lazy("“%(title)s” did not go to you. You can read why."),
    "rework": gettext_lazy("Another try is asked for “%(title)s”."),
    "rejected": gettext_lazy("Your work for “%(title)s” was rejected. The reason is on its page."),
    "late": gettext_lazy("Your time for “%(title)s” ran out, and its place is free again."),
    "cancelled": gettext_lazy("“%(title)s” was cancelled by its client."),
    "review": gettext_lazy("A person looked again at the decision about “%(title)s” and answered."),
    "choose": gettext_lazy("“%(title)s” has closed: choose who gets it."),
    "filled": gettext_lazy("Every place of “%(title)s” is taken."),
}
COUNTED = {
    "nobody": ngettext_lazy(
        "No place of “%(title)s” was given in time. What was left in escrow came back.",
        "%(n)d tasks of “%(title)s” ended with every place empty. What was left in escrow came back.",
        "n",
    ),
    "nobody_any_more": ngettext_lazy(
        "“%(title)s” ended: whoever had a place of it does not hold it any more. What was left in "
        "escrow came back.",
        "%(n)d tasks of “%(title)s” ended with every place empty. What was left in escrow came back.",
        "n",
    ),
    "nobody_but_paid": ngettext_lazy(
        "No place of “%(title)s” was given in time. Those who entered were paid %(money)s in all. "
        "What was left in escrow came back.",
        "%(n)d tasks of “%(title)s” were not given in time. Those who entered were paid %(money)s "
        "in all. What was left in escrow came back.",
        "n",
    ),
    "approved": ngettext_lazy(
        "Your work for “%(title)s” was approved: %(money)s.",
        "%(n)d pieces of your work for “%(title)s” were approved: %(money)s.",
        "n",
    ),
    "returned": ngettext_lazy(
        "A place of “%(title)s” is free again.", "%(n)d places of “%(title)s” came free again.", "n"
    ),
}
STEPS = {
    "chose_nobody": gettext_lazy("The client of “%(title)s” chose nobody before the time ended."),
    "proof_accepted": gettext_lazy("An operator accepted your proof: %(title)s."),
    "proof_refused": gettext_lazy("An operator did not accept your proof: %(title)s."),
    "proof_expired": gettext_lazy("Your proof has ended: %(title)s."),
    "booked": gettext_lazy("Your hour “%(title)s” was booked, for %(money)s."),
    "called_off": gettext_lazy(
        "“%(title)s” was called off by its client. You are paid %(money)s for your place."
    ),
    "reserve_served": gettext_lazy("A place of “%(title)s” came free, and it is yours."),
    "worker_not_there": gettext_lazy(
        "The client says that you were not there for “%(title)s”. You can answer."
    ),
    "client_not_there": gettext_lazy(
        "%(name)s says that nobody was there for “%(title)s”. You can answer."
    ),
    "opinion_written": gettext_lazy(
        "The other side said how “%(title)s” went. Once you say it too, you both read it."
    ),
    "opinions_shown": gettext_lazy("What was said of you about “%(title)s” can be read now."),
    "disputed": gettext_lazy("%(name)s disputes your rejection of work for “%(title)s”."),
    "dispute_answered": gettext_lazy("The client answered in the dispute about “%(title)s”."),
    "dispute_added": gettext_lazy("%(name)s added something to the dispute about “%(title)s”."),
    "dispute_unanswered": gettext_lazy(
        "The client did not answer in the dispute about “%(title)s”. An operator decides."
    ),
    "dispute_upheld": gettext_lazy(
        "The rejection of work for “%(title)s” stays: a person decided."
    ),
    "overturned": gettext_lazy(
        "The rejection of work for “%(title)s” is overturned: %(money)s is paid after all."
    ),
    "rejection_agreed": gettext_lazy("An operator agreed to your rejection for “%(title)s”."),
    "rejection_refused": gettext_lazy(
        "An operator did not agree to your rejection for “%(title)s”: the work is paid."
    ),
    "released": gettext_lazy("An operator released “%(title)s”: it is on the board."),
    "refused": gettext_lazy("An operator refused “%(title)s”. Its escrow came back to you."),
    "problem_reported": gettext_lazy("A problem with “%(title)s” was reported. Please answer."),
    "reported": gettext_lazy("A worker says that “%(title)s” is broken."),
    "problem_escalated": gettext_lazy(
        "The problem with “%(title)s” went on to an operator: there was no answer in time."
    ),
    "problem_answered": gettext_lazy("The problem with “%(title)s” was answered."),
    "bonus": gettext_lazy("You got a bonus of %(money)s for “%(title)s”."),
    "consoled": gettext_lazy("You were paid %(money)s for your entry in “%(title)s”."),
}


def name_of(kind: str) -> str:
    return str(NAMES[kind])


def line(notice: Notice) -> str:
    """What happened, in one sentence."""
    facts = notice.facts
    values = {
        "title": facts.get("title", ""),
        "name": shown(facts.get("name", "")),
        "money": money(notice.cents),
        "n": notice.count,
    }
    if notice.kind == "handed_in":
        return handed_in(notice, values)
    if notice.kind == "search":
        return fitting(facts)
    if notice.kind == "approval_near":
        return near(facts["near"])
    if notice.kind == "batch":
        return published(facts)
    if facts.get("given_to_nobody"):
        return no_place_open(facts)
    if notice.kind in COUNTED:
        return str(COUNTED[counted_as(notice)] % values)
    if facts.get("step") == "called_off" and not notice.cents:
        return str(LINES["cancelled"]) % values
    words = STEPS.get(facts.get("step")) or LINES[notice.kind]
    return str(words) % values


def counted_as(notice: Notice) -> str:
    """Which line of `COUNTED`: a task that ended empty may have paid entrants, or had been given."""
    if notice.kind == "nobody" and notice.cents:
        return "nobody_but_paid"
    if notice.kind == "nobody" and notice.facts.get("given"):
        return "nobody_any_more"
    return notice.kind


def handed_in(notice: Notice, values: dict[str, object]) -> str:
    if notice.count == 1:
        return _("%(name)s handed in work for “%(title)s”.") % values
    return (
        ngettext(
            "%(n)d piece of work was handed in for “%(title)s”.",
            "%(n)d pieces of work were handed in for “%(title)s”.",
            notice.count,
        )
        % values
    )


def fitting(facts: dict[str, object]) -> str:
    count = int(str(facts["fits"]))
    return ngettext(
        "%(n)d new task fits your search “%(name)s”.",
        "%(n)d new tasks fit your search “%(name)s”.",
        count,
    ) % {"n": count, "name": facts["name"]}


def near(count: int) -> str:
    return ngettext(
        "%(n)d piece of work is approved and paid by itself within a day.",
        "%(n)d pieces of work are approved and paid by themselves within a day.",
        count,
    ) % {"n": count}


def no_place_open(facts: dict[str, object]) -> str:
    count = int(str(facts["given_to_nobody"]))
    return ngettext(
        "No place of “%(title)s” is open any more: %(n)d was left empty.",
        "No place of “%(title)s” is open any more: %(n)d were left empty.",
        count,
    ) % {"n": count, "title": facts["title"]}


def published(facts: dict[str, object]) -> str:
    count = int(str(facts["tasks"]))
    return ngettext(
        "The batch “%(title)s” is published: %(n)d task.",
        "The batch “%(title)s” is published: %(n)d tasks.",
        count,
    ) % {"n": count, "title": facts["title"]}
