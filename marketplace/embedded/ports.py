"""Free ports of this machine. Nothing but the site's address is ever a fixed number."""

import os
import socket

from marketplace.embedded.problems import CannotStart

HOST = "127.0.0.1"
FIRST_CHOICE = 8000
TRIES = 50
HIGHEST = 65_535


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def first_choice() -> int:
    wanted = os.environ.get("PORT") or str(FIRST_CHOICE)
    if not (wanted.isascii() and wanted.isdecimal()) or not 1 <= int(wanted) <= HIGHEST:
        raise CannotStart(f"PORT is “{wanted}”: give a number from 1 to {HIGHEST}, such as 8000.")
    return int(wanted)


def socket_for_the_site() -> socket.socket:
    """A listening socket on PORT (8000), else the next free one. Holding it, nobody can take it."""
    first = first_choice()
    for port in range(first, min(first + TRIES, HIGHEST + 1)):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
    raise CannotStart(
        f"Ports {first} to {min(first + TRIES - 1, HIGHEST)} are all taken: choose another, for example "
        f"`PORT=9100 python3 run.py`."
    )
