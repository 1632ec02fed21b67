"""Every page, for everybody: the right answer, few queries, 304 when nothing moved, kind forms."""

import pytest
from django.contrib.admin import site
from django.test import Client as Browser
from django.urls import get_resolver, reverse
from django.utils import timezone

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Bid, Offer
from batches.actions import keep_table, keep_template
from clients.models import Client
from disputes import actions as disputes
from notices.actions import save_search
from notices.models import Notice
from shifts.models import PublishedHour
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import NOW, later, make_client, make_user, make_worker, post
from tests.simulation.plans import a_plan, start
from wages.models import TimeEntry

pytestmark = pytest.mark.django_db

NOBODY = 999_999_999
READERS = ("visitor", "clara", "wim", "otto", "stan")


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def market(clara, wim, yasmina, stan):
    """A market with one thing of each kind: clara's tasks, wim's bid, work, claim and offer."""
    otto = make_user("otto")
    otto.is_staff = otto.is_superuser = True
    otto.save()
    mira = make_client("mira")
    held = post(clara)
    allocation.claim_slot(task_id=held.pk, by=wim, now=NOW)
    wims = Assignment.objects.get(worker=wim)
    auction = post(clara, mechanism="sealed_first_price", floor_cents=300)
    bid = allocation.place_bid(task_id=auction.pk, by=wim, amount_cents=800, now=timezone.now())
    asked = post(clara, mechanism="scored_offers")
    allocation.go_available(by=wim, now=NOW)
    allocation.settle_task(task_id=asked.pk, trigger="posted", now=timezone.now())
    template = keep_template(client=clara, name="Cats", kind="html", body="${x}", now=NOW)
    upload = keep_table(client=clara, template=template, title="Cats", content=b"x\n1\n", now=NOW)
    return {
        "template": template.pk,
        "upload": upload.pk,
        "people": {
            "visitor": None,
            "clara": clara.user,
            "wim": wim.user,
            "otto": otto,
            "stan": stan,
            "mira": mira.user,
            "yasmina": yasmina.user,
        },  # fmt: skip
        "task": held.pk,
        "auction": auction.pk,
        "assignment": wims.pk,
        "allocation": held.allocations.order_by("-id").first().pk,
        "slug": "lottery",
        "side": "workers",
        "preset": "firm",
        "experiment": played_experiment(),
        "bid": bid.pk,
        "offer": Offer.objects.get(worker=wim).pk,
        "client": clara.pk,
        "worker": wim.pk,
        "judged": judged_work(clara, wim),
        "hour": PublishedHour.objects.create(  # withdrawn, so that nobody can book it
            worker=wim,
            title="Tea",
            starts_at=later(days=1),
            ends_at=later(days=2),
            pay_cents=1,
            withdrawn_at=NOW,
        ).pk,  # fmt: skip
        "dispute": a_dispute(clara, wim),
        "problem": disputes.report_problem(
            task_id=asked.pk, by=wim.user, text="A dead link.", now=NOW
        ).pk,
        "notice": Notice.objects.create(
            person=wim.user, kind="won", about="x", task=held, facts={"title": "x"}, at=NOW
        ).pk,
        "search": save_search(by=wim, name="All", filters={}, now=NOW).pk,
        "entry": TimeEntry.objects.create(
            worker=wim, kind="transport", day=NOW.date(), seconds=60
        ).pk,
    }


def a_dispute(clara, wim) -> int:
    """Work of wim's that clara rejected and wim disputes."""
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    work = {"assignment_id": Assignment.objects.get(task=task).pk, "now": NOW}
    tasks.submit_work(by=wim, content="Done.", **work)
    disputes.reject(by=clara.user, reason_code="wrong", text="It is blue.", **work)
    return disputes.open_dispute(by=wim, text="You asked for blue.", **work).pk


def played_experiment() -> str:
    """The key of an experiment that is done."""
    experiment = start(a_plan(tasks=20))
    drain(timezone.now(), aside=True)
    return experiment.key


def judged_work(clara, wim) -> int:
    """A piece of wim's work that clara approved."""
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    done = Assignment.objects.get(task=task)
    tasks.submit_work(assignment_id=done.pk, by=wim, content="Done.", now=NOW)
    tasks.approve(assignment_id=done.pk, by=clara.user, now=NOW)
    return done.pk


def browser_of(market, name: str) -> Browser:
    browser = Browser()
    if user := market["people"][name]:
        browser.force_login(user)
    return browser


# --- who may open what --------------------------------------------------------------------------
# Per page: its argument, then the status for a visitor, clara (client), wim (worker), otto
# (operator without profiles) and stan (an account without anything).
GET_PAGES = {
    "home": ("", 200, 200, 200, 200, 200),
    "welcome": ("", 302, 302, 302, 302, 302),
    "help": ("", 200, 200, 200, 200, 200),
    "help_side": ("side", 200, 200, 200, 200, 200),
    "about": ("", 200, 200, 200, 200, 200),
    "transparency": ("", 200, 200, 200, 200, 200),
    "transparency_json": ("", 200, 200, 200, 200, 200),
    "my_data": ("", 302, 200, 200, 200, 200),
    "log_json": ("", 302, 200, 200, 200, 200),
    "log_csv": ("", 302, 200, 200, 200, 200),
    "certificate": ("", 302, 302, 200, 302, 302),
    "certificate_keys": ("", 200, 200, 200, 200, 200),
    "check_certificate": ("", 200, 200, 200, 200, 200),
    "delete_account": ("", 302, 200, 200, 200, 200),
    "offline": ("", 200, 200, 200, 200, 200),
    "healthz": ("", 200, 200, 200, 200, 200),
    "market": ("", 200, 200, 200, 200, 200),
    "market_moving": ("", 200, 200, 200, 200, 200),
    "near": ("", 302, 302, 200, 302, 302),
    "task": ("task", 200, 302, 200, 200, 200),
    "task_moving": ("task", 200, 200, 200, 200, 200),
    "worker_home": ("", 302, 302, 200, 302, 302),
    "worker_home_moving": ("", 302, 302, 200, 302, 302),
    "assignment": ("assignment", 302, 302, 200, 302, 302),
    "worker_earnings": ("", 302, 302, 200, 302, 302),
    "worker_wages": ("", 302, 302, 200, 302, 302),
    "worker_wages_csv": ("", 302, 302, 200, 302, 302),
    "my_shifts": ("", 302, 302, 200, 302, 302),
    "shift_calendar": ("", 302, 200, 200, 200, 200),
    "shift_new": ("", 302, 200, 302, 302, 302),
    "client_page": ("client", 200, 200, 200, 200, 200),
    "worker_page": ("worker", 302, 200, 200, 200, 404),
    "opinion": ("judged", 302, 200, 200, 404, 404),
    "hours": ("", 200, 200, 200, 200, 200),
    "worker_profile": ("", 302, 302, 200, 302, 302),
    "proofs": ("", 302, 302, 200, 302, 302),
    "statuses": ("", 302, 302, 200, 302, 302),
    "task_new": ("", 302, 200, 302, 302, 302),
    "client_home": ("", 302, 200, 302, 302, 302),
    "client_home_moving": ("", 302, 200, 302, 302, 302),
    "client_task": ("task", 302, 200, 302, 302, 302),
    "client_task_moving": ("task", 302, 200, 302, 302, 302),
    "client_spending": ("", 302, 200, 302, 302, 302),
    "decisions": ("", 302, 302, 200, 302, 302),
    "why": ("allocation", 302, 302, 200, 302, 302),
    "task_why": ("task", 302, 200, 302, 302, 302),
    "project": ("task", 302, 200, 302, 302, 302),
    "templates": ("", 302, 200, 302, 302, 302),
    "template_new": ("", 302, 200, 302, 302, 302),
    "form_new": ("", 302, 200, 302, 302, 302),
    "template": ("template", 302, 200, 302, 302, 302),
    "batches": ("", 302, 200, 302, 302, 302),
    "batch_new": ("", 302, 200, 302, 302, 302),
    "batch": ("upload", 302, 200, 302, 302, 302),
    "batch_moving": ("upload", 302, 200, 302, 302, 302),
    "batch_quality": ("upload", 302, 200, 302, 302, 302),
    "mechanisms": ("", 200, 200, 200, 200, 200),
    "mechanism": ("slug", 200, 200, 200, 200, 200),
    "simulate": ("", 200, 200, 200, 200, 200),
    "classes": ("", 200, 200, 200, 200, 200),
    "experiment_new": ("preset", 200, 200, 200, 200, 200),
    "experiment": ("experiment", 200, 200, 200, 200, 200),
    "experiment_moving": ("experiment", 286, 286, 286, 286, 286),
    "theory": ("", 200, 200, 200, 200, 200),
    "theory_moving": ("", 286, 286, 286, 286, 286),
    "literature": ("", 200, 200, 200, 200, 200),
    "service_worker": ("", 200, 200, 200, 200, 200),
    "become_client": ("", 302, 302, 200, 200, 200),
    "become_worker": ("", 302, 200, 302, 200, 200),
    "inbox": ("", 302, 200, 200, 200, 200),
    "bell": ("", 302, 200, 200, 200, 200),
    "notice": ("notice", 302, 404, 302, 404, 404),
    "notice_preferences": ("", 302, 200, 200, 200, 200),
    "searches": ("", 302, 302, 200, 302, 302),
    "search_open": ("search", 302, 302, 302, 302, 302),
    "review": ("", 302, 200, 302, 302, 302),
    "questions": ("", 302, 200, 200, 200, 200),
    "dispute": ("dispute", 302, 200, 200, 404, 404),
    "dispute_new": ("assignment", 302, 302, 200, 302, 302),
    "ask_review": ("allocation", 302, 200, 200, 404, 404),
    "report_problem": ("task", 302, 404, 200, 200, 200),
    "answer_problem": ("problem", 302, 200, 302, 302, 302),
    "statement_csv": ("", 302, 200, 200, 200, 200),
    "public_record": ("", 200, 200, 200, 200, 200),
    "account_login": ("", 200, 302, 302, 302, 302),
    "account_signup": ("", 200, 302, 302, 302, 302),
    "account_logout": ("", 302, 200, 200, 200, 200),
    "account_email": ("", 302, 200, 200, 200, 200),
    "account_change_password": ("", 302, 302, 302, 302, 302),
    "mfa_index": ("", 302, 200, 200, 200, 200),
    "admin:index": ("", 302, 302, 302, 200, 302),
}  # fmt: skip

# Per page that only takes POST: its argument, and somebody with the right profile to whom the
# thing does not belong. A draw of doors: who owns nothing finds nothing.
POST_PAGES = {
    "claim": ("", None),
    "bid": ("", None),
    "enter": ("", None),
    "bid_withdraw": ("bid", "yasmina"),
    "offer_accept": ("offer", "yasmina"),
    "offer_decline": ("offer", "yasmina"),
    "assignment_return": ("assignment", "yasmina"),
    "assignment_next": ("assignment", "yasmina"),
    "assignment_draft": ("assignment", "yasmina"),
    "assignment_report": ("assignment", "yasmina"),
    "batch_discard": ("upload", "mira"),
    "time_delete": ("entry", "yasmina"),
    "search_rename": ("search", "yasmina"),
    "search_delete": ("search", "yasmina"),
    "shift_reserve": ("", None),
    "no_show": ("assignment", "mira"),
    "no_show_answer": ("assignment", "mira"),
    "hour_withdraw": ("hour", "yasmina"),
    "hour_book": ("hour", "mira"),
    "task_cancel": ("task", "mira"),
    "task_choose": ("task", "mira"),
    "approve": ("assignment", "mira"),
    "rework": ("assignment", "mira"),
    "reject": ("assignment", "mira"),
    "bonus": ("assignment", "mira"),
}
SWITCHES = ("status_choose", "standby", "available", "demo_login", "approve_many", "keep_time", "time_beat",
            "read_all", "search_save")  # fmt: skip
# What the lab takes by POST, and its files, in tests/simulation/test_pages.py.
LAB = {"ask", "experiment_cancel", "experiment_resume", "experiment_measures"}
LAB |= {"theory_examine", "literature_examine", "experiment_codebook", "experiment_bundle"}
# Checked elsewhere: /readyz (health), the component sheet (demo mode only), allauth's own pages, and
# what is downloaded (tests/batches/), and the signed address in a mail (tests/notices/).
ELSEWHERE = {"readyz", "styleguide", "set_language", "batch_results", "file", "stop_mail"} | LAB
# In tests/classroom/test_pages.py: who may open them follows from the class, not from a profile.
ELSEWHERE |= {
    "class_join",
    "class_open",
    "classroom",
    "classroom_moving",
    "class_back",
    "class_leave",
}
# In tests/proofs/: one is known by a slug.
ELSEWHERE |= {"proof_show", "proof_withdraw", "status_end"}
ELSEWHERE |= {
    "round_start",
    "round_start_moving",
    "round_end",
    "class_close",
    "round_results",
    "round_csv",
}
NO_NUMBER = ("", "slug", "side", "preset", "experiment")


def address(name: str, argument: object = "") -> str:
    return reverse(name, args=[argument] if argument else [])


@pytest.mark.parametrize("name", GET_PAGES)
def test_a_page_answers_everybody_as_the_table_says(market, name):
    thing, *statuses = GET_PAGES[name]
    url = address(name, market[thing] if thing else "")
    found = [browser_of(market, who).get(url).status_code for who in READERS]
    assert dict(zip(READERS, found, strict=True)) == dict(zip(READERS, statuses, strict=True))


def test_every_named_address_of_ours_is_in_the_tables():
    ours = {f"{app}.urls" for app in (
        "marketplace", "workers", "allocation", "clients", "accounts", "batches", "disputes",
        "ledger", "notices", "reputation", "rights", "simulation", "shifts", "transparency", "wages",
        "classroom",
    )}  # fmt: skip
    named = {
        pattern.name
        for resolver in [get_resolver(module) for module in ours]
        for pattern in resolver.url_patterns
        if getattr(pattern, "name", None)
    }
    assert named <= {*GET_PAGES, *POST_PAGES, *SWITCHES, *ELSEWHERE}


WRONG_NUMBERS = [NOBODY, 2**31, 2**63, 10**40]


@pytest.mark.parametrize("name", [n for n, row in GET_PAGES.items() if row[0] not in NO_NUMBER])
def test_a_wrong_number_is_not_found(market, name):
    clients = ("client", "task_why", "project", "batch", "template", "answer_problem")
    browser = browser_of(market, "clara" if name.startswith(clients) else "wim")
    answers = {n: browser.get(address(name, n)).status_code for n in WRONG_NUMBERS}
    assert answers == dict.fromkeys(WRONG_NUMBERS, 404)


@pytest.mark.parametrize("name", POST_PAGES)
def test_doing_something_with_a_wrong_number_is_not_found(market, name):
    _thing, stranger = POST_PAGES[name]
    browser = browser_of(market, stranger or "wim")
    answers = {n: browser.post(address(name, n)).status_code for n in WRONG_NUMBERS}
    assert answers == dict.fromkeys(WRONG_NUMBERS, 404)


@pytest.mark.parametrize("name", [name for name, row in POST_PAGES.items() if row[1]])
def test_what_belongs_to_somebody_else_is_not_found_and_unchanged(market, name):
    thing, stranger = POST_PAGES[name]
    before = [
        list(model.objects.order_by("pk").values()) for model in (Task, Assignment, Bid, Offer)
    ]
    answer = browser_of(market, stranger).post(address(name, market[thing]), {"text": "no"})
    after = [
        list(model.objects.order_by("pk").values()) for model in (Task, Assignment, Bid, Offer)
    ]
    assert answer.status_code == 404
    assert after == before


@pytest.mark.parametrize("name", ["client_task", "client_task_moving", "task_why"])
def test_another_client_does_not_find_my_task(market, name):
    assert browser_of(market, "mira").get(address(name, market["task"])).status_code == 404


@pytest.mark.parametrize("name", ["batch", "batch_moving", "batch_quality", "template"])
def test_another_client_does_not_find_my_batch(market, name):
    thing = GET_PAGES[name][0]
    assert browser_of(market, "mira").get(address(name, market[thing])).status_code == 404


@pytest.mark.parametrize(("name", "thing"), [("assignment", "assignment"), ("why", "allocation")])
def test_another_worker_does_not_find_what_is_mine(market, name, thing):
    assert browser_of(market, "yasmina").get(address(name, market[thing])).status_code == 404


NO_PAGE_ABOVE = {
    "bid_withdraw", "offer_accept", "offer_decline", "approve", "rework", "reject", "bonus", "demo_login",
}  # fmt: skip


@pytest.mark.parametrize("name", [*POST_PAGES, *SWITCHES])
def test_who_only_looks_at_what_changes_something_gets_a_page(market, name):
    thing = POST_PAGES.get(name, ("", None))[0]
    takes_number = name in POST_PAGES
    number = market[thing or "task"] if takes_number else ""
    of_client = POST_PAGES.get(name, ("", ""))[1] == "mira" or name == "approve_many"
    browser = browser_of(market, "clara" if of_client else "wim")
    answer = browser.get(address(name, number), follow=True)
    assert answer.status_code == (405 if name in NO_PAGE_ABOVE else 200)
    assert bool(answer.redirect_chain) == (name not in NO_PAGE_ABOVE)
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize("name", ["home", "market", "task_moving", "client_task", "worker_home"])
def test_a_page_that_only_shows_takes_no_post(market, name):
    thing = GET_PAGES[name][0]
    who = "clara" if name.startswith("client") else "wim"
    answer = browser_of(market, who).post(address(name, market[thing] if thing else ""))
    assert answer.status_code == 405


@pytest.mark.parametrize("page", ["abc", "0", "-1", "999", "%00", "%0a", "é", '"', "9" * 40])
def test_a_strange_page_number_shows_some_page(market, page):
    for name in ("client_home", "client_home_moving", "client_spending"):
        assert browser_of(market, "clara").get(f"{address(name)}?page={page}").status_code == 200
    for name in ("market", "market_moving", "worker_earnings"):
        assert browser_of(market, "wim").get(f"{address(name)}?page={page}").status_code == 200


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%0a%0d", "way=x", "where=x", "fits=%00", "q=%25_%25"]
)
def test_a_strange_filter_shows_the_market(market, query):
    for name in ("market", "market_moving"):
        assert browser_of(market, "wim").get(f"{address(name)}?{query}").status_code == 200


def test_the_component_sheet_and_the_demo_log_in_exist_only_in_the_demo(market, settings):
    browser = Browser()
    assert browser.get(address("styleguide")).status_code == 404
    assert browser.post(address("demo_login"), {"slug": "clara"}).status_code == 404
    settings.DEMO_MODE = True
    assert browser.get(address("styleguide")).status_code == 200
    assert browser.post(address("demo_login"), {"slug": "nobody"}).status_code == 404


def test_every_admin_list_opens_for_the_operator(market):
    browser = browser_of(market, "otto")
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert browser.get(reverse(name)).status_code == 200, name


def test_the_page_of_one_app_repeats_none_of_the_dashboards_figures(market):
    page = browser_of(market, "otto").get(reverse("admin:app_list", args=["allocation"]))
    assert "since the last sweep" not in page.content.decode()


# --- what a page may cost -----------------------------------------------------------------------
MOST_QUERIES = 12


def queries_for(browser: Browser, url: str, django_assert_max_num_queries) -> int:
    browser.get(url)  # the first visit fills Django's own caches
    with django_assert_max_num_queries(MOST_QUERIES) as captured:
        assert browser.get(url).status_code == 200
    return len(captured.captured_queries)


def post_many(client: Client, count: int) -> None:
    for _ in range(count):
        post(client, pay_cents=100)


@pytest.mark.parametrize("name", ["market", "market_moving"])
def test_the_market_costs_the_same_with_60_tasks_as_with_10(
    clara, wim, name, django_assert_max_num_queries
):
    browser = Browser()
    browser.force_login(wim.user)
    post_many(clara, 10)
    few = queries_for(browser, address(name), django_assert_max_num_queries)
    post_many(clara, 50)
    assert queries_for(browser, address(name), django_assert_max_num_queries) == few


@pytest.mark.parametrize("name", ["client_home", "client_home_moving"])
def test_my_tasks_cost_the_same_with_60_as_with_10(clara, name, django_assert_max_num_queries):
    browser = Browser()
    browser.force_login(clara.user)
    post_many(clara, 10)
    few = queries_for(browser, address(name), django_assert_max_num_queries)
    post_many(clara, 50)
    assert queries_for(browser, address(name), django_assert_max_num_queries) == few


def bid_by_many(task: Task, count: int, prefix: str) -> None:
    for number in range(count):
        allocation.place_bid(
            task_id=task.pk,
            by=make_worker(f"{prefix}{number}"),
            amount_cents=500 + number,
            now=timezone.now(),
        )


def test_a_task_costs_the_same_with_60_bids_as_with_10(clara, wim, django_assert_max_num_queries):
    task = post(clara, mechanism="best_value")
    worker, client = Browser(), Browser()
    worker.force_login(wim.user)
    client.force_login(clara.user)
    pages = [(worker, "task"), (worker, "task_moving"), (client, "client_task")]
    bid_by_many(task, 10, "first")
    few = [
        queries_for(b, address(name, task.pk), django_assert_max_num_queries) for b, name in pages
    ]
    bid_by_many(task, 50, "then")
    assert few == [
        queries_for(b, address(name, task.pk), django_assert_max_num_queries) for b, name in pages
    ]


def work_on_many(clara, wim, count: int) -> None:
    for number in range(count):
        task = post(clara, pay_cents=100)
        allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
        if number % 2:
            held = Assignment.objects.get(task=task, worker=wim)
            tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=NOW)


@pytest.mark.parametrize("name", ["worker_home", "worker_home_moving"])
def test_today_costs_the_same_with_60_rows_as_with_10(
    clara, wim, name, django_assert_max_num_queries
):
    wim.capacity = 100
    wim.save()
    browser = Browser()
    browser.force_login(wim.user)
    work_on_many(clara, wim, 10)
    few = queries_for(browser, address(name), django_assert_max_num_queries)
    work_on_many(clara, wim, 50)
    assert queries_for(browser, address(name), django_assert_max_num_queries) == few


# --- what has not moved is not sent again -------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "name", "thing"),
    [
        ("visitor", "market_moving", ""),
        ("wim", "market_moving", ""),
        ("wim", "task_moving", "auction"),
        ("wim", "worker_home_moving", ""),
        ("clara", "client_home_moving", ""),
        ("clara", "client_task_moving", "auction"),
    ],
)
def test_a_fragment_is_sent_again_only_after_an_event(market, who, name, thing):
    browser = browser_of(market, who)
    url = address(name, market[thing] if thing else "")
    tag = browser.get(url).headers["ETag"]
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 304
    wim = market["people"]["wim"].worker
    allocation.place_bid(task_id=market["auction"], by=wim, amount_cents=700, now=timezone.now())
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("who", "name", "thing"),
    [
        ("wim", "market", ""),
        ("wim", "task", "auction"),
        ("wim", "worker_home", ""),
        ("clara", "client_home", ""),
        ("clara", "client_task", "auction"),
    ],
)
def test_a_page_carries_the_tag_of_its_fragment(market, who, name, thing):
    browser = browser_of(market, who)
    arguments = market[thing] if thing else ""
    tag = browser.get(address(f"{name}_moving", arguments)).headers["ETag"]
    page = browser.get(address(name, arguments)).content.decode()
    assert f'data-tag="{tag}"'.replace('"', "&quot;") in page.replace('"', "&quot;")


def test_somebody_else_or_another_language_has_another_tag(market):
    url = address("market_moving")
    tags = {browser_of(market, who).get(url).headers["ETag"] for who in ("visitor", "wim", "clara")}
    french = browser_of(market, "wim").get(url, headers={"Accept-Language": "fr"})
    assert len(tags | {french.headers["ETag"]}) == 4


def test_switching_to_available_is_seen_on_today(market):
    browser = browser_of(market, "yasmina")
    url = address("worker_home_moving")
    tag = browser.get(url).headers["ETag"]
    browser.post(address("available"))
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_more_play_money_is_seen_on_my_tasks(market):
    browser = browser_of(market, "clara")
    url = address("client_home_moving")
    tag = browser.get(url).headers["ETag"]
    browser.post(address("client_spending"), {"amount_cents": "5"})
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 200
