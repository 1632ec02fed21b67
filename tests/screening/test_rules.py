"""What is held and what goes on the board, in three languages; and the measured mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.rules import RULES, rule_that_holds
from tests.screening.corpus import FRESH, TUNED


def verdict(text: str) -> str:
    rule = rule_that_holds(text, "")
    return rule.slug if rule else ""


@pytest.mark.parametrize(("rule", "sentence"), TUNED)
def test_a_sentence_is_held_by_its_rule_or_by_none(rule, sentence):
    assert verdict(sentence) == rule


def test_on_sentences_it_was_not_tuned_on_it_misses_one_and_holds_no_honest_work():
    missed = [text for rule, text in FRESH if rule and not verdict(text)]
    wrongly_held = [text for rule, text in FRESH if not rule and verdict(text)]
    assert missed == ["We need thousands of Twitter accounts opened by the end of the week"]
    assert wrongly_held == []


def test_the_corpus_is_large_enough_to_say_something():
    every = TUNED + FRESH
    assert len(every) >= 90
    assert {rule for rule, _ in every} == {"", *(rule.slug for rule in RULES)}


@pytest.mark.parametrize(
    "text",
    [
        "CREATE 10,000 E-MAIL ACCOUNTS",
        "Cr\u00e9er 500 comptes Gmail",
        "Cre\u0301er 500 comptes Gmail",
        "Create 10,000 e-mail a\u200bccounts",
        "Create 10,000 e-mail acc0unts",
        "We like flowers.\nCreate 10,000 e-mail accounts!\nThank you.",
    ],
)
def test_capitals_accents_hidden_signs_and_other_sentences_change_nothing(text):
    assert verdict(text) == "bulk_accounts"


def test_the_description_counts_as_much_as_the_title():
    rule = rule_that_holds("Easy work", "Solve captchas, 1000 per hour.")
    assert rule and rule.slug == "captcha"


def test_words_of_different_sentences_are_not_put_together():
    assert verdict("Make 20 drawings. Your account is paid at once.") == ""


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text):
    assert verdict(text) in {"", *(rule.slug for rule in RULES)}


@given(st.sampled_from([text for rule, text in TUNED if rule]), st.text("abc xyz\n", max_size=40))
def test_words_around_it_do_not_free_a_held_sentence(text, around):
    assert verdict(f"{around}\n{text}\n{around}")
