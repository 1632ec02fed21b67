"""What pages cost at 10,000 open tasks and 100,000 workers: time, queries, weight, first paint.

Each page is asked for through the site's whole stack (middleware, session, templates) in this
process, without a network. Its queries are counted once; then it is timed: by the clock on the wall,
which counts the database and whatever else the machine does, and by the processor time of the site.
Beside the 10,000 tasks the market holds a table of 10,000 rows with 30,000 slots.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import marketplace.wsgi  # noqa: F401 (loaded as it is served)
from accounts.models import User
from agenda.actions import drain
from allocation import actions as allocation
from batches.models import Upload
from disputes import actions as disputes
from disputes.models import Dispute
from notices.models import Notice
from shifts import actions as shifts
from shifts.models import PublishedHour, Shift
from simulation.actions import start_experiment
from simulation.models import Experiment
from simulation.rules import Arm, Plan
from tasks import actions as tasks
from tasks.actions import NewTask, submit_work
from tasks.models import Assignment, Task
from tests.benchmarks.batches import publish
from tests.benchmarks.server import make_client, make_worker, share, site, where
from transparency.actions import count_figures
from wages.models import TimeEntry
from workers.models import Worker

OPEN_TASKS, WORKERS, TIMES = 10_000, 100_000, 60
PER_BATCH = 500
WORK = 200  # pieces of work that wait for the client, and as many notices in the worker's inbox
ROWS = 10_000  # of the table, each for three people
DISPUTES, SHIFTS, HOURS, DIARY = 50, 20, 26, 500
MIDDLE = (50.88, 4.70)


def fill() -> tuple[User, User, User]:
    """A client, a worker and an operator in a market of the size that is measured."""
    now = timezone.now()
    clara, wim = make_client("pages-clara"), make_worker("pages-wim")
    wim.skills, (wim.latitude, wim.longitude) = ["dutch", "handy"], MIDDLE
    wim.save()
    fill_workers(WORKERS - Worker.objects.count())
    for number in range((OPEN_TASKS - Task.objects.open().count()) // PER_BATCH):
        allocation.post_batch(
            client=clara, title=f"Round {number}", news=a_round(number, now), now=now
        )
    work(clara, wim, now)
    dispute(clara, wim)
    plan_hours(clara, wim, now)
    if not Upload.objects.filter(client=clara).exists():
        publish(clara, ROWS)
    play_and_count(now)
    otto, _ = User.objects.get_or_create(
        email="pages-otto@bench.example", defaults={"is_staff": True, "is_superuser": True}
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return clara.user, wim.user, otto


def fill_workers(count: int) -> None:
    now = timezone.now()
    first = User.objects.count()
    for start in range(first, first + max(0, count), 5000):
        users = User.objects.bulk_create(
            User(email=f"w{n}@bench.example", name=f"Worker {n}", password="!")
            for n in range(start, start + 5000)
        )
        Worker.objects.bulk_create(
            Worker(user=user, name=user.name, skills=["dutch"], available_since=now)
            for user in users
        )


def a_round(number: int, now) -> list[NewTask]:
    """Tasks of which every fifth is an auction, every fourth on site and every third asks a skill."""
    return [
        NewTask(
            title=f"Task {number}-{n}: carry a lamp upstairs",
            description="From the door to the attic, without breaking it. " * 8,
            mechanism="sealed_first_price" if n % 5 == 0 else "first_come",
            pay_cents=1000 + n,
            estimate_seconds=1800,
            skills=("dutch",) if n % 3 == 0 else (),
            place="Leuven" if n % 4 == 0 else "",
            latitude=MIDDLE[0] + (n % 50 - 25) / 100 if n % 4 == 0 else None,
            longitude=MIDDLE[1] + (n % 40 - 20) / 100 if n % 4 == 0 else None,
            closes_at=now + timedelta(days=7),
            deadline_at=now + timedelta(days=9),
        )
        for n in range(PER_BATCH)
    ]


def work(clara, wim, now) -> None:
    open_to_all = Task.objects.open().filter(
        mechanism="first_come", client=clara, skills=[], latitude=None
    )
    for task in open_to_all[: WORK - Assignment.objects.filter(worker=wim).count()]:
        claim = allocation.claim_slot(task_id=task.pk, by=wim, now=timezone.now())
        submit_work(assignment_id=claim.assignment_id, by=wim, content="Done.", now=timezone.now())
    if not wim.user.notices.exists():
        Notice.objects.bulk_create(
            Notice(person=wim.user, kind="won", about=f"x:{n}", facts={"title": "A lamp"}, at=now)
            for n in range(WORK)
        )


def dispute(clara, wim) -> None:
    """Work that was rejected and is disputed: each was handed in on its own, so nothing is held."""
    waiting = Assignment.objects.filter(worker=wim, state="submitted").order_by("id")
    for work in waiting[: DISPUTES - Dispute.objects.count()]:
        about = {"assignment_id": work.pk, "now": timezone.now()}
        tasks.reject(by=clara.user, reason_code="wrong", text="It is blue.", **about)
        disputes.open_dispute(by=wim, text="You asked for blue.", **about)


def plan_hours(clara, wim, now) -> None:
    """Shifts that wim holds on days to come, hours that he publishes, and a diary."""
    for day in range(Shift.objects.count() + 1, SHIFTS + 1):
        starts_at = now + timedelta(days=day)
        task = shifts.post_shift(
            client=clara,
            new=a_round(0, now)[1],
            terms=shifts.ShiftTerms(starts_at=starts_at, ends_at=starts_at + timedelta(hours=4)),
            now=now,
        )
        allocation.claim_slot(task_id=task.pk, by=wim, now=timezone.now())
    if not PublishedHour.objects.exists():
        shifts.publish_hours(
            by=wim, title="An hour of Dutch", description="", minutes=60, pay_cents=3000,
            starts_at=now + timedelta(days=1, hours=6), weeks=HOURS, now=now,
        )  # fmt: skip
    if not TimeEntry.objects.exists():
        TimeEntry.objects.bulk_create(
            TimeEntry(
                worker=wim, kind="searching", day=now.date() - timedelta(days=n % 90), seconds=600
            )
            for n in range(DIARY)
        )


def play_and_count(now) -> None:
    """One experiment in the lab, and the published figures."""
    count_figures(now)
    if not Experiment.objects.exists():
        arms = (
            Arm("as it is", {"tasks": "40"}),
            Arm("rotation", {"tasks": "40", "mechanism": "rotation"}),
        )
        plan = Plan("deliveroo", arms, 10, 7)
        start_experiment(plan=plan, title="Who is asked?", by=None, visitor="bench", now=now)
        drain(timezone.now(), aside=True)


def measure(clara: User, wim: User, otto: User) -> None:
    task = Task.objects.open().filter(mechanism="sealed_first_price").latest("id")
    own = Task.objects.filter(client__user=clara, batch__upload=None).latest("id")
    table = Upload.objects.filter(client__user=clara).latest("id")
    experiment = Experiment.objects.latest("id").key
    disputed = Dispute.objects.latest("id").pk
    pages = [
        (None, "/"), (None, "/work/"), (None, "/transparency/"),
        (None, "/lab/"), (None, f"/lab/{experiment}/"), (None, f"/clients/{task.client_id}/"),
        (wim, "/work/"), (wim, "/work/?page=200"), (wim, "/work/?q=attic"), (wim, "/work/?q=zebra"),
        (wim, "/work/?way=auction&where=site&fits=on"), (wim, "/work/near/?km=25"),
        (wim, f"/work/{task.pk}/"), (wim, "/today/"), (wim, "/shifts/"), (wim, "/inbox/"),
        (wim, "/inbox/bell/"), (wim, "/searches/"), (wim, "/decisions/"), (wim, "/questions/"),
        (wim, f"/disputes/{disputed}/"), (wim, "/earnings/"), (wim, "/earnings/wages/"),
        (clara, "/tasks/"), (clara, "/tasks/?page=300"), (clara, f"/tasks/{own.pk}/"),
        (clara, "/review/"), (clara, "/spending/"), (clara, "/batches/"),
        (clara, f"/batches/{table.pk}/"), (clara, f"/batches/{table.pk}/?page=400"),
        (clara, "/hours/"), (clara, "/api/v1/tasks"), (wim, "/api/v1/allocations"),
        (otto, "/admin/tasks/task/"), (otto, "/admin/workers/worker/"),
        (otto, "/admin/allocation/allocation/"), (otto, "/admin/disputes/dispute/"),
        (otto, f"/admin/disputes/dispute/{disputed}/change/"), (otto, "/admin/"),
    ]  # fmt: skip
    print(f"{'page':44} {'who':8} {'p50 ms':>8} {'p95 ms':>8} {'cpu ms':>8} {'queries':>8}")
    for user, address in pages:
        browser = Browser(SERVER_NAME="localhost")
        if user:
            browser.force_login(user)
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            status = browser.get(address).status_code
        queries = len(asked)  # the log is emptied by the next request
        assert status == 200, (address, status)
        times, processor = zip(
            *(milliseconds_for(browser, address) for _ in range(TIMES)), strict=True
        )
        who = user.email.split("@")[0].removeprefix("pages-") if user else "visitor"
        print(
            f"{address:44} {who:8} {share(times, 0.5):8.1f} {share(times, 0.95):8.1f}"
            f" {share(processor, 0.5):8.1f} {queries:8}"
        )


def milliseconds_for(browser: Browser, address: str) -> tuple[float, float]:
    """How long one visit takes, and how much of that this process computes."""
    started, computed = time.perf_counter(), time.process_time()
    browser.get(address)
    return (time.perf_counter() - started) * 1000, (time.process_time() - computed) * 1000


def weigh(user: User, addresses: list[str]) -> None:
    """Bytes of a first visit: the page, gzipped, and everything it names, as it would be sent."""
    for address in addresses:
        browser = Browser(SERVER_NAME="localhost")
        browser.force_login(user)
        html = browser.get(address).content.decode()
        named = set(re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"#]+)', html))
        named = {name for name in named if not name.startswith("icons/icon-")}
        sizes = {name: sent_size(name) for name in named}
        total = len(gzip.compress(html.encode(), 6)) + sum(sizes.values())
        fonts = sum(size for name, size in sizes.items() if name.startswith("fonts/"))
        print(
            f"{address:44} {total / 1000:7.1f} kB in {len(sizes) + 1} files, fonts {fonts / 1000:.1f} kB"
        )


def sent_size(name: str) -> int:
    path = finders.find(name)
    assert path, name
    with open(path, "rb") as file:
        content = file.read()
    is_packed = name.endswith((".woff2", ".png"))
    return len(content) if is_packed else len(gzip.compress(content, 6))


PAINT = """() => new Promise((tell) => {
  const seen = { paint: 0, shift: 0 };
  new PerformanceObserver((l) => l.getEntries().forEach((e) => { seen.paint = e.startTime; }))
    .observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((l) => l.getEntries().forEach((e) => { if (!e.hadRecentInput) seen.shift += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => tell(seen), 1500);
})"""


def paint(addresses: list[str]) -> None:
    """Largest contentful paint and layout shift of a first visit in chromium, on this machine."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("No chromium: the paint was not measured.")
        return
    from playwright.sync_api import sync_playwright

    with site() as where_it_is, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for address in addresses:
            for width, height in ((390, 844), (1280, 900)):
                page = chromium.new_page(viewport={"width": width, "height": height})
                page.goto(f"http://{where_it_is}{address}")
                seen = page.evaluate(PAINT)
                print(
                    f"{address:30} {width} px: largest paint {seen['paint']:.0f} ms, "
                    f"layout shift {seen['shift']:.3f}"
                )
                page.close()
        chromium.close()


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.WHITENOISE_AUTOREFRESH = True
    people = fill()
    print(f"{Task.objects.open().count()} open tasks, {Worker.objects.count()} workers", where())
    measure(*people)
    task = f"/work/{Task.objects.open().latest('id').pk}/"
    weigh(people[1], ["/work/", task])
    paint(["/work/", task])


if __name__ == "__main__":
    main()
