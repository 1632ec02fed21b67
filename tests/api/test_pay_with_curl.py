"""The page about curl says what a terminal says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.people import make_user

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "pay-with-curl.md"
SITE = "http://localhost:8000"
END = "--- that was it ---"


def steps() -> list[tuple[str, str]]:
    """Every command of the page, with what is printed under it."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [step for block in blocks for step in map(command_and_answer, split(block))]


def split(block: str) -> list[str]:
    return re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]


def command_and_answer(step: str) -> tuple[str, str]:
    """What a command goes on with is set in."""
    command, *rest = step.splitlines()
    more = [line for line in rest if line.startswith("  ")]
    return "\n".join([command, *more]), "\n".join(rest[len(more) :])


@pytest.mark.django_db(transaction=True)
def test_every_command_prints_what_the_page_says(live_server):
    for name in ("clara", "wim"):
        user = make_user(name)
        user.set_password("a long sentence")
        user.save()
    script = "".join(f"{command}\necho '{END}'\n" for command, _ in steps())

    ran = subprocess.run(
        ["bash", "-eu", "-o", "pipefail"],
        input=script.replace(SITE, live_server.url),
        capture_output=True,
        text=True,
        timeout=60,
    )

    printed = [answer.strip() for answer in ran.stdout.split(END)[:-1]]
    assert ran.stderr == ""
    assert list(zip([c for c, _ in steps()], printed, strict=False)) == steps()
