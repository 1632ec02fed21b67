"""The lab in plain words: measures, levers and arms as a visitor reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from allocation.engine.catalogue import CATALOGUE
from marketplace.templatetags.market import duration, hourly, money, percent

Shown = Callable[[float], str]
NOTHING = "–"  # where there is nothing to take a mean of


def cents(value: float) -> str:
    return str(money(round(value)))


def cents_per_hour(value: float) -> str:
    return str(hourly(round(value)))


def hours(value: float) -> str:
    """Below ten minutes to the second, as that is where waits differ: "5 min 40 s"."""
    sign = "−" if value < 0 else ""
    seconds = abs(value) * 3600
    whole, rest = divmod(round(seconds), 60)
    if 2 <= whole < 10 and rest:
        return f"{sign}{duration(whole * 60)} {duration(rest)}"
    return sign + str(duration(seconds))


def share(value: float) -> str:
    """A share to the whole percent, or to the tenth where that is all there is to see."""
    if 0 < abs(value) < 0.05:
        return number_format(round(value * 100, 1), 1) + "\u00a0%"
    return str(percent(value))


def shown_or_nothing(shown: Shown, value: float | None) -> str:
    return NOTHING if value is None else shown(value)


def over_how_many(count: int, runs: int) -> str:
    """Said where not every run had something to measure."""
    return "" if count == runs else gettext("in {n} of {all} runs").format(n=count, all=runs)


def difference(shown: Shown, gap: float) -> str:
    """A difference with its sign; of shares in points, because 3 % more of 10 % is not 13 %."""
    said = size_of(shown, abs(gap))
    is_nothing = said == size_of(shown, 0.0)
    return said if is_nothing else ("−" if gap < 0 else "+") + said


def size_of(shown: Shown, gap: float) -> str:
    """How large a difference is, or half its interval."""
    if shown is not share:
        return shown(gap)
    points = round(gap * 100, 1)
    n = number_format(points, 0 if points == int(points) else 1)
    return ngettext("{n} point", "{n} points", 1 if points == 1 else 2).format(n=n)


def plain(value: float) -> str:
    return str(number_format(value, 2))


def hours_in_all(value: float) -> str:
    """Many people's hours together: "3,120 h", not days."""
    return hours(value) if value < 24 else f"{number_format(value, 0, force_grouping=True)}\u00a0h"


SHOWN_BY_UNIT: dict[str, Shown] = {
    "cents": cents,
    "cents per hour": cents_per_hour,
    "hours": hours_in_all,
    "share": share,
}


@dataclass(frozen=True, slots=True)
class MeasureInWords:
    """A measure as people read it. `said` is a whole sentence, for when it has clearly changed."""

    name: str
    label: Any
    shown: Shown
    said: Any = ""


MEASURES: tuple[MeasureInWords, ...] = (
    MeasureInWords(
        "wage_all_hours_cents",
        _("Pay per hour, unpaid time counted"),
        cents_per_hour,
        _("Workers get {new} instead of {old}, unpaid time counted."),
    ),
    MeasureInWords("wage_paid_hour_cents", _("Pay per hour of paid work"), cents_per_hour),
    MeasureInWords("wage_net_cents", _("Pay per hour after own costs"), cents_per_hour),
    MeasureInWords(
        "client_spend_cents",
        _("What clients pay in all"),
        cents,
        _("Clients pay {new} in all instead of {old}."),
    ),
    MeasureInWords(
        "fill_share",
        _("Tasks that found somebody"),
        share,
        _("{new} of the tasks find somebody instead of {old}."),
    ),
    MeasureInWords(
        "wait_hours_mean",
        _("Wait until somebody has the task"),
        hours,
        _("A task waits {new} for somebody instead of {old}."),
    ),
    MeasureInWords(
        "without_work_share",
        _("People who got no work at all"),
        share,
        _("{new} of the people get no work at all instead of {old}."),
    ),
    MeasureInWords(
        "gini_earnings",
        _("Inequality of earnings (0 all alike, 1 one has all)"),
        plain,
        _("Inequality of earnings is {new} instead of {old} (0: all alike, 1: one has all)."),
    ),
    MeasureInWords("decoupling", _("Left to workers or to nobody"), share),
    MeasureInWords("unpaid_time_share", _("Unpaid share of all time"), share),
    MeasureInWords("utilisation", _("Share of duty spent working"), share),
    MeasureInWords("price_cents_mean", _("Pay for one task"), cents),
    MeasureInWords("decline_share", _("Offers declined"), share),
)
# What an insight begins with: first about people, then about what it costs.
ABOUT_PEOPLE = ("wage_all_hours_cents", "without_work_share", "gini_earnings")
ABOUT_COST = ("client_spend_cents", "fill_share", "wait_hours_mean")
BY_NAME = {measure.name: measure for measure in MEASURES}

SPLIT: tuple[tuple[str, Any, Shown], ...] = (
    ("wage_all_hours_cents", _("Pay per hour, unpaid time counted"), cents_per_hour),
    ("earned_cents_mean", _("Earnings each"), cents),
    ("without_work_share", _("Got no work at all"), share),
)
THIRDS = {
    "most": _("The third who depend on it most"),
    "between": _("The third in between"),
    "least": _("The third who depend on it least"),
}


def lever_words(lever: str, value: str) -> str:
    """One pulled lever, such as "5 claim bots"; empty for what goes without saying."""
    name = lever.rpartition(".")[2]
    if name in GOES_WITHOUT_SAYING:
        return ""
    if name == "pay_is_shown":
        return gettext("pay is not shown") if value.lower() == "false" else ""
    if name == "mechanism":
        return gettext(CATALOGUE[value].name) if value in CATALOGUE else value
    try:
        number = float(value)
    except ValueError:
        return as_typed(lever, value)
    if (name, number) in AT_THIS_VALUE:
        return str(AT_THIS_VALUE[name, number])
    parts_of_a_cent = "cents" in name and not number.is_integer()
    if name not in LEVER_WORDS or parts_of_a_cent:
        return as_typed(lever, value)
    return LEVER_WORDS[name](number)


def as_typed(lever: str, value: str) -> str:
    return f"{lever} = {value}"


def count_of(value: float) -> str:
    """All its figures: arms may differ in the last one."""
    whole = float(value).is_integer()
    return str(number_format(value, 0 if whole else None, force_grouping=True))


def exact_share(value: float) -> str:
    return count_of(round(value * 100, 9)) + "\u00a0%"


def grammatical(value: float) -> int:
    """The number that decides between one and many: "0.5 tasks" and "0,5 tâche", "1.5 tasks" and
    "1,5 tâche", as 0 does in each of our languages.
    """
    if float(value).is_integer():
        return int(value)
    return 0 if value < 2 else 2


GOES_WITHOUT_SAYING = ("hours", "tasks", "bot_speed", "abroad_factor", "guarantee_counts")
AT_THIS_VALUE: dict[tuple[str, float], Any] = {
    ("failing_share", 0): _("no client fails"),
    ("anchor_share", 0): _("no client is larger than the others"),
    ("floor_cents_per_hour", 0): _("no lowest pay"),
    ("guaranteed_cents_per_hour", 0): _("nothing guaranteed"),
    ("fee_basis_points", 0): _("no fee"),
    ("bots", 0): _("no claim bots"),
    ("most_assignments", 0): _("as many tasks each as can be had"),
    ("surge_most", 1): _("prices do not rise"),
    ("abroad_share", 0): _("nobody lives elsewhere"),
    ("acceptance", 0): _("nobody says yes"),
    ("acceptance", 1): _("everybody says yes"),
    ("automated_share", 0): _("a machine does nothing"),
    ("coalition_share", 0): _("nobody logs off"),
    ("minimum_shift_hours", 0): _("no least pay per shift"),
    ("newcomers", 0): _("nobody joins while it lasts"),
    ("skill_kinds", 0): _("tasks ask for no skill"),
    ("skill_kinds", 1): _("each task asks for the same skill"),
    ("fund_basis_points", 0): _("nothing into a fund"),
    ("consolation_cents", 0): _("nothing for those who do not win"),
}
LEVER_WORDS: dict[str, Callable[[float], str]] = {
    "failing_share": lambda n: gettext("{n} of the clients fail each month").format(
        n=exact_share(n)
    ),
    "anchor_share": lambda n: gettext("one client has {n} of the work").format(n=exact_share(n)),
    "workers": lambda n: ngettext("{n} worker", "{n} workers", grammatical(n)).format(
        n=count_of(n)
    ),
    "tasks_per_hour": lambda n: ngettext(
        "{n} task an hour", "{n} tasks an hour", grammatical(n)
    ).format(n=count_of(n)),
    "floor_cents_per_hour": lambda n: gettext("at least {pay}").format(pay=cents_per_hour(n)),
    "guaranteed_cents_per_hour": lambda n: gettext("{pay} guaranteed").format(
        pay=cents_per_hour(n)
    ),
    "fee_basis_points": lambda n: gettext("a fee of {share}").format(share=exact_share(n / 10_000)),
    "bots": lambda n: ngettext("{n} claim bot", "{n} claim bots", grammatical(n)).format(
        n=count_of(n)
    ),
    "most_assignments": lambda n: ngettext(
        "{n} task each at most", "{n} tasks each at most", grammatical(n)
    ).format(n=count_of(n)),
    "surge_most": lambda n: gettext("prices up to {n} times").format(n=count_of(n)),
    "abroad_share": lambda n: gettext("{share} of the people live elsewhere").format(
        share=exact_share(n)
    ),
    "acceptance": lambda n: gettext("{share} say yes").format(share=exact_share(n)),
    "automated_share": lambda n: gettext("a machine does {share}").format(share=exact_share(n)),
    "coalition_share": lambda n: gettext("{share} log off together").format(share=exact_share(n)),
    "minimum_shift_hours": lambda n: ngettext(
        "{n} hour paid per shift", "{n} hours paid per shift", grammatical(n)
    ).format(n=count_of(n)),
    "newcomers": lambda n: ngettext(
        "{n} joins while it lasts", "{n} join while it lasts", grammatical(n)
    ).format(n=count_of(n)),
    "skill_kinds": lambda n: gettext("each task asks for one of {n} skills").format(n=count_of(n)),
    "fund_basis_points": lambda n: gettext("{share} into a fund").format(
        share=exact_share(n / 10_000)
    ),
    "consolation_cents": lambda n: gettext("{pay} for those who do not win").format(pay=cents(n)),
}


def arm_words(levers: Mapping[str, str], base: Mapping[str, str]) -> str:
    """What an arm changes of the first one; "As it is" for the first one itself."""
    changed = {lever: value for lever, value in levers.items() if base.get(lever) != value}
    said = ", ".join(filter(None, (lever_words(*pair) for pair in changed.items())))
    said = said or ", ".join(as_typed(*pair) for pair in changed.items())
    return said[:1].upper() + said[1:] if said else gettext("As it is")
