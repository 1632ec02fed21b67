"""The examples of the documentation are what is really asked and answered.

After a change of an answer write them again, and look at what has become of them:
`WRITE_EXAMPLES=1 python3 run.py test tests/api/test_examples.py`.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest

from api.examples import PLACE, examples
from tests.api.story import operations, tell

SHOWN = 2  # rows of a list; an example is read by people
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|\+00:00))?")


def shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shortened(part) for part in value[:SHOWN]]
    return value


def shape(value: Any) -> Any:
    """Names, and what kind of value each has: what a program relies on."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__


def asked(request: Any) -> Any:
    """Word for word but for the day on which it was asked."""
    return re.sub(MOMENT, "a moment", json.dumps(request))


def what_counts(example: dict[str, Any]) -> tuple[str, Any]:
    return asked(example.get("request")), shape(example.get("answer"))


def write(told: dict[str, Any]) -> None:
    """What is still true stays as it was, so that the change can be read."""
    kept = {
        name: old if what_counts(old := examples().get(name, {})) == what_counts(new) else new
        for name, new in told.items()
    }
    PLACE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    examples.cache_clear()


@pytest.fixture
def told(transactional_db) -> dict[str, Any]:
    found = {name: shortened(example) for name, example in sorted(tell().items())}
    if os.environ.get("WRITE_EXAMPLES"):
        write(found)
    return found


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_every_example_is_what_is_asked_and_answered(told):
    assert told.keys() == examples().keys()
    for name, example in examples().items():
        assert what_counts(example) == what_counts(told[name]), name


def test_every_operation_with_a_body_shows_an_example():
    for (method, address), operation in operations().items():
        content = operation.get("requestBody", {}).get("content", {}).values()
        for response in operation["responses"].values():
            content = [*content, *response.get("content", {}).values()]
        assert all("example" in body for body in content), f"{method} {address}"
