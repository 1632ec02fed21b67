"""The checks that run before the tests: each one line with its time, its output only on failure."""

import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

from marketplace.embedded.places import ROOT

APPS = sorted(found.parent.name for found in ROOT.glob("*/__init__.py"))
SOURCES = [app for app in APPS if app != "tests"] + ["manage.py", "run.py"]
FLOOR_PLAN = "from importlinter.cli import lint_imports_command; lint_imports_command()"
# What follows `python`.
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "floor plan": ["-c", FLOOR_PLAN],
    "types": ["-m", "mypy", *SOURCES],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "django check": ["manage.py", "check"],
    "templates": ["-m", "djlint", "templates", "--lint", "--quiet"],
    "docker-compose": [
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
    ]
    + ["docker-compose.yml"],
    "dependencies": ["-m", "deptry", "."],
    "security": ["-m", "bandit", "-q", "-c", "pyproject.toml", "-r", *SOURCES],
}


def failed_checks(environment: Mapping[str, str]) -> list[str]:
    """Run all checks, two at a time; print a line for each and return the names that failed."""
    with ThreadPoolExecutor(2) as side_by_side:
        passed = side_by_side.map(passes, CHECKS, CHECKS.values(), repeat(environment))
        return [name for name, is_well in zip(CHECKS, passed, strict=True) if not is_well]


def passes(name: str, words: list[str], environment: Mapping[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *words],
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    verdict = "FAILED" if done.returncode else "ok"
    line = f"{verdict:<6}  {name:<16}{time.monotonic() - began:6.1f} s\n"
    print(line + (f"{done.stdout}\n" if done.returncode else ""), end="", flush=True)
    return not done.returncode
