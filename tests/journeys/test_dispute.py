"""A rejection that was wrong: the worker disputes it, an operator decides, the worker is paid."""

import re

import pytest
from playwright.sync_api import expect

from ledger.queries import balance_cents, trial_balance
from tests.disputes.conftest import hand_in, make_operator, reject
from tests.journeys.people import PATIENCE_MS
from tests.people import make_client, make_worker, post

pytestmark = pytest.mark.browser


def test_from_the_rejection_to_the_pay_in_three_browsers(walk_in):
    clara, wim, otto = make_client("clara"), make_worker("wim"), make_operator("otto")
    work = hand_in(post(clara), wim)
    reject(work)
    worker, client, operator = walk_in(wim.user), walk_in(clara.user), walk_in(otto)

    worker.open(f"/today/{work.pk}/")
    worker.gets("Do you disagree?")
    worker.press("Dispute the rejection")
    worker.gets("What is wrong with it?")
    worker.fill(text="The task says blue.")
    worker.press("Dispute it")
    worker.gets("The client and an operator have been told.")

    client.open("/questions/")
    client.page.get_by_role("link", name="Carry a box").click()
    client.gets("The task says blue.")
    client.fill(text="I meant red.")
    client.press("Send")
    client.gets("Your words are in the dispute.")

    operator.open("/admin/")
    operator.page.get_by_role("link", name=re.compile("^1 dispute$")).click()
    operator.page.get_by_role("link", name=re.compile("^dispute ")).first.click()
    page = operator.page
    expect(page.locator("#content")).to_contain_text("I meant red.")
    page.locator("input[name=outcome][value=overturned]").check()
    page.locator("textarea[name=reason]").fill("The task says blue, and blue it is.")
    page.locator("input[value=Decide]").click()
    expect(page.locator("body")).to_contain_text("Decided.", timeout=PATIENCE_MS)

    operator.open("/admin/allocation/allocation/")
    page.locator("#result_list th a").first.click()
    page.get_by_role("button", name="Replay").click()
    expect(page.locator(".verdict")).to_contain_text("Same decision.", timeout=PATIENCE_MS)

    worker.page.get_by_role("link", name="Carry a box").first.click()
    worker.gets("The task says blue, and blue it is.")
    worker.open("/earnings/")
    worker.gets("€10.00")
    assert balance_cents(wim.user) == 1_000
    assert trial_balance().is_right


def test_many_pieces_of_work_are_approved_with_the_keyboard_alone(walk_in):
    clara, wim = make_client("clara"), make_worker("wim", capacity=9)
    work = [hand_in(post(clara, title=f"Box {n}"), wim) for n in range(3)]
    client = walk_in(clara.user)
    page = client.open("/review/")
    page.locator(f"#pick-{work[0].pk}").focus()
    page.keyboard.press("Space")
    page.locator(f"#pick-{work[2].pk}").focus()
    page.keyboard.press("Space")
    page.locator("#approve-ticked").focus()
    page.keyboard.press("Enter")
    client.page.locator("#confirm-yes").focus()
    page.keyboard.press("Enter")
    client.gets("2 approved and paid.")
    assert balance_cents(wim.user) == 2_000
    client.press("Approve all shown")
    client.press("Yes, do it")
    client.gets("1 approved and paid.")
    assert balance_cents(wim.user) == 3_000
