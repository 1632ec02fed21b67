#!/usr/bin/env python3
"""The one command: `python3 run.py` opens the market, `python3 run.py help` says what else it does.

It needs nothing but Python 3.11. It makes `.venv`, installs the locked requirements into it and
hands over to `marketplace/embedded/`, which starts the services and the site.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
USAGE = """\
python3 run.py                   open the market: database, broker, jobs and site; Ctrl-C stops it
python3 run.py test [ARGS]       run the checks and the tests; with ARGS only pytest, with those ARGS
python3 run.py manage COMMAND    run a management command with the database and the broker up
python3 run.py bench [NAMES]     run the benchmarks, all or the named ones
python3 run.py reset [--yes]     delete this copy's data (var/) after asking
python3 run.py lock              compile requirements/*.txt again from pyproject.toml (needs uv)
python3 run.py help              show this

With DATABASE_URL or REDIS_URL set (or written in .env) that service is used instead of our own.
PORT chooses where the site answers (8000, else the next free port).
TAAKPLEIN_AGENTS=0 keeps the demo without simulated people."""
REQUIREMENTS = {
    "up": "run",
    "manage": "run",
    "reset": "run",
    "test": "test",
    "bench": "bench",
}
LOCK_OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes"]
LOCK_OPTIONS += ["--no-emit-index-url", "--no-header", "--quiet"]


class CannotContinue(Exception):
    """What is wrong and what to do about it, in one sentence."""


def main(arguments: "list[str]") -> int:
    command = arguments[0] if arguments else "up"
    if command in ("help", "-h", "--help"):
        print(USAGE)
        return 0
    if command == "lock":
        return lock_requirements()
    if command not in REQUIREMENTS:
        print(f"run.py does not know “{command}”. It knows:\n\n{USAGE}", file=sys.stderr)
        return 2
    if sys.platform == "win32":
        raise CannotContinue("On Windows, run this inside WSL, or use docker-compose.yml.")
    python = python_with(f"{REQUIREMENTS[command]}.txt")
    os.chdir(ROOT)
    try:
        os.execv(python, [str(python), "-m", "marketplace.embedded", command, *arguments[1:]])
    except OSError as error:
        raise CannotContinue(
            f"{python} cannot be started ({error.strerror}): delete {VENV.name}/ and run this again."
        ) from None


def python_with(requirements: str) -> Path:
    """Return the Python of an environment in which `requirements` are installed."""
    if "TAAKPLEIN_VENV" in os.environ:  # somebody else's environment: used as it is
        return Path(os.environ["TAAKPLEIN_VENV"]).resolve() / "bin" / "python"
    python = VENV / "bin" / "python"
    lock_file = ROOT / "requirements" / requirements
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    with only_one_at_a_time():
        installed = what_is_installed(python)
        if installed.get(requirements) != wanted:
            # Without this record an interrupted installation starts again from an empty folder.
            (VENV / "installed.json").unlink(missing_ok=True)
            if not installed:
                make_environment(python)
            install(python, lock_file)
            installed[requirements] = wanted
            (VENV / "installed.json").write_text(json.dumps(installed))
    return python


@contextlib.contextmanager
def only_one_at_a_time() -> "Iterator[None]":
    """Two commands started together in one copy must not install over each other."""
    import fcntl

    try:
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "install.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Waiting for another run.py here to finish installing …")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        raise CannotContinue(
            f"{error.filename} belongs to another account (somebody ran this as root?): run this "
            "as that account, or make yourself the owner of the whole folder."
        ) from None


def what_is_installed(python: Path) -> "dict[str, str]":
    """The fingerprint of each requirements file that is completely installed; {} starts afresh."""
    try:
        installed = json.loads((VENV / "installed.json").read_text())
        subprocess.run([python, "-c", "import django"], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return {}
    return dict(installed)


def make_environment(python: Path) -> None:
    say("Making the Python environment in .venv …")
    if shutil.which("uv"):
        run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
        return
    try:
        import ensurepip  # noqa: F401  (Debian leaves it out of python3)
        import venv  # noqa: F401
    except ImportError:
        raise CannotContinue(
            "This Python cannot make environments: install its venv module "
            "(Debian, Ubuntu: `sudo apt install python3-venv`) or uv, then run this again."
        ) from None
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(python: Path, lock_file: Path) -> None:
    """Install exactly the locked versions, each download checked against its hash."""
    say(f"Installing {lock_file.relative_to(ROOT)} (once, a minute or less) …")
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--quiet", "--python", str(python)]
    else:
        command = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        command += ["--no-input", "--only-binary", ":all:"]
    run([*command, "--require-hashes", "-r", str(lock_file)])


def say(what: str) -> None:
    """Beside the output: that may go into a file, or be read by a program."""
    print(what, file=sys.stderr, flush=True)


def run(command: "list[str]") -> None:
    if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode:
        raise CannotContinue(
            "That step failed (its own message is above): check the network connection and the "
            "free disk space, then run this again; it starts over where it must."
        )


def lock_requirements() -> int:
    if not shutil.which("uv"):
        raise CannotContinue("Locking needs uv (https://docs.astral.sh/uv/): install it first.")
    os.chdir(ROOT)
    compile_list = ["uv", "pip", "compile", "pyproject.toml", *LOCK_OPTIONS]
    run([*compile_list, "-o", "requirements/run.txt"])
    for group in ("test", "bench"):
        constrained = ["--group", group, "-c", "requirements/run.txt"]
        run([*compile_list, *constrained, "-o", f"requirements/{group}.txt"])
    return 0


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Taakplein needs Python 3.11 or newer: install it and run this with it.")
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotContinue as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
