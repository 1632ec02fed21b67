"""What happens with notices: they are written, read, mailed; and what people choose about them."""

from notices.actions.choosing import (
    SearchNeedsAName,
    TooManySearches,
    choose_channels,
    forget_search,
    open_search,
    read_all,
    read_notice,
    remember_language,
    rename_search,
    save_search,
    stop_mail,
)
from notices.actions.mailing import DIGEST, MAIL, mail_digest, mail_notice
from notices.actions.proofs import tell_of_proof
from notices.actions.searching import look_at_searches
from notices.actions.telling import tell_all, tell_of_approvals

__all__ = [
    "DIGEST",
    "MAIL",
    "SearchNeedsAName",
    "TooManySearches",
    "choose_channels",
    "forget_search",
    "look_at_searches",
    "mail_digest",
    "mail_notice",
    "open_search",
    "read_all",
    "read_notice",
    "remember_language",
    "rename_search",
    "save_search",
    "stop_mail",
    "tell_all",
    "tell_of_approvals",
    "tell_of_proof",
]
