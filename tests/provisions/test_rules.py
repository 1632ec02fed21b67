"""Who provides what: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisions import rules
from provisions.rules import FUNCTIONS, NAMES, SAYABLE, SAYABLE_PROVIDERS, Provider

terms = st.fixed_dictionaries(
    {name: st.booleans() for name in ("is_on_site", "names_a_price", "is_booked")}
)
said = st.dictionaries(st.sampled_from(SAYABLE), st.sampled_from(SAYABLE_PROVIDERS))
providers = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(Provider))


def everything_by(provider: Provider) -> dict[str, Provider]:
    return dict.fromkeys(NAMES, provider)


def test_there_are_fifteen_functions_each_with_one_letter():
    assert len(FUNCTIONS) == len(set(NAMES)) == 15
    assert len({provider.letter for provider in Provider}) == len(Provider)


@given(providers)
def test_letters_keep_who_provides_what(some):
    whole = everything_by(Provider.NOBODY) | some
    assert rules.from_letters(rules.as_letters(whole)) == whole


@given(terms, said)
def test_what_is_said_holds_and_the_rest_stays_as_usual(terms, said):
    letters = rules.letters_for(tuple(sorted(said.items())), **terms)
    assert rules.from_letters(letters) == rules.usually_provided(**terms) | said


def test_a_remote_microtask_leaves_eight_of_fourteen_to_the_worker_or_nobody():
    found = rules.usually_provided(is_on_site=False, names_a_price=False, is_booked=False)
    assert rules.decoupling_index(found.values()) == pytest.approx(8 / 14)
    assert found["transport"] is Provider.NOT_NEEDED
    assert found["payment_risk"] is Provider.MARKET, "its pay is in escrow before it is posted"


def test_on_site_the_client_has_the_place_and_the_worker_travels():
    found = rules.usually_provided(is_on_site=True, names_a_price=False, is_booked=False)
    assert (found["place"], found["transport"]) == (Provider.CLIENT, Provider.WORKER)


def test_where_prices_compete_the_rule_makes_the_pay():
    found = rules.usually_provided(is_on_site=False, names_a_price=True, is_booked=False)
    assert found["pay"] is Provider.MARKET


def test_the_index_goes_from_nothing_to_everything():
    assert rules.decoupling_index(everything_by(Provider.ORGANISATION).values()) == 0
    assert rules.decoupling_index(everything_by(Provider.NOBODY).values()) == 1


@given(terms, said, st.sampled_from(SAYABLE), st.sampled_from(SAYABLE_PROVIDERS))
def test_providing_one_thing_more_never_leaves_more_to_the_worker(terms, said, name, provider):
    def index(said):
        letters = rules.letters_for(tuple(sorted(said.items())), **terms)
        return rules.decoupling_index(rules.from_letters(letters).values())

    more = said | {name: provider}
    # Transport that nobody needs is no burden taken away, but it is a thing provided.
    assert index(more) <= index({n: p for n, p in more.items() if n != name})


@pytest.mark.parametrize(
    "said",
    [{"payment_risk": "client"}, {"insurance": "market"}, {"insurance": "nobody"}, {"love": "client"}],
    ids=str,
)  # fmt: skip
def test_nobody_promises_away_what_is_not_theirs(said):
    assert not rules.is_for_a_client_to_say(said)
