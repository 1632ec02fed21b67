"""The own log, the certificate and the figures through the API."""

import json

import pytest
from django.utils import timezone

from rights.queries.keys import public_keys
from rights.rules import is_genuine
from transparency.actions import count_figures

pytestmark = pytest.mark.django_db


def test_a_program_reads_its_own_log_and_no_other(as_wim, as_clara, as_nobody):
    log = json.loads(b"".join(as_wim.get("me/log").streaming_content))["log"]
    assert log["worker"] and not log["client"]
    assert "clara" not in json.dumps(log).lower()
    assert as_nobody.get("me/log").status_code == 401


def test_a_worker_gets_a_certificate_and_a_client_a_reason(as_wim, as_clara, as_nobody):
    assert is_genuine(as_wim.get("me/certificate").json(), public_keys())
    refused = as_clara.get("me/certificate")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_worker_yet")
    assert as_nobody.get("certificate-keys").json()["keys"][0]["key"] in public_keys()


def test_the_figures_are_public_and_say_when_they_were_counted(as_nobody):
    assert as_nobody.get("transparency").json()["people"] is None
    count_figures(timezone.now())
    found = as_nobody.get("transparency").json()
    assert found["people"]["wages"]["workers"] == "<5" and found["period"]["days"] == 90
