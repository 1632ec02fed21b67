"""Posting what needs more than one step: another kind of work, a proof, a task after a task."""

import pytest

from ledger.rules import cents_written
from proofs.models import ProofKind
from tasks.models import Task
from tests.people import make_client, make_operator, make_worker, post

pytestmark = pytest.mark.browser


def test_choosing_another_kind_of_work_keeps_what_was_typed(walk_in):
    clara = walk_in(make_client("clara").user)
    clara.open("/tasks/new/")
    clara.fill(title="A sign for the shop", description="Friendly, two colours.", pay_cents="80")
    clara.page.get_by_role("link", name="A contest").click()
    clara.gets("The prize, in euros")
    assert clara.page.locator("[name=title]").input_value() == "A sign for the shop"
    clara.page.get_by_role("link", name="A project brief").click()
    clara.gets("Budget per person, in euros")
    assert clara.page.locator("textarea").first.input_value() == "Friendly, two colours."
    clara.press("Post the task")
    clara.gets("Your task is on the board.")
    clara.sees("A sign for the shop")


def test_back_and_post_again_leads_to_the_task_that_is_there(walk_in):
    clara = walk_in(make_client("clara").user)
    clara.open("/tasks/new/")
    clara.fill(title="Water the plants", description="Twice.", pay_cents="12")
    clara.press("Post the task")
    clara.gets("Your task is on the board.")
    clara.page.go_back()
    clara.press("Post the task")
    clara.gets("You had posted this already. Here it is.")
    assert Task.objects.count() == 1


def test_a_proof_is_shown_seen_and_opens_the_task(walk_in):
    ProofKind.objects.create(pk="qualification:first-aid", name="First aid", how="A certificate.")
    clara, otto = walk_in(make_client("clara").user), walk_in(make_operator("otto"))
    wim = walk_in(make_worker("wim").user)
    clara.open("/tasks/new/")
    clara.fill(title="Watch the pool", description="An afternoon.", pay_cents="60")
    clara.page.locator("summary", has_text="Place, skills and lowest price").click()
    clara.page.get_by_label("First aid").check()
    clara.press("Post the task")
    clara.gets("Your task is on the board.")

    wim.open("/work/")
    wim.page.get_by_role("link", name="Watch the pool").click()
    wim.gets("First aid")
    wim.page.get_by_role("link", name="My proofs").click()
    wim.gets("Shown once, it counts for all of them.")
    wim.press("Show it")
    wim.page.locator("main textarea").fill("Certificate 123, at your desk on Monday.")
    wim.press("Show it to an operator")
    wim.gets("An operator looks at what you showed")

    otto.decide("/admin/proofs/proof/", "accept")

    wim.open("/work/")
    wim.page.get_by_role("link", name="Watch the pool").click()
    wim.press("Claim this task")
    wim.gets("It is yours.")
    clara.sees("Wim")


def test_the_second_task_of_a_project_opens_when_the_first_is_approved(walk_in):
    client = make_client("clara")
    first = post(client, title="Paint the wall")
    clara, wim = walk_in(client.user), walk_in(make_worker("wim").user)
    clara.open("/tasks/new/")
    clara.fill(title="Hang the pictures", description="On the new wall.", pay_cents="40")
    clara.page.locator("summary", has_text="Place, skills and lowest price").click()
    clara.page.locator("[name=starts_after]").select_option(label="Paint the wall")
    clara.press("Post the task")
    clara.gets("Your task waits for the one before it.")

    wim.open("/work/")
    wim.does_not_see("Hang the pictures")
    wim.open(f"/work/{first.pk}/")
    wim.press("Claim this task")
    wim.gets("It is yours.")
    wim.fill(content="Painted, two coats.")
    wim.press("Hand in the work")
    wim.gets("Handed in.")

    clara.open(f"/tasks/{first.pk}/")
    clara.press("Approve and pay")
    clara.gets("Approved and paid.")
    wim.open("/work/")
    wim.sees("Hang the pictures")


AMOUNTS = [
    *("12", "12.5", "12,50", "€ 12,50", "1.250,00", "10,555.00", "1 250", "99.999,99", "100000"),
    *("", "abc", "12abc", "-5", "−5", "0", "10.555", "€ 1,250", "12.345.6", "1e3", "12.", "100001"),
]


def test_the_cost_is_shown_for_what_the_form_takes_and_nothing_for_what_it_refuses(walk_in):
    clara = walk_in(make_client("clara").user)
    clara.open("/tasks/new/")
    shown = {name: clara.page.locator(f"[data-cost-{name}]") for name in ("pay", "total")}
    for text in AMOUNTS:
        clara.fill(pay_cents=text)
        cents = cents_written(text)
        is_taken = cents is not None and 0 < cents <= 10_000_000
        assert shown["pay"].inner_text() == (f"€{cents / 100:,.2f}" if is_taken else "–"), text
    clara.fill(pay_cents="12", slot_count="3")
    assert [one.inner_text() for one in shown.values()] == ["€36.00", "€39.60"]
    for count in ("-3", "0", "1001", "", "1e1"):
        clara.fill(slot_count=count)
        assert [one.inner_text() for one in shown.values()] == ["–", "–"], count
