"""How people ask for work, and how the engine's answer becomes theirs."""

from allocation.actions.answering import (
    OfferIsGone,
    accept_offer,
    decline_offer,
    expire_offer,
)
from allocation.actions.asking import (
    BiddingHasClosed,
    BidIsTooHigh,
    BidIsTooLow,
    NotEligible,
    NothingLeft,
    WrongWayIn,
    place_bid,
    withdraw_bid,
)
from allocation.actions.choosing import (
    NobodyPicked,
    NotClosedYet,
    NotOnTheList,
    TimeToChooseIsOver,
    TooManyPicked,
    choose,
)
from allocation.actions.claiming import claim_next, claim_slot
from allocation.actions.entering import ContestHasClosed, enter_contest
from allocation.actions.matching import settle_window
from allocation.actions.posting import post_batch, post_task
from allocation.actions.publishing import (
    NoSuchMechanism,
    ParametersCannotBeUsed,
    TooFarAhead,
    TooLittleNotice,
    VersionChangesNothing,
    VersionNeedsAnOperator,
    VersionNeedsAReason,
    publish_version,
)
from allocation.actions.sealing import seal_all
from allocation.actions.settling import WinnersAreGone, settle_task
from allocation.actions.standby import go_available, go_off, join_standby, leave_standby

__all__ = [
    "BidIsTooHigh",
    "BidIsTooLow",
    "BiddingHasClosed",
    "ContestHasClosed",
    "NoSuchMechanism",
    "NotEligible",
    "NothingLeft",
    "NobodyPicked",
    "NotClosedYet",
    "NotOnTheList",
    "TimeToChooseIsOver",
    "TooManyPicked",
    "OfferIsGone",
    "ParametersCannotBeUsed",
    "TooFarAhead",
    "TooLittleNotice",
    "VersionChangesNothing",
    "VersionNeedsAReason",
    "VersionNeedsAnOperator",
    "WinnersAreGone",
    "WrongWayIn",
    "accept_offer",
    "choose",
    "claim_next",
    "claim_slot",
    "decline_offer",
    "enter_contest",
    "expire_offer",
    "go_available",
    "go_off",
    "join_standby",
    "leave_standby",
    "place_bid",
    "post_batch",
    "post_task",
    "publish_version",
    "seal_all",
    "settle_task",
    "settle_window",
    "withdraw_bid",
]
