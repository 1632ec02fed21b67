"""What people do with tasks: post and cancel them, hold and hand in work, review it."""

from tasks.actions.contests import award_entry, console, lock_wallets
from tasks.actions.holding import (
    HAND_OVER,
    NotInHand,
    SlotIsTaken,
    WorkerIsFull,
    expire_assignment,
    give_slot,
    return_assignment,
)
from tasks.actions.posting import (
    ClosingIsInThePast,
    NewTask,
    TaskIsNotOpen,
    WorkIsHandedIn,
    cancel_task,
    close_task,
    post_batch,
    post_task,
    settle_state,
)
from tasks.actions.reviewing import (
    ARejectionNeedsAReason,
    NothingToReview,
    approve,
    approve_automatically,
    ask_for_rework,
    reject,
)
from tasks.actions.working import SubmissionIsEmpty, TooLate, submit_work

__all__ = [
    "HAND_OVER",
    "ARejectionNeedsAReason",
    "ClosingIsInThePast",
    "NewTask",
    "NotInHand",
    "NothingToReview",
    "SlotIsTaken",
    "SubmissionIsEmpty",
    "TaskIsNotOpen",
    "TooLate",
    "WorkIsHandedIn",
    "WorkerIsFull",
    "approve",
    "approve_automatically",
    "ask_for_rework",
    "award_entry",
    "cancel_task",
    "close_task",
    "console",
    "expire_assignment",
    "give_slot",
    "lock_wallets",
    "post_batch",
    "post_task",
    "reject",
    "return_assignment",
    "settle_state",
    "submit_work",
]
