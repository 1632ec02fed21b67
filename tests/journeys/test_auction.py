"""A sealed auction: prices stay hidden until closing, then everybody sees their own place."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.models import DueWork
from tasks.models import Assignment, Task
from tests.journeys.conftest import wait_until
from tests.journeys.people import Person
from tests.journeys.test_first_come import fill_in_a_task
from tests.people import make_client, make_worker

pytestmark = pytest.mark.browser


def bid(worker: Person, task: Task, price: str) -> None:
    worker.open(f"/work/{task.pk}/")
    worker.fill(amount_cents=price)
    worker.page.locator("#bid").click()
    worker.gets("Your bid is in.")


def let_it_close(task: Task) -> None:
    """Move the closing time to now, as if the two minutes had passed."""
    now = timezone.now()
    Task.objects.filter(pk=task.pk).update(closes_at=now, posted_at=now - timedelta(minutes=2))
    DueWork.objects.filter(topic="task_closes", subject_id=task.pk).update(due_at=now)


def listen_for(person: Person, secret: str) -> list[str]:
    """The addresses of all answers from now on that carry this text."""
    heard: list[str] = []

    def listen(response) -> None:
        if response.status == 200 and "text/html" in response.headers.get("content-type", ""):
            if secret in response.text():
                heard.append(response.url)

    person.page.on("response", listen)
    return heard


def test_sealed_prices_are_secret_until_closing_and_then_the_best_bid_wins(walk_in):
    clara = walk_in(make_client("clara").user, alone=True)  # somebody listens to what she is told
    wim = walk_in(make_worker("wim").user)
    yasmina = walk_in(make_worker("yasmina").user, alone=True)
    fill_in_a_task(clara, "Assemble six stools", "60", "sealed_first_price")
    clara.page.select_option("[name=closes_in]", "120")
    clara.press("Post the task")
    clara.gets("Your task is on the board.")
    task = Task.objects.get()
    by_clara, by_yasmina = listen_for(clara, "41.17"), listen_for(yasmina, "41.17")

    bid(wim, task, "41.17")
    bid(yasmina, task, "37.23")
    wim.gets("Your bid: €41.17")
    wim.sees("2 bids")
    wim.does_not_see("37.23")
    clara.sees("Bids 2")
    clara.sees("Bids are sealed")
    clara.page.reload()
    yasmina.page.reload()
    for reader in (clara, yasmina):
        assert "41.17" not in reader.page.content()
    assert (by_clara, by_yasmina) == ([], [])

    let_it_close(task)
    wait_until(lambda: Assignment.objects.exists())
    clara.sees("Yasmina got the work.")
    clara.sees("€41.17")
    wim.sees("This task is not open any more")
    wim.sees("Rank 2 of 2")
    yasmina.sees("It is yours")
