"""What is special to each mechanism, one rule per test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from allocation.engine.catalogue import CATALOGUE, card_of, decide, decide_window
from allocation.engine.contract import Answer, Award, Candidate, Consolation, Outcome
from allocation.engine.matching import Wanted, match
from allocation.engine.mechanisms.open_descending import (
    closing_time_after_bid,
    highest_allowed_ask,
)
from allocation.engine.seeds import commitment, draw, reveals
from tests.engine.cases import FEATURES, NOOR, STAN, WIM, YASMINA, case_with, worker


def winners(decision) -> list[int]:
    return [award.worker for award in decision.awards]


def asked(decision) -> list[int]:
    return [offer.worker for offer in decision.offers]


def outcomes(decision) -> dict[int, Outcome]:
    return {row.worker: row.outcome for row in decision.ranking}


def bids(*asks: int):
    return [worker(number, order, ask_cents=ask) for order, (number, ask) in enumerate(asks)]


# First come and the standby queue


def test_the_earliest_claim_gets_the_slot():
    decision = decide("first_come", case_with(worker(WIM, 1), worker(YASMINA, 0)))
    assert decision.awards == (Award(YASMINA, 1, 1000),)
    assert outcomes(decision)[WIM] is Outcome.NOT_AWARDED


def test_an_ineligible_claim_does_not_use_up_a_slot():
    case = case_with(worker(WIM, 0, failed_gates=("language",)), worker(YASMINA, 1))
    assert winners(decide("first_come", case)) == [YASMINA]


def test_a_claim_without_a_free_slot_gets_nothing():
    assert decide("first_come", case_with(worker(WIM, 0), free_slots=())).awards == ()


def test_whoever_is_not_served_keeps_waiting_on_standby():
    decision = decide("standby_queue", case_with(worker(WIM, 0), worker(YASMINA, 1)))
    assert winners(decision) == [WIM]
    assert outcomes(decision)[YASMINA] is Outcome.WAITING


def test_pay_below_the_floor_is_never_awarded():
    case = case_with(worker(WIM, 0), floor_cents=1001)
    assert decide("first_come", case).awards == ()
    assert decide("scored_offers", case).offers == ()


# Lottery


def test_being_early_does_not_help_in_a_lottery():
    first = [
        winners(decide("lottery", case_with(*(worker(n, n) for n in range(4)), seed=seed)))[0]
        for seed in range(400)
    ]
    assert all(70 <= first.count(n) <= 130 for n in range(4))


def test_the_lottery_waits_for_closing():
    case = case_with(worker(WIM, 0), closes_at=300.0)
    assert decide("lottery", case).decide_again_at == 300.0
    assert winners(decide("lottery", replace(case, now=300.0))) == [WIM]


def test_a_draw_is_what_anybody_can_work_out_from_the_revealed_seed():
    case = case_with(worker(WIM, 0), worker(YASMINA, 1), seed=2**127 + 5)
    scores = {row.worker: row.score for row in decide("lottery", case).ranking}
    assert scores[YASMINA] == draw(2**127 + 5, "lottery", 1)
    # printf '1|lottery|1' | sha256sum, its first 53 bits
    assert draw(1, "lottery", 1) == 0.6158613770942737


def test_a_commitment_opens_to_its_own_seed_only():
    shown = commitment(41)
    assert reveals(41, shown) and not reveals(42, shown)


def test_draws_are_uniform():
    drawn = np.array([draw(1, "test", n) for n in range(4_000)])
    assert abs(drawn.mean() - 0.5) < 3 * np.sqrt(1 / 12 / 4_000)
    assert abs(np.mean(drawn < 0.1) - 0.1) < 3 * np.sqrt(0.09 / 4_000)


# Auctions


def test_the_lowest_bid_wins_and_is_paid_what_it_asked():
    decision = decide("sealed_first_price", case_with(*bids((WIM, 800), (YASMINA, 700))))
    assert decision.awards == (Award(YASMINA, 1, 700),)


@pytest.mark.parametrize(
    "slug", ["sealed_first_price", "sealed_second_price", "uniform_price", "open_descending"]
)
def test_earlier_bid_wins_a_tie(slug):
    tied = case_with(worker(WIM, 1, ask_cents=700), worker(YASMINA, 0, ask_cents=700))
    assert winners(decide(slug, tied)) == [YASMINA]


@pytest.mark.parametrize("slug", [slug for slug in CATALOGUE if not card_of(slug).traits.random])
def test_among_equals_whoever_came_earlier_stands_first(slug):
    """As each card says in its `tie_rule`; the ids and the listing are the other way round."""
    equal = (worker(WIM, 1, ask_cents=700), worker(YASMINA, 0, ask_cents=700))
    first = decide(slug, case_with(*equal)).ranking[0]
    assert (first.worker, first.rank) == (YASMINA, 1)


def test_the_second_price_is_the_lowest_losing_bid():
    case = case_with(*bids((WIM, 800), (YASMINA, 700), (NOOR, 900)))
    assert decide("sealed_second_price", case).awards == (Award(YASMINA, 1, 800),)


def test_a_lone_bidder_under_second_price_is_paid_the_budget():
    case = case_with(*bids((WIM, 800)))
    assert decide("sealed_second_price", case).awards == (Award(WIM, 1, 1000),)


def test_the_uniform_price_may_be_the_highest_winning_bid():
    case = case_with(*bids((WIM, 500), (YASMINA, 700), (NOOR, 900)), free_slots=(1, 2))
    assert {a.pay_cents for a in decide("uniform_price", case).awards} == {900}
    inside = replace(case, parameters={"price_rule": 1})
    assert {a.pay_cents for a in decide("uniform_price", inside).awards} == {700}


@pytest.mark.parametrize("ask", [599, 1001, None])
def test_a_bid_outside_floor_and_budget_never_wins(ask):
    case = case_with(worker(WIM, 0, ask_cents=ask), floor_cents=600)
    assert decide("sealed_first_price", case).awards == ()
    assert decide("best_value", case).awards == ()


def test_standing_bids_are_ranked_in_the_open_before_closing():
    case = case_with(*bids((WIM, 800), (YASMINA, 700)), closes_at=300.0)
    rows = decide("open_descending", case).ranking
    assert [(row.worker, row.rank, row.outcome) for row in rows] == [
        (YASMINA, 1, Outcome.WAITING),
        (WIM, 2, Outcome.WAITING),
    ]


def test_a_late_bid_leaves_time_to_answer_and_an_early_one_changes_nothing():
    rules = {"soft_close_seconds": 120.0}
    assert closing_time_after_bid(rules, closes_at=1000, bid_at=950) == 1070
    assert closing_time_after_bid(rules, closes_at=1000, bid_at=500) == 1000
    assert closing_time_after_bid({}, closes_at=1000, bid_at=999) == 1119


def test_a_new_bid_must_undercut_by_the_decrement():
    case = case_with(*bids((WIM, 800), (YASMINA, 700)))
    assert highest_allowed_ask(case) == 650
    assert highest_allowed_ask(replace(case, free_slots=(1, 2))) == 750
    assert highest_allowed_ask(replace(case, free_slots=(1, 2, 3))) == 1000
    assert highest_allowed_ask(replace(case, parameters={"minimum_decrement_cents": 1})) == 699


def test_quality_can_beat_a_lower_price_under_best_value():
    def rated(number, order, ask, reputation):
        features = {"reputation": reputation, "skill_match": 0.5}
        return worker(number, order, ask_cents=ask, features=features)

    case = case_with(rated(WIM, 0, 900, 1.0), rated(YASMINA, 1, 800, 0.2))
    assert decide("best_value", case).awards == (Award(WIM, 1, 900),)
    only_price = replace(case, parameters={"weight_reputation": 0.0, "weight_skill_match": 0.0})
    assert decide("best_value", only_price).awards == (Award(YASMINA, 1, 800),)


def test_a_third_bid_never_swaps_two_others_under_best_value():
    rng = np.random.default_rng(2)
    for _ in range(200):
        rows = [
            worker(
                n,
                n,
                ask_cents=int(rng.integers(1, 1000)),
                features=dict(zip(FEATURES, rng.random(len(FEATURES)), strict=True)),
            )
            for n in range(3)
        ]
        both = [r.worker for r in decide("best_value", case_with(*rows[:2])).ranking]
        three = [r.worker for r in decide("best_value", case_with(*rows)).ranking]
        assert [w for w in three if w != 2] == both


# The client's choice


def test_the_client_is_asked_and_sees_a_shortlist():
    case = case_with(*bids((1, 700), (2, 710), (3, 720)), parameters={"shortlist_size": 2})
    decision = decide("clients_choice", case)
    assert decision.asks_client and not decision.awards
    assert [row.outcome for row in decision.ranking] == [
        Outcome.SHORTLISTED,
        Outcome.SHORTLISTED,
        Outcome.WAITING,
    ]


def test_exactly_whom_the_client_chose_is_awarded_also_from_below_the_shortlist():
    case = case_with(*bids((1, 700), (2, 710), (3, 720)), parameters={"shortlist_size": 1})
    decision = decide("clients_choice", replace(case, chosen=(3,)))
    assert decision.awards == (Award(3, 1, 720),) and not decision.asks_client
    assert outcomes(decision) == {
        1: Outcome.NOT_AWARDED,
        2: Outcome.NOT_AWARDED,
        3: Outcome.AWARDED,
    }


def test_choosing_somebody_ineligible_awards_nothing():
    case = case_with(
        worker(WIM, 0, failed_gates=("skill",)), worker(YASMINA, 1), chosen=(WIM, STAN)
    )
    decision = decide("clients_choice", case)
    assert decision.awards == () and decision.asks_client


# Scored offers and rotation


def test_the_best_score_is_asked_with_a_time_limit():
    case = case_with(worker(WIM, 0), worker(YASMINA, 1, features=dict.fromkeys(FEATURES, 0.9)))
    decision = decide("scored_offers", case)
    assert asked(decision) == [YASMINA]
    assert decision.offers[0].until == decision.decide_again_at == 260.0
    assert outcomes(decision)[WIM] is Outcome.WAITING


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.EXPIRED])
def test_whoever_declined_is_skipped_and_the_next_is_asked(answer):
    best = worker(YASMINA, 1, features=dict.fromkeys(FEATURES, 0.9), answer=answer)
    decision = decide("scored_offers", case_with(worker(WIM, 0), best))
    assert asked(decision) == [WIM]
    assert outcomes(decision)[YASMINA] is Outcome.DECLINED


def test_as_many_are_asked_as_there_are_free_slots():
    case = case_with(*(worker(n, n) for n in range(5)), free_slots=(4, 2))
    assert [(o.worker, o.slot) for o in decide("scored_offers", case).offers] == [(0, 2), (1, 4)]


def test_an_offer_never_outlives_the_closing():
    case = case_with(worker(WIM, 0), closes_at=230.0)
    assert decide("scored_offers", case).offers[0].until == 230.0
    assert decide("scored_offers", replace(case, now=230.0)).offers == ()


def test_whoever_was_served_longest_ago_is_next_in_turn():
    rows = [
        worker(n, n, features={"since_served": wait, "reputation": 1 - wait})
        for n, wait in enumerate([0.2, 1.0, 0.6])
    ]
    assert asked(decide("rotation", case_with(*rows))) == [1]


# Optimal matching


def test_the_window_gives_up_a_best_pair_for_a_better_total():
    def row(number, order, skill):
        return worker(number, order, features={"skill_match": skill})

    window = [
        case_with(row(WIM, 0, 0.9), row(YASMINA, 1, 0.8), task=1),
        case_with(row(WIM, 0, 0.9), row(YASMINA, 1, 0.1), task=2),
    ]
    assert [asked(d) for d in decide_window("optimal_matching", window)] == [[YASMINA], [WIM]]


def test_nobody_is_asked_for_two_tasks_in_one_window():
    window = [case_with(*(worker(n, n) for n in range(3)), task=t) for t in range(4)]
    offers = [o for d in decide_window("optimal_matching", window) for o in d.offers]
    assert sorted(o.worker for o in offers) == [0, 1, 2]


def test_matching_agrees_with_the_dense_optimum_on_random_windows():
    rng = np.random.default_rng(9)
    for _ in range(60):
        tasks, workers = rng.integers(1, 9, 2)
        scores = rng.random((tasks, workers))
        places = match([wanted(row) for row in scores])
        total = sum(
            np.sort(scores[t])[::-1][place] for t, row in enumerate(places) for place in row
        )
        rows, columns = linear_sum_assignment(-scores)
        assert total == pytest.approx(scores[rows, columns].sum())


def wanted(scores: np.ndarray, slots: int = 1) -> Wanted:
    order = np.argsort(-scores, kind="stable")
    return Wanted(slots, order.tolist(), scores[order].tolist())


def test_matching_is_optimal_where_lists_hardly_overlap():
    """Each task may use only some workers, and some workers only one task wants."""
    rng = np.random.default_rng(10)
    for _ in range(60):
        tasks, workers = rng.integers(1, 7), rng.integers(1, 20)
        scores, may = rng.random((tasks, workers)), rng.random((tasks, workers)) < 0.25
        lists = [[w for w in np.argsort(-scores[t]).tolist() if may[t, w]] for t in range(tasks)]
        wanted_ = [Wanted(1, row, scores[t][row].tolist()) for t, row in enumerate(lists)]
        places = match(wanted_)
        total = sum(scores[t, lists[t][p]] for t, row in enumerate(places) for p in row)
        rows, columns = linear_sum_assignment(np.where(may, -scores, 0.0) - 9 * may)
        allowed = may[rows, columns]
        assert sum(map(len, places)) == allowed.sum()
        assert total == pytest.approx((scores[rows, columns] * allowed).sum())


def test_everybody_wanting_the_same_few_widens_the_shortlists_until_all_is_filled():
    """With 100 tasks that rank 400 workers the same, a list of 64 leaves 36 unfilled at first."""
    scores = np.tile(np.linspace(1, 0, 400), (100, 1))
    places = match([wanted(row) for row in scores])
    assert sorted(row[0] for row in places) == list(range(100))


def test_whoever_was_there_earlier_is_asked_when_matchings_are_equally_good():
    same = [worker(n, order) for n, order in ((WIM, 2), (YASMINA, 0), (NOOR, 1))]
    window = [case_with(*same, task=1), case_with(*same, task=2)]
    offers = [asked(decision)[0] for decision in decide_window("optimal_matching", window)]
    assert sorted(offers) == sorted([YASMINA, NOOR])


def test_a_window_is_decided_the_same_however_its_candidates_are_listed_or_numbered():
    rng = np.random.default_rng(12)
    for _ in range(30):
        window = [coarse_case(rng, task) for task in range(4)]
        renamed = [
            replace(
                case,
                task=9 - case.task,
                candidates=tuple(replace(c, worker=500 - c.worker) for c in case.candidates[::-1]),
            )
            for case in window
        ]
        before = [asked(d) for d in decide_window("optimal_matching", window)]
        after = [asked(d) for d in decide_window("optimal_matching", renamed)]
        assert after == [[500 - number for number in row] for row in before]


def coarse_case(rng: np.random.Generator, task: int):
    """Ten workers with one of two scores, so that many matchings are equally good."""
    fits = [{"skill_match": float(rng.integers(2))} for _ in range(10)]
    return case_with(*(worker(n, n, features=fit) for n, fit in enumerate(fits)), task=task)


def test_an_empty_window_is_no_work():
    assert decide_window("optimal_matching", []) == []
    assert decide_window("optimal_matching", [case_with()])[0].offers == ()


# Contest


def entrants(n: int, **more):
    return case_with(*(Candidate(k, k) for k in range(n)), closes_at=100.0, now=200.0, **more)


def test_the_client_picks_the_winner_after_closing_only():
    case = entrants(3, chosen=(2,))
    assert decide("contest", case).awards == (Award(2, 1, 1000),)
    early = decide("contest", replace(case, now=50.0))
    assert early.awards == () and early.decide_again_at == 100.0


def test_the_client_has_a_limited_time_to_choose():
    decision = decide("contest", entrants(3))
    assert decision.asks_client and decision.decide_again_at == 100.0 + 604_800


def test_a_guaranteed_prize_is_shared_to_the_cent_when_nobody_is_chosen():
    decision = decide("contest", replace(entrants(3), now=1e7))
    assert decision.consolations == (Consolation(0, 334), Consolation(1, 333), Consolation(2, 333))
    assert not decision.asks_client and decision.awards == ()


def test_without_guarantee_only_the_consolation_fee_is_paid():
    fee = {"guaranteed_prize": 0, "consolation_cents": 150, "consolation_places": 2}
    decision = decide("contest", replace(entrants(3), now=1e7, parameters=fee))
    assert decision.consolations == (Consolation(0, 150), Consolation(1, 150))
    nothing = replace(entrants(3), now=1e7, parameters={"guaranteed_prize": 0})
    assert decide("contest", nothing).consolations == ()


def test_the_consolation_fee_goes_to_those_who_did_not_win():
    fee = {"consolation_cents": 150}
    decision = decide("contest", replace(entrants(3, chosen=(0,)), parameters=fee))
    assert decision.consolations == (Consolation(1, 150), Consolation(2, 150))
