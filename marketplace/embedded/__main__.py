"""The commands of `run.py`, inside the environment it made."""

import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

import environ

from marketplace.embedded.management import manage
from marketplace.embedded.one_at_a_time import hold_services
from marketplace.embedded.owners import reachable_folder, service_owner
from marketplace.embedded.places import ROOT, VAR, make_var
from marketplace.embedded.problems import CannotStart
from marketplace.embedded.site import open_market
from marketplace.embedded.testing import bench, test


def main(command: str, arguments: Sequence[str]) -> int:
    # SIGINT too: a shell starts background commands with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_like_ctrl_c)
    environ.Env.read_env(ROOT / ".env")  # a DATABASE_URL written there counts as given
    try:
        make_var()
        return COMMANDS[command](arguments)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        if error.filename is None:  # nothing that a person could mend
            raise
        print(
            f"{error.filename} cannot be read or written ({error.strerror}): run this as the account "
            "that owns the folder, on a disk that has room and may be written to.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0 if command == "up" else 130


def up(arguments: Sequence[str]) -> int:
    return open_market()


def reset(arguments: Sequence[str]) -> int:
    """Delete this copy's data: database, broker, logs and keys."""
    with hold_services():
        if "--yes" not in arguments:
            answer = input(f"Delete all data of this market in {VAR}? Type yes: ")
            if answer.strip() != "yes":
                print("Nothing was deleted.")
                return 1
        home = reachable_folder(VAR, service_owner(VAR / "postgres"))
        shutil.rmtree(home)
        shutil.rmtree(VAR, ignore_errors=True)
    print("Deleted. `python3 run.py` starts with a new demo market.")
    return 0


def stop_like_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": up,
    "manage": manage,
    "test": test,
    "bench": bench,
    "reset": reset,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
