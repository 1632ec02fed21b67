"""What the work of each market is called in a class, where the rule is chosen apart from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MARKETS = {
    "taskrabbit_2013": _("Errands"),
    "mturk": _("Microtasks"),
    "deliveroo": _("Deliveries"),
    "elance": _("Projects"),
}
