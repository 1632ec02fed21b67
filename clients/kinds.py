"""The kinds of work that a client may post, and how the one posting form adapts to each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tasks.models import Task

USUAL = ("first_come", "lottery", "sealed_first_price", "clients_choice", "scored_offers")


@dataclass(frozen=True, slots=True)
class KindOfWork:
    """One kind. Its `usual` rules are shown at once, the first of them chosen; the others behind "More ways".

    `only_usual`: no other rule makes sense. `labels` replaces what fields are called, and their help. A kind with a page
    of its own names it.
    """

    slug: str
    icon: str
    name: Any
    line: Any
    usual: tuple[str, ...] = USUAL
    only_usual: bool = False
    is_on_site: bool = False
    minutes: int = 30
    labels: dict[str, Any] = field(default_factory=dict)
    page: str = "task_new"

    @property
    def url(self) -> str:
        here = reverse(self.page)
        return f"{here}?kind={self.slug}" if self.page == "task_new" else here


KINDS: dict[str, KindOfWork] = {
    kind.slug: kind
    for kind in (
        KindOfWork(
            Task.Kind.MICROTASK,
            "list",
            _("A small task"),
            _("Done in one sitting, from anywhere."),
            minutes=10,
        ),
        KindOfWork(
            "table",
            "upload",
            _("Many, from a table"),
            _("One template, a task for each row."),
            page="batch_new",
        ),
        KindOfWork(
            Task.Kind.ERRAND,
            "place",
            _("An errand"),
            _("Somebody nearby, at a place."),
            usual=(
                "first_come",
                "rotation",
                "sealed_first_price",
                "best_value",
                "scored_offers",
            ),
            is_on_site=True,
        ),
        KindOfWork(
            Task.Kind.SHIFT,
            "clock",
            _("A shift"),
            _("From an hour to an hour."),
            page="shift_new",
        ),
        KindOfWork(
            Task.Kind.BOOKING,
            "calendar",
            _("A booking"),
            _("An hour that a worker offers."),
            page="hours",
        ),
        KindOfWork(
            Task.Kind.BRIEF,
            "edit",
            _("A project brief"),
            _("You describe it, people name a price."),
            usual=("clients_choice", "best_value", "sealed_first_price", "sealed_second_price"),
            minutes=480,
            labels={"pay_cents": _("Budget per person, in euros")},
        ),
        KindOfWork(
            Task.Kind.CONTEST,
            "way-contest",
            _("A contest"),
            _("Several hand in, you pick the winner."),
            usual=("contest",),
            only_usual=True,
            minutes=120,
            labels={
                "pay_cents": _("The prize, in euros"),
                "slot_count": _("How many prizes"),
                "closes_in": _("Open for entries"),
            },
        ),
    )
}


def kind_of_work(slug: str) -> KindOfWork:
    """The kind of this name; a small task for a name that nobody knows or that has its own page."""
    kind = KINDS.get(slug)
    return kind if kind and kind.page == "task_new" else KINDS[Task.Kind.MICROTASK]
