"""The checks before the tests: side by side, and a failed one is heard."""

import os

from marketplace.embedded import checks

MEET = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).touch()
until = time.monotonic() + 20
while not pathlib.Path(sys.argv[2]).exists():
    assert time.monotonic() < until, "Nobody came."
    time.sleep(0.01)
"""


def run(monkeypatch, **words: list[str]) -> list[str]:
    monkeypatch.setattr(checks, "CHECKS", words)
    return checks.failed_checks(os.environ)


def test_a_failed_check_is_named_and_shows_its_output(monkeypatch, capfd):
    wrong = ["-c", "raise SystemExit('Line 3 is too long.')"]
    assert run(monkeypatch, tidy=["-c", "print('Nothing to say.')"], long=wrong) == ["long"]
    said = capfd.readouterr().out
    assert "ok      tidy" in said
    assert "FAILED  long" in said
    assert "Line 3 is too long." in said
    assert "Nothing to say." not in said


def test_two_checks_run_at_once(monkeypatch, tmp_path):
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    assert run(monkeypatch, one=["-c", MEET, here, there], two=["-c", MEET, there, here]) == []
