"""Whatever is sent, the answer is a clear refusal and never a crash."""

import base64
import json

import pytest
from django.test import override_settings

from tasks.models import Task
from tests.api.conftest import a_new_task

pytestmark = pytest.mark.django_db
DEEP = "[" * 100_000 + "]" * 100_000
HUGE = 10**30


def with_field(name, raw):
    """A new task as JSON text, one field of which is written exactly so."""
    return json.dumps(a_new_task(**{name: "@@"})).replace('"@@"', raw)


def cursor(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


BODIES = {
    "nothing": "",
    "no JSON": "title=box",
    "a list": "[]",
    "a number": "5",
    "null": "null",
    "a text": '"box"',
    "half a document": '{"title": ',
    "invalid UTF-8": b'{"title": "\xff\xfe"}',
    "very deep": DEEP,
    "very deep in a field": with_field("title", DEEP),
    "deeper than the limit": with_field("title", "[" * 25 + "]" * 25),
    "objects inside objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "NUL": with_field("title", r'"a\u0000b"'),
    "a raw NUL": with_field("title", '"a\0b"'),
    "a lone high surrogate": with_field("title", r'"\ud800"'),
    "a lone low surrogate": with_field("description", r'"\udfff"'),
    "a lone surrogate in a name": r'{"\ud800": 1}',
    "NUL in a skill": with_field("skills", r'["a\u0000"]'),
    "past 2^31": with_field("pay_cents", str(2**31)),
    "past 2^63": with_field("pay_cents", str(2**63)),
    "thirty digits": with_field("estimate_seconds", str(HUGE)),
    "five thousand digits": with_field("pay_cents", "9" * 5000),
    "NaN": with_field("latitude", "NaN"),
    "Infinity": with_field("radius_km", "Infinity"),
    "-Infinity": with_field("pay_cents", "-Infinity"),
    "1e999": with_field("radius_km", "1e999"),
    "NaN as a text": with_field("latitude", '"NaN"'),
    "a fraction of a cent": with_field("pay_cents", "10.5"),
    "a negative pay": with_field("pay_cents", "-1"),
    "a boolean pay": with_field("pay_cents", "true"),
    "a list as pay": with_field("pay_cents", "[1]"),
    "an object as title": with_field("title", "{}"),
    "null as title": with_field("title", "null"),
    "year 1 with an offset": with_field("closes_at", '"0001-01-01T00:00:00+14:00"'),
    "year 9999 with an offset": with_field("deadline_at", '"9999-12-31T23:59:59-14:00"'),
    "the 13th month": with_field("closes_at", '"2026-13-01T00:00:00Z"'),
    "a number as a moment": with_field("closes_at", "0"),
    "an unknown mechanism": with_field("mechanism", '"mine"'),
    "a list as mechanism": with_field("mechanism", "[]"),
    "too long a title": with_field("title", json.dumps("x" * 121)),
    "no slots": with_field("slot_count", "0"),
    "too many slots": with_field("slot_count", "1001"),
    "a text as skills": with_field("skills", '"dutch"'),
    "off the earth": with_field("latitude", "91"),
    "half a place": with_field("latitude", "50"),
    "a floor above the pay": with_field("floor_cents", "1001"),
}
ADDRESSES = [
    "tasks?cursor=%00",
    "tasks?cursor=abc",
    "tasks?cursor=%F0%9F%98%80",
    f"tasks?cursor={cursor(['x', 1])}",
    f"tasks?cursor={cursor([None, None])}",
    f"tasks?cursor={cursor(['0001-01-01T00:00:00+14:00', str(HUGE)])}",
    f"tasks?cursor={cursor({'a': 1})}",
    f"tasks?cursor={cursor(['2026-01-01'])}",
    f"claims?cursor={cursor([str(2**64)])}",
    f"claims?cursor={cursor(['a' + chr(0)])}",
    f"me/statement?cursor={cursor(['2026-01-01T00:00:00Z', 'no-uuid'])}",
    "tasks?page_size=0",
    "tasks?page_size=-1",
    "tasks?page_size=%D9%A1",
    f"tasks?page_size={HUGE}",
    "tasks?state=gone",
    "tasks?mine=yes",
    "tasks?skill=%00",
    f"tasks?min_pay_cents={HUGE}",
    "tasks?min_pay_cents=NaN",
    "tasks?min_hourly_cents=Infinity",
    "tasks?min_hourly_cents=1e400",
    "tasks?mechanism=%00",
    f"assignments?task={HUGE}",
    "assignments?role=boss",
]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hostile_body_is_a_400_and_posts_nothing(as_clara, body):
    refused = as_clara.post("tasks", body, content_type="application/json")
    assert refused.status_code == 400, refused.content
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["detail"]
    assert not Task.objects.exists()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_query_is_a_400(as_wim, address):
    refused = as_wim.get(address)
    assert refused.status_code == 400, refused.content
    assert refused.json()["errors"]


@pytest.mark.parametrize(
    "address",
    [f"tasks/{HUGE}", f"tasks/{2**63}", "tasks/0", "tasks/-1", "tasks/1%00", "mechanisms/nope",
     f"tasks/{2**63 - 1}", "nowhere", "tasks/", f"assignments/{2**63 - 1}"],
)  # fmt: skip
def test_an_address_of_nothing_is_a_404_problem(as_wim, address):
    refused = as_wim.get(address)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("row", [1, 2**31, 2**63 - 1])
@pytest.mark.parametrize(
    "address",
    ["tasks/{}/claims", "tasks/{}/cancel", "bids/{}/withdraw", "offers/{}/accept",
     "offers/{}/decline", "batches/{}/claim", "assignments/{}/return"],
)  # fmt: skip
def test_acting_on_a_row_that_is_not_there_is_a_404(as_wim, address, row):
    assert as_wim.post(address.format(row)).status_code == 404


def test_another_content_type_is_a_415_and_another_method_a_405(as_clara):
    form = as_clara.post("tasks", "title=box", content_type="application/x-www-form-urlencoded")
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    keyed = as_clara.post("tasks", {"a": "b"}, format="multipart", HTTP_IDEMPOTENCY_KEY="k")
    assert keyed.status_code == 415
    assert as_clara.delete("tasks").status_code == 405


def test_a_browsers_accept_header_is_no_error(as_nobody):
    assert as_nobody.get("tasks", HTTP_ACCEPT="text/html").status_code == 200


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_too_large_a_body_is_a_413(as_clara):
    refused = as_clara.post("tasks", a_new_task(description="x" * 2000))
    assert (refused.status_code, refused.json()["code"]) == (413, "body_is_too_large")


@pytest.mark.parametrize("token", ["x", "\x00", "é", "a b", "'; drop", ""])
def test_a_wrong_token_is_a_401(as_nobody, token):
    refused = as_nobody.get("me", HTTP_AUTHORIZATION=f"Bearer {token}".encode("latin-1"))
    assert refused.status_code == 401
