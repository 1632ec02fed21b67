"""Contest: several workers hand in work, the client picks the winner of the prize."""

from collections.abc import Mapping

from allocation.engine.card import Card, Parameter, Traits
from allocation.engine.contract import (
    Award,
    Candidate,
    Case,
    Consolation,
    Decision,
    Outcome,
)
from allocation.engine.ranking import (
    decide_at_closing,
    is_before_closing,
    parameter,
    pay_is_allowed,
    rank,
    standing,
)
from ledger.rules import split

GUARANTEED_PRIZE = Parameter(
    "guaranteed_prize",
    1,
    0,
    1,
    "",
    "1: if the client picks nobody, the entrants share the prize.",
    is_whole=True,
)
CONSOLATION_CENTS = Parameter(
    "consolation_cents",
    0,
    0,
    100_000_000,
    "cents",
    "What an entrant who does not win is paid.",
    is_whole=True,
)
CONSOLATION_PLACES = Parameter(
    "consolation_places",
    5,
    0,
    10_000,
    "workers",
    "How many entrants, earliest first, can get it.",
    is_whole=True,
)
CHOOSE_SECONDS = Parameter(
    "choose_seconds",
    604_800,
    60,
    7_776_000,
    "seconds",
    "How long the client has to pick.",
    shows_in_a_case=False,
)


def decide(case: Case) -> Decision:
    """After closing the client picks the winners of the prize among those who handed in work.

    If the client picks nobody in time, a guaranteed prize is shared equally among the entrants; a
    consolation fee, where set, goes to the earliest entrants who do not win. Also called a
    crowdsourcing tournament or all-pay auction.

    Source: Moldovanu and Sela 2001; with n skills v from U[0,1] and one prize, effort is
    (n-1)/n v^n. The very skilled tend to win; everybody else tends to work without pay.
    """
    if is_before_closing(case):
        return decide_at_closing(case)
    entrants = standing(case) if pay_is_allowed(case) else []
    if is_time_to_choose(case):
        awards = awards_to_chosen(case, entrants)
        if not awards:
            return ask_the_client(case, entrants)
        fees = consolation_fees(case, without_winners(entrants, awards))
        return decided(case, entrants, awards, fees)
    pay_of = equal_shares if is_guaranteed(case) else consolation_fees
    return decided(case, entrants, (), pay_of(case, entrants))


def is_guaranteed(case: Case) -> bool:
    return bool(parameter(case, GUARANTEED_PRIZE.name, GUARANTEED_PRIZE.default))


def shares_the_prize(case: Case, decision: Decision) -> bool:
    """Are the consolations of this decision shares of a guaranteed prize? Otherwise they are fees."""
    return bool(decision.consolations) and not decision.awards and is_guaranteed(case)


def awards_to_chosen(case: Case, entrants: list[Candidate]) -> tuple[Award, ...]:
    entered = {entrant.worker for entrant in entrants}
    chosen = [worker for worker in dict.fromkeys(case.chosen) if worker in entered]
    return tuple(
        Award(worker, slot, case.pay_cents)
        for worker, slot in zip(chosen, sorted(case.free_slots), strict=False)
    )


def without_winners(entrants: list[Candidate], awards: tuple[Award, ...]) -> list[Candidate]:
    winners = {award.worker for award in awards}
    return [entrant for entrant in entrants if entrant.worker not in winners]


def choosing_ends_at(case: Case) -> float | None:
    """When the client's time to pick is over (epoch seconds); None without a closing time."""
    if case.closes_at is None:
        return None
    return case.closes_at + parameter(case, CHOOSE_SECONDS.name, CHOOSE_SECONDS.default)


def is_time_to_choose(case: Case) -> bool:
    ends_at = choosing_ends_at(case)
    return ends_at is None or case.now < ends_at


def ask_the_client(case: Case, entrants: list[Candidate]) -> Decision:
    can_choose = bool(entrants and case.free_slots)
    shown = Outcome.SHORTLISTED if can_choose else Outcome.NOT_AWARDED
    return Decision(
        ranking=rank(case, entrants, [shown] * len(entrants)),
        decide_again_at=choosing_ends_at(case) if can_choose else None,
        asks_client=can_choose,
    )


def decided(
    case: Case,
    entrants: list[Candidate],
    awards: tuple[Award, ...],
    consolations: tuple[Consolation, ...],
) -> Decision:
    ranking = rank(case, entrants, [Outcome.NOT_AWARDED] * len(entrants))
    winners = {award.worker for award in awards}
    return Decision(
        awards=awards,
        ranking=tuple(
            row._replace(outcome=Outcome.AWARDED) if row.worker in winners else row
            for row in ranking
        ),
        consolations=consolations,
    )


def consolation_fees(case: Case, entrants: list[Candidate]) -> tuple[Consolation, ...]:
    fee = int(parameter(case, CONSOLATION_CENTS.name, CONSOLATION_CENTS.default))
    places = int(parameter(case, CONSOLATION_PLACES.name, CONSOLATION_PLACES.default))
    if not fee:
        return ()
    return tuple(Consolation(entrant.worker, fee) for entrant in entrants[:places])


def most_consolation_cents(parameters: Mapping[str, float]) -> int:
    """What the consolation fees of one contest can come to, in cents."""
    fee = parameters.get(CONSOLATION_CENTS.name, CONSOLATION_CENTS.default)
    return int(fee) * int(parameters.get(CONSOLATION_PLACES.name, CONSOLATION_PLACES.default))


def equal_shares(case: Case, entrants: list[Candidate]) -> tuple[Consolation, ...]:
    """The prizes of the free slots, split to the cent; the odd cents go to the earliest."""
    if not entrants:
        return ()
    shares = split(case.pay_cents * len(case.free_slots), [1] * len(entrants))
    return tuple(
        Consolation(entrant.worker, cents)
        for entrant, cents in zip(entrants, shares, strict=True)
        if cents
    )


CARD = Card(
    slug="contest",
    name="Contest",
    explanation="Several workers hand in finished work and the client picks the winner of the "
    "prize. If nobody is picked in time, a guaranteed prize is shared by all. Whoever does not "
    "win has worked without pay, unless a consolation fee is set.",
    family="auction",
    decide=decide,
    extra_reserve_cents=most_consolation_cents,
    is_time_to_choose=is_time_to_choose,
    traits=Traits(entry="entry", decides="by_client"),
    sources=(
        "B. Moldovanu and A. Sela (2001), The Optimal Allocation of Prizes in Contests",
        "Logo contests such as 99designs, with and without a guaranteed prize",
    ),
    tie_rule="The client decides. The entries stand in the order in which they came.",
    tends_to_win="The very skilled, and clients who get many tries for one prize.",
    tends_to_lose="Everybody else: most entrants work without pay unless a fee is set.",
    parameters=(GUARANTEED_PRIZE, CONSOLATION_CENTS, CONSOLATION_PLACES, CHOOSE_SECONDS),
)
