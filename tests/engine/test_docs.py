"""The pages about mechanisms tell what the engine really does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allocation.engine.card import Card, plain
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.contract import Case
from allocation.engine.worked import EXAMPLES, Row, worked_example
from tests.engine.cases import SLUGS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "mechanisms"


def page_of(slug: str) -> str:
    return (PAGES / f"{slug}.md").read_text(encoding="utf-8")


def worked_table(slug: str) -> str:
    """The table of a page: one row per candidate, every number from the engine."""
    card, worked = CATALOGUE[slug], worked_example(slug)
    task = ["task"] * worked.is_window
    head = [*task, "worker", *own_columns(card, worked.case), "rank", "outcome"]
    lines = [head, ["---"] * len(head)]
    for row in worked.rows:
        lines.append([str(row.task)] * worked.is_window + worked_row(card, row))
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


def worked_row(card: Card, row: Row) -> list[str]:
    cells, ranked = [row.name.lower(), str(row.candidate.received)], row.ranked
    if card.traits.uses_price:
        asked = row.candidate.ask_cents
        cells.append("" if asked is None else euros(asked))
    cells += [f"{f.value:.2f}" for f in row.factors]
    if card.factors is not None or card.traits.random:
        cells.append("" if ranked.score is None else f"{ranked.score:.4f}")
    return [*cells, str(ranked.rank or ""), outcome_in_words(row)]


def outcome_in_words(row: Row) -> str:
    said = row.ranked.outcome.value.replace("_", " ")
    if row.given:
        said += f": slot {row.given.slot} for {euros(row.given.pay_cents)}"
    if row.consolation_cents:
        said += f", consolation {euros(row.consolation_cents)}"
    gates = ", ".join(row.candidate.failed_gates).replace("_", " ")
    return f"{said} ({gates})" if gates else said


def euros(cents: int) -> str:
    return f"€{cents / 100:.2f}"


def parameter_rows(card: Card) -> str:
    return "\n".join(
        f"| `{p.name}` | {plain(p.default)} {p.unit}".rstrip()
        + f" | {' to '.join(p.limits)} | {p.meaning} |"
        for p in card.parameters
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_the_worked_table_of_every_page_is_what_the_engine_answers(slug):
    page = page_of(slug)
    assert worked_table(slug) in page
    assert f"(../../allocation/engine/examples/{slug}.json)" in page


def test_every_mechanism_has_an_example_and_nothing_else_has():
    assert {path.stem for path in EXAMPLES.iterdir()} == set(CATALOGUE)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_says_what_its_card_says(slug):
    card, page = CATALOGUE[slug], page_of(slug)
    assert page.startswith(f"# {card.name}\n")
    assert parameter_rows(card) in page
    told = (card.explanation, card.tie_rule, card.tends_to_win, card.tends_to_lose)
    for said in (*told, *card.sources):
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
