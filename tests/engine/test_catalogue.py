"""The catalogue: complete cards, honest traits, parameters that are checked."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings

from allocation.engine.card import UnusableParameters
from allocation.engine.catalogue import (
    CATALOGUE,
    UnknownMechanism,
    card_of,
    decide,
    decide_window,
    validate_parameters,
)
from allocation.engine.codec import source_of
from allocation.engine.ranking import is_before_closing
from tests.engine.cases import SLUGS, WIM, YASMINA, case_with, cases, worker


@pytest.mark.parametrize("slug", SLUGS)
def test_every_card_is_filled_in(slug):
    card = card_of(slug)
    assert card.slug == slug == card.decide.__module__.rpartition(".")[2]
    assert card.name and card.sources and card.tends_to_win and card.tends_to_lose
    assert card.tie_rule.endswith(".")
    assert len(card.explanation.split()) <= 45
    for parameter in card.parameters:
        assert parameter.minimum <= parameter.default <= parameter.maximum
        assert parameter.meaning.endswith(".")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_defaults_are_valid_and_change_nothing(slug):
    case = case_with(worker(WIM, 0, ask_cents=800), worker(YASMINA, 1, ask_cents=700))
    explicit = case_with(*case.candidates, parameters=validate_parameters(slug, {}))
    assert decide(slug, explicit) == decide(slug, case)


def test_a_wrong_parameter_is_named_with_the_allowed_ones():
    with pytest.raises(UnusableParameters, match="no parameter 'wait'.*offer_seconds"):
        validate_parameters("scored_offers", {"wait": 60})
    with pytest.raises(UnusableParameters, match="first_come has no parameter 'x'. Allowed: none"):
        validate_parameters("first_come", {"x": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "60", None, True, -1, 1e9])
def test_a_value_that_is_no_number_or_out_of_range_is_refused(value):
    with pytest.raises(UnusableParameters, match="offer_seconds must be"):
        validate_parameters("scored_offers", {"offer_seconds": value})


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("uniform_price", "price_rule"),
        ("contest", "guaranteed_prize"),
        ("contest", "consolation_cents"),
        ("contest", "consolation_places"),
        ("clients_choice", "shortlist_size"),
        ("open_descending", "minimum_decrement_cents"),
    ],
)
def test_half_a_choice_a_cent_or_a_place_is_refused(slug, name):
    half = card_of(slug).defaults[name] + 0.5 if name != "guaranteed_prize" else 0.5
    with pytest.raises(UnusableParameters, match=f"{name} must be a whole number, not {half:g}."):
        validate_parameters(slug, {name: half})
    assert validate_parameters(slug, {name: 1})[name] == 1


def test_limits_are_written_out():
    with pytest.raises(UnusableParameters, match="between 60 and 7,776,000 seconds, not 8,000,000"):
        validate_parameters("contest", {"choose_seconds": 8_000_000})


def test_weights_of_nothing_are_refused():
    nothing = dict.fromkeys(weights_of("scored_offers"), 0)
    with pytest.raises(UnusableParameters, match="at least one weight"):
        validate_parameters("scored_offers", nothing)


def weights_of(slug):
    return [name for name in card_of(slug).defaults if name.startswith("weight_")]


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if weights_of(slug)])
def test_a_weight_is_nothing_or_large_enough_to_be_read(slug):
    name, *others = weights_of(slug)
    alone = dict.fromkeys(others, 0.0)
    for tiny in (1e-320, 0.0009):
        with pytest.raises(UnusableParameters, match=f"{name} must be 0 or at least 0.001."):
            validate_parameters(slug, alone | {name: tiny})
    assert validate_parameters(slug, alone | {name: 0.001})[name] == 0.001


def test_only_the_ratio_of_weights_counts():
    rows = [worker(n, n, features={"skill_match": n / 9, "distance": 1 - n / 9}) for n in range(9)]
    light = {"weight_skill_match": 0.2, "weight_distance": 0.1}
    heavy = {"weight_skill_match": 2.0, "weight_distance": 1.0}
    others = {"weight_reputation": 0.0, "weight_waiting": 0.0}
    first = decide("scored_offers", case_with(*rows, parameters=light | others))
    second = decide("scored_offers", case_with(*rows, parameters=heavy | others))
    assert first.offers == second.offers
    assert [r.score for r in first.ranking] == pytest.approx([r.score for r in second.ranking])


def test_an_unknown_mechanism_is_named_with_the_known_ones():
    with pytest.raises(UnknownMechanism, match="'roulette'.*first_come"):
        card_of("roulette")


@settings(max_examples=60, deadline=None)
@given(cases())
def test_traits_tell_the_truth(case):
    for slug, card in CATALOGUE.items():
        traits, decision = card.traits, decide(slug, case)
        assert not (decision.offers and not traits.makes_offers)
        assert not (decision.awards and traits.makes_offers)
        assert not (decision.asks_client and traits.decides != "by_client")
        if traits.decides == "at_closing" and is_before_closing(case):
            assert not decision.given and decision.decide_again_at == case.closes_at


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_window_of_one_is_the_single_case(case):
    for slug in SLUGS:
        assert decide_window(slug, [case]) == [decide(slug, case)]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_mechanism_that_does_not_use_prices_ignores_them(case):
    """A price outside the limits is left out here: it is a gate, and the door refuses it."""
    same = replace(case, candidates=tuple(replace(c, ask_cents=None) for c in case.candidates))
    other = replace(
        case, candidates=tuple(replace(c, ask_cents=case.floor_cents) for c in case.candidates)
    )
    for slug in (slug for slug, card in CATALOGUE.items() if not card.traits.uses_price):
        assert decide(slug, same).given == decide(slug, other).given == decide(slug, case).given


def test_the_engine_needs_neither_django_nor_celery_nor_a_clock():
    program = (
        "import sys; import allocation.engine.catalogue, allocation.engine.wording, "
        "allocation.engine.codec; "
        "print(sorted({'django', 'celery', 'marketplace', 'redis'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"
    for slug in SLUGS:
        source = source_of(card_of(slug).decide.__module__).decode()
        for phrase in ("import time", "import random", "datetime", "default_rng"):
            assert phrase not in source
