"""The first-come loop in two browsers: each step is seen by the other side within two seconds."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from allocation.actions import place_bid
from ledger.queries import balance_cents, held_cents, trial_balance
from tests.journeys.people import SOON_MS, Person
from tests.people import make_client, make_worker, post

pytestmark = pytest.mark.browser


def sign_up(person: Person, name: str, email: str) -> None:
    person.open("/accounts/signup/")
    person.fill(name=name, email=email, password1="lantern-in-the-square")
    person.page.locator("main form button").first.click()
    person.page.wait_for_url(lambda url: "signup" not in url)


def fill_in_a_task(person: Person, title: str, pay: str, mechanism: str = "first_come") -> None:
    person.open("/tasks/new/")
    person.fill(title=title, description="From the door to the attic.", pay_cents=pay)
    choose_mechanism(person, mechanism)


def choose_mechanism(person: Person, mechanism: str) -> None:
    choice = person.page.locator(f"input[name=mechanism][value={mechanism}]")
    closed = person.page.locator("details:not([open])").filter(has=choice)
    if closed.count():
        closed.locator("summary").click()
    choice.check()


def test_from_sign_up_to_pay_each_step_is_seen_by_the_other_side(walk_in):
    clara, wim = walk_in(), walk_in(make_worker("wim").user)
    wim.open("/work/")
    wim.sees("The board is empty")

    sign_up(clara, "Clara", "clara@example.com")
    clara.open("/tasks/new/")  # not a client yet: the start page comes first
    assert clara.page.url.endswith("/start/client/")
    clara.press("Go on to my first task")
    fill_in_a_task(clara, "Carry a box", "12.50")
    expect(clara.page.locator("[data-cost-total]")).to_have_text("€13.75")
    clara.press("Post the task")
    clara.gets("Your task is on the board.")
    wim.sees("Carry a box")

    wim.page.get_by_role("link", name="Carry a box").click()
    wim.press("Claim this task")
    wim.gets("It is yours.")
    clara.sees("Wim got the work.")

    wim.fill(content="The box is in the attic.")
    wim.press("Hand in the work")
    wim.gets("Handed in.")
    clara.sees("The box is in the attic.")

    clara.press("Approve and pay")
    clara.gets("Approved and paid.")
    clara.sees("The task is completed.")
    expect(wim.page.locator("main .pill").filter(has_text="Approved")).to_be_visible(
        timeout=SOON_MS
    )
    wim.open("/earnings/")
    wim.gets("€12.50")
    assert balance_cents(User.objects.get(name="Wim")) == 1250
    assert trial_balance().is_right


def hand_in(wim: Person, content: str) -> None:
    wim.page.goto("/today/")
    wim.page.locator("main article a").first.click()
    wim.fill(content=content)
    wim.press("Hand in the work")
    wim.gets("Handed in.")


def test_rework_and_rejection_come_with_their_reasons(walk_in):
    client = make_client("clara")
    clara, wim = walk_in(client.user), walk_in(make_worker("wim").user)
    task = post(client)
    wim.open(f"/work/{task.pk}/")
    wim.press("Claim this task")
    wim.gets("It is yours.")
    hand_in(wim, "Half of it.")

    clara.open(f"/tasks/{task.pk}/")
    clara.sees("Half of it.")
    clara.press("Ask for another try")
    clara.fill(text="The other half too, please.")
    clara.page.locator("form[action$='/rework/'] button").click()
    clara.gets("The worker is asked for another try.")
    wim.sees("Rework asked")
    wim.page.locator("main article a").first.click()
    wim.gets("The other half too, please.")
    hand_in(wim, "Still half of it.")

    clara.sees("Still half of it.")
    clara.page.locator("summary").filter(has_text=re.compile("^Reject$")).click()
    clara.page.locator("form[action$='/reject/'] textarea").fill("It is half of the work.")
    clara.page.locator("form[action$='/reject/'] button").click()
    clara.press("Yes, do it")
    clara.gets("Rejected. The worker reads your reason.")
    wim.sees("Rejected")
    wim.page.get_by_role("link", name="Carry a box").click()
    wim.gets("It is half of the work.")
    wim.gets("Dispute the rejection")
    assert (balance_cents(client.user), held_cents(client.user)) == (98_900, 1_100)


def test_cancelling_gives_the_escrow_back(walk_in):
    client = make_client("clara")
    clara, wim = walk_in(client.user), walk_in(make_worker("wim").user)
    task = post(client)
    wim.open(f"/work/{task.pk}/")
    clara.open(f"/tasks/{task.pk}/")
    clara.press("Stop giving out this task")
    clara.press("No, go back")
    assert balance_cents(client.user) == 98_900
    clara.press("Stop giving out this task")
    clara.press("Yes, do it")
    clara.sees("The task was cancelled.")
    wim.sees("This task is not open any more")
    assert balance_cents(client.user) == 100_000


def test_work_that_waits_in_line_comes_to_whoever_stood_by(walk_in):
    client = make_client("clara")
    wim = walk_in(make_worker("wim").user)
    wim.open("/today/")
    wim.press("Stand by")
    wim.gets("On standby")
    post(client)
    wim.sees("Carry a box")
    wim.sees("In progress")


def test_what_one_types_survives_news_on_the_page(walk_in):
    client = make_client("clara")
    yasmina = make_worker("yasmina")
    wim = walk_in(make_worker("wim").user)
    task = post(client, mechanism="sealed_first_price")
    wim.open(f"/work/{task.pk}/")
    wim.fill(amount_cents="8.40")
    wim.page.locator("#bid").focus()
    place_bid(task_id=task.pk, by=yasmina, amount_cents=900, now=timezone.now())
    wim.sees("1 bid")
    expect(wim.page.locator("main [name=amount_cents]")).to_have_value("8.40")
    expect(wim.page.locator("#bid")).to_be_focused()
