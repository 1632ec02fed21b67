"""Posting shifts, the reserve list, calling off, not being there, and booking a published hour."""

from shifts.actions.booking import (
    HourIsGone,
    HourIsTaken,
    OwnHour,
    book_hour,
    publish_hours,
    withdraw_hour,
)
from shifts.actions.calling_off import cancel_task
from shifts.actions.no_shows import (
    AlreadyRecorded,
    NoShowNeedsAReason,
    NothingToAnswer,
    NotYet,
    answer_no_show,
    record_no_show,
    submit_work,
)
from shifts.actions.posting import (
    CannotBeAShift,
    ShiftIsInThePast,
    ShiftTerms,
    ShiftTooLong,
    StrangeSchedule,
    post_shift,
)
from shifts.actions.reserves import (
    NotAShift,
    PlaceIsFree,
    ShiftHasBegun,
    give_back,
    join_reserve,
    leave_reserve,
)

__all__ = [
    "AlreadyRecorded",
    "CannotBeAShift",
    "HourIsGone",
    "HourIsTaken",
    "NoShowNeedsAReason",
    "NotAShift",
    "NotYet",
    "NothingToAnswer",
    "OwnHour",
    "PlaceIsFree",
    "ShiftHasBegun",
    "ShiftIsInThePast",
    "ShiftTerms",
    "ShiftTooLong",
    "StrangeSchedule",
    "answer_no_show",
    "book_hour",
    "cancel_task",
    "give_back",
    "join_reserve",
    "leave_reserve",
    "post_shift",
    "publish_hours",
    "record_no_show",
    "submit_work",
    "withdraw_hour",
]
