"""A worker shows something, an operator says yes or no, and gates open and close with it."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation
from notices.models import Notice
from proofs import actions
from proofs.models import Proof, ProofKind
from tasks.queries import closed_gates
from tests.api.conftest import program_for
from tests.people import NOW, later, make_operator, post
from tests.refusals import refused
from workers.models import Worker

pytestmark = pytest.mark.django_db
AID = "qualification:first-aid"


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def first_aid(db):
    return ProofKind.objects.create(pk=AID, name="First aid", how="A certificate of this year.")


@pytest.fixture
def otto(db):
    return make_operator("otto")


def show(worker, text="Certificate 12.", now=NOW) -> Proof:
    return actions.show_proof(worker=worker, kind=AID, text=text, now=now)


def accept(worker, otto, **options) -> Proof:
    return actions.accept_proof(proof_id=show(worker).pk, by=otto, now=NOW, **options)


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def shown_by(worker) -> list[str]:
    return Worker.objects.get(pk=worker.pk).proofs


# --- what counts --------------------------------------------------------------------------------
def test_a_proof_counts_once_an_operator_has_accepted_it(wim, otto):
    proof = show(wim)
    assert shown_by(wim) == []
    actions.accept_proof(proof_id=proof.pk, by=otto, now=NOW)
    assert shown_by(wim) == [AID]


def test_it_ends_by_itself_and_by_being_taken_back(wim, yasmina, otto):
    accept(wim, otto, valid_until=later(days=1))
    mine = accept(yasmina, otto)
    drain(later(hours=23))
    assert shown_by(wim) == [AID]
    drain(later(hours=25))
    assert shown_by(wim) == []
    actions.withdraw_proof(proof_id=mine.pk, by=yasmina)
    actions.withdraw_proof(proof_id=mine.pk, by=yasmina)
    assert shown_by(yasmina) == []


def test_a_newer_one_takes_the_place_of_the_older(wim, otto):
    old = accept(wim, otto, valid_until=later(days=1))
    accept(wim, otto, valid_until=later(days=400))
    old.refresh_from_db()
    assert old.state == "expired" and shown_by(wim) == [AID]
    drain(later(days=2))
    assert shown_by(wim) == [AID]


def test_showing_it_twice_changes_what_was_said(wim):
    first, second = show(wim), show(wim, "Certificate 13.")
    assert first.pk == second.pk and Proof.objects.get().text == "Certificate 13."


# --- what is refused ------------------------------------------------------------------------------
def test_only_another_operator_decides_and_a_refusal_says_why(wim, stan, otto):
    proof = show(wim)
    wim.user.is_staff = True
    wim.user.save()
    with pytest.raises(actions.ProofNeedsAnOperator):
        actions.accept_proof(proof_id=proof.pk, by=stan, now=NOW)
    with pytest.raises(actions.NobodyAcceptsTheirOwnProof):
        actions.accept_proof(proof_id=proof.pk, by=wim.user, now=NOW)
    with pytest.raises(actions.ARefusalNeedsAReason):
        actions.refuse_proof(proof_id=proof.pk, by=otto, reason=" ", now=NOW)
    with pytest.raises(actions.ProofHasEnded):
        actions.accept_proof(proof_id=proof.pk, by=otto, valid_until=NOW, now=NOW)
    with pytest.raises(actions.SayHowYouShowIt):
        show(wim, "  ")
    assert Proof.objects.get().state == "shown" and shown_by(wim) == []
    actions.refuse_proof(proof_id=proof.pk, by=otto, reason="Out of date.", now=NOW)
    with pytest.raises(actions.ProofIsNotWaiting):
        actions.accept_proof(proof_id=proof.pk, by=otto, now=NOW)


def test_the_database_itself_refuses(wim, yasmina, otto):
    proof = show(wim)
    mine = Proof.objects.filter(pk=proof.pk)
    with refused("a_proof_is_decided_by_a_named_person"):
        mine.update(state="accepted")
    with refused("nobody decides on their own proof"):
        mine.update(state="accepted", decided_by=wim.user, decided_at=NOW)
    with refused("a_refused_proof_has_a_reason"):
        mine.update(state="refused", decided_by=otto, decided_at=NOW)
    with refused("one_standing_proof_per_worker_kind_and_state"):
        Proof.objects.create(worker=wim, kind_id=AID, text="Again.", shown_at=NOW)
    actions.accept_proof(proof_id=proof.pk, by=otto, now=NOW)
    with refused("what was decided of a proof stays as it was decided"):
        mine.update(text="Another.")
    with refused("proofs_proof cannot go from accepted to shown"):
        mine.update(state="shown")
    with refused("a proof is never deleted"):
        mine.delete()
    with refused("a_proof_is_named_after_its_gate"):
        ProofKind.objects.create(pk="religion:any", name="No", how="No")
    assert shown_by(wim) == [AID]


# --- gates ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mechanism", ["first_come", "sealed_first_price", "lottery", "contest"])
def test_whoever_has_not_shown_it_does_not_get_in(clara, wim, yasmina, otto, mechanism):
    accept(yasmina, otto)
    now = timezone.now()
    task = post(clara, now, mechanism=mechanism, proofs=(AID,))
    yasmina.refresh_from_db()
    assert closed_gates(task, wim) == ("qualification",) and closed_gates(task, yasmina) == ()
    how = {"task_id": task.pk, "now": now}
    enter = {
        "sealed_first_price": lambda by: allocation.place_bid(by=by, amount_cents=900, **how),
        "contest": lambda by: allocation.enter_contest(by=by, content="Mine.", **how),
    }.get(mechanism, lambda by: allocation.claim_slot(by=by, **how))
    with pytest.raises(allocation.NotEligible) as refusal:
        enter(wim)
    assert refusal.value.gates == ("qualification",)
    assert enter(yasmina)


@pytest.mark.parametrize("mechanism", ["scored_offers", "rotation", "optimal_matching"])
def test_only_who_has_shown_it_is_asked(clara, wim, yasmina, otto, mechanism):
    accept(yasmina, otto)
    for worker in (wim, yasmina):
        worker.refresh_from_db()
        allocation.go_available(by=worker, now=NOW)
    task = post(clara, timezone.now(), mechanism=mechanism, proofs=(AID,))
    drain(timezone.now())
    drain(timezone.now() + timedelta(seconds=31))  # a window of tasks is decided together
    assert list(task.offers.values_list("worker", flat=True)) == [yasmina.pk]


def test_the_line_passes_over_who_has_not_shown_it(clara, wim, yasmina, otto):
    accept(yasmina, otto)
    for place, worker in enumerate((wim, yasmina)):
        worker.refresh_from_db()
        allocation.join_standby(by=worker, now=later(seconds=place))
    task = post(clara, timezone.now(), mechanism="standby_queue", proofs=(AID,))
    drain(timezone.now())
    assert task.assignments.get().worker == yasmina


def test_a_proof_that_ended_before_closing_is_a_closed_gate_in_the_record(clara, wim, otto):
    accept(wim, otto, valid_until=timezone.now() + timedelta(minutes=5))
    wim.refresh_from_db()
    now = timezone.now()
    task = post(clara, now, mechanism="sealed_first_price", proofs=(AID,), closes_at=now + timedelta(hours=1), deadline_at=now + timedelta(days=1))  # fmt: skip
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=900, now=now)
    drain(now + timedelta(minutes=6))
    drain(now + timedelta(hours=2))
    kept = Allocation.objects.get(task=task)
    assert kept.case["candidates"][0]["failed_gates"] == ["qualification"]
    page = browser_of(wim.user).get(reverse("why", args=[kept.pk])).content.decode()
    assert "The task asks for a qualification that you have not shown." in page


# --- doors ------------------------------------------------------------------------------------------
def test_from_the_workers_page_to_the_operators_answer(wim, otto):
    worker = browser_of(wim.user)
    assert "First aid" in worker.get(reverse("proofs")).content.decode()
    worker.post(reverse("proof_show", args=[AID]), {"qualification-first-aid-text": "No. 7"})
    proof = Proof.objects.get()
    desk = browser_of(otto)
    page = desk.get(reverse("admin:proofs_proof_decide", args=[proof.pk])).content.decode()
    assert "No. 7" in page
    desk.post(
        reverse("admin:proofs_proof_decide", args=[proof.pk]),
        {"verdict": "refuse", "reason": "I cannot find number 7."},
    )
    drain(timezone.now())
    notice = Notice.objects.get(person=wim.user)
    assert notice.facts["step"] == "proof_refused"
    told = worker.get(reverse("proofs")).content.decode()
    assert "I cannot find number 7." in told and "Otto did not accept it." in told


def test_a_stranger_cannot_take_somebody_elses_proof_back(wim, yasmina, otto):
    proof = accept(wim, otto)
    url = reverse("proof_withdraw", args=[proof.pk])
    assert browser_of(yasmina.user).post(url).status_code == 404
    assert shown_by(wim) == [AID]


def test_a_program_shows_a_proof_and_asks_for_one(clara, wim):
    program = program_for(wim.user)
    assert program_for(None).get("proof-kinds").json()[0]["slug"] == AID
    proof = program.post("me/proofs", {"kind": AID, "text": "No. 7"})
    assert (proof.status_code, proof.json()["state"]) == (201, "shown")
    assert program.post("me/proofs", {"kind": "language:elvish", "text": "x"}).status_code == 404
    assert program.get("me/proofs").json()["results"][0]["text"] == "No. 7"
    back = program.post(f"me/proofs/{proof.json()['id']}/withdraw", {})
    assert back.json()["state"] == "withdrawn"
    new = {
        "title": "Carry a box", "description": "To the attic.", "mechanism": "first_come",
        "pay_cents": 1000, "estimate_seconds": 1800, "closes_at": later(days=400).isoformat(),
        "deadline_at": later(days=401).isoformat(), "proofs": [AID],
    }  # fmt: skip
    asks = program_for(clara.user)
    assert asks.post("tasks", new).json()["proofs"] == [AID]
    assert asks.post("tasks", new | {"proofs": ["language:elvish"]}).status_code == 400
    assert asks.post("tasks", new | {"proofs": ["religion:any"]}).status_code == 400


def test_an_offer_is_not_accepted_once_the_proof_is_taken_back(clara, wim, otto):
    proof = accept(wim, otto)
    wim.refresh_from_db()
    now = timezone.now()
    allocation.go_available(by=wim, now=now)
    task = post(clara, now, mechanism="scored_offers", proofs=(AID,))
    drain(now)
    offer = task.offers.get()
    actions.withdraw_proof(proof_id=proof.pk, by=wim)
    with pytest.raises(allocation.NotEligible) as refusal:
        allocation.accept_offer(offer_id=offer.pk, by=wim, now=now)
    assert refusal.value.gates == ("qualification",)
    offer.refresh_from_db()
    assert offer.state == "open" and not task.assignments.exists()


def test_a_table_asks_for_no_proof_that_nobody_can_show(clara):
    asks = program_for(clara.user)
    template = {"name": "Animals", "kind": "html", "body": "${image}: <input name=animal>"}
    table = {
        "template": asks.post("templates", template).json()["id"], "title": "Animals",
        "csv": "image\na.jpg\n", "pay_cents": 100, "estimate_seconds": 60,
        "closes_at": later(days=400).isoformat(), "deadline_at": later(days=401).isoformat(),
    }  # fmt: skip
    refused_table = asks.post("tables", table | {"proofs": ["language:elvish"]})
    assert refused_table.status_code == 400
    assert "Not known here: language:elvish." in str(refused_table.json())
    assert asks.post("tables", table | {"proofs": [AID]}).status_code == 202


def test_no_other_door_asks_for_an_unknown_proof_and_a_batch_looks_once(
    clara, django_assert_max_num_queries
):
    asks = program_for(clara.user)
    task = {
        "title": "Carry a box", "description": "To the attic.", "mechanism": "first_come",
        "pay_cents": 100, "estimate_seconds": 600, "closes_at": later(days=400).isoformat(),
        "deadline_at": later(days=401).isoformat(), "proofs": ["language:elvish"],
    }  # fmt: skip
    batch = {"title": "Boxes", "tasks": [task] * 30}
    with django_assert_max_num_queries(25):
        assert asks.post("batches", batch).status_code == 400
    hours = {"starts_at": task["closes_at"], "ends_at": task["deadline_at"]}
    left = ("closes_at", "deadline_at", "estimate_seconds")
    shift = {name: value for name, value in task.items() if name not in left} | hours
    assert "Not known here" in str(asks.post("shifts", shift).json())
