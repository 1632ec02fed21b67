"""What the page of an experiment shows: an insight, pictures, tables, each from the rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from simulation import charts
from simulation.models import Examination, Experiment
from simulation.queries import ArmResult
from simulation.questions import BY_SLUG
from simulation.words import (
    ABOUT_COST,
    ABOUT_PEOPLE,
    BY_NAME,
    MEASURES,
    NOTHING,
    SPLIT,
    THIRDS,
    MeasureInWords,
    Shown,
    arm_words,
    cents_per_hour,
    count_of,
    difference,
    over_how_many,
    shown_or_nothing,
    size_of,
)
from simulation.world import codebook, presets
from simulation.world.comparing import ENOUGH_REPLICATIONS, Comparison, compare
from simulation.world.pictures import QUANTILES, SHARES
from simulation.world.run import Interval
from simulation.world.theory.check import Check
from simulation.world.theory.laws import LAWS, Law

LANES = (
    ("working", _("People at work")),
    ("waiting", _("Tasks waiting for somebody")),
    ("paid_cents_per_hour", _("Paid for tasks, per hour")),
)


def title_of(experiment: Experiment) -> str:
    """The question if it is one of ours, else the name of the market."""
    question = BY_SLUG.get(experiment.title)
    if question is not None:
        return str(question.words)
    if experiment.preset in presets.preset_names():
        return gettext(presets.load(experiment.preset).title)
    return experiment.title


def arm_names(arms: Sequence[ArmResult]) -> list[str]:
    base = arms[0].scenario.levers
    return [arm_words(arm.scenario.levers, base) for arm in arms]


def numbers_of(preset: presets.Preset) -> list[tuple[str, str, str]]:
    """Each lever that the preset sets, its value, and where that comes from. The name says the unit."""
    return [
        (lever, set_to(attrgetter(lever)(preset.scenario)), source)
        for lever, source in preset.sources.items()
    ]


def set_to(value: Any) -> str:
    """As the preset's file says it, without its brackets."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {set_to(part)}" for name, part in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(set_to, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


# --- the insight ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Insight:
    """What one change clearly does, in sentences, and how sure that is."""

    arm: str
    sentences: list[str]
    certainty: str


def insights(arms: Sequence[ArmResult]) -> list[Insight]:
    """One for each arm beyond the first."""
    names = arm_names(arms)
    return [insight(name, arm, arms[0]) for name, arm in zip(names[1:], arms[1:], strict=True)]


def insight(name: str, arm: ArmResult, base: ArmResult) -> Insight:
    """What clearly changed: at most two sentences about people, then two about the cost."""
    sentences = []
    if arm.rows == base.rows:
        sentences = [
            gettext("Nothing at all came out differently, in any run: it has no effect here.")
        ]
    for group in (ABOUT_PEOPLE, ABOUT_COST):
        found = [compare(arm.rows, base.rows, measure) for measure in group]
        sentences += [sentence_of(c) for c in found if c.is_clear and words_differ(c)][:2]
    if not sentences:
        sentences = [gettext("No clear difference in pay, waiting, cost or who gets work.")]
    return Insight(name, sentences, certainty(len(arm.rows)))


def words_differ(found: Comparison) -> bool:
    old, new = old_and_new(found)
    return old != new


def old_and_new(found: Comparison) -> tuple[str, str]:
    assert found.base is not None
    assert found.arm.mean is not None
    shown = BY_NAME[found.measure].shown
    return shown(found.base), shown(found.arm.mean)


def sentence_of(found: Comparison) -> str:
    old, new = old_and_new(found)
    return str(BY_NAME[found.measure].said).format(old=old, new=new)


def certainty(pairs: int) -> str:
    if pairs < ENOUGH_REPLICATIONS:
        return ngettext(
            "A first impression, from {n} pair of runs: read it with care.",
            "A first impression, from {n} pairs of runs: read it with care.",
            pairs,
        ).format(n=pairs)
    return gettext(
        "From {n} pairs of runs, each pair on the same chance. Only what is clear with 95 percent "
        "confidence is said here."
    ).format(n=pairs)


# --- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One arm's mean with its interval, and how it differs from the first arm.

    `give_or_take` says too of how many runs it is the mean, where that is not all of them.
    """

    mean: str
    give_or_take: str
    difference: str
    verdict: str
    tone: str
    effect: str


def table(arms: Sequence[ArmResult]) -> list[tuple[Any, list[Cell]]]:
    """The measures that people read, one row each."""
    return [(measure.label, cells(measure, arms)) for measure in MEASURES]


def cells(measure: MeasureInWords, arms: Sequence[ArmResult]) -> list[Cell]:
    found = []
    for arm in arms:
        base = None if arm is arms[0] else arms[0].rows
        found.append(cell(measure, compare(arm.rows, base, measure.name), len(arm.rows)))
    return found


def cell(measure: MeasureInWords, found: Comparison, runs: int) -> Cell:
    mean = shown_or_nothing(measure.shown, found.arm.mean)
    spread = give_or_take(measure.shown, found.arm, runs)
    if found.difference is None or found.difference.mean is None:
        return Cell(mean, spread, "", "", "", "")
    gap, width = found.difference.mean, found.difference.half_width
    said = difference(measure.shown, gap)
    if width is not None:
        said += f" ± {size_of(measure.shown, width)}"
    if not found.is_clear or said.startswith(size_of(measure.shown, 0.0)):
        said, verdict, tone = "", gettext("no clear difference"), "neutral"
    else:
        verdict, tone = (gettext("more") if gap > 0 else gettext("less")), "info"
    is_said = found.is_clear and found.effect is not None
    effect = f"d = {difference(to_a_tenth, found.effect)}" if is_said and found.effect else ""
    return Cell(mean, spread, said, verdict, tone, effect)


def give_or_take(shown: Shown, found: Interval, runs: int) -> str:
    half = "" if found.half_width is None else f"± {shown(found.half_width)}"
    return " ".join(filter(None, (half, over_how_many(found.count, runs))))


def to_a_tenth(value: float) -> str:
    return str(number_format(value, 1))


def every_measure(arms: Sequence[ArmResult]) -> list[tuple[codebook.Entry, list[str]]]:
    """All columns of the files, with their names in the codebook."""
    rows = []
    for entry in codebook.MEASURES:
        found = [(compare(arm.rows, None, entry.name).arm, len(arm.rows)) for arm in arms]
        if any(interval.count for interval, _runs in found):
            rows.append((entry, [in_figures(interval, runs) for interval, runs in found]))
    return rows


def in_figures(found: Interval, runs: int) -> str:
    """As the files have it, in English."""
    if found.mean is None:
        return NOTHING
    half = f" ± {found.half_width:,.2g}" if found.half_width else ""
    return f"{found.mean:,.4g}{half}" + (f" ({found.count}/{runs})" if found.count < runs else "")


def by_dependence(arms: Sequence[ArmResult]) -> list[tuple[Any, list[tuple[Any, list[str]]]]]:
    """Per third of the people: each measure's mean in each arm. Empty when all are alike."""
    if not all(run.by_dependence for arm in arms for run in arm.runs):
        return []
    return [
        (words, [(label, split_cells(arms, third, name, shown)) for name, label, shown in SPLIT])
        for third, words in THIRDS.items()
    ]


def split_cells(arms: Sequence[ArmResult], third: str, name: str, shown: Any) -> list[str]:
    rows = [[run.by_dependence[third] for run in arm.runs] for arm in arms]  # type: ignore[index]
    found = []
    for arm in rows:
        base = None if arm is rows[0] else rows[0]
        compared = compare(arm, base, name)
        mark = "" if compared.is_clear is None or compared.is_clear else "(≈)"
        of_some = over_how_many(compared.arm.count, len(arm))
        said = shown_or_nothing(shown, compared.arm.mean)
        found.append(" ".join(filter(None, (said, mark, of_some))))
    return found


# --- pictures -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """The first replication of every arm, moment by moment."""

    names: list[str]
    lanes: list[charts.Lane]
    hours: list[float]
    steps: Any  # JSON for the script that moves the picture

    @property
    def last_hour(self) -> str:
        return count_of(round(self.hours[-1], 1))

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The data table behind the picture, every fourth moment."""
        return [
            (count_of(round(hour, 1)), [count_of(round(v, 1)) for v in self.at(i)])
            for i, hour in enumerate(self.hours)
            if i % 4 == 3
        ]

    def at(self, moment: int) -> list[float]:
        return [
            values[moment] / (100 if lane.name == "paid_cents_per_hour" else 1)
            for lane in self.lanes
            for values in lane.values
        ]


def course(arms: Sequence[ArmResult]) -> Course:
    first = [arm.runs[0].pictures for arm in arms]
    lanes = [
        charts.lane(name, label, [pictures[name] for pictures in first])  # type: ignore[index]
        for name, label in LANES
    ]
    hours = first[0]["hour"]  # type: ignore[index]
    steps = {"hours": hours, "lanes": [lane.values for lane in lanes]}
    return Course(arm_names(arms), lanes, hours, json.dumps(steps))


@dataclass(frozen=True, slots=True)
class Shares:
    """Lorenz curves, averaged over the replications: who has how much of all earnings.

    Empty for an arm in which nobody earned anything.
    """

    names: list[str]
    lines: list[str]
    rows: list[tuple[str, list[str]]]


def shares(arms: Sequence[ArmResult]) -> Shares:
    curves = [
        charts.mean_of([run.pictures["lorenz"] for run in arm.runs])  # type: ignore[index]
        for arm in arms
    ]
    lines = [charts.line(curve, 1.0, 200, 200) for curve in curves]
    rows = [
        (
            f"{100 * i // SHARES} %",
            [f"{curve[i] * 100:.0f} %" if curve else NOTHING for curve in curves],
        )
        for i in range(0, SHARES + 1, SHARES // 5)
    ]
    return Shares(arm_names(arms), lines, rows)


@dataclass(frozen=True, slots=True)
class Spread:
    """What an hour is worth to different people, all time counted."""

    rows: list[tuple[str, charts.Strip | None, list[str]]]
    top: str


def spread(arms: Sequence[ArmResult]) -> Spread:
    found = [
        charts.mean_of([run.pictures["wage_quantiles_cents"] for run in arm.runs])  # type: ignore[index]
        for arm in arms
    ]
    top = charts.nice_top(max((max(quantiles) for quantiles in found if quantiles), default=0.0))
    return Spread(
        [
            (name, *spread_of(quantiles, top))
            for name, quantiles in zip(arm_names(arms), found, strict=True)
        ],
        cents_per_hour(top),
    )


def spread_of(quantiles: list[float], top: float) -> tuple[charts.Strip | None, list[str]]:
    if not quantiles:
        return None, [NOTHING] * len(QUANTILES)
    return charts.strip(quantiles, top), [cents_per_hour(q) for q in quantiles]


def command_line(experiment: Experiment, arms: Sequence[ArmResult]) -> str:
    """The same experiment at a terminal."""
    base = arms[0].scenario.levers
    words = ["python manage.py simulate", experiment.preset]
    if base:
        words += ["--base", *(f"{lever}={value}" for lever, value in base.items())]
    for arm in arms[1:]:
        pulled = {k: v for k, v in arm.scenario.levers.items() if base.get(k) != v}
        words += ["--arm", *(f"{lever}={value}" for lever, value in pulled.items())]
    words += ["--replications", str(experiment.replications), "--seed", str(experiment.seed)]
    return " ".join(words)


# --- the theory page ------------------------------------------------------------------------------

PARTS = {
    "auctions": _("Auctions"),
    "contests": _("Contests and honest bids"),
    "queues": _("Waiting, patience and claim bots"),
    "sharing": _("Matching, distance and shares"),
    "fund": _("The guarantee fund"),
}


@dataclass(frozen=True, slots=True)
class ExaminedPart:
    """One part of the theory with its checks; `examination` is None before the first time."""

    slug: str
    words: Any
    examination: Examination | None
    checks: list[CheckedLaw]

    @property
    def passed(self) -> int:
        return sum(row.check.passes for row in self.checks)


@dataclass(frozen=True, slots=True)
class CheckedLaw:
    """One check with its closed form, in the reader's language as far as it is words."""

    check: Check

    @property
    def words(self) -> str:
        said = {
            name: number_format(value, 0 if value == int(value) else 2)
            for name, value in self.check.about.items()
        }
        return gettext(self.law.words).format(**said)

    @property
    def law(self) -> Law:
        return LAWS[self.check.law]


def theory(latest: Mapping[str, Examination]) -> list[ExaminedPart]:
    found = []
    for slug, words in PARTS.items():
        examination = latest.get(slug)
        rows = (examination.rows or []) if examination else []
        found.append(
            ExaminedPart(slug, words, examination, [CheckedLaw(Check(**row)) for row in rows])
        )
    return found
