"""axe-core over every page, by day and by night: no violation of WCAG 2.2 AA, a silent console."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Allocation
from batches.models import Template, Upload
from classroom.actions import end_round
from clients.models import Client
from disputes.actions import report_problem
from disputes.models import Dispute
from marketplace.demo import email_of, seed
from reputation.models import Opinion
from simulation import findings
from simulation.actions import RUN
from simulation.models import Examination, Experiment, Run
from tasks.actions import submit_work
from tasks.models import Assignment, Task
from tests.classroom import people as classes
from tests.disputes.conftest import hand_in, reject
from tests.house.test_pages import GET_PAGES
from tests.journeys.conftest import wait_until
from tests.people import NOW, post
from tests.simulation.plans import a_plan, start
from workers.models import Worker

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATIONS = """async (options) => (await axe.run(document, options)).violations
  .map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" // "))"""
# What is in order, and where it stands, is not written down: only violations are read.
BRIEF = {"resultTypes": ["violations"], "selectors": False}
BY_DAY = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
BY_DAY |= BRIEF
# By night other colours, on a phone another arrangement: the rest is the same page.
RULES_BY_NIGHT = ["color-contrast", "link-in-text-block", "target-size", "label", "list"]
BY_NIGHT = {"runOnly": {"type": "rule", "values": RULES_BY_NIGHT}} | BRIEF
# Files, parts of pages, and doors that only lead on to a page.
NOT_PAGES = {"welcome", "bell", "notice", "search_open", "healthz", "service_worker", "certificate"}
NOT_PAGES |= {"certificate_keys", "transparency_json", "log_json", "log_csv", "statement_csv"}
NOT_PAGES |= {"worker_wages_csv", "shift_calendar", "account_change_password"}
NOT_PAGES |= {name for name in GET_PAGES if name.endswith("_moving")}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}  # also what is left of 1280 at 400 percent
LOOKS = (("light", DESK, BY_DAY), ("dark", PHONE, BY_NIGHT))
ALL_STILL = "Promise.all(document.getAnimations().map((a) => a.finished))"
# axe lets a small target be where there is air around it; ours have 24 px, but for links in a line
# of text and for fields that the browser draws itself inside a larger label.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")]
  .filter((e) => { const box = e.getBoundingClientRect(); const style = getComputedStyle(e);
    return e.checkVisibility({visibilityProperty: true}) && (box.width < 23.5 || box.height < 23.5) && style.display !== "inline"
      && !e.matches(".visually-hidden, .visually-hidden *"); })
  .map((e) => "small: " + e.outerHTML.slice(0, 160))"""
LOOK = f"""async (options) => {{
  await {ALL_STILL};
  return [...await ({VIOLATIONS})(options), ...({TOO_SMALL})()];
}}"""
RUNS_OVER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN_ALL = "() => document.querySelectorAll('main details').forEach((d) => { d.open = true; })"

PAGES = {
    "visitor": ["/", "/work/", "{auction}", "/help/", "/help/workers/", "/about/", "/transparency/", "/certificates/", "/mechanisms/", "/mechanisms/scored_offers/", "/disputes/record/", "/hours/", "{client}", "{fair}", "/lab/", "/lab/new/deliveroo/",
                "{experiment}", "{experiment_that_runs}", "/lab/theory/", "/lab/literature/", "/offline/", "/accounts/login/",
                "/accounts/signup/", "/accounts/password/reset/", "/nowhere/", "/styleguide/", "/class/", "{class}"],
    "pupil": ["{class}", "{round}"],
    "clara": ["/tasks/", "/tasks/new/", "/tasks/new/?kind=errand", "/tasks/new/?kind=brief", "/tasks/new/?kind=contest", "{own}", "{own}project/", "{own}why/", "/spending/", "/spending/?of=escrow", "/review/", "/questions/", "{dispute}",
              "/start/worker/", "/accounts/email/", "/accounts/logout/", "/templates/", "/templates/new/", "/templates/form/", "{template}", "/batches/", "/batches/new/", "{batch}", "{batch}quality/", "{answer}",
              "/tasks/new/shift/", "{held}", "{till}", "{opinion}", "{worker}", "/inbox/", "/inbox/preferences/",
              "/class/", "{class}", "{round}"],
    "wim": ["/work/?way=auction", "/work/?q=zebra", "{auction}", "{asked}", "/today/", "{assignment}", "{disputed}", "{dispute}", "/questions/", "{problem}", "/decisions/",
            "/earnings/", "/earnings/wages/", "/shifts/", "{till_held}", "/profile/", "/profile/proofs/", "/profile/statuses/", "/data/", "/data/delete/", "/inbox/", "/inbox/preferences/", "/searches/", "/work/near/?km=50",
            "/start/client/", "/accounts/2fa/", "{why}", "{why}ask/", "{rejected}dispute/", "{problem_elsewhere}"],
    "otto": ["/admin/", "/admin/books/", "/admin/record/", "/admin/speed/", "/admin/allocation/", "/admin/allocation/allocation/", "{admin_allocation}", "/admin/allocation/mechanismversion/",
             "/admin/disputes/dispute/", "{admin_dispute}", "/admin/screening/heldtask/", "/admin/proofs/proof/", "/admin/statuses/statuslimit/", "/admin/tasks/task/", "{admin_task}", "/admin/accounts/user/", "/admin/wages/wagefloor/"],
}  # fmt: skip


@pytest.fixture
def demo(site, settings):
    """The demo market with something on every page: a bid, an offer, work handed in."""
    settings.DEMO_MODE = True
    now = timezone.now()
    seed(now)
    people = {name: User.objects.get(email=email_of(name)) for name in ("clara", "wim", "otto")}
    wim = people["wim"].worker
    auction = Task.objects.get(mechanism="sealed_first_price")
    allocation.place_bid(task_id=auction.pk, by=wim, amount_cents=4000, now=timezone.now())
    simple = Task.objects.get(title__startswith="Say in one line")
    allocation.claim_slot(task_id=simple.pk, by=wim, now=timezone.now())
    held = Assignment.objects.get(worker=wim, task=simple)
    submit_work(assignment_id=held.pk, by=wim, content="A lamp, a storm.", now=timezone.now())
    wait_until(lambda: Upload.objects.filter(batch__isnull=False).exists())
    played = start(a_plan(tasks=200, replications=3))
    drain(timezone.now(), aside=True)
    play_theory_and_a_finding()
    addresses = {
        "experiment": played.get_absolute_url(),
        "experiment_that_runs": half_an_experiment().get_absolute_url(),
        "auction": f"/work/{auction.pk}/",
        "asked": f"/work/{Task.objects.get(mechanism='scored_offers').pk}/",
        **wages_shifts_and_opinions(wim),
        "own": f"/tasks/{simple.pk}/",
        "assignment": f"/today/{held.pk}/",
        "dispute": f"/disputes/{Dispute.objects.get().pk}/",
        "disputed": f"/today/{Dispute.objects.get().assignment_id}/",
        "problem": f"/work/{simple.pk}/problem/",
        **quarrels(people["clara"].client, wim),
        "template": f"/templates/{Template.objects.latest('id').pk}/",
        "batch": f"/batches/{Upload.objects.filter(batch__isnull=False).latest('id').pk}/",
        "admin_task": f"/admin/tasks/task/{auction.pk}/change/",
        "admin_dispute": f"/admin/disputes/dispute/{Dispute.objects.get().pk}/change/",
        **a_class(people),
    }
    return people, addresses


def a_class(people: dict[str, User]) -> dict[str, str]:
    """A class of clara's with a pupil, a round that is over and one that goes on."""
    room = classes.open_class(people["clara"], agents=4)
    people["pupil"] = classes.sit(room, "Noa").user
    classes.start(room)
    end_round(classroom_id=room.pk, by=people["clara"], now=timezone.now())
    classes.start(room, "sealed_first_price")
    return {"class": f"/class/{room.code}/", "round": f"/class/{room.code}/rounds/1/"}


def quarrels(clara: Client, wim: Worker) -> dict[str, str]:
    """A decision about wim, work of his that was rejected, and a task that he says is broken."""
    rejected = hand_in(post(clara), wim)
    reject(rejected)
    broken = Task.objects.get(mechanism="lottery")
    said = report_problem(task_id=broken.pk, by=wim.user, text="The link is dead.", now=NOW)
    decided = Allocation.objects.with_candidate(wim).latest("id").pk
    return {
        "why": f"/why/{decided}/",
        "rejected": f"/today/{rejected.pk}/",
        "problem_elsewhere": f"/work/{broken.pk}/problem/",
        "answer": f"/problems/{said.pk}/answer/",
        "admin_allocation": f"/admin/allocation/allocation/{decided}/change/",
    }


def wages_shifts_and_opinions(wim: Worker) -> dict[str, str]:
    """The demo's shifts, its held task, and the pages of what people said of each other."""
    fair, till = (Task.objects.get(title__startswith=t, kind="shift") for t in ("Stand", "Till"))
    said = Opinion.objects.filter(side="client").earliest("id").assignment
    return {
        "client": f"/clients/{said.task.client_id}/",
        "worker": f"/workers/{said.worker_id}/",
        "opinion": f"/opinions/{said.pk}/",
        "held": f"/tasks/{Task.objects.get(state='held').pk}/",
        "fair": f"/work/{fair.pk}/",
        "till": f"/tasks/{till.pk}/",
        "till_held": f"/today/{Assignment.objects.get(task=till, worker=wim).pk}/",
    }


def half_an_experiment() -> Experiment:
    """Two of three replications are played; the last waits for tomorrow, so it runs all the while."""
    tomorrow = timezone.now() + timedelta(days=1)
    with transaction.atomic():
        experiment = start(a_plan(tasks=200, replications=3, seed=8))
        runs = Run.objects.filter(scenario__experiment=experiment)
        last = runs.filter(replication=3).values("id")
        DueWork.objects.filter(topic=RUN, subject_id__in=last).update(due_at=tomorrow)
    drain(timezone.now(), aside=True)
    wait_until(lambda: runs.filter(state="done").count() == 4)
    return experiment


def play_theory_and_a_finding() -> None:
    finding = findings.BY_SLUG["consolation_spreads"]
    start(finding.plan, finding=finding.slug)
    good = {
        "law": "bot_share", "about": {"k": 5.0, "m": 5},
        "expected": 1.0, "measured": 1.01, "standard_error": 0.1,
    }  # fmt: skip
    rows = [good, good | {"measured": 2.0}]
    Examination.objects.create(
        part="queues", code_version="0", asked_at=NOW, ended_at=NOW, rows=rows
    )
    drain(timezone.now(), most=100, aside=True)


def test_no_page_breaks_a_rule_of_wcag(demo, walk_in):
    people, addresses = demo
    found, seen = {}, set()
    for who, paths in PAGES.items():
        page = walk_in(people.get(who), reduced_motion="reduce", alone=True).page
        for path in paths:
            page.set_viewport_size(DESK)
            page.goto(path.format(**addresses))
            page.evaluate(OPEN_ALL)
            page.evaluate(AXE)
            # Django's forms.css imports another file, which axe would copy into a style of its own:
            # our content-security policy forbids it, and the console says so.
            of_django = {"preload": who != "otto"}
            for theme, size, options in LOOKS:
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=theme)
                if violations := page.evaluate(LOOK, options | of_django):
                    found[who, path, theme] = violations
            if page.evaluate(RUNS_OVER) and who != "otto":  # lists of rows scroll
                found[who, path, "phone"] = "wider than the screen"
            if path != "/nowhere/":
                seen.add(resolve(urlsplit(page.url).path).view_name)
    assert found == {}
    assert set(GET_PAGES) - seen == NOT_PAGES
    assert Experiment.objects.filter(state="running").exists()  # and was seen running
    # Dutch and French words are longer than English ones.
    assert wider_than_the_smallest_screen(people, addresses, walk_in) == []


def wider_than_the_smallest_screen(people, addresses, walk_in) -> list[tuple[str, str]]:
    found = []
    for who, language in (("visitor", "nl"), ("clara", "fr"), ("wim", "nl")):
        page = walk_in(people.get(who), locale=language, viewport=SMALLEST).page
        for path in PAGES[who]:
            page.goto(path.format(**addresses), wait_until="domcontentloaded")
            page.evaluate(OPEN_ALL)
            if page.evaluate(RUNS_OVER):
                found.append((who, path))
    return found


def test_axe_sees_what_is_wrong(walk_in):
    page = walk_in().open("/help/")
    page.evaluate("""() => {
      document.querySelector("main h1").style.color = "#8888";
      document.querySelector("main").append(document.createElement("input"));
    }""")
    page.evaluate(AXE)
    found = {violation.split(":")[0] for violation in page.evaluate(VIOLATIONS, BY_DAY)}
    assert found == {"color-contrast", "label"}


def test_the_console_is_heard(walk_in):
    reader = walk_in()
    reader.open("/help/")
    reader.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "1";
      document.body.append(script);
    }""")
    assert any("Content Security Policy" in complaint for complaint in reader.complaints)
    reader.complaints.clear()
