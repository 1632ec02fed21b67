"""What a round is made of, and what one's own decisions are beside the crowd's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles

from simulation.world.presets import Preset
from simulation.world.scenario import Demand, Rules

CODE_LETTERS = "ACDEFHJKMNPQRTUVWXY34679"  # none that is mistaken for another, read or heard
CODE_LENGTH = 5
WORD_LENGTH = 6
MARKETS = ("taskrabbit_2013", "mturk", "deliveroo", "elance")
WAYS = ("first_come", "sealed_first_price", "best_value", "lottery", "scored_offers", "rotation")
LEAST_MINUTES, USUAL_MINUTES, MOST_MINUTES = 2, 15, 60
USUAL_AGENTS, MOST_AGENTS = 8, 20
MOST_PUPILS = 60
FEWEST = 5  # so many classmates at least, or nothing is told of them

# A task of the usual size keeps a worker busy for so long by the clock, whatever the market: long
# enough to read and click beside, short enough for twenty tasks in a round of fifteen minutes.
WORK_SECONDS = 45.0
BIDDING_SECONDS = 60
OPEN_SECONDS = 180.0
BUSY_SHARE = 2 / 3  # of the time that all workers together have, when everything is taken
CROWD_WAITS_SECONDS = 15  # before an agent takes what the first to come gets: people read slower
CROWD_CHANCE = 0.3  # that an idle agent looks for work in a round of two seconds


def code_of(text: str) -> str:
    """A code as people type it: small letters, blanks and dashes do not matter."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def nickname_of(text: str) -> str:
    """One line without edges; empty when nothing can be read in it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def speed_of(preset: Preset) -> float:
    """How much faster than the clock a class's day goes, so that a task takes WORK_SECONDS."""
    return preset.scenario.demand.estimate_hours * 3600 / WORK_SECONDS


def market_of(preset: Preset, mechanism: str, workers: int) -> Preset:
    """The preset with this rule, and as much work as keeps so many workers busy for BUSY_SHARE."""
    scenario = preset.scenario
    hours = scenario.demand.estimate_hours
    of_the_clock = hours / WORK_SECONDS
    demand: Demand = replace(
        scenario.demand,
        tasks_per_hour=BUSY_SHARE * max(1, workers) / (hours * scenario.demand.slots),
        patience_hours=OPEN_SECONDS * of_the_clock,
    )
    rules: Rules = replace(
        scenario.rules, mechanism=mechanism, window_hours=BIDDING_SECONDS * of_the_clock
    )
    # One name, so that the same agents play every round of a class.
    scenario = replace(scenario, name="class", demand=demand, rules=rules)
    return replace(preset, scenario=scenario)


# --- what came of it -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """One worker in one round. Seconds are of the clock; `speed` makes them hours of the market.

    `asked` counts the tasks they claimed, bid for, entered or were offered; `won` what they got.
    """

    asked: int
    won: int
    earned_cents: int
    worked_seconds: float
    present_seconds: float
    speed: float

    @property
    def share_won(self) -> float | None:
        return self.won / self.asked if self.asked else None

    @property
    def cents_per_hour(self) -> int | None:
        """Per hour of the market in which they were there, waiting included."""
        hours = self.present_seconds * self.speed / 3600
        return round(self.earned_cents / hours) if hours > 0 else None

    @property
    def wait_seconds(self) -> float | None:
        """By the clock, without work in hand, for each piece of work they got."""
        idle = max(0.0, self.present_seconds - self.worked_seconds)
        return idle / self.won if self.won else None


@dataclass(frozen=True, slots=True)
class Band:
    """Where a group lies: how many, the least, the middle half, the middle, the most."""

    count: int
    least: float
    begin: float
    middle: float
    end: float
    most: float


def band(values: Sequence[float]) -> Band | None:
    """Quartiles by interpolation between the ordered values; None for nobody."""
    if not values:
        return None
    ordered = sorted(values)
    begin, _, end = quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else ordered * 3
    return Band(len(ordered), ordered[0], begin, median(ordered), end, ordered[-1])


def band_of_classmates(values: Sequence[float], people: int) -> Band | None:
    """As `band`, without the ends, which are single people; None for fewer than FEWEST people."""
    found = band(values) if people >= FEWEST else None
    return replace(found, least=found.begin, most=found.end) if found else None
