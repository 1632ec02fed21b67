"""Where things are: the project, and `var/` with everything that this copy of it keeps."""

from pathlib import Path

from marketplace.embedded.problems import CannotStart

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"


def make_var() -> None:
    """Make var/. PostgreSQL's account must be able to pass through it, whatever our umask."""
    try:
        VAR.mkdir(exist_ok=True)
        VAR.chmod(0o755)
        LOGS.mkdir(exist_ok=True)
    except PermissionError:
        raise CannotStart(
            f"{VAR} belongs to another account (it was probably made as root): run this as that "
            f"account, or delete the folder."
        ) from None
