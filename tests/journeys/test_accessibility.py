"""axe-core over every page, by day and by night: no violation of WCAG 2.2 AA, a silent console."""

from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from agenda.actions import drain
from allocation import actions as allocation
from disputes.models import Dispute
from marketplace.demo import email_of, seed
from reputation.models import Opinion
from simulation import findings
from simulation.models import Examination
from tasks.actions import submit_work
from tasks.models import Assignment, Task
from tests.people import NOW
from tests.simulation.plans import a_plan, start
from workers.models import Worker

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (options) => (await axe.run(document, options)).violations
  .map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" // "))"""
BY_DAY = {"runOnly": {"type": "tag", "values": TAGS}}
# Only colours differ by night.
BY_NIGHT = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
ALL_STILL = "() => Promise.all(document.getAnimations().map((a) => a.finished)).then(() => null)"
OPEN_ALL = "() => document.querySelectorAll('main details').forEach((d) => { d.open = true; })"

PAGES = {
    "visitor": ["/", "/work/", "{auction}", "/help/", "/help/workers/", "/about/", "/transparency/", "/certificates/", "/mechanisms/", "/mechanisms/scored_offers/", "/disputes/record/", "/hours/", "{client}", "{fair}", "/lab/", "/lab/new/deliveroo/",
                "{experiment}", "{experiment_that_runs}", "/lab/theory/", "/lab/literature/", "/offline/", "/accounts/login/",
                "/accounts/signup/", "/accounts/password/reset/", "/nowhere/", "/styleguide/"],
    "clara": ["/tasks/", "/tasks/new/", "{own}", "{own}why/", "/spending/", "/spending/?of=escrow", "/review/", "/questions/", "{dispute}",
              "/start/worker/", "/accounts/email/", "/tasks/new/shift/", "{held}", "{till}", "{opinion}", "{worker}", "/inbox/", "/inbox/preferences/"],
    "wim": ["/work/?way=auction", "/work/?q=zebra", "{auction}", "{asked}", "/today/", "{assignment}", "{disputed}", "{dispute}", "/questions/", "{problem}", "/decisions/",
            "/earnings/", "/earnings/wages/", "/shifts/", "{till_held}", "/profile/", "/data/", "/data/delete/", "/inbox/", "/inbox/preferences/", "/searches/", "/work/near/?km=50",
            "/start/client/", "/accounts/2fa/"],
    "otto": ["/admin/"],
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
    played = start(a_plan(tasks=200, replications=3))
    drain(timezone.now(), aside=True)
    play_theory_and_a_finding()
    addresses = {
        "experiment": played.get_absolute_url(),
        "experiment_that_runs": start(a_plan(tasks=12_000, replications=16)).get_absolute_url(),
        "auction": f"/work/{auction.pk}/",
        "asked": f"/work/{Task.objects.get(mechanism='scored_offers').pk}/",
        **wages_shifts_and_opinions(wim),
        "own": f"/tasks/{simple.pk}/",
        "assignment": f"/today/{held.pk}/",
        "dispute": f"/disputes/{Dispute.objects.get().pk}/",
        "disputed": f"/today/{Dispute.objects.get().assignment_id}/",
        "problem": f"/work/{simple.pk}/problem/",
    }
    return people, addresses


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


def play_theory_and_a_finding() -> None:
    finding = findings.BY_SLUG["consolation_spreads"]
    start(finding.plan, finding=finding.slug)
    good = {"name": "a", "expected": 1.0, "measured": 1.01, "standard_error": 0.1}
    rows = [good, good | {"name": "b", "measured": 2.0}]
    Examination.objects.create(
        part="queues", code_version="0", asked_at=NOW, ended_at=NOW, rows=rows
    )
    drain(timezone.now(), most=100, aside=True)


@pytest.mark.parametrize("who", PAGES)
def test_no_page_breaks_a_rule_of_wcag(demo, walk_in, who):
    people, addresses = demo
    reader = walk_in(people.get(who), reduced_motion="reduce")
    found = {}
    for path in PAGES[who]:
        page = reader.open(path.format(**addresses))
        page.evaluate(OPEN_ALL)
        page.evaluate(AXE)
        for theme, options in (("light", BY_DAY), ("dark", BY_NIGHT)):
            page.emulate_media(color_scheme=theme)
            page.evaluate(ALL_STILL)
            if violations := page.evaluate(RUN, options):
                found[path, theme] = violations
    assert found == {}


def test_axe_sees_what_is_wrong(demo, walk_in):
    page = walk_in().open("/help/")
    page.evaluate("""() => {
      document.querySelector("main h1").style.color = "#8888";
      document.querySelector("main").append(document.createElement("input"));
    }""")
    page.evaluate(AXE)
    found = {violation.split(":")[0] for violation in page.evaluate(RUN, BY_DAY)}
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
