"""The parts of `run.py`, each by itself."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from marketplace.embedded import __main__ as embedded
from marketplace.embedded import one_at_a_time, ports, postgres
from marketplace.embedded.given import given_broker, given_database
from marketplace.embedded.leftovers import remember, started_at, stop_leftovers
from marketplace.embedded.owners import everyone_can_pass, open_to_everyone
from marketplace.embedded.problems import CannotStart
from marketplace.embedded.processes import Children
from marketplace.embedded.secret_files import kept_secret

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def children(tmp_path):
    children = Children(tmp_path / "log", record=tmp_path / "processes.json")
    yield children
    children.stop()


def start(children, name, command, **options):
    return children.start(name, command, environment={}, folder=Path("/"), **options)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def run_py(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "run.py"), *words]
    return subprocess.run(command, capture_output=True, text=True)


def test_an_unknown_word_is_answered_with_the_known_ones():
    done = run_py("tset")
    assert done.returncode == 2
    assert "does not know “tset”" in done.stderr
    assert "python3 run.py test" in done.stderr


def test_help_names_every_command():
    done = run_py("help")
    assert done.returncode == 0
    for word in ("test", "manage", "bench", "reset", "lock"):
        assert f"python3 run.py {word}" in done.stdout


def test_a_child_that_dies_is_named_with_its_last_words(children):
    child = start(children, "web", python("print('the port is taken'); raise SystemExit(3)"))
    child.process.wait()
    with pytest.raises(CannotStart, match=r"web stopped by itself \(exit code 3\)") as problem:
        children.check()
    assert "the port is taken" in str(problem.value)


def test_a_failed_step_shows_what_it_wrote(children):
    with pytest.raises(CannotStart, match="“prepare” failed") as problem:
        children.finish(
            "prepare", python("raise SystemExit('no table')"), environment={}, folder=Path("/")
        )
    assert "no table" in str(problem.value)
    assert children.running == []


def test_services_stop_after_the_processes_that_use_them(children, tmp_path):
    say = "import signal, sys, time; signal.signal(15, lambda *_: (open({!r}, 'a').write({!r}), "
    say += "sys.exit())); open({!r}, 'w').close(); time.sleep(60)"
    order = str(tmp_path / "order")
    for name, is_service in (("database", True), ("web", False)):
        ready = tmp_path / f"{name} is up"
        command = python(say.format(order, f"{name} ", str(ready)))
        start(children, name, command, is_service=is_service)
        while not ready.exists():
            time.sleep(0.01)
    children.stop()
    assert Path(order).read_text() == "web database "


def test_a_child_gets_its_password_through_standard_input(children):
    child = start(
        children, "valkey", python("print(input())"), standard_input=b"requirepass secret\n"
    )
    child.process.wait()
    assert "requirepass secret" in child.last_lines()


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to signal the child")
def test_a_child_dies_with_its_parent(tmp_path):
    code = f"""
import sys, time; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from marketplace.embedded.processes import Children
child = Children(Path({str(tmp_path)!r})).start(
    "sleep", {SLEEP!r}, environment={{}}, folder=Path("/"))
print(child.process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert started_at(child)
        parent.kill()
    deadline = time.monotonic() + 10
    while started_at(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert started_at(child) is None


def test_a_process_left_behind_is_stopped_at_the_next_start(tmp_path):
    record = tmp_path / "processes.json"
    with subprocess.Popen(SLEEP, process_group=0) as left:
        remember(record, {left.pid: signal.SIGTERM})
        # Awaited meanwhile, as init does with a process that lost its parent.
        waiting = threading.Thread(target=left.wait)
        waiting.start()
        stop_leftovers(record)
        waiting.join()
        assert left.returncode == -signal.SIGTERM
    assert not record.exists()


def test_another_process_with_a_reused_id_is_left_alone(tmp_path):
    record = tmp_path / "processes.json"
    with subprocess.Popen(SLEEP, process_group=0) as stranger:
        remember(record, {stranger.pid: signal.SIGTERM})
        record.write_text(record.read_text().replace(started_at(stranger.pid), "12"))
        stop_leftovers(record)
        time.sleep(0.1)
        assert stranger.poll() is None
        stranger.kill()


def test_the_site_takes_the_next_port_when_the_first_is_taken(monkeypatch):
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        first = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(first))
        with ports.socket_for_the_site() as listener:
            assert first < listener.getsockname()[1] < first + ports.TRIES


def test_a_secret_is_made_once_and_closed_to_others(tmp_path):
    path = tmp_path / "secret-key"
    secret = kept_secret(path)
    assert len(secret) >= 50
    assert kept_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_stale_pid_file_does_not_stop_the_next_start(tmp_path):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")  # alive, but not a PostgreSQL of this folder
    postgres.remove_stale_pid(tmp_path)
    assert not pid_file.exists()


def test_data_of_an_absent_version_is_explained(tmp_path):
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 9, which is not here"):
        postgres.find_programs(tmp_path)


def test_our_own_postgresql_is_new_enough(tmp_path):
    assert postgres.version_of(postgres.find_programs(tmp_path)) >= postgres.OLDEST_VERSION


def test_a_closed_folder_is_seen_as_closed(tmp_path):
    inner = tmp_path / "closed" / "programs"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not everyone_can_pass(inner)


def test_copied_programs_are_readable_for_everybody(tmp_path):
    program = tmp_path / "postgres"
    program.touch(mode=0o700)
    library = tmp_path / "libpq.so"
    library.touch(mode=0o600)
    open_to_everyone(tmp_path)
    assert program.stat().st_mode & 0o777 == 0o755
    assert library.stat().st_mode & 0o777 == 0o644


@pytest.fixture
def lock(tmp_path, monkeypatch):
    monkeypatch.setattr(one_at_a_time, "LOCK", tmp_path / "running.lock")
    monkeypatch.setattr(one_at_a_time, "CARD", tmp_path / "running.json")


def test_a_second_command_finds_the_services_of_the_first(lock):
    running = one_at_a_time.Running(os.getpid(), "postgresql://here", "redis://here")
    with one_at_a_time.hold_services():
        one_at_a_time.show_card(running)
        assert one_at_a_time.running_services() == running
        with pytest.raises(CannotStart, match="Another run.py command"):
            with one_at_a_time.hold_services():
                pass
    assert one_at_a_time.running_services() is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "it does not begin with postgresql://"),
        ("mysql://localhost/x", "it does not begin with postgresql://"),
        ("postgres://me:secret@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://me:sec#secret@127.0.0.1:1/x", ""),
    ],
)
def test_a_database_that_was_given_and_does_not_answer_is_one_sentence(monkeypatch, url, reason):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(CannotStart) as refusal:
        given_database()
    said = str(refusal.value)
    assert reason in said and "leave DATABASE_URL out to use our own." in said
    assert "secret" not in said and "\n" not in said


@pytest.mark.parametrize("url", ["nonsense", "redis://:secret@127.0.0.1:1/0"])
def test_a_broker_that_was_given_and_does_not_answer_is_one_sentence(monkeypatch, url):
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(CannotStart) as refusal:
        given_broker()
    said = str(refusal.value)
    assert "leave REDIS_URL out to use our own." in said
    assert "secret" not in said and "\n" not in said


def test_what_answers_is_used_and_nothing_given_is_nothing(monkeypatch):
    assert given_database() == os.environ["DATABASE_URL"]
    assert given_broker() == os.environ["REDIS_URL"]
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("REDIS_URL", "")
    assert given_database() == given_broker() == ""


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80.5", "８０"])
def test_a_wrong_port_is_one_sentence(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CannotStart, match="give a number from 1 to 65535"):
        ports.socket_for_the_site()


def test_a_folder_of_somebody_else_is_one_sentence(monkeypatch, capsys):
    def not_ours() -> None:
        raise PermissionError(13, "Permission denied", "/srv/market/var/running.lock")

    monkeypatch.setattr(embedded, "make_var", not_ours)
    monkeypatch.setattr(embedded.signal, "signal", lambda *_: None)
    assert embedded.main("up", []) == 1
    said = capsys.readouterr().err
    assert said.startswith("/srv/market/var/running.lock cannot be read or written (Permission")
