"""Child processes that never outlive us: started with a log, watched, and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from marketplace.embedded.leftovers import remember, signal_group
from marketplace.embedded.problems import CannotStart

PATIENCE_SECONDS = 8  # for a child to stop by itself before it is killed
PR_SET_PDEATHSIG = 1  # from linux/prctl.h
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Owner:
    """The account a child runs as when we are root."""

    uid: int
    gid: int


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    is_service: bool  # others use it, so it stops last
    again: Callable[[], "Child"]  # starts the same once more; the log goes on
    started: float = field(default_factory=time.monotonic)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @property
    def seconds(self) -> float:
        """How long ago it was started."""
        return time.monotonic() - self.started

    def last_lines(self, count: int = 15) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-count:])


class Children:
    """The children of one command, in the order they were started."""

    def __init__(self, logs: Path, record: Path | None = None) -> None:
        """Logs go to `logs`; `record` keeps the process ids for a next start to clean up after."""
        self.logs = logs
        self.record = record
        self.running: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        folder: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        is_service: bool = False,
        owner: Owner | None = None,
        standard_input: bytes = b"",
        pass_fds: Sequence[int] = (),
        log_goes_on: bool = False,
    ) -> Child:
        again = partial(
            self.start, name, command, environment=environment, folder=folder,
            stop_signal=stop_signal, is_service=is_service, owner=owner,
            standard_input=standard_input, pass_fds=pass_fds, log_goes_on=True,
        )  # fmt: skip
        log = self.logs / f"{name}.log"
        # A stop signal that arrives between the fork and the list below would leave an orphan.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            with log.open("ab" if log_goes_on else "wb") as output:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=dict(environment),
                    cwd=folder,
                    process_group=0,
                    user=owner.uid if owner else None,
                    group=owner.gid if owner else None,
                    extra_groups=[] if owner else None,
                    pass_fds=pass_fds,
                    preexec_fn=dies_with_us(stop_signal, unblocked),
                )
            child = Child(name, process, log, stop_signal, is_service, again)
            self.running.append(child)
            self._remember()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        assert process.stdin is not None
        process.stdin.write(standard_input)
        process.stdin.close()
        return child

    def finish(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
    ) -> None:
        """Run a step to its end; when it fails, say so with the last lines it wrote."""
        child = self.start(name, command, environment=environment, folder=folder)
        while child.is_running:
            time.sleep(0.02)
            self.check(besides=child)
        self.running.remove(child)
        if child.process.returncode:
            raise CannotStart(
                f"“{name}” failed; the last lines of {child.log}:\n{child.last_lines()}"
            )

    def check(self, besides: Child | None = None) -> None:
        """Raise CannotStart, naming the child and showing its last words, when one has died."""
        for child in self.running:
            if child is not besides and not child.is_running:
                raise CannotStart(
                    f"{child.name} stopped by itself (exit code {child.process.returncode}), so "
                    f"everything stops; read {child.log}, mend what it says and start again. "
                    f"Its last lines:\n{child.last_lines()}"
                )

    def start_again(self, child: Child) -> Child:
        """For one that has died: what it left in its group goes, and the same starts once more."""
        signal_group(child.process.pid, signal.SIGKILL)
        self.running.remove(child)
        return child.again()

    def stop(self) -> None:
        """Stop the services last, so that no process loses a service it still uses."""
        stop_all([child for child in self.running if not child.is_service])
        stop_all([child for child in self.running if child.is_service])
        self.running = []
        self._remember()

    def _remember(self) -> None:
        if self.record:
            remember(self.record, {c.process.pid: c.stop_signal for c in self.running})


def stop_all(children: Sequence[Child]) -> None:
    for child in children:
        signal_group(child.process.pid, child.stop_signal)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(child.is_running for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        # Also when it has gone: a grandchild may have stayed behind in its group.
        signal_group(child.process.pid, signal.SIGKILL)
        child.process.wait()


def dies_with_us(
    number: signal.Signals, signals_blocked: "set[signal.Signals | int]"
) -> Callable[[], None]:
    """What the child does between fork and exec: ask Linux to be signalled when we die."""
    parent = os.getpid()

    def prepare() -> None:
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:
                os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, signals_blocked)

    return prepare
