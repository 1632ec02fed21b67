"""Every rule of the catalogue, from the form to the pay, in the browsers of a client and two workers.

Both sides then read why it was decided so. Half of the journeys are made on a phone, half by night.
"""

from __future__ import annotations

import pytest
from django.utils import timezone

from agenda.models import DueWork
from allocation.engine.catalogue import CATALOGUE
from allocation.models import Gathered, Offer
from ledger.queries import balance_cents, trial_balance
from tasks.models import Assignment, Task
from tests.journeys.conftest import wait_until
from tests.journeys.people import Person
from tests.journeys.test_auction import let_it_close
from tests.journeys.test_first_come import fill_in_a_task
from tests.journeys.test_keyboard_and_phone import PHONE, fits_the_screen
from tests.people import make_client, make_worker

pytestmark = pytest.mark.browser
PRICES = {"Wim": "8.00", "Yasmina": "6.00"}

# What the winner is paid, of €10.00 and of these two prices, and what whoever lost reads about it:
# that is where the rules differ. Only a claim leaves nobody to compare with.
CHEAPER = "With a bid of €5.50 or less, you would have got the task."
WAITED = "You cannot change how long you have been waiting for work"
OUTCOMES = {
    "first_come": ("€10.00", "This task is not open any more"),
    "standby_queue": ("€10.00", "The last place went to somebody who came"),
    "lottery": ("€10.00", "Your number was not drawn. The chance was 50\xa0%"),
    "sealed_first_price": ("€6.00", CHEAPER),
    "sealed_second_price": ("€8.00", CHEAPER),
    "open_descending": ("€6.00", CHEAPER),
    "best_value": ("€6.00", CHEAPER),
    "uniform_price": ("€8.00", CHEAPER),
    "clients_choice": ("€8.00", "The client chose somebody else. You were number 1 of 2"),
    "scored_offers": ("€10.00", WAITED),
    "optimal_matching": ("€10.00", "the other tasks of that moment"),
    "rotation": ("€10.00", "You cannot change how long ago you last got work"),
    "contest": ("€10.00", "The client chose somebody else."),
}
CHOSEN = {"clients_choice": "Wim", "contest": "Yasmina"}  # the second of the list, both times
BUTTONS = {"clients_choice": "Give them the work", "contest": "Give the prize"}


def looks(slug: str) -> dict[str, object]:
    """A phone for every second rule, night for every second pair of them."""
    number = list(CATALOGUE).index(slug)
    screen = PHONE if number % 2 else {}
    return screen | {"theme": "dark" if number // 2 % 2 else "light"}


@pytest.mark.parametrize("slug", CATALOGUE)
def test_from_the_form_to_the_pay_and_both_sides_read_why(walk_in, slug):
    client = make_client("clara")
    workers = {worker.name: worker for worker in (make_worker("wim"), make_worker("yasmina"))}
    clara = walk_in(client.user, **looks(slug))
    people = {name: walk_in(worker.user, **looks(slug)) for name, worker in workers.items()}

    wait_for_work(slug, people)
    task = post_by_form(clara, slug)
    take_part(slug, people, task)
    if slug in CHOSEN:
        choose(clara, task, CHOSEN[slug], BUTTONS[slug])
    else:
        wait_until(lambda: Assignment.objects.exists() or Offer.objects.exists())
        accept_if_asked(people)

    won = Assignment.objects.get()
    if won.state == Assignment.State.IN_PROGRESS:
        hand_in_and_approve(clara, people[won.worker.name], won)
    assert balance_cents(workers[won.worker.name].user) == won.pay_cents
    assert trial_balance().is_right
    read_why(clara, people, task, won.worker.name, *OUTCOMES[slug])


def wait_for_work(slug: str, people: dict[str, Person]) -> None:
    """Where nobody claims or bids, workers say beforehand that they are there."""
    traits = CATALOGUE[slug].traits
    if traits.entry != "none":
        return
    for person in people.values():
        person.open("/today/")
        person.press("Be available" if traits.makes_offers else "Stand by")
        person.gets("The engine may ask you." if traits.makes_offers else "On standby")


def post_by_form(clara: Person, slug: str) -> Task:
    fill_in_a_task(clara, "Carry a box", "10", slug)
    clara.button("Post the task").click()
    clara.gets("Your task is on the board.")
    return Task.objects.get()


def take_part(slug: str, people: dict[str, Person], task: Task) -> None:
    """Claim, bid or hand in an entry, each in their own browser; then let the time be up."""
    traits = CATALOGUE[slug].traits
    for name, person in people.items():
        if traits.entry == "none" or Assignment.objects.exists():
            continue
        person.open(f"/work/{task.pk}/")
        if traits.entry == "bid":
            person.fill(amount_cents=PRICES[name])
        if traits.entry == "entry":
            person.fill(content=f"A drawing by {name}.")
        person.page.locator(
            {"claim": "#claim", "bid": "#bid", "entry": "#enter"}[traits.entry]
        ).click()
        person.page.locator(".alert").first.wait_for()
    if traits.decides in ("at_closing", "by_client"):
        let_it_close(task)
    if traits.batched:
        let_the_window_close(task)


def let_the_window_close(task: Task) -> None:
    wait_until(lambda: Gathered.objects.filter(task=task).exists() or Offer.objects.exists())
    Gathered.objects.filter(task=task).update(due_at=timezone.now())
    DueWork.objects.filter(topic="window_closes").update(due_at=timezone.now())


def choose(clara: Person, task: Task, name: str, button: str) -> None:
    wait_until(lambda: task.allocations.exists())
    clara.open(f"/tasks/{task.pk}/")
    clara.page.locator("label.choice").filter(has_text=name).locator("input").check()
    clara.press(button)
    clara.gets(f"{name} got the work.")


def accept_if_asked(people: dict[str, Person]) -> None:
    for offer in Offer.objects.select_related("worker"):
        asked = people[offer.worker.name]
        asked.open(f"/work/{offer.task_id}/")
        asked.press("Accept")
        asked.gets("It is yours.")


def hand_in_and_approve(clara: Person, winner: Person, won: Assignment) -> None:
    winner.open(f"/today/{won.pk}/")
    winner.fill(content="The box is in the attic.")
    winner.press("Hand in the work")
    winner.gets("Handed in.")
    clara.open(f"/tasks/{won.task_id}/")
    clara.press("Approve and pay")
    clara.gets("Approved and paid.")


def read_why(
    clara: Person, people: dict[str, Person], task: Task, won: str, pay: str, why_not: str
) -> None:
    clara.open(f"/tasks/{task.pk}/why/")
    clara.gets(f"{won}, for {pay}")
    for name, person in people.items():
        person.open(f"/work/{task.pk}/")
        person.gets(f"for {pay}." if name == won else why_not)
        assert fits_the_screen(person)
    assert fits_the_screen(clara)
