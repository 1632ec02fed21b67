"""Every explanation is true, short, and silent about the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from random import Random

import pytest

from allocation.engine.catalogue import CATALOGUE, decide, decide_window
from allocation.engine.contract import Answer, Candidate, Case, Decision, Outcome
from allocation.engine.counterfactuals import SUCCESS, Change, changed, outcome_of, reached
from allocation.engine.disclosure import (
    FEWEST_IN_A_BAND,
    SCORE_CELLS,
    bands,
    price_bands,
    price_cell,
    price_step_cents,
    strongest_ask_cents,
)
from allocation.engine.explain import Explanation, NotInThisCase, explain, explain_task
from allocation.engine.gates import GATES
from allocation.engine.wording import (
    CHANGES,
    FIXED,
    OPEN_REASONS,
    REASONS,
    Wording,
    band_rows,
    every_template,
    factor_rows,
    in_words,
    task_in_words,
)
from tests.engine.cases import (
    FEATURES,
    GOOD,
    NOOR,
    SLUGS,
    STAN,
    WIM,
    YASMINA,
    case_with,
    with_candidate,
    worker,
)

FLOOR, BUDGET = 600, 2000
DECISIONS = 1_000


def asks_apart(rng: Random, count: int) -> list[int]:
    """Asks of which no two differ by whole price steps: a gap between an ask and the edge of a cell
    would equal a rival's ask by accident."""
    step, asks = price_step_cents(BUDGET), {}
    for ask in rng.sample(range(FLOOR + 2, BUDGET, 7), (BUDGET - FLOOR - 2) // 7):
        if ask % 5:
            asks.setdefault(ask % step, ask)
    return list(asks.values())[:count]


def random_case(rng: Random) -> Case:
    """Distinct asks off the grid and long ids, so that any of them would stand out."""
    asks = asks_apart(rng, 14)
    ids = rng.sample(range(7_000_001, 7_999_999), 14)
    candidates = tuple(
        Candidate(
            worker=ids[order],
            received=order,
            received_at=100 + 1.8 * order,
            ask_cents=asks[order]
            if rng.random() < 0.95
            else rng.choice([None, 501 + order, 2301 + order]),
            features={name: round(rng.random(), 3) for name in FEATURES},
            failed_gates=tuple(rng.sample(sorted(GATES), rng.choice([0] * 8 + [1, 2]))),
            answer=rng.choice([Answer.NONE] * 8 + [Answer.DECLINED, Answer.EXPIRED]),
        )
        for order in range(rng.randrange(1, 14))
    )
    return Case(
        task=1,
        free_slots=tuple(range(1, rng.choice([0, 1, 1, 2, 3]) + 1)),
        pay_cents=BUDGET if rng.random() < 0.95 else FLOOR - 1,
        now=1000.0,
        candidates=candidates,
        floor_cents=FLOOR,
        closes_at=rng.choice([None, None, 900.0, 5000.0]),
        seed=rng.getrandbits(128),
        chosen=tuple(rng.sample([c.worker for c in candidates], rng.choice([0, 1]))),
        slot_count=3,
        last_taken_at=rng.choice([None, 99.0, 104.0]),
    )


def random_explanations() -> Iterator[tuple[str, Case, Decision, Explanation]]:
    rng = Random(20_29)
    for number in range(DECISIONS):
        slug, case = SLUGS[number % len(SLUGS)], random_case(rng)
        decision = decide(slug, case)
        for candidate in rng.sample(case.candidates, min(3, len(case.candidates))):
            yield slug, case, decision, explain(slug, case, decision, candidate.worker)


# --- every reason and every kind of change, on purpose ---------------------------------------------
def told(slug: str, case: Case, who: int = WIM) -> tuple[str, Case, Decision, Explanation]:
    decision = decide(slug, case)
    return slug, case, decision, explain(slug, case, decision, who)


def needed_elsewhere() -> tuple[str, Case, Decision, Explanation]:
    """Wim fits both tasks, yasmina only the first: together they are worth most apart."""

    def fits(number: int, order: int, skill: float) -> Candidate:
        return worker(number, order, features={"skill_match": skill})

    first = case_with(fits(WIM, 0, 0.9), fits(YASMINA, 1, 0.8), task=1)
    second = case_with(fits(WIM, 0, 0.9), fits(YASMINA, 1, 0.1), task=2)
    decision = decide_window("optimal_matching", [first, second])[0]
    why = explain("optimal_matching", first, decision, WIM, window=[first, second])
    return "optimal_matching", first, decision, why


LOW, HIGH = dict.fromkeys(FEATURES, 0.7), dict.fromkeys(FEATURES, 0.8)
ALONE = case_with(worker(WIM, 0, ask_cents=900))
ASKED_MORE = case_with(
    worker(WIM, 0, ask_cents=873), worker(YASMINA, 1, ask_cents=787), floor_cents=600
)
BELOW_THE_FLOOR = case_with(
    worker(WIM, 0, ask_cents=500), worker(YASMINA, 1, ask_cents=900), floor_cents=600
)
CAME_SECOND = case_with(worker(YASMINA, 0), worker(WIM, 1))
SCORED_LESS = case_with(worker(WIM, 0, features=LOW), worker(YASMINA, 1, features=HIGH))
PICKED_YASMINA = case_with(
    worker(WIM, 0, ask_cents=700), worker(YASMINA, 1, ask_cents=900), chosen=(YASMINA,)
)
TWO_PLACES = replace(PICKED_YASMINA, free_slots=(1, 2))
CONTEST = replace(TWO_PLACES, closes_at=0.0)
DRAWN, *_, NOT_DRAWN = decide("lottery", case_with(*(worker(n, n) for n in range(1, 6)))).ranking
FIVE = case_with(*(worker(n, n) for n in range(1, 6)))
ON_PURPOSE = {
    "awarded": told("first_come", ALONE),
    "offered": told("scored_offers", ALONE),
    "shortlisted": told("clients_choice", ALONE),
    "still_on_the_list": told("clients_choice", TWO_PLACES),
    "chosen_by_client": told("clients_choice", PICKED_YASMINA, YASMINA),
    "drawn": told("lottery", FIVE, DRAWN.worker),
    "not_drawn": told("lottery", FIVE, NOT_DRAWN.worker),
    "gate_closed": told("first_come", case_with(worker(WIM, 0, failed_gates=("skill",)))),
    "offer_declined": told("scored_offers", case_with(worker(WIM, 0, answer=Answer.DECLINED))),
    "offer_expired": told("scored_offers", case_with(worker(WIM, 0, answer=Answer.EXPIRED))),
    "not_closed_yet": told("lottery", replace(ALONE, closes_at=900.0)),
    "pay_below_floor": told("first_come", case_with(worker(WIM, 0), floor_cents=1100)),
    "no_ask": told("sealed_first_price", case_with(worker(WIM, 0))),
    "no_free_slot": told("scored_offers", replace(SCORED_LESS, free_slots=())),
    "closed": told("scored_offers", replace(ALONE, closes_at=150.0)),
    "client_chose_others": told("clients_choice", PICKED_YASMINA),
    "client_chose_nobody": told("contest", replace(ALONE, closes_at=0.0, now=1e7)),
    "came_later": told("first_come", CAME_SECOND),
    "needed_elsewhere": needed_elsewhere(),
    "lower_bids": told("sealed_first_price", ASKED_MORE),
    "higher_scores": told("scored_offers", SCORED_LESS),
}
CHANGES_ON_PURPOSE = {
    "ask": ON_PURPOSE["lower_bids"],
    "ask_at_floor": told("sealed_first_price", BELOW_THE_FLOOR),
    "arrival": ON_PURPOSE["came_later"],
    "feature": ON_PURPOSE["higher_scores"],
    "gates": ON_PURPOSE["gate_closed"],
    "answer": ON_PURPOSE["offer_declined"],
}


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_occurs_and_is_said(reason):
    why = ON_PURPOSE[reason][-1]
    assert why.reason == reason
    assert 3 <= len(in_words(why).split()) <= 120


@pytest.mark.parametrize("kind", CHANGES)
def test_every_kind_of_change_is_found_where_it_helps(kind):
    why = CHANGES_ON_PURPOSE[kind][-1]
    assert kind in {found.change.kind for found in why.counterfactuals}


@pytest.fixture(scope="module")
def told_of_1000() -> list[tuple[str, Case, Decision, Explanation]]:
    return list(random_explanations())


def own_row(case: Case, told: Explanation) -> Candidate:
    return next(c for c in case.candidates if c.worker == told.worker)


def test_every_counterfactual_shown_flips_the_outcome(told_of_1000):
    for slug, case, _, told in (*told_of_1000, *CHANGES_ON_PURPOSE.values()):
        assert len(told.counterfactuals) <= 3
        for found in told.counterfactuals:
            other = changed(case, own_row(case, told), found.change)
            outcome = outcome_of(decide(slug, other), told.worker)
            assert reached(found.change, outcome) is found.outcome
            assert SUCCESS[outcome] > SUCCESS.get(told.outcome, 0)


def test_who_was_asked_is_never_told_that_they_would_have_been_asked(told_of_1000):
    asked = [
        told
        for slug, *_, told in told_of_1000
        if told.outcome is Outcome.DECLINED and CATALOGUE[slug].traits.makes_offers
    ]
    said = [Wording().counterfactual(one) for told in asked for one in told.counterfactuals]
    assert set(said) == {"Had you said yes in time, you would have got the task."}


def test_a_counterfactual_leaves_all_others_as_they_were(told_of_1000):
    for _, case, _, told in told_of_1000:
        for found in told.counterfactuals:
            other = changed(case, own_row(case, told), found.change)
            assert rivals_in_order(other, told.worker) == rivals_in_order(case, told.worker)


def rivals_in_order(case: Case, own: int) -> list[Candidate]:
    rivals = sorted((c for c in case.candidates if c.worker != own), key=lambda c: c.received)
    return [replace(c, received=0) for c in rivals]


def test_no_explanation_discloses_a_rivals_ask_or_id(told_of_1000):
    for _, case, _, told in told_of_1000:
        shown = in_words(told) + str(band_rows(told)) + str(factor_rows(told))
        stored = list(leaves(asdict(replace(told, worker=0))))
        paid = told.numbers.get("pay_cents")
        for rival in case.candidates:
            if rival.worker == told.worker:
                continue
            assert rival.worker not in stored and str(rival.worker) not in shown
            if rival.ask_cents is None or rival.ask_cents == paid:
                continue  # the price a winner is paid is a rival's ask by the rule
            assert rival.ask_cents not in stored
            assert f"{rival.ask_cents / 100:.2f}" not in shown


def leaves(value) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


# --- many thresholds together -----------------------------------------------------------------------
PRICED = [s for s in SLUGS if CATALOGUE[s].traits.uses_price and CATALOGUE[s].factors is None]
SCORED = [s for s in SLUGS if CATALOGUE[s].factors is not None and s != "clients_choice"]
STEP = price_step_cents(BUDGET)
EDGES = (FLOOR, FLOOR + 1, FLOOR + STEP, FLOOR + STEP + 1, BUDGET - STEP + 1, BUDGET)


def losing_bid(rng: Random, rivals: list[int], place: int) -> Case:
    """Noor asks the budget, arrives at `place` and loses to these asks."""
    rows = [(NOOR, BUDGET), *zip(range(10, 99), rivals, strict=False)]
    rows.insert(place, rows.pop(0))
    return case_with(
        *(worker(who, order, ask_cents=ask) for order, (who, ask) in enumerate(rows)),
        floor_cents=FLOOR,
        pay_cents=BUDGET,
        free_slots=(1, 2),
    )


def in_the_same_cell(rng: Random, ask: int) -> int:
    """Another ask between the same two multiples of the step; the floor is in the lowest cell."""
    cell = price_cell(ask, STEP, FLOOR)
    lowest = strongest_ask_cents(ask, STEP, FLOOR)
    return rng.choice([lowest, cell * STEP, rng.randint(lowest, cell * STEP)])


@pytest.mark.parametrize("slug", PRICED)
@pytest.mark.parametrize("place", [0, 8])
def test_nothing_told_changes_when_every_rivals_ask_moves_within_its_cell(slug, place):
    """Also at the edges, and also when the rival asked exactly the floor."""
    rng, below_own_cell = Random(5), BUDGET - STEP
    for _ in range(100):
        asks = [rng.choice([*EDGES[:4], rng.randint(FLOOR, below_own_cell)]) for _ in range(8)]
        moved = [in_the_same_cell(rng, ask) for ask in asks]
        why = [told(slug, losing_bid(rng, rivals, place), NOOR)[-1] for rivals in (asks, moved)]
        assert why[0].outcome is Outcome.NOT_AWARDED
        assert why[0] == why[1], (asks, moved)


def losing_score(features: dict[str, float], rivals: list[float], place: int) -> Case:
    """Noor's features against rivals who have one number for all of theirs."""
    rows = [(NOOR, features)]
    rows += [(10 + n, dict.fromkeys(FEATURES, score)) for n, score in enumerate(rivals)]
    rows.insert(place, rows.pop(0))
    return case_with(
        *(
            worker(who, order, features=values, ask_cents=price_of(values))
            for order, (who, values) in enumerate(rows)
        ),
        pay_cents=1000,
    )


def price_of(features: dict[str, float]) -> int:
    """An ask whose price factor is about the skill, for the mechanism that weighs both."""
    return round(1000 * (1 - features["skill_match"]))


@pytest.mark.parametrize("slug", SCORED)
@pytest.mark.parametrize("place", [0, 6])
def test_nothing_told_changes_when_every_rivals_score_moves_within_its_cell(slug, place):
    """Each threshold of each feature, the gap and the bands, all at once."""
    rng = Random(6)
    for _ in range(100):
        own = {name: rng.uniform(0.0, 0.25) for name in FEATURES}
        cells = [rng.randint(15, 50) for _ in range(6)]
        draws = [[(cell - rng.uniform(0.02, 0.98)) / SCORE_CELLS for cell in cells] for _ in "ab"]
        why = [told(slug, losing_score(own, rivals, place), NOOR)[-1] for rivals in draws]
        assert why[0].outcome in (Outcome.NOT_AWARDED, Outcome.WAITING)
        assert why[0] == why[1], draws


def test_asking_again_and_again_with_other_features_narrows_no_rivals_score():
    """Twenty decisions against the same rival: the thresholds put together still say one cell."""
    rng = Random(7)
    tries = [{name: rng.uniform(0.4, 0.54) for name in FEATURES} for _ in range(20)]
    rivals = [0.581, 0.599]
    seen = [
        [told("scored_offers", losing_score(own, [rival], 1), NOOR)[-1] for own in tries]
        for rival in rivals
    ]
    assert seen[0] == seen[1]
    assert all(why.counterfactuals and why.gap.unit == "score" for why in seen[0])
    other_cell = told("scored_offers", losing_score(tries[0], [0.601], 1), NOOR)[-1]
    assert other_cell != seen[0][0]


def test_an_equal_score_is_told_as_a_small_gap_and_not_as_equal():
    case = case_with(worker(YASMINA, 0), worker(WIM, 1))
    why = told("scored_offers", case)[-1]
    assert why.gap is not None and why.gap.amount > 0


@pytest.mark.parametrize("slug", [s for s in SLUGS if CATALOGUE[s].traits.sealed])
def test_nothing_is_learnt_about_rivals_while_sealed_bids_may_change(slug):
    wim = worker(WIM, 0, ask_cents=800)
    alone = case_with(wim, closes_at=500.0)
    crowded = case_with(
        wim, *(worker(10 + n, 1 + n, ask_cents=500 + n) for n in range(8)), closes_at=500.0
    )
    told = [explain(slug, case, decide(slug, case), WIM) for case in (alone, crowded)]
    assert told[0].rank is None and told[0].counterfactuals == () and told[0].bands == ()
    assert told[1] == replace(told[0], outcome=told[1].outcome, reason=told[1].reason)
    if slug != "clients_choice":
        assert told[1] == told[0]


def test_explanations_are_short_and_every_key_has_words(told_of_1000):
    for _, _, _, told in told_of_1000:
        words = in_words(told)
        assert 3 <= len(words.split()) <= 120, words
        assert told.reason in REASONS
        assert set(told.fixed) <= set(FIXED)


def test_factors_shown_add_up_to_the_score_shown(told_of_1000):
    tried = (*told_of_1000, ON_PURPOSE["higher_scores"])
    scored = [told for *_, told in tried if told.factors and told.score is not None]
    assert scored
    for told in scored:
        assert sum(f.contribution for f in told.factors) == pytest.approx(told.score)


def test_the_ineligible_always_read_which_condition_was_closed(told_of_1000):
    tried = (*told_of_1000, ON_PURPOSE["gate_closed"], CHANGES_ON_PURPOSE["ask_at_floor"])
    closed = [told for *_, told in tried if told.outcome is Outcome.INELIGIBLE]
    assert all(told.closed_gates for told in closed)


def test_rivals_are_shown_only_in_bands_of_at_least_five(told_of_1000):
    crowd = case_with(*(worker(n, n, ask_cents=600 + 17 * n) for n in range(12)), free_slots=(1,))
    shown = [band for *_, told in told_of_1000 for band in told.bands]
    shown += told("sealed_first_price", crowd, 11)[-1].bands
    assert shown
    assert all(band.count >= FEWEST_IN_A_BAND for band in shown)
    assert price_bands([700, 701, 702, 703], 50) == ()


def test_where_posting_decides_rivals_are_shown_at_once_and_no_gap_is_more_than_there_is():
    """Closing is not what decides here, so the case is always from before it."""
    crowd = [worker(n, n, features=dict.fromkeys(FEATURES, 1 - n / 20)) for n in range(12)]
    best = replace(crowd[0], features=dict.fromkeys(FEATURES, 1.0))
    case = case_with(best, *crowd[1:], closes_at=10_000.0)
    for slug in ("scored_offers", "rotation", "optimal_matching"):
        found = explain(slug, case, decide(slug, case), 11)
        assert sum(band.count for band in found.bands) == 11
        assert found.gap is None or found.gap.amount <= 1


def test_bands_count_every_rival_once_and_hold_them_all():
    rng = Random(3)
    for _ in range(200):
        cells = [rng.randrange(1, 30) for _ in range(rng.randrange(40))]
        found = bands(cells, 1)
        assert sum(b.count for b in found) == (len(cells) if len(cells) >= 5 else 0)
        for band in found:
            assert band.count == sum(band.low < cell <= band.high for cell in cells)


def test_a_late_claim_reads_how_late_it_was():
    late = case_with(
        worker(WIM, 0, received_at=501.8), free_slots=(), slot_count=10, last_taken_at=500.0
    )
    told = explain("first_come", late, decide("first_come", late), WIM)
    assert in_words(told).startswith("Slot 10 of 10 was taken 1.8 s before your claim.")
    assert told.counterfactuals[0].change == Change("arrival", 1.9)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1.8, "1.8 s"), (119.9, "119.9 s"), (121, "3 min"), (7_200, "2 h"), (200_000, "3 days")],
)
def test_long_times_are_said_in_larger_units_and_are_never_too_short(seconds, said):
    assert Wording().duration(seconds) == said


def test_whoever_waited_less_reads_how_much_longer_the_other_had_waited():
    case = case_with(worker(WIM, 1, received_at=7_000.0), worker(YASMINA, 0, received_at=100.0))
    told = explain("standby_queue", case, decide("standby_queue", case), WIM)
    assert "The last place went to somebody who came 115 min before you." in in_words(told)


def test_a_lottery_shows_the_chance_and_the_draw():
    case = case_with(*(worker(n, n) for n in range(5)), free_slots=(1, 2))
    decision = decide("lottery", case)
    loser = decision.ranking[-1]
    told = explain("lottery", case, decision, loser.worker)
    assert told.numbers["chance"] == 0.4
    assert told.numbers["draw"] == loser.score
    assert "The chance was 40 %" in in_words(told)
    assert "draw" in told.fixed and told.counterfactuals == ()


def test_a_losing_bid_reads_a_coarse_price_that_would_have_won():
    case = case_with(
        worker(WIM, 0, ask_cents=873), worker(YASMINA, 1, ask_cents=787), floor_cents=600
    )
    told = explain("sealed_first_price", case, decide("sealed_first_price", case), WIM)
    assert told.counterfactuals[0].change == Change("ask", 750)
    assert told.gap.amount == 123 and told.gap.unit == "cents"
    assert "With a bid of €7.50 or less, you would have got the task." in in_words(told)


def test_a_price_that_is_the_floor_is_not_said_to_be_beaten_by_a_lower_one():
    case = case_with(
        worker(WIM, 0, ask_cents=800), worker(YASMINA, 1, ask_cents=640), floor_cents=600
    )
    told = explain("sealed_first_price", case, decide("sealed_first_price", case), WIM)
    assert told.counterfactuals[0].change == Change("ask_at_floor", 600)
    assert told.gap.amount == 200
    words = in_words(told)
    assert "With a bid of €6.00, the lowest allowed, you would have got the task." in words
    assert "or less" not in words


def test_no_price_below_the_floor_is_ever_suggested():
    case = case_with(
        worker(WIM, 0, ask_cents=640), worker(YASMINA, 1, ask_cents=600), floor_cents=600
    )
    told = explain("sealed_first_price", case, decide("sealed_first_price", case), YASMINA)
    assert told.outcome is Outcome.AWARDED
    told = explain("sealed_first_price", case, decide("sealed_first_price", case), WIM)
    assert [found.change for found in told.counterfactuals] == [Change("ask_at_floor", 600)]
    later = case_with(
        worker(WIM, 1, ask_cents=640), worker(YASMINA, 0, ask_cents=600), floor_cents=600
    )
    told = explain("sealed_first_price", later, decide("sealed_first_price", later), WIM)
    assert told.counterfactuals == ()


def test_what_cannot_be_changed_is_listed_apart():
    case = case_with(worker(WIM, 0, features=dict.fromkeys(FEATURES, 0.1)), worker(YASMINA, 1))
    told = explain("scored_offers", case, decide("scored_offers", case), WIM)
    assert "waiting" in told.fixed
    assert all(found.change.name != "waiting" for found in told.counterfactuals)


def test_a_minimum_age_is_no_counterfactual_but_a_missing_proof_is():
    young = case_with(worker(WIM, 0, failed_gates=("minimum_age", "insurance")))
    assert explain("first_come", young, decide("first_come", young), WIM).counterfactuals == ()
    unproven = case_with(worker(WIM, 0, failed_gates=("insurance",)))
    told = explain("first_come", unproven, decide("first_come", unproven), WIM)
    assert told.counterfactuals[0].change == Change("gates")
    assert "show proof of insurance" in in_words(told)


def test_whoever_was_needed_elsewhere_reads_so_and_the_window_is_run_again():
    def fits(number, order, skill):
        return worker(number, order, features={"skill_match": skill})

    first = case_with(fits(WIM, 0, 0.9), fits(YASMINA, 1, 0.8), task=1)
    second = case_with(fits(WIM, 0, 0.9), fits(YASMINA, 1, 0.1), task=2)
    window = [first, second]
    decisions = decide_window("optimal_matching", window)
    assert [d.offers[0].worker for d in decisions] == [YASMINA, WIM]
    told = explain("optimal_matching", first, decisions[0], WIM, window=window)
    assert told.reason == "needed_elsewhere"
    told = explain("optimal_matching", second, decisions[1], YASMINA, window=window)
    assert told.counterfactuals
    for found in told.counterfactuals:
        other = [first, changed(second, second.candidates[1], found.change)]
        assert decide_window("optimal_matching", other)[1].offers[0].worker == YASMINA


def test_a_decision_that_cannot_be_repeated_gets_no_counterfactuals():
    case = case_with(worker(WIM, 0, ask_cents=900), worker(YASMINA, 1, ask_cents=800))
    decision = decide("sealed_first_price", case)
    altered = replace(decision, awards=())
    assert explain("sealed_first_price", case, decision, WIM).counterfactuals
    assert explain("sealed_first_price", case, altered, WIM).counterfactuals == ()


def test_a_stranger_gets_no_explanation():
    case = case_with(worker(WIM, 0))
    with pytest.raises(NotInThisCase):
        explain("first_come", case, decide("first_come", case), STAN)


def test_the_client_reads_who_won_and_on_which_criteria():
    case = case_with(worker(WIM, 0, ask_cents=700), worker(YASMINA, 1, ask_cents=900))
    told = explain_task("best_value", case, decide("best_value", case))
    (winner,) = told.winners
    assert (winner.worker, winner.pay_cents, winner.rank) == (WIM, 700, 1)
    assert sum(f.contribution for f in winner.factors) == pytest.approx(winner.score)
    assert told.open_slots == 0 and told.reason == ""


@pytest.mark.parametrize(
    ("slug", "case", "reason"),
    [
        ("first_come", case_with(), "nobody_came"),
        ("first_come", case_with(worker(WIM, 0, failed_gates=("skill",))), "nobody_eligible"),
        ("first_come", case_with(worker(WIM, 0), floor_cents=1100), "pay_below_floor"),
        ("first_come", case_with(worker(WIM, 0), free_slots=(1, 2)), "too_few_candidates"),
        ("scored_offers", case_with(worker(WIM, 0, answer=Answer.EXPIRED)), "everybody_declined"),
        ("lottery", case_with(worker(WIM, 0), closes_at=900.0), "not_closed_yet"),
        ("clients_choice", case_with(worker(WIM, 0)), "client_has_to_choose"),
        ("clients_choice", TWO_PLACES, "client_may_choose_more"),
        ("clients_choice", replace(ALONE, last_taken_at=150.0), "client_may_choose_more"),
        (
            "clients_choice",
            replace(TWO_PLACES, candidates=ALONE.candidates, chosen=(WIM,)),
            "too_few_candidates",
        ),
        (
            "clients_choice",
            replace(ALONE, deadline_at=150.0, last_taken_at=150.0),
            "client_chose_fewer",
        ),
        ("contest", case_with(worker(WIM, 0), closes_at=0.0, now=1e7), "nobody_chosen"),
        ("contest", CONTEST, "client_chose_fewer"),
    ],
)
def test_the_client_reads_why_places_are_open(slug, case, reason):
    told = explain_task(slug, case, decide(slug, case))
    assert told.reason == reason
    assert OPEN_REASONS[reason] in task_in_words(told)


def test_the_client_never_reads_which_gate_was_closed():
    case = case_with(worker(WIM, 0, failed_gates=("status_limit",)), worker(NOOR, 1))
    told = explain_task("first_come", case, decide("first_come", case))
    assert (told.candidates, told.eligible) == (2, 1)
    assert "status" not in task_in_words(told) and "status_limit" not in str(asdict(told))


def test_a_better_outcome_is_what_the_suggested_ask_reaches_and_a_step_more_does_not():
    case = case_with(
        worker(WIM, 0, ask_cents=990), worker(YASMINA, 1, ask_cents=812), floor_cents=0
    )
    told = explain("sealed_first_price", case, decide("sealed_first_price", case), WIM)
    price = int(told.counterfactuals[0].change.value)
    step = price_step_cents(case.pay_cents)
    wins = [
        outcome_of(decide("sealed_first_price", with_candidate(case, row)), WIM) in GOOD
        for row in (worker(WIM, 0, ask_cents=price), worker(WIM, 0, ask_cents=price + step))
    ]
    assert wins == [True, False]


def test_every_sentence_goes_through_the_translation(told_of_1000):
    asked: set[str] = set()

    def translate(template: str) -> str:
        asked.add(template)
        return template.upper() if "{" not in template else template

    for _, _, _, told in told_of_1000:
        Wording("€", translate).explanation(told)
        Wording("€", translate).factor_rows(told)
    assert asked <= set(every_template())

    assert len(every_template()) == len(set(every_template())) > 60


def test_a_language_may_write_money_its_own_way():
    class Dutch(Wording):
        def money(self, cents: float) -> str:
            return f"€ {cents / 100:.2f}".replace(".", ",")

    case = case_with(worker(WIM, 0, ask_cents=700))
    told = explain("sealed_first_price", case, decide("sealed_first_price", case), WIM)
    dutch = {"You got this task (slot {slot}) for {pay}.": "Deze taak is voor jou: {pay}."}
    assert Dutch(translate=dutch.__getitem__).explanation(told) == "Deze taak is voor jou: € 7,00."


def test_no_rank_is_told_where_the_client_picks_freely_among_entries():
    """Entries are kept in order of arrival, which says nothing of who is better."""
    case = case_with(worker(WIM, 0), worker(YASMINA, 1), closes_at=0.0, now=1.0)
    case = replace(case, chosen=(YASMINA,))
    decision = decide("contest", case)
    told = explain("contest", case, decision, WIM)
    assert told.rank is None and "number" not in in_words(told)
    [winner] = explain_task("contest", case, decision).winners
    assert winner.worker == YASMINA and winner.rank is None


ENTERED = case_with(worker(WIM, 0), worker(YASMINA, 1), worker(NOOR, 2), closes_at=0.0)
TOO_LATE_TO_CHOOSE = replace(ENTERED, now=1e7)
FEE = {"guaranteed_prize": 0, "consolation_cents": 150, "consolation_places": 2}


def told_to_the_client(case: Case) -> str:
    return task_in_words(explain_task("contest", case, decide("contest", case)))


def test_the_client_reads_that_a_guaranteed_prize_was_shared():
    assert told_to_the_client(TOO_LATE_TO_CHOOSE) == (
        "3 came forward, 3 of them eligible. Free places: 1; given: 0. Nobody was chosen. "
        "The guaranteed prize was shared: €10.00 in all, to 3 of those who entered."
    )


def test_the_client_reads_of_fees_where_the_prize_was_not_guaranteed():
    said = told_to_the_client(replace(TOO_LATE_TO_CHOOSE, parameters=FEE))
    assert said.endswith("Fees for taking part: €3.00 in all, to 2 of those who entered.")
    assert "shared" not in said


def test_the_client_reads_of_the_winner_and_of_the_fees_of_the_others():
    picked = replace(ENTERED, chosen=(YASMINA,), parameters=FEE | {"guaranteed_prize": 1})
    assert told_to_the_client(picked).endswith(
        "Free places: 1; given: 1. Fees for taking part: €3.00 in all, to 2 of those who entered."
    )


def test_no_word_about_fees_where_nobody_was_paid_one():
    said = told_to_the_client(replace(TOO_LATE_TO_CHOOSE, parameters={"guaranteed_prize": 0}))
    assert said.endswith("Nobody was chosen.")


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (TOO_LATE_TO_CHOOSE, "You are paid €3.34, your share of the guaranteed prize."),
        (
            replace(TOO_LATE_TO_CHOOSE, parameters=FEE),
            "You are paid €1.50 for taking part.",
        ),
    ],
)
def test_an_entrant_reads_whether_it_is_a_share_or_a_fee(case, said):
    assert said in in_words(explain("contest", case, decide("contest", case), WIM))


def test_an_entrant_who_gets_no_fee_reads_that_earlier_ones_did_and_not_who():
    one_fee = replace(ENTERED, chosen=(YASMINA,), parameters=FEE | {"consolation_places": 1})
    decision = decide("contest", one_fee)
    said = {w: in_words(explain("contest", one_fee, decision, w)) for w in (WIM, YASMINA, NOOR)}
    assert "Entries that came earlier are paid €1.50 each for taking part." in said[NOOR]
    assert "so yours is not paid." in said[NOOR] and "number" not in said[NOOR]
    assert "You are paid €1.50 for taking part." in said[WIM]
    assert all("earlier are paid" not in said[worker] for worker in (WIM, YASMINA))
