"""The examples of the API's documentation: what was really asked and answered once.

They stand in examples.json, by the name of the operation. `tests.api.test_examples` plays them all
again and fails where one is not true any more.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

PLACE = Path(__file__).with_name("examples.json")


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Operation → its `request` and its `answer`, where it has a body."""
    found: dict[str, dict[str, Any]] = json.loads(PLACE.read_text(encoding="utf-8"))
    return found


def with_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The schema, with an example beside every body that has one. A hook of drf-spectacular."""
    for address in result["paths"].values():
        for operation in address.values():
            example = examples().get(operation["operationId"], {})
            if "request" in example:
                write(operation["requestBody"], example["request"])
            for status, response in operation["responses"].items():
                if "answer" in example and status.startswith("2"):
                    write(response, example["answer"])
    return result


def write(body: dict[str, Any], example: Any) -> None:
    body["content"]["application/json"]["example"] = example
