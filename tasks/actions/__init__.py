"""What people do with tasks: post and cancel them, hold and hand in work, review it."""

from tasks.actions.approving_many import approve_many
from tasks.actions.beginning import begin_task, release_held
from tasks.actions.bonuses import GiveABonusForWork, SayWhatTheBonusIsFor, give_bonus
from tasks.actions.contests import award_entry, console, lock_wallets
from tasks.actions.following import NotAnEarlierTaskOfYours, NothingToBeginAfter
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
    NoRoundIsOn,
    NotForAClientToSay,
    NotInAClass,
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
    overturn_rejection,
    reject,
    release_rejected,
    turn_down,
)
from tasks.actions.working import SubmissionIsEmpty, TooEarly, TooLate, submit_work

__all__ = [
    "HAND_OVER",
    "ARejectionNeedsAReason",
    "ClosingIsInThePast",
    "GiveABonusForWork",
    "NewTask",
    "NoRoundIsOn",
    "NotAnEarlierTaskOfYours",
    "NotForAClientToSay",
    "NotInAClass",
    "NotInHand",
    "NothingToBeginAfter",
    "NothingToReview",
    "SayWhatTheBonusIsFor",
    "SlotIsTaken",
    "SubmissionIsEmpty",
    "TaskIsNotOpen",
    "TooEarly",
    "TooLate",
    "WorkIsHandedIn",
    "WorkerIsFull",
    "approve",
    "approve_automatically",
    "approve_many",
    "ask_for_rework",
    "award_entry",
    "begin_task",
    "cancel_task",
    "close_task",
    "console",
    "expire_assignment",
    "give_bonus",
    "give_slot",
    "lock_wallets",
    "overturn_rejection",
    "post_batch",
    "post_task",
    "reject",
    "release_held",
    "release_rejected",
    "return_assignment",
    "settle_state",
    "submit_work",
    "turn_down",
]
