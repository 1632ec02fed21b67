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
    """Operation → its `request` and its `answer`, where it has a body; `refused_409` → an `answer`."""
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
                told = (
                    example if status.startswith("2") else examples().get(f"refused_{status}", {})
                )
                if "answer" in told:
                    write(response, told["answer"])
    return result


def write(body: dict[str, Any], example: Any) -> None:
    for content in body["content"].values():
        content["example"] = example
