"""A scored offer comes to the Today page by itself; who declines sends it on to the next."""

import pytest

from allocation import actions as allocation
from tests.people import NOW, make_client, make_worker, post

pytestmark = pytest.mark.browser


def test_an_offer_comes_live_and_goes_on_to_the_next_after_a_no(walk_in):
    client = make_client("clara")
    workers = {name: make_worker(name) for name in ("wim", "yasmina")}
    people = {name: walk_in(worker.user) for name, worker in workers.items()}
    for person in people.values():
        person.open("/today/")
        person.press("Be available")
        person.gets("The engine may ask you.")
    task = post(client, mechanism="scored_offers")

    clara = walk_in(client.user)
    clara.open(f"/tasks/{task.pk}/")
    clara.sees("Asked now")
    asked = task.offers.get().worker
    first = people[asked.name.lower()]
    second = next(person for person in people.values() if person is not first)
    first.sees("You have an offer")
    second.does_not_see("You have an offer")

    first.press("Decline")
    first.gets("Declined. That costs you nothing.")
    first.does_not_see("You have an offer")
    second.sees("You have an offer")
    clara.sees(f"{asked.name} declined the offer.")

    second.press("Accept")
    second.gets("It is yours. Good work.")
    second.sees("Carry a box")
    clara.sees("accepted the offer.")
    clara.sees("Every place is taken.")


def test_the_task_page_shows_the_offer_too(walk_in):
    worker = make_worker("wim")
    allocation.go_available(by=worker, now=NOW)
    wim = walk_in(worker.user)
    task = post(make_client("clara"), mechanism="scored_offers")
    wim.open(f"/work/{task.pk}/")
    wim.sees("You are asked")
    wim.press("Accept")
    wim.gets("It is yours.")
