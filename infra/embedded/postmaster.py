"""One PostgreSQL server and its processes, identified by the data folder: start it, stop it, kill it."""

from __future__ import annotations

import hashlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from domain.kernel.refusal import Refusal
from infra.embedded.postgres_program import advice

PORT = 5432
"""A part of the socket's file name only: nothing listens on a network."""

_LOG_BYTES = 10 * 2**20
_TICK_SECONDS = 0.02

_children: list[subprocess.Popen[bytes]] = []
"""The processes started here, to be collected when they end. A server may outlive the object that started it."""


class Postmaster:
    """The server of one data folder, run as `account` (None: as ourselves).

    Processes are recognised by their command lines, which any user may read: in a container even root may not read
    another user's working folder. A pid alone proves nothing: after a power loss it may belong to any process.
    """

    def __init__(self, data: Path, sockets: Path, log: Path, account: pwd.struct_passwd | None) -> None:
        self.data = data
        self.sockets = sockets
        self.log = log
        self.account = account
        self._child: subprocess.Popen[bytes] | None = None
        self._cluster = f"antiphon-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server; None without one, whatever a stale postmaster.pid says."""
        pid = self._recorded_pid()
        return pid if pid and self._is_postmaster(pid) else None

    def start(self, program: Path, settings: Mapping[str, str]) -> None:
        """Start the server from `program` (a folder with bin/, lib/, share/) unless it runs. Does not wait for it."""
        # Children of a killed server may still write to its memory: a new server waits for them. (Or a server that
        # another process started, which has died since, is about to write its pid.)
        _within(5, lambda: self.pid is not None or self._gone())
        if self.pid:
            return
        self._kill_the_rest()
        self._forget_the_dead()
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        ours = {
            "cluster_name": self._cluster,
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
        }
        options = [part for name, value in (dict(settings) | ours).items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.log.chmod(0o600)
            # A session of its own: Ctrl-C in the terminal reaches us, and we stop the server in order.
            self._child = self._popen([str(program / "bin" / "postgres"), "-D", str(self.data), *options], log)

    def died(self) -> bool:
        """Whether there is no server, and none that is about to write its postmaster.pid."""
        return self.pid is None and (self._child is None or self._child.poll() is not None)

    def last_words(self, lines: int = 8) -> str:
        """The end of the server's own log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def stop(self, fast_seconds: float = 20.0, immediate_seconds: float = 10.0) -> None:
        """Stop the server in order; at once where that takes too long (the next start then runs a recovery)."""
        for how, seconds in ((signal.SIGINT, fast_seconds), (signal.SIGQUIT, immediate_seconds)):
            pid = self.pid or self._starting_pid()
            if pid is None:
                break
            _signal(pid, how)
            if _within(seconds, self._gone):
                break
        self.kill()

    def kill(self) -> None:
        """Kill the server (SIGKILL), as a crash would, and wait until its children have noticed and are gone."""
        pid = self.pid or self._starting_pid()
        if pid is not None:
            _signal(pid, signal.SIGKILL)
            _within(5, self._gone)
        self._kill_the_rest()

    def processes(self) -> list[psutil.Process]:
        """The server and its children; also children of a dead server."""
        found = []
        # Not psutil.process_iter: it caches processes, even those that a signal handler left half read.
        for pid in psutil.pids():
            with suppress(psutil.Error):
                process = psutil.Process(pid)
                command = process.cmdline() or [""]
                if command[0].startswith(f"postgres: {self._cluster}:") or self._runs_here(command):
                    found.append(process)
        return found

    def run(self, command: list[str]) -> None:
        """Run a program as the server's account. Raises Refusal `postgres-not-started`, with the program's output."""
        with self.log.open("ab") as log:
            self.log.chmod(0o600)
            child = self._popen(command, log)
            try:
                if child.wait(timeout=120):
                    program = Path(command[0])
                    output = self.last_words()
                    raise Refusal(
                        "postgres-not-started", f"{program.name} said:\n{output}\n{advice(output, program.parents[1])}"
                    )
            except BaseException:
                child.kill()
                child.wait()
                raise

    def _popen(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        started: list[subprocess.Popen[bytes]] = []

        def start() -> None:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},  # none of the caller's PG… variables
                start_new_session=True,
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                umask=0o077,
            )
            started.append(child)
            _children.append(child)

        # In a thread, where no signal handler cuts in between the fork and the moment at which we know the child: an
        # interrupted process leaves no child behind.
        try:
            with ThreadPoolExecutor(1) as thread:
                thread.submit(start).result()
            return started[0]
        except BaseException:
            for child in started:
                child.kill()
                child.wait()
            raise

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):  # ValueError: the file is being written
            return None

    def _starting_pid(self) -> int | None:
        """The server that we started, also before its postmaster.pid is written; None once it has ended."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def _is_postmaster(self, pid: int) -> bool:
        try:
            return self._runs_here(psutil.Process(pid).cmdline())
        except psutil.Error:
            return False

    def _runs_here(self, command: list[str]) -> bool:
        return Path(command[0]).name == "postgres" and str(self.data) in command if command else False

    def _gone(self) -> bool:
        _collect()
        return not self.processes()

    def _kill_the_rest(self) -> None:
        def killed() -> bool:  # includes children that were being forked meanwhile
            for process in self.processes():
                _signal(process.pid, signal.SIGKILL)
            return self._gone()

        if not _within(10, killed):
            raise Refusal("postgres-not-stopped", f"processes of {self.data} do not end, not even by kill -9")

    def _forget_the_dead(self) -> None:
        # PostgreSQL itself ignores a pid that is gone, but refuses to start because of one that exists: a stranger's by
        # now, or a dead server's that its parent has not collected. It also refuses an empty file, which a server
        # leaves that was killed as it began.
        pid = self._recorded_pid()
        if pid is None or psutil.pid_exists(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _collect() -> None:
    _children[:] = [child for child in _children if child.poll() is None]


def _signal(pid: int, how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, how)


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(_TICK_SECONDS)
    return True
