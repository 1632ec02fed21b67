"""`python3 run.py`, for real: two copies side by side, stopped, killed and started again."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from marketplace.embedded.site import LONG_ENOUGH_SECONDS
from tests.run.copies import Copy, fetch, gone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux's list of processes"),
]
PEOPLE = "SELECT id, email, date_joined FROM accounts_user WHERE NOT is_simulated ORDER BY id"


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Two copies, started at the same moment.

    The first one's folder has a space in its name and is open to everybody. The second one's is
    closed, so that PostgreSQL's account cannot pass through it when we are root.
    """
    outer = Path(tempfile.mkdtemp(prefix="taakplein run "))
    outer.chmod(0o755)
    both = [Copy(outer / "the market"), Copy(tmp_path_factory.mktemp("closed") / "market")]
    for copy in both:
        copy.start()
    yield both
    for copy in both:
        copy.remove()
    shutil.rmtree(outer)


@pytest.fixture
def market(copies):
    copies[0].wait_until_ready()
    return copies[0]


@pytest.fixture
def other(copies):
    copies[1].wait_until_ready()
    return copies[1]


def test_two_copies_run_at_once_with_a_space_in_the_path(market, other):
    addresses = {market.wait_until_ready(), other.wait_until_ready()}
    assert len(addresses) == 2
    for address in addresses:
        assert fetch(f"{address}healthz")[0] == 200
        assert '"status": "ready"' in fetch(f"{address}readyz")[1]


def test_the_first_page_shows_the_demo_market(market):
    assert market.ask("SELECT count(*) FROM tasks_task")[0][0] > 0
    assert "Taakplein" in fetch(market.wait_until_ready())[1]


def test_whoever_comes_alone_meets_simulated_people(market):
    acted = "SELECT count(*) FROM tasks_task t JOIN clients_client c ON c.id = t.client_id"
    acted += " JOIN accounts_user u ON u.id = c.user_id WHERE u.is_simulated"
    deadline = time.monotonic() + 60
    while not market.ask(acted)[0][0]:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_starting_twice_says_where_it_runs(market):
    again = market.run()
    assert again.returncode == 1
    assert again.stderr.strip() == (
        f"Taakplein already runs from this folder at {market.wait_until_ready()} "
        f"(process {market.process.pid})."
    )


def test_a_management_command_uses_the_services_that_run(market):
    code = "from django.db import connection; import sys; "
    code += "sys.exit(7 if connection.settings_dict['PORT'] else 1)"
    before = programs_of(market)
    done = market.run("manage", "shell", "-c", code)
    assert done.returncode == 7, done.stderr
    assert "Starting" not in done.stderr
    assert programs_of(market) == before


def programs_of(market) -> set[int]:
    """What runs for it, without the backends that PostgreSQL starts and ends as it likes."""
    return {pid for pid, line in market.processes().items() if not line.startswith("postgres: ")}


def test_a_reset_is_refused_while_it_runs(market):
    assert market.run("reset", "--yes").returncode == 1
    assert market.ask("SELECT count(*) FROM accounts_user")[0][0] > 0


def test_secrets_are_for_their_owner_only(market):
    for name in ("postgres-password", "valkey-password", "secret-key", "running.json"):
        assert (market.folder / "var" / name).stat().st_mode & 0o077 == 0


def test_no_password_shows_in_the_list_of_processes(market):
    lines = " ".join(market.processes().values())
    for name in ("postgres-password", "valkey-password"):
        assert (market.folder / "var" / name).read_text() not in lines


def test_nothing_is_written_outside_var(market):
    new = {path.name for path in market.folder.iterdir()} - {"output.txt", "var"}
    ours = {path.name for path in Path(__file__).resolve().parents[2].iterdir()}
    assert new <= ours


def test_ctrl_c_stops_everything_within_seconds(market):
    code, seconds = market.send(signal.SIGINT)
    assert code == 0
    assert seconds < 20  # two to five on an idle machine
    assert market.processes() == {}
    assert "Traceback" not in market.output.read_text()


def test_kill_9_leaves_no_orphans_and_the_data_survives(other):
    people = other.ask(PEOPLE)
    other.send(signal.SIGKILL)
    assert gone(other, within_seconds=15), other.processes()

    other.start()
    other.wait_until_ready()
    assert other.ask(PEOPLE) == people


def test_a_process_that_dies_is_started_again_and_nobody_is_turned_away(other):
    time.sleep(LONG_ENOUGH_SECONDS)
    for name, words in (("schedule", "marketplace beat"), ("web", "gunicorn")):
        kill_and_wait(other, words)
        assert f"{name} was ended (exit code -9)" in other.output.read_text()
        assert fetch(f"{other.wait_until_ready()}healthz")[0] == 200
    assert other.process.poll() is None


def test_a_process_that_dies_again_at_once_stops_the_rest_and_is_explained(other):
    while other.process.poll() is None:  # once or twice
        kill_and_wait(other, "marketplace beat")
    assert other.process.wait(timeout=30) == 1
    said = other.output.read_text()
    assert "schedule stopped by itself (exit code -9)" in said
    assert "schedule.log" in said
    assert other.processes() == {}


def kill_and_wait(market: Copy, words: str) -> None:
    """Kill one child, and wait until there is another or nothing runs any more."""
    killed = market.child(words)
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while market.process.poll() is None and market.child(words) in (0, killed):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def as_account(name: str) -> dict[str, object]:
    """The options of `subprocess.run` that make a command run as another account."""
    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def may_run_our_python(name: str) -> bool:
    if os.geteuid() != 0:
        return False
    try:
        return subprocess.run([sys.executable, "-c", ""], **as_account(name)).returncode == 0
    except PermissionError:
        return False


def test_an_ordinary_account_can_run_it():
    if not may_run_our_python("nobody"):
        pytest.skip("needs root, and a Python that other accounts may run")
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="taakplein-nobody-") as name:
        os.chown(name, nobody.pw_uid, nobody.pw_gid)
        copy = Copy(Path(name) / "market")
        os.chown(copy.folder, nobody.pw_uid, nobody.pw_gid)
        done = subprocess.run(
            [sys.executable, "run.py", "manage", "check", "--database", "default"],
            cwd=copy.folder,
            env=copy.environment,
            **as_account("nobody"),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert (copy.folder / "var" / "postgres").stat().st_uid == nobody.pw_uid
