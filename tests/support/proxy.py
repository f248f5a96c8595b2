"""A unix socket in front of PostgreSQL's own, for everything that can happen to a connection on its way."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra.embedded.postmaster import PORT

_READY = b"Z\x00\x00\x00\x05I"
"""ReadyForQuery, outside a transaction: what PostgreSQL says last, after the commit."""


class Proxy:
    """Passes everything on, until told otherwise. `folder` is short and empty; close it when done.

    Told what to wait for, it looks for those bytes in what clients send, such as b"antiphon.append".
    """

    def __init__(self, url: str, folder: Path) -> None:
        given = conninfo_to_dict(url)
        self._behind = f"{given['host']}/.s.PGSQL.{given.get('port', PORT)}"
        self.url = make_conninfo(url, host=str(folder), port=PORT)
        """How to connect through here."""
        self._passing = threading.Event()
        self._passing.set()
        self._awaited: bytes | None = None
        self._then_cut = True
        self._lock = threading.Lock()
        self._wires: list[socket.socket] = []
        self.swallowed = 0
        """How many answers never reached their client."""
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(f"{folder}/.s.PGSQL.{PORT}")
        self._door.listen(64)
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *error: Any) -> None:
        self._door.close()
        self.restore()
        self.cut()

    def cut(self) -> None:
        """Close every connection."""
        with self._lock:
            wires, self._wires = self._wires, []
        for wire in wires:
            _close(wire)

    def swallow_answer(self, awaited: bytes) -> None:
        """Pass on the next query with these bytes in it, and cut its connection once PostgreSQL has committed."""
        self._awaited, self._then_cut = awaited, True

    def mute_after(self, awaited: bytes) -> None:
        """Become a black hole once the next query with these bytes in it is committed."""
        self._awaited, self._then_cut = awaited, False

    def black_hole(self) -> None:
        """Pass on nothing more, either way, and let nobody notice: connections stay open, new ones are taken."""
        self._passing.clear()

    def restore(self) -> None:
        """Pass on again, also what was held back."""
        self._passing.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._behind)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._wires += [client, server]
            _Line(self, client, server)

    def _sees(self, sent: bytes) -> bool:
        with self._lock:
            if self._awaited is None or self._awaited not in sent:
                return False
            self._awaited = None
            return True


class _Line:
    """One client's connection, both ways."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._marked = False
        for run in (self._there, self._back):
            threading.Thread(target=run, name="proxy", daemon=True).start()

    def _there(self) -> None:
        with suppress(OSError):
            while sent := self._client.recv(65536):
                self._proxy._passing.wait()
                self._marked = self._marked or self._proxy._sees(sent)
                self._server.sendall(sent)
        _close(self._server)

    def _back(self) -> None:
        held = b""
        with suppress(OSError):
            while said := self._server.recv(65536):
                if self._marked:
                    held += said
                    if not held.endswith(_READY):
                        continue
                    self._proxy.swallowed += 1
                    if self._proxy._then_cut:
                        break
                    self._proxy.black_hole()
                    said, held, self._marked = held, b"", False
                self._proxy._passing.wait()
                self._client.sendall(said)
        _close(self._client)
        _close(self._server)


def _close(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
