"""The promises that every mechanism keeps, on generated cases."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from allocation.engine.catalogue import CATALOGUE, decide
from allocation.engine.contract import Answer, Candidate, Outcome, Ranked, Terms
from allocation.engine.mechanisms.first_come import is_served
from allocation.engine.ranking import is_before_closing, standing
from tests.engine.cases import GOOD, SLUGS, cases, with_candidate

PRICED = [slug for slug in SLUGS if CATALOGUE[slug].traits.uses_price]
SEALED = [
    slug
    for slug in PRICED
    if CATALOGUE[slug].traits.sealed and CATALOGUE[slug].traits.decides == "at_closing"
]
PICKED = [slug for slug in SLUGS if CATALOGUE[slug].traits.decides == "by_client"]
few = settings(max_examples=150, deadline=None)
VALUE = {
    Outcome.AWARDED: 3,
    Outcome.OFFERED: 3,
    Outcome.SHORTLISTED: 2,
    Outcome.WAITING: 1,
    Outcome.NOT_AWARDED: 1,
}


def each_of(slugs):
    """The slugs one by one; a failing example says which it was."""
    for slug in slugs:
        note(slug)
        yield slug


def value_to(worker, decision):
    return next(VALUE.get(row.outcome, 0) for row in decision.ranking if row.worker == worker)


@few
@given(cases())
def test_only_eligible_workers_who_did_not_say_no_win(case):
    for slug in each_of(SLUGS):
        by_worker = {c.worker: c for c in case.candidates}
        decision = decide(slug, case)
        for winner in (*decision.awards, *decision.offers, *decision.consolations):
            assert by_worker[winner.worker].is_eligible
            assert by_worker[winner.worker].answer is Answer.NONE


@few
@given(cases())
def test_pay_is_within_the_budget_and_above_the_floor(case):
    for slug in each_of(SLUGS):
        decision = decide(slug, case)
        for winner in (*decision.awards, *decision.offers):
            assert case.floor_cents <= winner.pay_cents <= case.pay_cents


@few
@given(cases())
def test_no_winner_of_an_auction_is_paid_less_than_the_ask(case):
    for slug in each_of(PRICED):
        asks = {c.worker: c.ask_cents for c in case.candidates}
        for award in decide(slug, case).awards:
            assert award.pay_cents >= (asks[award.worker] or 0)


@few
@given(cases())
def test_slots_are_never_overfilled_and_nobody_wins_twice(case):
    for slug in each_of(SLUGS):
        decision = decide(slug, case)
        slots = [given.slot for given in (*decision.awards, *decision.offers)]
        winners = [given.worker for given in (*decision.awards, *decision.offers)]
        assert len(slots) == len(set(slots)) and set(slots) <= set(case.free_slots)
        assert len(winners) == len(set(winners))
        assert not {c.worker for c in decision.consolations} & set(winners)


@few
@given(cases())
def test_every_candidate_has_exactly_one_row(case):
    for slug in each_of(SLUGS):
        decision = decide(slug, case)
        assert sorted(row.worker for row in decision.ranking) == sorted(
            c.worker for c in case.candidates
        )
        ranks = [row.rank for row in decision.ranking if row.rank is not None]
        assert ranks == list(range(1, len(ranks) + 1))
        outcomes = {row.worker: row.outcome for row in decision.ranking}
        awarded = {worker for worker, outcome in outcomes.items() if outcome is Outcome.AWARDED}
        offered = {worker for worker, outcome in outcomes.items() if outcome is Outcome.OFFERED}
        assert awarded == {award.worker for award in decision.awards}
        assert offered == {offer.worker for offer in decision.offers}


@few
@given(cases(), st.data())
def test_the_order_of_listing_is_irrelevant(case, data):
    candidates = tuple(data.draw(st.permutations(case.candidates)))
    shuffled = replace(case, candidates=candidates, free_slots=case.free_slots[::-1])
    for slug in each_of(SLUGS):
        assert decide(slug, shuffled) == decide(slug, case)


@few
@given(cases())
def test_ids_are_irrelevant(case):
    for slug in each_of(SLUGS):
        decision = decide(slug, case)
        renamed = decide(
            slug,
            replace(
                case,
                task=case.task + 1000,
                candidates=tuple(replace(c, worker=1000 - c.worker) for c in case.candidates),
                chosen=tuple(1000 - worker for worker in case.chosen),
            ),
        )
        rename = [
            [renamed_row(row) for row in rows]
            for rows in (decision.awards, decision.offers, decision.ranking, decision.consolations)
        ]
        assert rename == [
            list(rows)
            for rows in (renamed.awards, renamed.offers, renamed.ranking, renamed.consolations)
        ]


def renamed_row(row):
    number = 1000 - row.worker
    return row._replace(worker=number) if isinstance(row, Ranked) else replace(row, worker=number)


@few
@given(cases())
def test_the_same_case_gets_the_same_decision(case):
    for slug in each_of(SLUGS):
        assert decide(slug, case) == decide(slug, replace(case))


@few
@given(cases(), st.integers(0, 2**128))
def test_a_mechanism_that_is_not_random_ignores_the_seed(case, seed):
    for slug in each_of([s for s in SLUGS if s != "lottery"]):
        assert decide(slug, replace(case, seed=seed)) == decide(slug, case)


@few
@given(cases(), st.data())
def test_a_cheaper_bid_is_never_worse_for_its_bidder(case, data):
    priced = [c for c in case.candidates if c.ask_cents and c.ask_cents > case.floor_cents]
    assume(priced)
    bidder = data.draw(st.sampled_from(priced))
    lower = data.draw(st.integers(case.floor_cents, bidder.ask_cents))
    cheaper = with_candidate(case, replace(bidder, ask_cents=lower))
    for slug in each_of(PRICED):
        before = value_to(bidder.worker, decide(slug, case))
        assert value_to(bidder.worker, decide(slug, cheaper)) >= before


@few
@given(cases(), st.data())
def test_a_better_feature_is_never_worse_for_its_owner(case, data):
    assume(case.candidates)
    owner = data.draw(st.sampled_from(case.candidates))
    name = data.draw(st.sampled_from(sorted(owner.features)))
    better = replace(owner, features={**owner.features, name: 1.0})
    for slug in each_of(SLUGS):
        before = value_to(owner.worker, decide(slug, case))
        assert value_to(owner.worker, decide(slug, with_candidate(case, better))) >= before


@few
@given(cases())
def test_factors_add_up_to_the_score(case):
    for slug in each_of([slug for slug in SLUGS if CATALOGUE[slug].factors]):
        card = CATALOGUE[slug]
        by_worker = {c.worker: c for c in case.candidates}
        for row in decide(slug, case).ranking:
            if row.score is not None:
                factors = card.factors(case, by_worker[row.worker])
                assert sum(f.contribution for f in factors) == pytest.approx(row.score, abs=1e-12)
                assert sum(f.weight for f in factors) == pytest.approx(1)


@few
@given(cases())
def test_no_free_slot_stays_empty_while_somebody_ranked_is_passed_over(case):
    for slug in each_of(slug for slug in SLUGS if CATALOGUE[slug].traits.decides != "by_client"):
        decision = decide(slug, case)
        waits = CATALOGUE[slug].traits.decides == "at_closing" and is_before_closing(case)
        ranked = sum(row.rank is not None for row in decision.ranking)
        assert len(decision.given) == (0 if waits else min(ranked, len(case.free_slots)))


@few
@given(cases())
def test_declining_never_lowers_a_score(case):
    for slug in each_of(SLUGS):
        answered = replace(
            case, candidates=tuple(replace(c, answer=Answer.NONE) for c in case.candidates)
        )
        scores = {row.worker: row.score for row in decide(slug, answered).ranking}
        for row in decide(slug, case).ranking:
            if row.score is not None and not CATALOGUE[slug].traits.random:
                assert row.score == scores[row.worker]


@few
@given(cases())
def test_the_next_decision_is_never_in_the_past(case):
    for slug in each_of(SLUGS):
        decision = decide(slug, case)
        assert decision.decide_again_at is None or decision.decide_again_at > case.now


@few
@given(cases(), st.sampled_from([0.0, 0.01, 3_000.0, 1e9]))
def test_whom_the_client_picks_too_late_gets_nothing(case, seconds_late):
    """Whenever the closing is looked at: what counts is when the client said it."""
    for slug in each_of(PICKED):
        ended = replace(case, closes_at=500.0, deadline_at=500.0 + 604_800)
        late = replace(ended, now=ended.deadline_at + seconds_late)
        decision = decide(slug, late)
        assert not decision.awards and not decision.asks_client
        assert decision == decide(slug, replace(late, chosen=()))


def test_status_has_no_place_in_a_case():
    assert "status" not in {name.lower() for name in Candidate.__slots__}
    fields = " ".join(Candidate.__slots__)
    assert fields == "worker received received_at ask_cents features failed_gates answer"


@few
@given(cases(), st.sampled_from(["employee", "freelancer", "student"]))
def test_a_status_smuggled_in_as_a_feature_changes_nothing(case, status):
    for slug in each_of(SLUGS):
        smuggled = replace(
            case,
            candidates=tuple(
                replace(c, features={**c.features, f"status_{status}": 1.0})
                for c in case.candidates
            ),
        )
        assert decide(slug, smuggled) == decide(slug, case)


@few
@given(cases())
def test_nobody_learns_a_rank_before_a_sealed_closing(case):
    for slug in each_of(SEALED):
        case = replace(case, closes_at=case.now + 60)
        decision = decide(slug, case)
        assert all(row.rank is None for row in decision.ranking)
        assert not any(row.outcome in GOOD for row in decision.ranking)
        assert decision.decide_again_at == case.closes_at


@few
@given(st.booleans().flatmap(lambda fine: cases(fine=fine)))
def test_in_short_a_mechanism_gives_what_it_gives_in_full(case):
    candidates = standing(case)
    terms = Terms(*(getattr(case, name) for name in Terms._fields))

    def feature(name):
        return [candidate.features.get(name, 0.0) for candidate in candidates]

    shorter = [slug for slug in SLUGS if CATALOGUE[slug].in_short]
    assert set(shorter) >= {"first_come", "scored_offers"}
    for slug in each_of(shorter):
        found = CATALOGUE[slug].in_short(terms, [c.worker for c in candidates], feature)
        assert found == decide(slug, case).given


@few
@given(cases(max_candidates=1))
def test_a_lone_claim_is_served_as_the_whole_decision_says(case):
    assume(standing(case) and case.free_slots)
    awards = decide("first_come", case).awards
    assert bool(awards) == is_served(case.pay_cents, case.floor_cents)
    assert all((a.slot, a.pay_cents) == (min(case.free_slots), case.pay_cents) for a in awards)
