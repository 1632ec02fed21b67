"""Published findings as experiments: what was found, what to simulate, and what came out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from simulation import queries
from simulation.models import Experiment
from simulation.questions import LAB_LEVERS
from simulation.rules import Arm, Plan
from simulation.words import SHOWN_BY_UNIT, difference, size_of
from simulation.world import codebook
from simulation.world.comparing import Comparison, compare

Badge = Literal["green", "grey", "none"]
REPLICATIONS = 30
SEED = 2018


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim about the sign of a difference, or (`between`) about the size of one number.

    Without `levers` there is one arm and `between` says where its measure should lie. `source` is
    empty for a hypothesis.
    """

    slug: str
    words: Any
    preset: str
    measure: str
    source: str = ""
    levers: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, str] = field(default_factory=dict)
    sign: int = 0
    between: tuple[float, float] | None = None
    note: Any = ""

    @property
    def plan(self) -> Plan:
        base = LAB_LEVERS.get(self.preset, {}) | dict(self.base)
        arms = [Arm("as it is", base)]
        if self.levers:
            arms.append(Arm("changed", base | dict(self.levers)))
        return Plan(self.preset, tuple(arms), REPLICATIONS, SEED)


CALIBRATED = _("The preset was set by this number, so this is a check of the preset, not a proof.")
IN_DOLLARS = format_lazy(
    "{} {}",
    CALIBRATED,
    _(
        "The market counts in the study's dollars; the sign beside its amounts is that of this site."
    ),
)

FINDINGS: tuple[Finding, ...] = (
    Finding(
        "mturk_wage",
        _("Microtasks pay between $1.77 (median) and $3.13 (mean) an hour, unpaid time counted."),
        "mturk",
        "wage_median_cents",
        "Hara et al., CHI 2018",
        between=(177, 313),
        note=IN_DOLLARS,
    ),
    Finding(
        "mturk_unpaid",
        _("About a third of all time spent on microtasks is not paid."),
        "mturk",
        "unpaid_time_share",
        "Toxtli, Suri, Savage 2021",
        between=(0.28, 0.38),
        note=CALIBRATED,
    ),
    Finding(
        "mturk_paid_wage",
        _("Microtasks pay between $3.18 (median) and $6.19 (mean) an hour of paid work."),
        "mturk",
        "wage_paid_hour_cents",
        "Hara et al., CHI 2018",
        between=(318, 619),
        note=IN_DOLLARS,
    ),
    Finding(
        "floor_raises_wages",
        _("A lowest pay per hour for bids raises the pay per hour of work."),
        "elance",
        "wage_paid_hour_cents",
        "Horton, minimum wage experiment on oDesk",
        levers={"floor_cents_per_hour": "800"},
        sign=+1,
    ),
    Finding(
        "floor_lowers_hires",
        _("A lowest pay per hour for bids lowers the number of hires slightly."),
        "elance",
        "fill_share",
        "Horton, minimum wage experiment on oDesk",
        levers={"floor_cents_per_hour": "800"},
        sign=-1,
        note=_(
            "Clients' budgets here are far above the lowest pay, so it keeps nobody from being hired."
        ),
    ),
    Finding(
        "floor_lowers_hours",
        _("A lowest pay per hour for bids lowers the hours that are worked."),
        "elance",
        "utilisation",
        "Horton, minimum wage experiment on oDesk",
        levers={"floor_cents_per_hour": "800"},
        sign=-1,
        note=_(
            "Clients' budgets here are far above the lowest pay, so it keeps nobody from being hired."
        ),
    ),
    Finding(
        "sealed_draws_more_bids",
        _("Fewer people bid where bids are open than where they are sealed."),
        "elance",
        "entrants_per_task",
        "Hong, Wang, Pavlou 2016",
        levers={"mechanism": "open_descending"},
        base={"mechanism": "sealed_first_price"},
        sign=-1,
    ),
    Finding(
        "open_leaves_more_surplus",
        _("Open bids leave clients more of their budget than sealed ones: the price is lower."),
        "elance",
        "price_cents_mean",
        "Hong, Wang, Pavlou 2016",
        levers={"mechanism": "open_descending"},
        base={"mechanism": "sealed_first_price"},
        sign=-1,
    ),
    Finding(
        "match_is_faster",
        _("Errands find somebody faster by direct match than by local auction."),
        "taskrabbit_2013",
        "wait_hours_mean",
        "Press of June and July 2014 on TaskRabbit",
        levers={"mechanism": "scored_offers"},
        sign=-1,
    ),
    Finding(
        "match_saves_search",
        _("Direct match takes less unpaid time for bidding than a local auction."),
        "taskrabbit_2013",
        "unpaid_bid_hours",
        "Press of June and July 2014 on TaskRabbit",
        levers={"mechanism": "scored_offers"},
        sign=-1,
    ),
    Finding(
        "match_leaves_less_choice",
        _("By direct match, less of what happens is the workers' own choice."),
        "taskrabbit_2013",
        "own_choice_share",
        "Press of June and July 2014 on TaskRabbit",
        levers={"mechanism": "scored_offers"},
        sign=-1,
    ),
    Finding(
        "hours_instead_of_deliveries",
        _("Paying couriers by delivery instead of by hour makes earnings more unequal."),
        "smart_coop",
        "gini_earnings",
        "SMart and Deliveroo 2016–18; Drahokoupil and Piasna, ETUI 2019.01",
        levers={"guaranteed_cents_per_hour": "0"},
        sign=+1,
    ),
    Finding(
        "orders_per_hour",
        _("Couriers deliver 1.2 to 2.5 orders per hour on duty."),
        "deliveroo",
        "tasks_per_duty_hour",
        "Grubhub MDRP instances (Reyes et al. 2018)",
        between=(1.2, 2.5),
        note=_(
            "The published hours are those of service; here couriers wait through the night too."
        ),
    ),
    Finding(
        "utilisation_of_drivers",
        _("New York's drivers have a passenger for .58 of their time; the pay rule divides by it."),
        "uber",
        "utilisation",
        "TLC 2018–19, driver income rules",
        between=(0.53, 0.63),
        note=CALIBRATED,
    ),
    Finding(
        "entry_eats_the_rise",
        _(
            "When fares rise and anybody may drive, drivers have a passenger for less of their time."
        ),
        "uber",
        "utilisation",
        "Hall, Horton, Knoepfle",
        levers={"demand.pay_cents": "1560"},
        base={"workers": "200", "shift_hours": "8", "free_entry": "true", "hours": "60"},
        sign=-1,
    ),
    Finding(
        "log_off_raises_the_price",
        _("Drivers who log off together raise the price of a ride."),
        "uber",
        "price_cents_mean",
        "Yu, Ma, Wierman 2022",
        levers={"coalition_share": "0.4"},
        sign=+1,
    ),
    Finding(
        "log_off_lowers_pay",
        _("In a dense market, logging off together lowers what all drivers earn."),
        "uber",
        "worker_pay_cents",
        "Yu, Ma, Wierman 2022",
        levers={"coalition_share": "0.4"},
        sign=-1,
    ),
    Finding(
        "consolation_spreads",
        _("Something for everybody who enters makes the earnings of a contest less unequal."),
        "logo_contest",
        "gini_earnings",
        levers={"parameters.consolation_cents": "2000"},
        sign=-1,
    ),
    Finding(
        "turns_spread",
        _("Deliveries in turn spread work more equally than deliveries by score."),
        "deliveroo",
        "gini_awards",
        levers={"mechanism": "rotation"},
        sign=-1,
    ),
    Finding(
        "bots_take",
        _("Claim bots leave less of the work to those who have none."),
        "mturk",
        "gini_earnings",
        levers={"bots": "5", "bot_speed": "20"},
        sign=+1,
    ),
)
BY_SLUG = {finding.slug: finding for finding in FINDINGS}
# Findings that ask the same of the market share one experiment, kept under the first one's name.
PLAYED_AS = {
    finding.slug: next(first.slug for first in FINDINGS if first.plan == finding.plan)
    for finding in FINDINGS
}


@dataclass(frozen=True, slots=True)
class NotSimulated:
    """A published finding that the simulated people cannot show, and what they lack."""

    words: Any
    source: str
    lacks: Any


NOT_SIMULATED: tuple[NotSimulated, ...] = (
    NotSimulated(
        _("Only 4 in 100 people on Mechanical Turk earn more than $7.25 an hour."),
        "Hara et al., CHI 2018",
        _("People here differ less than there: most of them do the same tasks equally fast."),
    ),
    NotSimulated(
        _(
            "More than 100,000 people, 2,000 to 5,000 of them at a time; half are gone in 12–18 months."
        ),
        "Difallah, Filatova, Ipeirotis, WSDM 2018",
        _("A run here lasts hours or days. People may join and leave in it, but not over months."),
    ),
    NotSimulated(
        _("Eight weeks after a rise in fares, drivers earn per hour what they earned before."),
        "Hall, Horton, Knoepfle",
        _(
            "A run of drivers here lasts days. That they work for less of their time is played above."
        ),
    ),
    NotSimulated(
        _("Where there is a lowest price, logging off together no longer pays."),
        "Yu, Ma, Wierman 2022",
        _("Who logs off here is a given share of the people; nobody weighs whether it pays."),
    ),
    NotSimulated(
        _("A first paid job raises newcomers' later earnings."),
        "Pallais 2014",
        _("Clients here do not hesitate to take somebody without ratings."),
    ),
    NotSimulated(
        _(
            "A rule that multiplies prices makes drivers choose among rides; adding a sum hardly does."
        ),
        "Garg, Nazerzadeh",
        _("Drivers here do not compare a ride with the one that may come after it."),
    ),
    NotSimulated(
        _("The supply of work to one client hardly depends on pay (elasticity about 0.1)."),
        "Dube, Jacobs, Naidu, Suri, NBER 24416",
        _("Workers here look at one task at a time, whoever posted it."),
    ),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding beside the last experiment about it. `badge` is "none" before the first one."""

    finding: Finding
    badge: Badge
    result: str
    experiment: Experiment | None
    is_running: bool
    may_play: bool

    @property
    def slug(self) -> str:
        return self.finding.slug

    @property
    def words(self) -> str:
        return str(self.finding.words)

    @property
    def source(self) -> str:
        return self.finding.source

    @property
    def note(self) -> str:
        return str(self.finding.note)


def verdicts(
    latest: Mapping[str, Experiment], running: Collection[str], code_version: str
) -> list[Verdict]:
    """Every finding with what came out of it last; it may be played again by newer code."""
    arms = queries.results_of(latest.values())
    rows = []
    for finding in FINDINGS:
        experiment = latest.get(PLAYED_AS[finding.slug])
        runs = [arm.rows for arm in arms[experiment.pk]] if experiment else []
        found = compared(finding, runs) if runs and runs[0] else None
        rows.append(
            Verdict(
                finding,
                badge_of(finding, found) if found else "none",
                result_of(finding, found) if found else "",
                experiment,
                PLAYED_AS[finding.slug] in running,
                experiment is None or experiment.code_version != code_version,
            )
        )
    return rows


def compared(finding: Finding, runs: Sequence[Sequence[Mapping[str, float | None]]]) -> Comparison:
    return compare(runs[-1], runs[0] if len(runs) > 1 else None, finding.measure)


def badge_of(finding: Finding, found: Comparison) -> Badge:
    """Green only if the sign matches and the interval excludes zero, or lies inside the range."""
    half = found.arm.half_width or 0.0
    if found.arm.mean is None:
        return "grey"
    if finding.between is not None:
        low, high = finding.between
        return "green" if low <= found.arm.mean - half and found.arm.mean + half <= high else "grey"
    assert found.difference is not None
    matches = (found.difference.mean or 0.0) * finding.sign > 0
    return "green" if matches and found.is_clear else "grey"


def result_of(finding: Finding, found: Comparison) -> str:
    """What came out here, in numbers."""
    gap = (found.difference or found.arm).mean
    if gap is None or found.arm.mean is None:
        return gettext("Here there was nothing to measure ({measure}).").format(
            measure=finding.measure
        )
    shown = SHOWN_BY_UNIT.get(codebook.UNITS[finding.measure], written)
    half = size_of(shown, (found.difference or found.arm).half_width or 0.0)
    if found.difference is None:
        return gettext("Here: {mean} ± {half} ({measure}).").format(
            mean=shown(found.arm.mean), half=half, measure=finding.measure
        )
    return gettext("Here: {old} → {new}, a difference of {gap} ± {half} ({measure}).").format(
        old=shown(found.base or 0.0),
        new=shown(found.arm.mean),
        gap=difference(shown, gap),
        half=half,
        measure=finding.measure,
    )


def written(value: float) -> str:
    """Three figures that count, in the reader's way of writing numbers."""
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 3
    return str(number_format(round(value, decimals), decimals, force_grouping=True))
