"""Which account runs PostgreSQL, which refuses to run as root, and where that account can read."""

import os
import pwd
import shutil
from hashlib import sha256
from pathlib import Path

from marketplace.embedded.problems import CannotStart
from marketplace.embedded.processes import Owner


def service_owner(data: Path) -> Owner | None:
    """The account to switch to when we are root; None when we stay who we are."""
    if os.geteuid() != 0:
        check_that_it_is_ours(data)
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Owner(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    raise CannotStart(
        "PostgreSQL refuses to run as root and there is no account “postgres” or “nobody” here: "
        "add one, run this as an ordinary account, or set DATABASE_URL."
    )


def check_that_it_is_ours(data: Path) -> None:
    if data.exists() and data.stat().st_uid != os.geteuid():
        raise CannotStart(
            f"{data} belongs to another account (it was probably started as root): run this as "
            f"that account, or delete the data with `sudo python3 run.py reset`."
        )


def reachable_folder(folder: Path, owner: Owner | None) -> Path:
    """`folder`, or one under /var/lib when the account cannot pass through to it (as in /root)."""
    if owner is None or everyone_can_pass(folder):
        return folder
    mark = sha256(str(folder).encode()).hexdigest()[:10]
    return Path("/var/lib/taakplein") / mark


def reachable_programs(programs: Path, owner: Owner | None, home: Path) -> Path:
    """The `bin` folder of a PostgreSQL installation, copied into `home` when it is out of reach."""
    installation = programs.parent
    if owner is None or (everyone_can_pass(programs) and everyone_can_read(programs / "postgres")):
        return programs
    copies = home / "programs"
    copy = copies / installation.parent.name / installation.name
    if not (copy / "complete").exists():
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(installation, copy, symlinks=True)
        # The wheel keeps libraries that its programs load in a sibling folder.
        libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copies / libraries.name)
        open_to_everyone(copies)
        (copy / "complete").touch()
    return copy / programs.name


def everyone_can_pass(folder: Path) -> bool:
    path = folder if folder.exists() else folder.parent
    return all(part.stat().st_mode & 0o001 for part in (path, *path.resolve().parents))


def everyone_can_read(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005


def open_to_everyone(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
