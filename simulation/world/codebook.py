"""The codebook: what every exported column means, in which unit, and where it comes from.

A mean or a share of nothing is empty, not 0: an empty cell in CSV, null in JSON and Parquet.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One exported column. `source` is "own definition" where the literature has none."""

    name: str
    unit: str
    definition: str
    source: str = "own definition"


THREE_WAGES = "Hara et al. 2018; Toxtli, Suri, Savage 2021"

MEASURES: tuple[Entry, ...] = (
    Entry("tasks_posted", "tasks", "Tasks that clients posted."),
    Entry("slots_filled", "slots", "Slots that a worker took."),
    Entry("slots_unfilled", "slots", "Slots that were open when the task closed."),
    Entry("fill_share", "share", "slots_filled / all slots. Empty if no slot was posted."),
    Entry("decisions", "decisions", "How often the engine was asked to decide."),
    Entry("wait_hours_mean", "hours", "From posting to being taken, over the slots filled. Empty if no slot was filled."),
    Entry("wait_hours_sd", "hours", "Standard deviation of the same waits. Empty if no slot was filled."),
    Entry("open_slots_mean", "slots", "Hours for which slots were held by nobody / hours in which clients post (L). Empty if clients post for no time."),
    Entry(
        "little_gap",
        "slots",
        "L - (rate of slots x mean time open), filled or not; 0 up to rounding. Empty if clients post for no time.",
        "Little 1961",
    ),
    Entry("entrants_per_task", "workers", "Claims, bids, entries or offers per task. Empty if no task was posted."),
    Entry("price_cents_mean", "cents", "Mean pay of an approved slot. Empty if no work was approved."),
    Entry("worker_pay_cents", "cents", "All pay for approved work."),
    Entry("consolation_cents", "cents", "Paid to contest entrants without an award."),
    Entry("top_up_cents", "cents", "Paid on top to reach the guaranteed hourly pay."),
    Entry("fee_cents", "cents", "The market's fee, on top of the pay of approved work."),
    Entry("client_spend_cents", "cents", "Pay, consolations, top-ups, fees and what goes into the fund, less what clients did not pay."),
    Entry("defaulted_cents", "cents", "Pay for approved work that clients did not pay."),
    Entry("default_covered_share", "share", "Of the pay that clients did not pay, what the fund paid. Empty if clients paid for all of it.", "SMart's guarantee fund"),
    Entry("fund_cents", "cents", "What is in the guarantee fund at the end.", "SMart's guarantee fund"),
    Entry("rejected_share", "share", "Slots whose work was rejected / slots filled. Empty if no slot was filled."),
    Entry(
        "wage_paid_hour_cents",
        "cents per hour",
        "All workers' earnings / paid hours: approved work, and hours for which the rules promise pay. Empty if there were no paid hours.",
        THREE_WAGES,
    ),
    Entry(
        "wage_all_hours_cents",
        "cents per hour",
        "All workers' earnings / all hours: paid hours, rejected work, search, bidding, travel, "
        "and waiting where waiting is duty. Empty if there were no hours.",
        THREE_WAGES,
    ),
    Entry(
        "wage_net_cents",
        "cents per hour",
        "(Earnings - own costs) / all hours. Empty if there were no hours.",
        "TLC 2018, driver income rules",
    ),
    Entry("wage_median_cents", "cents per hour", "Median worker's wage over all hours. Empty if nobody had hours.", THREE_WAGES),
    Entry(
        "below_floor_share",
        "share",
        "Workers with hours whose wage over all hours is below floor_cents_per_hour. Empty if nobody had hours.",
        THREE_WAGES,
    ),
    Entry("unpaid_time_share", "share", "Unpaid hours / all hours. Empty if there were no hours.", THREE_WAGES),
    Entry("unpaid_bid_hours", "hours", "Hours spent on bids and contest entries that did not pay."),
    Entry("utilisation", "share", "Hours of paid or rejected work / hours on duty of all workers: while clients post, and own work after that. Empty if nobody was on duty.", "TLC 2018"),
    Entry("tasks_per_duty_hour", "slots per hour", "Slots filled / hours on duty of all workers. Empty if nobody was on duty.", "Reyes et al. 2018, the Grubhub instances"),
    Entry("idle_share", "share", "1 - utilisation - travel: the share of duty spent waiting. Empty if nobody was on duty."),
    Entry("gini_awards", "0 to 1", "Gini coefficient of awards over all workers. Empty if nobody got a slot.", "Gini 1912"),
    Entry("gini_earnings", "0 to 1", "Gini coefficient of earnings over all workers. Empty if nobody earned anything.", "Gini 1912"),
    Entry("top_10_share", "share", "Earnings of the best-earning tenth / all earnings. Empty if nobody earned anything."),
    Entry("without_work_share", "share", "Workers who got no slot at all."),
    Entry("decline_share", "share", "Offers declined or expired / offers made. Empty if nobody was made an offer."),
    Entry("own_choice_share", "share", "Autonomy: (claims, bids and entries + offers declined) / (claims, bids, entries and offers). Empty if nobody tried or was asked."),
    Entry("hours_unexplained_share", "0 to 1", "1 - r² between a worker's hours and earnings: how little hours explain earnings. Empty if all have the same of either."),
    Entry("decoupling", "0 to 1", "Of fifteen functions of an organisation, as far as needed, the share left to the worker or to nobody."),
    Entry("first_award_share", "share", "Newcomers: slots that were their worker's first / slots filled. Empty if no slot was filled."),
    Entry("newcomer_awards_share", "share", "Slots taken by workers who joined during the run / slots filled. Empty if no slot was filled."),
    Entry("newcomer_wait_hours", "hours", "From joining to the first slot, over the newcomers who got one. Empty if nobody did."),
)  # fmt: skip

UNITS = {entry.name: entry.unit for entry in MEASURES}

WORKER_COLUMNS: tuple[Entry, ...] = (
    Entry("worker", "number", "The worker, from 0."),
    Entry("reservation_cents", "cents per hour", "Hourly pay below which this worker says no."),
    Entry(
        "joined_hour",
        "hours",
        "When the worker joined, from the start of the run; 0 for those of the beginning.",
    ),
    Entry("awards", "slots", "Slots taken."),
    Entry("offers", "offers", "Offers received."),
    Entry("bids", "bids", "Bids, lottery entries and contest entries."),
    Entry("earned_cents", "cents", "Pay, consolations and top-ups."),
    Entry("costs_cents", "cents", "Own costs, by hour of work and by kilometre."),
    Entry(
        "paid_hours", "hours", "Hours of approved work, and those for which the rules promise pay."
    ),
    Entry(
        "unpaid_hours",
        "hours",
        "Rejected work, search, bidding, travel, waiting if duty; as far as nothing pays for it.",
    ),
)

TASK_COLUMNS: tuple[Entry, ...] = (
    Entry("task", "number", "The task, in order of posting, from 1."),
    Entry("slot", "number", "The slot of the task, from 1."),
    Entry("posted_hour", "hours", "When it was posted, from the start of the run."),
    Entry("taken_hour", "hours", "When a worker took it; when it closed if nobody did."),
    Entry("ended_hour", "hours", "When the work was judged, or the task closed."),
    Entry("worker", "number", "Who took it; -1 is nobody."),
    Entry("budget_cents", "cents", "The posted pay, or the budget where workers name prices."),
    Entry("pay_cents", "cents", "What the worker was paid; 0 for rejected or unfilled."),
    Entry("entrants", "workers", "Claims, bids, entries or offers so far."),
    Entry("end", "code", "1 approved, 2 rejected, 3 unfilled."),
)

# What each third of the workers, by how much they depend on the platform, has of a run.
SPLIT: tuple[Entry, ...] = (
    Entry("earned_cents_mean", "cents", "Pay, consolations and top-ups per worker."),
    Entry("awards_mean", "slots", "Slots taken per worker."),
    Entry("wage_all_hours_cents", "cents per hour", "Earnings / all hours. Empty if there were no hours.", THREE_WAGES),
    Entry("wage_net_cents", "cents per hour", "(Earnings - own costs) / all hours. Empty if there were no hours.", THREE_WAGES),
    Entry("unpaid_time_share", "share", "Unpaid hours / all hours. Empty if there were no hours.", THREE_WAGES),
    Entry("below_floor_share", "share", "Workers with hours whose wage is below the floor. Empty if nobody had hours.", THREE_WAGES),
    Entry("without_work_share", "share", "Workers who got no slot at all."),
    Entry("gini_earnings", "0 to 1", "Gini coefficient of earnings within the third. Empty if nobody earned anything.", "Gini 1912"),
)  # fmt: skip

SERIES: tuple[Entry, ...] = (
    Entry("hour", "hours", "The moment, from the start of the run."),
    Entry("posted_per_hour", "tasks per hour", "Slots posted since the moment before, per hour."),
    Entry("waiting", "slots", "Slots that nobody holds at this moment."),
    Entry("working", "workers", "Workers on their way or at work at this moment."),
    Entry(
        "paid_cents_per_hour",
        "cents per hour",
        "Pay for tasks since the moment before, per hour; not what tops it up.",
    ),
)

EXPERIMENT_COLUMNS: tuple[Entry, ...] = (
    Entry(
        "arm", "", "The name of the arm; the first is the one that the others are compared with."
    ),
    Entry("replication", "number", "From 1; same number, same chance in every arm."),
    Entry("seed", "number", "The seed of the replication."),
)
