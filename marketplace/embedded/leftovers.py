"""Processes that a killed run.py left behind are found and stopped at the next start.

On Linux they are told to stop when their parent dies; this also waits until they have, and it is
the only protection on macOS, which has no such signal.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 10


def remember(record: Path, stop_signals: Mapping[int, signal.Signals]) -> None:
    """Write down process ids with their start times, because ids are used again."""
    entries = [[pid, started_at(pid), int(number)] for pid, number in stop_signals.items()]
    record.write_text(json.dumps(entries))


def stop_leftovers(record: Path) -> None:
    try:
        entries = json.loads(record.read_text())
    except (OSError, ValueError):
        return
    left = [(pid, start, number) for pid, start, number in entries if started_at(pid) == start]
    for pid, _start, number in left:
        signal_group(pid, number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(started_at(pid) == start for pid, start, _ in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid, start, _number in left:
        if started_at(pid) == start:
            signal_group(pid, signal.SIGKILL)
    record.unlink()


def signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS: the second for a dead group
        os.killpg(group, number)


def started_at(pid: int) -> str | None:
    """When a living process started, in the system's own notation; None when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout.strip() or None


def command_line(pid: int) -> str:
    """What a process was started with; "" when there is none."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    if Path("/proc/self/cmdline").exists():
        return ""
    answer = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout
