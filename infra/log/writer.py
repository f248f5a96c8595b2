"""The one connection of a process that appends. Whatever happens to the connection, every append gets a clear
answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import psycopg

from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from infra.failures import backoff
from infra.log.append import CALL, Append, Appended, answers, arguments
from infra.postgres.database import Connection, Database, deadline

_PASSING = ("40", "53", "55", "57")
"""SQLSTATE classes of errors that pass by themselves: deadlocks, lack of room, locks, an operator at work."""

_UNFIT = ("", "22", "23", "54")
"""SQLSTATE classes of wrong data; "" without a class: the data could not even be sent."""


class Writer:
    """Calls `antiphon.append`. Thread-safe."""

    MOST_BYTES = 32 * 2**20
    """The most bytes in one call; more is split into several calls. (A single append is never split.)"""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self.appended = {"calls": 0, "commands": 0}
        """Successful calls (commits), and the commands that shared them."""

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many in one call, and answer each for itself: Appended, or the error, as `Recorder.append`.

        The appends must not share what `Append.exclusive` names. `until` (time.monotonic): when to give up; then the
        answer is Overloaded where nothing was added, else OutcomeUnknown.
        """
        with self._lock:
            return self._append_all(appends, until, lost=False)

    def _append_all(self, appends: Sequence[Append], until: float, *, lost: bool) -> list[Appended | BaseException]:
        if len(appends) > 1 and sum(append.bytes for append in appends) > self.MOST_BYTES:
            return self._halved(appends, until, lost)
        attempt = 0
        if not lost and time.monotonic() >= until:  # this call waited too long for its turn
            return [_given_up(lost) for _ in appends]
        while True:
            sent = False
            try:
                connection = self._connected()
                # What was sent and not answered is sent again. Unique keys make that harmless, and so a command whose
                # connection died between commit and answer still gets its first answer.
                sent = True
                with deadline(connection, max(0.05, until - time.monotonic())):
                    rows = connection.execute(CALL, arguments(appends), binary=True).fetchall()
                self.appended["calls"] += 1
                self.appended["commands"] += len(appends)
                return answers(appends, rows, lost)
            except (psycopg.Error, UnicodeEncodeError) as error:
                undone = self._connection is not None and not self._connection.closed and not _ended(error)
                if undone and not _passing(error):
                    # An error of the call itself is an error of all appends; any other is that of one append.
                    if len(appends) > 1 and _class(error) != "42":
                        return self._halved(appends, until, lost)
                    return [_refusal(error)] * len(appends)
                self.close()
                lost = lost or (sent and not undone)
                attempt += 1
                pause = backoff(attempt, most_seconds=0.5)
                if time.monotonic() + pause >= until or not (sent or lost):
                    return [_given_up(lost) for _ in appends]
                threading.Event().wait(pause)

    def _halved(self, appends: Sequence[Append], until: float, lost: bool) -> list[Appended | BaseException]:
        # The server took nothing because of one append: halving finds that one and lets the others in.
        middle = len(appends) // 2
        return [
            *self._append_all(appends[:middle], until, lost=lost),
            *self._append_all(appends[middle:], until, lost=lost),
        ]

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self._database.dedicated()
        return self._connection

    def close(self) -> None:
        """Close the connection; the next append opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _given_up(lost: bool) -> Refusal:
    return OutcomeUnknown() if lost else Overloaded("the database does not answer; try again shortly")


def _ended(error: Exception) -> bool:
    # The server closed the connection, perhaps after the commit.
    return (getattr(error, "sqlstate", None) or "").startswith("57P")


def _passing(error: Exception) -> bool:
    return isinstance(error, psycopg.OperationalError) and (_class(error) or "57") in _PASSING


def _refusal(error: Exception) -> Exception:
    if _class(error) not in _UNFIT:
        return error  # a mistake of ours, or of the database's installation
    # Never the server's text: it may quote a value.
    name = getattr(error, "sqlstate", None) or type(error).__name__
    return Refusal("not-storable", f"the database cannot keep what was sent ({name}); send it differently")


def _class(error: Exception) -> str:
    return (getattr(error, "sqlstate", None) or "")[:2]
