"""A person's own log: complete, in two clicks, with every number a ranking used, and no rivals."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from agenda.actions import drain
from allocation import actions as allocation
from allocation.engine import codec
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.scoring import FEATURES
from allocation.models import Allocation
from disputes import actions as disputes
from reputation.models import Opinion
from rights.queries.log import CHAPTERS
from rights.queries.parts import LEFT_OUT, PARTS
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, make_worker, post
from wages.models import TimeEntry

pytestmark = pytest.mark.django_db
PEOPLE = {"accounts.User", "workers.Worker", "clients.Client"}
OURS = [config for config in apps.get_app_configs() if "." not in config.name]


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def log_of(user) -> dict:
    answer = browser_of(user).get(reverse("log_json"))
    return json.loads(b"".join(answer.streaming_content))["log"]


def tables_of(user) -> dict[str, list[dict[str, str]]]:
    answer = browser_of(user).get(reverse("log_csv"))
    folder = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(folder.read(name).decode())))
        for name in folder.namelist()
        if name.endswith(".csv")
    }


# --- complete -----------------------------------------------------------------------------------
def leads_to_a_person(model, seen=()) -> bool:
    """Does any chain of this model's own columns end at a person?"""
    if model._meta.label in PEOPLE:
        return True
    return any(
        leads_to_a_person(field.related_model, (*seen, model))
        for field in model._meta.concrete_fields
        if field.related_model and field.related_model not in (*seen, model)
    )


def test_every_table_that_leads_to_a_person_is_in_the_log_or_left_out_for_a_reason():
    ours = {
        model._meta.label
        for config in OURS
        for model in config.get_models()
        if leads_to_a_person(model)
    }
    told = {part.model._meta.label for part in PARTS}
    assert ours - told - set(LEFT_OUT) == set()
    assert set(LEFT_OUT) <= ours and not told & set(LEFT_OUT)
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_what_a_part_leaves_out_is_a_column_that_exists(part):
    assert set(part.without) <= {field.attname for field in part.model._meta.concrete_fields}


def test_no_two_parts_have_one_name():
    names = [chapter.name for chapter in CHAPTERS]
    assert len(names) == len(set(names))


# --- a life, and what the log says of it ------------------------------------------------------------
@pytest.fixture
def life(clara, wim, yasmina):
    """wim claims, hands in, is rejected and disputes; bids against yasmina; keeps a diary."""
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = Assignment.objects.get(task=task)
    tasks.submit_work(assignment_id=held.pk, by=wim, content="=1+1", now=later(minutes=1))
    disputes.reject(
        assignment_id=held.pk, by=clara.user, reason_code="wrong", text="Blue.",
        now=later(minutes=2),
    )  # fmt: skip
    dispute = disputes.open_dispute(
        assignment_id=held.pk, by=wim, text="You said blue.", now=later(minutes=3)
    )
    disputes.add_statement(
        dispute_id=dispute.pk, by=clara.user, text="I said red.", now=later(minutes=4)
    )
    auction = post(clara, mechanism="best_value")
    now = timezone.now()
    allocation.place_bid(task_id=auction.pk, by=wim, amount_cents=801, now=now, message="Cheap.")
    allocation.place_bid(
        task_id=auction.pk, by=yasmina, amount_cents=777, now=now, message="Rivals' words."
    )
    drain(later(hours=2))
    TimeEntry.objects.create(worker=wim, kind="transport", day=NOW.date(), seconds=61)
    return {"held": held, "auction": auction}


def test_the_log_holds_the_whole_life(life, wim):
    log = log_of(wim.user)
    assert set(log) == {chapter.name for chapter in CHAPTERS}
    counts = {name: len(rows) for name, rows in log.items() if rows}
    expected = {"account": 1, "worker": 1, "claims": 1, "bids": 1, "assignments": 1, "diary": 1}
    expected |= {"submissions": 1, "reviews": 1, "disputes": 1, "dispute_statements": 1}
    assert expected.items() <= counts.items()
    assert log["account"][0]["email"] == "wim@example.org"
    assert log["reviews"][0]["by_name"] == "Clara"
    assert log["disputes"][0]["text"] == "You said blue."
    assert log["bids"][0]["task_title"] == "Carry a box"
    assert len(log["decisions"]) == Allocation.objects.with_candidate(wim).count() > 1


def test_no_password_token_or_seed_is_in_a_log(life, clara, wim):
    from rest_framework.authtoken.models import Token

    wim.user.set_password("lantern-in-the-square")
    wim.user.save()
    token = Token.objects.create(user=wim.user)
    text = json.dumps(log_of(wim.user)) + json.dumps(log_of(clara.user))
    assert token.key not in text and wim.user.password not in text
    assert life["auction"].seed_hex not in text and str(life["auction"].seed) not in text


def test_rivals_are_not_in_it(life, wim, yasmina):
    text = re.sub("[0-9a-f]{64}", "a digest", json.dumps(log_of(wim.user)))
    assert "Yasmina" not in text and "Rivals" not in text and "7.77" not in text
    but_for_ids = re.sub(r'"\w*(id|worker|task|by)": \d+', "", text)
    numbers = re.findall(r'": "?(\d+)', but_for_ids)
    assert "801" in numbers and "777" not in numbers
    for decision in log_of(wim.user)["decisions"]:
        assert decision["candidate"]["worker"] == decision["ranking"]["worker"] == wim.pk
        assert "candidates" not in decision["case"]


def test_what_the_other_side_said_is_in_it_once_it_may_be_read(life, clara, wim):
    said = Opinion.objects.create(
        assignment=life["held"], side="client", by=clara.user, score=2, reason="Slow.",
        written_at=NOW,
    )  # fmt: skip
    assert "Slow." not in json.dumps(log_of(wim.user))
    assert log_of(clara.user)["opinions_given"][0]["reason"] == "Slow."
    Opinion.objects.filter(pk=said.pk).update(revealed_at=later(days=1))
    assert log_of(wim.user)["opinions_about_you"][0]["reason"] == "Slow."


def test_what_is_the_clients_own_is_in_the_clients_log(life, clara):
    log = log_of(clara.user)
    assert [task["title"] for task in log["tasks"]] == ["Carry a box"] * 2
    assert log["bids"] == [] and log["decisions"] == []
    assert sum(line["amount_cents"] for line in log["wallet"]) == log["wallet"][-1]["balance_cents"]
    assert log["escrow"]


def test_the_tables_hold_the_same_rows_as_the_json(life, wim):
    log, tables = log_of(wim.user), tables_of(wim.user)
    assert set(tables) == {name for name, rows in log.items() if rows}
    assert all(len(tables[name]) == len(log[name]) for name in tables)
    assert tables["account"][0]["email"] == "wim@example.org"
    assert tables["submissions"][0]["content"] == "'=1+1", "no spreadsheet runs it"
    features = json.loads(tables["decisions"][-1]["candidate"])
    assert features["worker"] == wim.pk


# --- every number that a ranking used -----------------------------------------------------------------
@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_number_used_in_a_ranking_is_in_the_log(clara, slug):
    """For each mechanism: what it was shown about each worker is in that worker's log, whole."""
    people = [make_worker(f"{name}", skills=["dutch"]) for name in ("ada", "ben", "cyd")]
    for place, worker in enumerate(people):
        allocation.go_available(by=worker, now=later(minutes=-10 * place - 1))
    card = CATALOGUE[slug]
    task = allocation.post_task(
        client=clara, new=a_task_for(slug), accepts_low_pay=True, now=timezone.now()
    )
    for place, worker in enumerate(people):
        ask_for(card, task, worker, place)
    now = timezone.now()
    for moment in (now, now + timedelta(minutes=5), now + timedelta(hours=2)):
        drain(moment)
    decisions = list(Allocation.objects.select_related("version"))
    assert decisions, "something was decided"
    weighed = 0
    for worker in people:
        mine = {row["id"]: row for row in log_of(worker.user)["decisions"]}
        for allocation_row in decisions:
            case = codec.decode_case(allocation_row.case)
            for candidate in case.candidates:
                if candidate.worker != worker.pk:
                    continue
                told = mine[allocation_row.pk]
                assert told["candidate"] == codec.encode(candidate)
                assert set(told["candidate"].get("features", {})) <= set(FEATURES)
                if card.factors:
                    used = {f.name: (f.value, f.weight) for f in card.factors(case, candidate)}
                    told_factors = {f["name"]: (f["value"], f["weight"]) for f in told["factors"]}
                    assert told_factors == used and used
                    weighed += 1
    assert bool(card.factors) == bool(weighed)


def a_task_for(slug: str):
    from tests.people import a_task

    return a_task(mechanism=slug, skills=["dutch"])


def ask_for(card, task, worker, place: int) -> None:
    now = timezone.now()
    if card.traits.serves_standby:
        allocation.join_standby(by=worker, now=now)
    try:
        if card.traits.entry == "bid":
            cents = 900 - 100 * place
            allocation.place_bid(task_id=task.pk, by=worker, amount_cents=cents, now=now)
        elif card.traits.entry == "claim":
            allocation.claim_slot(task_id=task.pk, by=worker, now=now)
        elif card.traits.entry == "entry":
            allocation.enter_contest(task_id=task.pk, by=worker, content="A logo.", now=now)
    except (tasks.TaskIsNotOpen, allocation.NothingLeft):
        pass  # somebody else was first, which is a decision too


# --- the way there --------------------------------------------------------------------------------------
def test_from_any_page_it_is_two_clicks(wim):
    browser = browser_of(wim.user)
    menu = browser.get(reverse("market")).content.decode()
    assert f'href="{reverse("my_data")}"' in menu
    page = browser.get(reverse("my_data")).content.decode()
    assert f'href="{reverse("log_json")}"' in page and f'href="{reverse("log_csv")}"' in page


def test_a_log_is_never_kept_by_a_cache_between(wim):
    answer = browser_of(wim.user).get(reverse("log_json"))
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


def test_a_log_costs_the_same_queries_for_sixty_pieces_of_work_as_for_ten(
    clara, wim, django_assert_max_num_queries
):
    wim.capacity = 100
    wim.save()
    costs = []
    for count in (10, 50):
        for _ in range(count):
            task = post(clara, pay_cents=100)
            allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
        browser = browser_of(wim.user)
        # A part is one statement; beside them the person, their sides and their books.
        with django_assert_max_num_queries(len(CHAPTERS) + 4) as captured:
            b"".join(browser.get(reverse("log_json")).streaming_content)
        costs.append(len(captured.captured_queries))
    assert costs[0] == costs[1]
