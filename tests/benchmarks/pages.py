"""What pages cost at 10,000 open tasks and 100,000 workers: time, queries, weight, first paint.

Each page is asked for through the site's whole stack (middleware, session, templates) in this
process, without a network. Its queries are counted once; then it is timed.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.staticfiles import finders  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from allocation import actions as allocation  # noqa: E402
from notices.models import Notice  # noqa: E402
from tasks.actions import NewTask, submit_work  # noqa: E402
from tasks.models import Assignment, Task  # noqa: E402
from tests.benchmarks.server import make_client, make_worker, share, site, where  # noqa: E402
from workers.models import Worker  # noqa: E402

OPEN_TASKS, WORKERS, TIMES = 10_000, 100_000, 60
PER_BATCH = 500
WORK = 200  # pieces of work that wait for the client, and as many notices in the worker's inbox
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


def measure(clara: User, wim: User, otto: User) -> None:
    task = Task.objects.open().filter(mechanism="sealed_first_price").latest("id")
    own = Task.objects.filter(client__user=clara).latest("id")
    pages = [
        (None, "/work/"), (wim, "/work/"), (wim, "/work/?page=200"), (wim, "/work/?q=attic"),
        (wim, "/work/?way=auction&where=site&fits=on"), (wim, "/work/near/?km=25"),
        (wim, f"/work/{task.pk}/"), (wim, "/today/"), (wim, "/inbox/"), (wim, "/inbox/bell/"),
        (wim, "/searches/"), (wim, "/earnings/"), (clara, "/tasks/"), (clara, f"/tasks/{own.pk}/"),
        (clara, "/review/"), (clara, "/spending/"), (clara, "/batches/"),
        (otto, "/admin/tasks/task/"), (otto, "/admin/workers/worker/"),
        (otto, "/admin/allocation/allocation/"), (otto, "/admin/"),
    ]  # fmt: skip
    print(f"{'page':44} {'who':8} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8}")
    for user, address in pages:
        browser = Browser(SERVER_NAME="localhost")
        if user:
            browser.force_login(user)
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            status = browser.get(address).status_code
        queries = len(asked)  # the log is emptied by the next request
        assert status == 200, (address, status)
        times = [seconds_for(browser, address) * 1000 for _ in range(TIMES)]
        who = user.email.split("@")[0].removeprefix("pages-") if user else "visitor"
        print(
            f"{address:44} {who:8} {share(times, 0.5):8.1f} {share(times, 0.95):8.1f} {queries:8}"
        )


def seconds_for(browser: Browser, address: str) -> float:
    started = time.perf_counter()
    browser.get(address)
    return time.perf_counter() - started


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
