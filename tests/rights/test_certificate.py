"""A certificate of work: signed, portable, checked without us, and worthless once changed."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from allocation import actions as allocation
from rights.actions import certify
from rights.models import SigningKey
from rights.queries.keys import public_keys
from rights.rules import NotACertificate, is_genuine, read
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def signed(clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = Assignment.objects.get()
    tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=later(minutes=1))
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(minutes=2))
    wim.refresh_from_db()
    return certify(worker=wim, issuer="https://market.example/", now=later(hours=1))


def test_it_says_what_was_done(signed):
    found = signed["certificate"]
    assert found["work"] == {
        "assignments": 1, "approved": 1, "rejected": 0, "returned": 0, "expired": 0,
        "handed_in": 1, "on_time": 1, "asked_for_rework": 0, "rejections_overturned": 0,
        "reputation": 0.667,
    }  # fmt: skip
    assert found["paid"] == {"cents": 1000, "clients": 1, "currency": "EUR"}
    assert found["opinions"] == {"count": 0, "mean": None}
    assert found["by_kind"] == [{"kind": "microtask", "approved": 1}]


def test_a_third_party_checks_it_with_the_public_key_alone(signed):
    """Nothing of ours is used: the steps that docs/data-rights.md gives."""
    document = Browser().get("/.well-known/taakplein-certificates.json").json()
    keys = {row["key"]: row["public_key"] for row in document["keys"]}
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[signed["signature"]["key"]]))
    exact = json.dumps(signed["certificate"], sort_keys=True, separators=(",", ":")).encode()
    key.verify(base64.b64decode(signed["signature"]["value"]), exact)  # raises when it is not


@pytest.mark.parametrize("change", [("work", "approved", 99), ("worker", "name", "Stan")])
def test_a_changed_word_is_seen(signed, change):
    part, name, value = change
    assert is_genuine(signed, public_keys())
    signed["certificate"][part][name] = value
    assert not is_genuine(signed, public_keys())


def test_a_certificate_stays_good_when_the_market_signs_with_another_key(signed, wim, settings):
    settings.CERTIFICATE_SECRET = "another secret"
    newer = certify(worker=wim, issuer="https://market.example/", now=later(days=1))
    assert newer["signature"]["key"] != signed["signature"]["key"]
    assert is_genuine(newer, public_keys()) and is_genuine(signed, public_keys())
    assert SigningKey.objects.count() == 2


def test_somebody_elses_key_does_not_make_it_ours(signed, wim, settings):
    known = public_keys()
    settings.CERTIFICATE_SECRET = "a forger's secret"
    forged = certify(worker=wim, issuer="https://market.example/", now=later(days=1))
    assert not is_genuine(forged, known)


def test_a_key_that_signed_is_never_changed_or_taken_away(signed):
    key = SigningKey.objects.get()
    for change in (key.delete, lambda: SigningKey.objects.update(public_key="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert SigningKey.objects.get().public_key == key.public_key


STRANGE = [
    "", "[]", "{}", "null", "[" * 50_000, '{"certificate": 1, "signature": {}}', "x" * 100_001,
    '{"certificate": {}, "signature": {"key": 1, "value": "", "algorithm": "Ed25519"}}',
    '{"certificate": {}, "signature": {"key": "", "value": "", "algorithm": "none"}}', b"\xff\xfe",
]  # fmt: skip


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_what_is_no_certificate_is_refused_with_a_sentence(text):
    with pytest.raises(NotACertificate):
        read(text)


def test_a_strange_signature_is_not_genuine(signed):
    for value in ("", "*", "AAAA", "é"):
        signed["signature"]["value"] = value
        assert not is_genuine(signed, public_keys())


def test_everybody_may_check_one_on_the_page(signed, wim):
    url = reverse("check_certificate")
    good = Browser().post(url, {"text": json.dumps(signed)}).content.decode()
    assert "Genuine" in good and "Wim" in good
    signed["certificate"]["work"]["approved"] = 99
    bad = Browser().post(url, {"text": json.dumps(signed)}).content.decode()
    assert (
        "Not genuine" in bad and "99" not in bad.partition("<form method")[0].partition("<main")[2]
    )
    nothing = Browser().post(url, {"text": "hello"})
    assert nothing.status_code == 422 and "not a certificate" in nothing.content.decode()


def test_the_worker_downloads_it_and_the_command_checks_it(signed, wim, tmp_path, capsys):
    browser = Browser()
    browser.force_login(wim.user)
    file, keys = tmp_path / "certificate.json", tmp_path / "keys.json"
    file.write_bytes(browser.get(reverse("certificate")).content)
    keys.write_bytes(Browser().get(reverse("certificate_keys")).content)
    call_command("verify_certificate", file)
    call_command("verify_certificate", file, keys=keys)
    assert capsys.readouterr().out.count("Genuine: signed for Wim by http://testserver/") == 2
    file.write_text(file.read_text().replace('"approved": 1', '"approved": 9'))
    with pytest.raises(CommandError, match="not as it was signed"):
        call_command("verify_certificate", file)
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_certificate", tmp_path / "nothing")
