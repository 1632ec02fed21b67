"""Who is told of what, and how they usually hear of it."""

from __future__ import annotations

from dataclasses import dataclass

# kind → how one hears of it without having chosen: "mail" at once, "daily" with the day's e-mail,
# or "site" (the inbox only). Mail at once is for what waits for an answer or goes against somebody.
WORKER_KINDS: dict[str, str] = {
    "offer": "mail",
    "won": "mail",
    "not_chosen": "daily",
    "approved": "daily",
    "rework": "mail",
    "rejected": "mail",
    "bonus": "daily",
    "late": "mail",
    "cancelled": "daily",
    "search": "daily",
    "proof": "mail",
}
BOTH_KINDS: dict[str, str] = {
    "shift": "mail",
    "opinion": "daily",
    "dispute": "mail",
    "problem": "mail",
    "review": "mail",
}
CLIENT_KINDS: dict[str, str] = {
    "choose": "mail",
    "filled": "site",
    "handed_in": "daily",
    "approval_near": "mail",
    "returned": "daily",
    "nobody": "mail",
    "batch": "site",
    "screened": "mail",
}
KINDS: dict[str, str] = WORKER_KINDS | BOTH_KINDS | CLIENT_KINDS
URGENT = ("offer",)  # mailed at once: an offer may last a minute

# A batch may have ten thousand tasks: these are counted on one line for all of it, and of these the
# page of the batch tells enough.
PER_BATCH = ("approved", "handed_in", "returned", "nobody", "late", "not_chosen")
NOT_PER_ROW = ("filled",)

TO_WORKER = {
    "offered": "offer",
    "approved": "approved",
    "rework": "rework",
    "rejected": "rejected",
    "bonus": "bonus",
    "consoled": "bonus",
    "booked": "shift",
    "called_off": "shift",
    "reserve_served": "shift",
    "worker_not_there": "shift",
}
TO_CLIENT = {
    "allocated": "filled",
    "submitted": "handed_in",
    "returned": "returned",
    "problem_reported": "problem",
    "problem_escalated": "problem",
    "reported": "problem",
    "rejection_agreed": "dispute",
    "rejection_refused": "dispute",
    "released": "screened",
    "refused": "screened",
    "client_not_there": "shift",
}
TO_BOTH = {
    "disputed": "dispute",
    "dispute_answered": "dispute",
    "dispute_added": "dispute",
    "dispute_unanswered": "dispute",
    "dispute_upheld": "dispute",
    "overturned": "dispute",
    "opinion_written": "opinion",
}
MOVES = {
    "opinions_shown",
    "decided",
    "awarded",
    "cancelled",
    "expired",
    "problem_answered",
    "review_answered",
}
# The migration tells the database to keep these for telling.
HEARD = frozenset({*TO_WORKER, *TO_CLIENT, *TO_BOTH, *MOVES})


@dataclass(frozen=True, slots=True)
class Happened:
    """One event about a task, with whom it concerns. People are user ids.

    `others` are those who asked for the work and did not get it by this event, `chose_nobody` that
    the client who picks gave it to nobody in time; `was_at_once` says that the worker got the work in
    answer to their own click, so that they know already; `was_missed` that somebody was not there,
    which was told by itself; `was_called_off` that the client ended the giving out. `sides` are those
    who said how it went.
    """

    kind: str
    client: int
    worker: int | None = None
    by: int | None = None
    others: tuple[int, ...] = ()
    was_at_once: bool = False
    asks_client: bool = False
    chose_nobody: bool = False
    was_missed: bool = False
    was_called_off: bool = False
    sides: tuple[str, ...] = ()


def whom_to_tell(happened: Happened) -> list[tuple[int, str]]:
    """(person, kind of notice) for each who is told. Nobody is told what they did themselves."""
    told = [*for_worker(happened), *for_client(happened), *for_others(happened)]
    return [(person, kind) for person, kind in told if person != happened.by]


def for_worker(happened: Happened) -> list[tuple[int, str]]:
    if happened.worker is None:
        return []
    kind = (TO_WORKER | TO_BOTH).get(happened.kind)
    if happened.kind == "awarded" and not happened.was_at_once:
        kind = "won"
    elif happened.kind == "expired" and not happened.was_missed:
        kind = "late"
    elif happened.kind == "opinions_shown" and "client" in happened.sides:
        kind = "opinion"
    elif happened.kind == "problem_answered":
        kind = "problem"
    elif happened.kind == "review_answered":
        kind = "review"
    return [(happened.worker, kind)] if kind else []


def for_client(happened: Happened) -> list[tuple[int, str]]:
    kind = (TO_CLIENT | TO_BOTH).get(happened.kind)
    if happened.kind == "expired" and not happened.was_missed:
        kind = "returned" if happened.worker else "nobody"
    elif happened.kind == "opinions_shown" and "worker" in happened.sides:
        kind = "opinion"
    elif happened.kind == "review_answered" and happened.worker is None:
        kind = "review"
    elif happened.asks_client:
        kind = "choose"
    elif happened.was_called_off:
        kind = None
    return [(happened.client, kind)] if kind else []


def for_others(happened: Happened) -> list[tuple[int, str]]:
    kind = "cancelled" if happened.kind == "cancelled" else "not_chosen"
    return [(person, kind) for person in happened.others]


def step_of(happened: Happened, kind: str) -> str:
    """What exactly happened, where one kind of notice has several sentences."""
    return "chose_nobody" if kind == "not_chosen" and happened.chose_nobody else happened.kind


def is_reserved(address: str) -> bool:
    """True for addresses like those of the demo's people, which exist nowhere (RFC 2606)."""
    return address.rpartition(".")[2].lower() in ("example", "test", "invalid", "localhost")
