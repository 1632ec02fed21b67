"""What people do when they disagree: hold back, dispute, ask a person, report, decide."""

from disputes.actions.asking import (
    AlreadyAsked,
    NotYourDecision,
    SayWhatIsWrong,
    answer_problem,
    ask_for_review,
    decide_review,
    is_about,
    report_problem,
    take_problem_further,
)
from disputes.actions.deciding import (
    ADecisionNeedsAReason,
    AlreadyDecided,
    NotForYouToDecide,
    note_overdue,
)
from disputes.actions.disputing import (
    CannotBeDisputed,
    DisputeIsDecided,
    add_statement,
    close_window,
    decide_dispute,
    note_no_answer,
    open_dispute,
)
from disputes.actions.rejecting import (
    RejectionIsHeld,
    approve_when_time_is_up,
    decide_held_rejection,
    reject,
)

__all__ = [
    "ADecisionNeedsAReason",
    "AlreadyAsked",
    "AlreadyDecided",
    "CannotBeDisputed",
    "DisputeIsDecided",
    "NotForYouToDecide",
    "NotYourDecision",
    "RejectionIsHeld",
    "SayWhatIsWrong",
    "add_statement",
    "answer_problem",
    "approve_when_time_is_up",
    "ask_for_review",
    "close_window",
    "decide_dispute",
    "decide_held_rejection",
    "decide_review",
    "is_about",
    "note_no_answer",
    "note_overdue",
    "open_dispute",
    "reject",
    "report_problem",
    "take_problem_further",
]
