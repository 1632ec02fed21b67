"""Questions that are ready to be asked: a preset, one change, and what makes it worth asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from simulation.rules import Arm, Plan

REPLICATIONS = 20
SEED = 1
# A preset as it stands may be long; the lab plays as much of it as is done in a moment.
LAB_LEVERS: dict[str, dict[str, str]] = {
    "mturk": {"hours": "4"},
    "uber": {"hours": "24"},
    "agency": {"hours": "168"},
    "taskrabbit_2013": {"hours": "200"},
    "taskrabbit_2014": {"hours": "200"},
}


@dataclass(frozen=True, slots=True)
class Question:
    """One comparison: the preset (with `base`), and the same with these levers pulled."""

    slug: str
    words: Any
    preset: str
    levers: dict[str, str]
    base: dict[str, str] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        base = LAB_LEVERS.get(self.preset, {}) | self.base
        arms = (Arm("as it is", base), Arm("changed", base | self.levers))
        return Plan(self.preset, arms, REPLICATIONS, SEED)


QUESTIONS: tuple[Question, ...] = (
    Question(
        "couriers_waiting",
        _("What if couriers were paid for waiting too?"),
        "deliveroo",
        {"guaranteed_cents_per_hour": "1100"},
    ),
    Question(
        "twice_as_many",
        _("What if twice as many couriers wait for the same deliveries?"),
        "deliveroo",
        {"workers": "48"},
    ),
    Question(
        "claim_bots",
        _("What if five people use a claim bot?"),
        "mturk",
        {"bots": "5", "bot_speed": "20"},
    ),
    Question(
        "auction_or_match",
        _("What if an errand goes to the best match instead of the best bid?"),
        "taskrabbit_2013",
        {"mechanism": "scored_offers"},
    ),
    Question(
        "surge",
        _("What does a price that rises with demand do?"),
        "uber",
        {"surge_most": "2"},
        base={"surge_most": "1"},
    ),
    Question(
        "log_off",
        _("What if four drivers of ten log off together until the price rises?"),
        "uber",
        {"coalition_share": "0.4"},
    ),
    Question(
        "shift_minimum",
        _("What if a shift need not pay three hours any more?"),
        "agency",
        {"minimum_shift_hours": "0"},
    ),
    Question(
        "machine",
        _("What if a machine does half of the microtasks?"),
        "mturk",
        {"automated_share": "0.5"},
    ),
    Question(
        "consolation",
        _("What if everybody who enters a logo contest gets something?"),
        "logo_contest",
        {"parameters.consolation_cents": "2000"},
    ),
)
BY_SLUG = {question.slug: question for question in QUESTIONS}
