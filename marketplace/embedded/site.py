"""`python3 run.py`: the whole market on this machine, until Ctrl-C."""

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from socket import socket

from marketplace.embedded.one_at_a_time import show_site
from marketplace.embedded.places import ROOT
from marketplace.embedded.ports import HOST, first_choice, socket_for_the_site
from marketplace.embedded.problems import CannotStart
from marketplace.embedded.processes import Child, Children
from marketplace.embedded.programs import (
    CELERY,
    PREPARE,
    SCHEDULE,
    WEB_ENVIRONMENT,
    web,
)
from marketplace.embedded.services import environment_for, kept_services

PATIENCE_SECONDS = 120  # a busy machine needs long for the first page
LOOK_EVERY_SECONDS = 0.2
LONG_ENOUGH_SECONDS = 10  # whoever dies sooner would only die again


def open_market() -> int:
    first_choice()  # a wrong PORT is said before anything is started
    own_data = not os.environ.get("DATABASE_URL")
    with kept_services() as (children, running):
        environment = environment_for(running, own_data)
        print("Bringing the database up to date …", flush=True)
        children.finish("prepare", module(PREPARE), environment=environment, folder=ROOT)
        with socket_for_the_site() as listener:  # ours too, so that callers wait for a new web
            site_url = start_site(children, environment, listener)
            wait_until_ready(children, site_url)
            show_site(running, site_url)
            print(f"Taakplein is ready at {site_url}", flush=True)
            print(
                "Ctrl-C stops it. What its processes write, e-mails too, follows here.",
                flush=True,
            )
            follow(children)
    return 0


def start_site(children: Children, environment: Mapping[str, str], listener: socket) -> str:
    start_web(children, environment, listener)
    children.start("celery", module(CELERY), environment=environment, folder=ROOT)
    children.start("schedule", module(SCHEDULE), environment=environment, folder=ROOT)
    return f"http://{HOST}:{listener.getsockname()[1]}/"


def start_web(children: Children, environment: Mapping[str, str], listener: socket) -> Child:
    return children.start(
        "web",
        module(web(f"fd://{listener.fileno()}")),
        environment={**environment, **WEB_ENVIRONMENT},
        folder=ROOT,
        pass_fds=[listener.fileno()],
    )


def wait_until_ready(children: Children, site_url: str) -> None:
    """Return when the site says that database, broker and schedule work."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    answer = "nothing"
    while time.monotonic() < deadline:
        children.check()
        try:
            with urllib.request.urlopen(f"{site_url}readyz", timeout=5):  # nosec B310
                return
        except urllib.error.HTTPError as error:
            answer = f"{error.code} {error.read(500).decode(errors='replace')}"
        except OSError:
            pass
        time.sleep(0.05)
    raise CannotStart(
        f"The site started but was not ready within {PATIENCE_SECONDS} s: read the logs in "
        f"{children.logs}. /readyz last said: {answer}"
    )


def follow(children: Children) -> None:
    """Show what the site's processes write, until we are told to stop or there is no going on."""
    shown = {child.name: child.log.stat().st_size for child in of_the_site(children)}
    while True:
        for child in of_the_site(children):
            shown[child.name] = show_news(child.name, child.log, shown[child.name])
            if not child.is_running and child.seconds > LONG_ENOUGH_SECONDS:
                print(
                    f"{child.name} was ended (exit code {child.process.returncode}). It is started again.",
                    flush=True,
                )
                children.start_again(child)
        children.check()
        time.sleep(LOOK_EVERY_SECONDS)


def of_the_site(children: Children) -> list[Child]:
    return [child for child in children.running if not child.is_service]


def show_news(name: str, log: Path, since: int) -> int:
    with log.open("rb") as file:
        file.seek(since)
        news = file.read()
    for line in news.decode(errors="replace").splitlines():
        print(f"{name:<8} | {line}", flush=True)
    return since + len(news)


def module(words: list[str]) -> list[str]:
    return [sys.executable, "-m", *words]
