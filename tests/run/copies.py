"""A copy of this project that runs for itself, as a person's clone would."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2

from marketplace.embedded.owners import reachable_folder, service_owner

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(".*", "var", "staticfiles", "__pycache__", "tests", "docs")
PATIENCE_SECONDS = 150  # other tests use the same two cores


class Copy:
    """One clone. It uses the environment that these tests run in, so that nothing is installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
        self.output = folder / "output.txt"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "TAAKPLEIN_DEMO", "PORT")
        given = {name: value for name, value in os.environ.items() if name not in ours}
        calm = {"TAAKPLEIN_EXAMINE_SECONDS": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        return given | {"TAAKPLEIN_VENV": sys.prefix} | calm

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "run.py"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> str:
        """Return the address that run.py printed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            said = self.output.read_text()
            ready = re.search(r"Taakplein is ready at (http://\S+/)$", said, re.MULTILINE)
            if ready:
                return ready[1]
            assert self.process.poll() is None, said
            time.sleep(0.05)
        raise AssertionError(f"Not ready in {PATIENCE_SECONDS} s:\n{said}")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one run.py command to its end."""
        return subprocess.run(
            [sys.executable, "run.py", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    def send(self, number: signal.Signals) -> tuple[int, float]:
        """Signal run.py and return its exit code and how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(timeout=30), time.monotonic() - began

    def card(self) -> dict[str, str]:
        return json.loads((self.folder / "var" / "running.json").read_text())

    def ask(self, query: str) -> list[tuple]:
        connection = psycopg2.connect(self.card()["database_url"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()

    def processes(self) -> dict[int, str]:
        """All processes that work in this copy or for it, from Linux's own list."""
        var = self.folder / "var"
        data = reachable_folder(var, service_owner(var / "postgres"))
        places = (str(self.folder), str(data))
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = os.readlink(entry / "cwd")
            except OSError:
                continue
            # PostgreSQL works in its data and in /, but names its data.
            if place.startswith(places) or any(name in line for name in places):
                found[int(entry.name)] = line
        return found

    def child(self, words: str) -> int:
        """The id of run.py's own child whose command line contains `words`; 0 when there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        lines = self.processes()
        found = [pid for pid in map(int, children.split()) if words in lines.get(pid, "")]
        assert len(found) < 2
        return found[0] if found else 0

    def remove(self) -> None:
        """Stop it if it still runs, and delete it with the data it may keep outside itself."""
        if self.process and self.process.poll() is None:
            self.send(signal.SIGTERM)
        self.run("reset", "--yes")
        shutil.rmtree(self.folder, ignore_errors=True)


def fetch(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


def gone(processes_of: Copy, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while processes_of.processes():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
