"""Django admin: for operators only, and nothing can be edited that the market itself must write."""

import json
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from agenda.actions import drain
from allocation import actions as allocation
from allocation.engine import catalogue
from allocation.engine.contract import Decision
from allocation.models import Allocation, MechanismVersion
from ledger.models import Transfer
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.people import NOW, later, make_user, post
from workers.models import Skill, Worker

pytestmark = pytest.mark.django_db

MAY_BE_CHANGED = {"accounts.user", "clients.client", "proofs.proofkind", "workers.worker", "workers.skill"}  # fmt: skip
MAY_BE_ADDED = {"workers.skill", "proofs.proofkind"}
OURS = ("accounts", "agenda", "allocation", "batches", "classroom", "clients", "disputes", "ledger", "notices",
        "proofs", "reputation", "rights", "screening", "shifts", "simulation", "statuses", "tasks", "transparency", "wages",
        "workers")  # fmt: skip
# Queues of the sealer's and the teller's; the order of a search; what only its owner reads: a
# worker's drafts, diary and searches, a person's inbox.
NOT_SHOWN = {
    "allocation.unsealed", "batches.draft", "notices.letterbox", "notices.notice",
    "notices.preference", "notices.savedsearch", "notices.untold", "wages.timekeeping",
    "wages.timeentry", "statuses.heldstatus", "statuses.workedas", "workers.listing",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


def label(model):
    return model._meta.label_lower


REGISTERED = sorted(admin.site._registry, key=label)
READ_ONLY = [model for model in REGISTERED if label(model) not in MAY_BE_CHANGED]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def otto() -> User:
    user = make_user("otto")
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def operator(client, otto):
    client.force_login(otto)
    return client


@pytest.fixture
def market(clara, wim, yasmina):
    """A market in which something of everything has happened."""
    Skill.objects.create(slug="dutch", name="Dutch")
    for worker in (wim, yasmina):
        allocation.go_available(by=worker, now=later(minutes=-10))
    claimed = post(clara, slot_count=2)
    sealed = post(clara, mechanism="sealed_first_price")
    scored = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    allocation.claim_slot(task_id=claimed.pk, by=wim, now=later(seconds=2))
    allocation.place_bid(task_id=sealed.pk, by=yasmina, amount_cents=777, now=later(seconds=3))
    work = Assignment.objects.get(task=claimed, worker=wim)
    tasks.submit_work(assignment_id=work.pk, by=wim, content="Done.", now=later(seconds=4))
    tasks.approve(assignment_id=work.pk, by=clara.user, now=later(seconds=5))
    allocation.seal_all(later(seconds=6))
    return {"claimed": claimed, "sealed": sealed, "scored": scored}


def test_only_pages_written_for_this_market_are_in_the_admin():
    ours = {label(m) for app in OURS for m in apps.get_app_config(app).get_models()}
    assert {label(model) for model in REGISTERED} == ours - NOT_SHOWN


def test_an_operator_reads_every_list(operator, market):
    for model in REGISTERED:
        assert operator.get(address(model, "changelist")).status_code == 200


def test_an_operator_reads_every_kind_of_row(operator, market):
    for model in REGISTERED:
        row = model.objects.first()
        if row is not None:
            assert operator.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "client", "worker"])
def test_nobody_else_gets_in(who, client, clara, wim):
    for model in REGISTERED:
        person = {"client": clara.user, "worker": wim.user}.get(who)
        if person:
            client.force_login(person)
        answer = client.get(address(model, "changelist"))
        assert answer.status_code in (302, 403)
        if answer.status_code == 302:
            assert "login" in answer["Location"]


@pytest.mark.parametrize("name", ["index", "books", "record", "speed"])
def test_the_operators_own_pages_are_for_operators(name, client, clara, wim, otto, market):
    for person in (None, clara.user, wim.user):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(reverse(f"admin:{name}")).status_code in (302, 403)
    client.force_login(otto)
    assert client.get(reverse(f"admin:{name}")).status_code == 200


def test_what_the_market_writes_cannot_be_changed_by_typing_an_address(operator, market, otto):
    for model in READ_ONLY:
        for is_superuser in (False, True):
            User.objects.filter(pk=otto.pk).update(is_superuser=is_superuser)
            row = model.objects.first()
            pk = row.pk if row else 1
            before = model.objects.count()
            assert operator.get(address(model, "add")).status_code == 403
            assert operator.post(address(model, "add"), {}).status_code == 403
            assert operator.post(address(model, "delete", pk), {"post": "yes"}).status_code == 403
            assert operator.post(address(model, "change", pk), {}).status_code in (403, 302)
            chosen = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
            operator.post(address(model, "changelist"), chosen)
            assert model.objects.count() == before


def test_nothing_is_ever_deleted_here(operator, market):
    for model in REGISTERED:
        row = model.objects.first()
        if row is not None:
            gone = operator.post(address(model, "delete", row.pk), {"post": "yes"})
            assert gone.status_code == 403
            assert model.objects.filter(pk=row.pk).exists()


def test_only_skills_are_added_here(operator):
    for model in REGISTERED:
        answer = operator.get(address(model, "add"))
        assert answer.status_code == (200 if label(model) in MAY_BE_ADDED else 403)


def test_an_operator_mends_a_workers_skills_and_nothing_the_market_counts(operator, market, wim):
    url = address(Worker, "change", wim.pk)
    sent = {"name": "Wim", "skills": "dutch", "capacity": 3, "approved_count": 900, "active": 0}
    assert operator.post(url, sent).status_code == 302
    wim.refresh_from_db()
    assert (wim.skills, wim.capacity, wim.approved_count) == (["dutch"], 3, 1)


def test_a_skill_that_does_not_exist_is_refused(operator, wim):
    answer = operator.post(
        address(Worker, "change", wim.pk), {"name": "Wim", "skills": "magic", "capacity": 3}
    )
    assert "There is no skill called magic." in answer.content.decode()
    wim.refresh_from_db()
    assert wim.skills == []


def test_capacity_never_goes_below_the_work_in_hand(operator, market, wim):
    task = market["claimed"]
    Worker.objects.filter(pk=wim.pk).update(active=2)
    answer = operator.post(
        address(Worker, "change", wim.pk), {"name": "Wim", "skills": "", "capacity": 1}
    )
    assert "This worker has 2 tasks in hand" in answer.content.decode()
    assert task.pk


def test_an_operator_makes_no_operators_and_switches_nobody_off(operator, stan, otto):
    url = address(User, "change", stan.pk)
    operator.post(url, {"name": "Stan", "email": stan.email, "is_staff": "on", "is_active": ""})
    stan.refresh_from_db()
    assert (stan.is_staff, stan.is_active) == (False, True)


def test_an_operator_does_not_change_another_operators_account(operator, otto):
    other = make_user("olga")
    User.objects.filter(pk=other.pk).update(is_staff=True)
    sent = {"name": "Mallory", "email": "mallory@example.org"}
    assert operator.post(address(User, "change", other.pk), sent).status_code == 403
    other.refresh_from_db()
    assert other.name == "Olga"


# --- reading --------------------------------------------------------------------------------------


def test_the_page_of_a_decision_shows_candidates_factors_and_outcome(operator, market):
    kept = Allocation.objects.get(task=market["scored"])
    page = operator.get(address(Allocation, "change", kept.pk)).content.decode()
    for said in ("Wim", "Yasmina", "skill_match", "reputation", "Offered", "Waiting", "link "):
        assert said in page


def test_the_seed_of_an_open_task_stays_secret(operator, market):
    kept = Allocation.objects.get(task=market["scored"])
    seed = str(market["scored"].seed)
    for url in (
        address(Allocation, "change", kept.pk),
        address(Task, "change", market["scored"].pk),
        address(Allocation, "export", "json"),
        address(Allocation, "export", "csv"),
    ):
        answer = operator.get(url)
        body = answer.getvalue().decode()
        assert seed not in body
        assert market["scored"].seed_hex not in body


def test_a_sealed_bid_is_sealed_for_operators_too_until_closing(operator, market):
    urls = [address(Task, "change", market["sealed"].pk)]
    bid = market["sealed"].bids.get()
    urls += [address(type(bid), "change", bid.pk), address(type(bid), "changelist")]
    for url in urls:
        page = operator.get(url).content.decode()
        assert "7.77" not in page
        # Not as a part of a hexadecimal seed commitment, where it may stand by chance.
        assert not re.search(r"(?<![0-9a-f])777(?![0-9a-f])", page)
        assert "sealed" in page


def test_replay_says_same_decision_and_changes_nothing(operator, market):
    kept = Allocation.objects.get(task=market["scored"])
    url = address(Allocation, "replay", kept.pk)
    assert operator.get(url).status_code == 403
    before = Allocation.objects.count()
    assert "Same decision" in operator.post(url).content.decode()
    assert Allocation.objects.count() == before


def test_replay_is_loud_about_a_difference(operator, market, monkeypatch):
    monkeypatch.setattr(catalogue, "decide", lambda slug, case: Decision())
    kept = Allocation.objects.get(task=market["scored"])
    page = operator.post(address(Allocation, "replay", kept.pk)).content.decode()
    assert "DIFFERENT" in page
    assert "decision.offers" in page


def test_a_stranger_cannot_replay(client, market):
    kept = Allocation.objects.first()
    assert client.post(address(Allocation, "replay", kept.pk)).status_code == 302


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mechanism=scored_offers", 1),
        ("outcome=offered", 1),
        ("outcome=awarded", 1),
        ("trigger__exact=claim", 1),
        ("q=999999999", 0),
    ],
)
def test_decisions_are_filtered(operator, market, query, found):
    answer = operator.get(address(Allocation, "changelist") + "?" + query)
    assert answer.context["cl"].result_count == found


def test_each_decision_is_in_one_band_of_latency(operator, market):
    bands = ("1", "10", "50", "250", "more")
    lists = [operator.get(address(Allocation, "changelist"), {"latency": b}) for b in bands]
    found = [row.pk for answer in lists for row in answer.context["cl"].result_list]
    assert sorted(found) == sorted(Allocation.objects.values_list("pk", flat=True))


def test_the_export_keeps_the_filter_and_says_that_it_is_complete(operator, market):
    url = address(Allocation, "export", "json") + "?mechanism=scored_offers"
    answer = operator.get(url)
    exported = json.loads(answer.getvalue())
    assert exported["is_complete"] is True
    assert [row["mechanism"] for row in exported["rows"]] == ["scored_offers"]
    lines = operator.get(address(Allocation, "export", "csv")).getvalue().decode().splitlines()
    assert len(lines) == 1 + Allocation.objects.count()


def test_a_capped_export_says_so_in_its_name(operator, market, monkeypatch):
    monkeypatch.setattr("marketplace.operators.EXPORTED", 1)
    answer = operator.get(address(Allocation, "export", "csv"))
    assert "newest-1.csv" in answer["Content-Disposition"]
    assert len(answer.getvalue().decode().splitlines()) == 2


def test_a_list_stops_counting_and_says_so(operator, market, monkeypatch):
    monkeypatch.setattr("marketplace.operators.COUNTED", 1)
    page = operator.get(address(Allocation, "changelist")).content.decode()
    assert "more than 1 allocations" in page


def test_an_operator_publishes_a_version_with_notice(operator, otto, market):
    url = reverse("admin:allocation_mechanismversion_publish", args=["scored_offers"])
    sent = {**MechanismVersion.objects.get(mechanism="scored_offers").parameters}
    sent |= {"weight_distance": 0.5, "reason": "Near counts.", "valid_from": "2020-01-01T10:00"}
    assert "This date is too soon" in operator.post(url, sent).content.decode()
    sent["valid_from"] = later(days=20).strftime("%Y-%m-%dT%H:%M")
    assert operator.post(url, sent).status_code == 302
    version = MechanismVersion.objects.get(mechanism="scored_offers", number=2)
    assert (version.by, version.parameters["weight_distance"]) == (otto, 0.5)


@pytest.mark.parametrize(
    ("slug", "change", "said"),
    [
        (
            "scored_offers",
            {"weight_distance": 0.5},
            "At least 14 days from now: tasks were posted under this rule.",
        ),
        (
            "contest",
            {"consolation_cents": 150},
            "From now on: no task was posted under this rule yet",
        ),
    ],
)
def test_the_form_says_how_much_notice_is_needed(operator, market, slug, change, said):
    url = reverse("admin:allocation_mechanismversion_publish", args=[slug])
    page = operator.get(url).content.decode()
    assert said in page
    # And what it begins with is enough.
    begins = re.search('name="valid_from" value="([^"]+)"', page)[1]
    sent = {**MechanismVersion.objects.get(mechanism=slug).parameters, "valid_from": begins}
    sent |= change | {"reason": "Because."}
    assert operator.post(url, sent).status_code == 302


def test_a_worker_publishes_nothing(client, wim):
    client.force_login(wim.user)
    url = reverse("admin:allocation_mechanismversion_publish", args=["scored_offers"])
    assert client.post(url, {"reason": "Me first."}).status_code in (302, 403)
    assert not MechanismVersion.objects.filter(number=2).exists()


def test_the_record_is_verified_and_replayed_from_a_page(operator, market):
    url = reverse("admin:record_check")
    assert operator.get(url).url == reverse("admin:record")
    assert "Nothing is wrong" in operator.post(url, {"verify": ""}).content.decode()
    assert "all the same" in operator.post(url, {"replay": ""}).content.decode()


def test_the_front_page_shows_speed_and_books(operator, market):
    page = operator.get(reverse("admin:index")).content.decode()
    for said in ("balanced", "First come, first served", "open tasks", "since the last sweep"):
        assert said in page


# --- how many questions a page asks ---------------------------------------------------------------


def grow(clara, wim, many):
    for _ in range(many):
        task = post(clara, slot_count=1)
        allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
        work = Assignment.objects.filter(task=task).get()
        tasks.submit_work(assignment_id=work.pk, by=wim, content="Done.", now=NOW)
        tasks.approve(assignment_id=work.pk, by=clara.user, now=NOW)


def questions_asked(operator):
    """How many queries each list makes."""
    asked = {}
    for model in REGISTERED:
        with CaptureQueriesContext(connection) as queries:
            operator.get(address(model, "changelist"))
        asked[label(model)] = len(queries)
    return asked


def test_a_list_asks_no_more_questions_when_it_is_longer(operator, market, clara, wim):
    short = questions_asked(operator)
    grow(clara, wim, 8)
    allocation.seal_all(NOW)
    long = questions_asked(operator)
    assert Transfer.objects.count() > 20
    assert {name for name in long if long[name] > short[name] + 1} == set()
    assert max(long.values()) <= 14
