"""Sentences with holes: in English, in another language, and none of them forgotten."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from allocation.engine.catalogue import card_of
from allocation.engine.saying import Refusal, Said, both, either
from marketplace import doors
from simulation.rules import Arm, NotAScenario, Plan, scenarios_of

PURE = [
    *Path(settings.BASE_DIR, "allocation", "engine").rglob("*.py"),
    *Path(settings.BASE_DIR, "simulation", "world").rglob("*.py"),
    Path(settings.BASE_DIR, "simulation", "rules.py"),
]
SAY = {
    "Said", "Refusal", "UnknownLever", "UnusableValue", "UnusableParameters", "UnknownPreset",
    "NotAScenario", "TooLarge",
}  # fmt: skip


def test_a_part_may_be_said_itself_and_numbers_are_written_as_the_reader_writes_them():
    refusal = Refusal("{a} needs {b}, {n} times.", a="x", b=both(["y", either(["z", "ö"])]), n=1500)
    assert str(refusal) == "x needs y and z or ö, 1,500 times."
    dutch = {"{a} needs {b}, {n} times.": "{b} is {n} keer nodig voor {a}.", "{these} and {that}": "{these} en {that}", "{these} or {that}": "{these} of {that}"}  # fmt: skip
    assert refusal.said.in_words(dutch.__getitem__, "{:.1e}".format) == (
        "y en z of ö is 1.5e+03 keer nodig voor x."
    )


def test_what_somebody_typed_is_no_template():
    assert str(Refusal("There is no {x")) == "There is no {x"
    assert Said("{name} is odd.", {"name": "{oops}"}).in_words() == "{oops} is odd."


@pytest.mark.parametrize(
    "levers",
    [
        {"florr": "1"},
        {"workers": "2.6"},
        {"parameters.speed": "1"},
        {"parameters.offer_seconds": "1"},
        {"bots": "5"},
        {"rhythm": "abc"},
    ],
)
def test_a_lever_is_refused_in_the_readers_language(levers, monkeypatch):
    """Here a language in which every sentence is shouted; what was typed stays as it is."""
    monkeypatch.setattr(doors, "gettext", shouted)
    with pytest.raises(NotAScenario) as refused:
        scenarios_of(Plan("deliveroo", (Arm("b", {}), Arm("b", levers)), 1, 1))
    quiet = re.findall(
        r"\b(?:must|there|needs?|has|or|between|each|above)\b", str(refused.value), re.I
    )
    assert quiet
    assert not set(quiet) & set(re.findall(r"\w+", doors.sentence_of(refused.value)))


def shouted(words: str) -> str:
    return "".join(
        part if part[:1] == "{" else part.upper() for part in re.split(r"(\{\w+\})", words)
    )


def test_a_refusal_writes_a_number_as_the_reader_does():
    with pytest.raises(ValueError) as refused:
        card_of("scored_offers").complete({"offer_seconds": 1e9})
    with override("nl"):
        assert "1.000.000.000" in doors.sentence_of(refused.value)


def test_every_sentence_is_marked_for_the_translators():
    calls = [
        (path.name, node)
        for path in PURE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAY and node.args
    ]
    assert len(calls) > 30
    loose = [
        (name, ast.unparse(node))
        for name, node in calls
        if isinstance(node.args[0], ast.JoinedStr)
        or (isinstance(words := node.args[0], ast.Constant) and has_words(words.value))
    ]
    assert loose == []


def has_words(template: str) -> bool:
    return bool(re.search(r"\w", re.sub(r"\{\w+\}", "", template)))
