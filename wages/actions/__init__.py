"""Choosing a wage floor, holding posted tasks against it, and measuring what work really paid."""

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
from wages.actions.measuring import measure_pay
from wages.actions.posting import LowPayNeedsAYes, PayIsBelowTheFloor, check_pay

__all__ = [
    "ChoiceNeedsAReason",
    "FactNeedsASource",
    "FloorNeedsAnOperator",
    "LowPayNeedsAYes",
    "NoSuchFloor",
    "PayIsBelowTheFloor",
    "StartIsInThePast",
    "check_pay",
    "choose_floor",
    "enter_floor",
    "load_facts",
    "measure_pay",
]
