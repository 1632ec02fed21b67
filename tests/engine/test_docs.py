"""The pages about mechanisms tell what the engine really does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from allocation.engine.card import Card
from allocation.engine.catalogue import CATALOGUE, decide_window
from allocation.engine.codec import decode_case
from allocation.engine.contract import Candidate, Case, Decision, Ranked
from tests.engine.cases import SLUGS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "mechanisms"


def page_of(slug: str) -> str:
    return (PAGES / f"{slug}.md").read_text(encoding="utf-8")


def examples_in(page: str) -> list[dict]:
    return [json.loads(block) for block in re.findall(r"```case\n(.*?)```", page, re.DOTALL)]


def worked_table(slug: str, example: dict) -> str:
    """The table of a page: one row per candidate, every number from the engine."""
    card = CATALOGUE[slug]
    cases = [decode_case(case) for case in example["window"]]
    decisions = decide_window(slug, cases)
    head = ["task"] * (len(cases) > 1) + ["worker", *own_columns(card, cases[0]), "rank", "outcome"]
    lines = [head, ["---"] * len(head)]
    for case, decision in zip(cases, decisions, strict=True):
        for row in decision.ranking:
            cells = worked_row(card, case, decision, row, example["people"])
            lines.append([str(case.task)] * (len(cases) > 1) + cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def own_columns(card: Card, case: Case) -> list[str]:
    columns = ["arrived"]
    columns += ["asks"] * card.traits.uses_price
    if card.factors is not None:
        columns += [
            f"{f.name.replace('_', ' ')} × {f.weight:.2f}"
            for f in card.factors(case, case.candidates[0])
        ]
        columns += ["score"]
    return columns + ["draw"] * card.traits.random


def worked_row(
    card: Card, case: Case, decision: Decision, row: Ranked, people: dict[str, str]
) -> list[str]:
    candidate = next(c for c in case.candidates if c.worker == row.worker)
    cells = [people[str(row.worker)], str(candidate.received)]
    if card.traits.uses_price:
        cells.append("" if candidate.ask_cents is None else euros(candidate.ask_cents))
    if card.factors is not None:
        cells += [f"{f.value:.2f}" for f in card.factors(case, candidate)]
    if card.factors is not None or card.traits.random:
        cells.append("" if row.score is None else f"{row.score:.4f}")
    return [*cells, str(row.rank or ""), outcome_in_words(candidate, decision, row)]


def outcome_in_words(candidate: Candidate, decision: Decision, row: Ranked) -> str:
    said = row.outcome.value.replace("_", " ")
    said += "".join(
        f": slot {one.slot} for {euros(one.pay_cents)}"
        for one in decision.given
        if one.worker == row.worker
    )
    said += "".join(
        f", consolation {euros(one.pay_cents)}"
        for one in decision.consolations
        if one.worker == row.worker
    )
    gates = ", ".join(candidate.failed_gates).replace("_", " ")
    return f"{said} ({gates})" if gates else said


def euros(cents: int) -> str:
    return f"€{cents / 100:.2f}"


def parameter_rows(card: Card) -> str:
    return "\n".join(
        f"| `{p.name}` | {p.default:g} {p.unit}".rstrip()
        + f" | {p.minimum:g} to {p.maximum:g} | {p.meaning} |"
        for p in card.parameters
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_the_worked_table_of_every_page_is_what_the_engine_answers(slug):
    page = page_of(slug)
    examples = examples_in(page)
    assert examples
    for example in examples:
        assert worked_table(slug, example) in page


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_says_what_its_card_says(slug):
    card, page = CATALOGUE[slug], page_of(slug)
    assert page.startswith(f"# {card.name}\n")
    assert parameter_rows(card) in page
    for said in (card.explanation, card.tends_to_win, card.tends_to_lose, *card.sources):
        assert said in " ".join(page.split()), said


def test_the_index_lists_every_mechanism_and_nothing_else():
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[.*?\]\((\w+)\.md\)", index, re.MULTILINE)
    assert listed == list(CATALOGUE)
    assert {path.stem for path in PAGES.glob("*.md")} == {*CATALOGUE, "README"}


def test_the_how_to_names_only_files_that_exist():
    root = PAGES.parents[1]
    how_to = (root / "docs" / "how-to" / "add-a-mechanism.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:allocation|tests|docs)/[\w/]+\.(?:py|md))`", how_to)
    assert len(named) >= 5
    for path in named:
        assert (root / path).exists(), path
