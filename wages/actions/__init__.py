"""Wage floors and postings held against them; what work really paid; the diary of a worker's time."""

from wages.actions.floors import (
    ChoiceNeedsAReason,
    FactNeedsASource,
    FloorNeedsAnOperator,
    NoSuchFloor,
    StartIsInThePast,
    choose_floor,
    enter_floor,
    load_facts,
)
from wages.actions.keeping import (
    DayIsNotYet,
    EntryIsEmpty,
    EntryIsTooLong,
    NotYourWork,
    beat,
    delete_entry,
    switch_time_keeping,
    write_entry,
)
from wages.actions.measuring import measure_pay
from wages.actions.posting import LowPayNeedsAYes, PayIsBelowTheFloor, check_pay

__all__ = [
    "ChoiceNeedsAReason",
    "DayIsNotYet",
    "EntryIsEmpty",
    "EntryIsTooLong",
    "FactNeedsASource",
    "FloorNeedsAnOperator",
    "LowPayNeedsAYes",
    "NoSuchFloor",
    "NotYourWork",
    "PayIsBelowTheFloor",
    "StartIsInThePast",
    "beat",
    "check_pay",
    "choose_floor",
    "delete_entry",
    "enter_floor",
    "load_facts",
    "measure_pay",
    "switch_time_keeping",
    "write_entry",
]
