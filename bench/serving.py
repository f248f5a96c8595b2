"""API processes under measurement, and callers that cost as little as callers can. `python -m bench.serving` is a
process's inside."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from api.edge.serving import Server
from api.server import application
from audit.replay import Replay
from bench.traffic import process_over
from cli.display import logs
from cli.wiring.composition import collect_rarely
from cli.wiring.serving import EXPORTING
from infra.embedded.postgres import Urls
from tests.support.serving import LIMITS, TOKENS, token

SERVICE = "service-bench"


@contextmanager
def api_processes(urls: Urls, number: int = 1) -> Iterator[list[int]]:
    """So many API processes over one log; gives their ports."""
    with ExitStack() as closing:
        ports = []
        for _ in range(number):
            process = closing.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "bench.serving", urls.database_url, urls.vault_url],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,  # a line for each request, as everywhere
                    text=True,
                )
            )
            closing.callback(process.terminate)
            assert process.stdout is not None
            ports.append(int(process.stdout.readline()))
        yield ports


class Keen:
    """A caller with one connection kept alive, that reads no more of an answer than where it ends."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: bench\r\nAuthorization: Bearer {token(SERVICE)}\r\n"

    def get(self, path: str) -> bytes:
        """The body of the answer. Raises AssertionError where it is no 200."""
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode(), b"HTTP/1.1 200 ")

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer. Raises AssertionError where it is no 201."""
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"{head}\r\n".encode() + body, b"HTTP/1.1 201 ")

    def _ask(self, request: bytes, begins: bytes) -> bytes:
        self._socket.sendall(request)
        answer = self._socket.recv(65536)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        assert answer.startswith(begins), answer[:500]
        at = answer.lower().index(b"content-length: ") + 16
        length = end + 4 + int(answer[at : answer.index(b"\r\n", at)])
        while len(answer) < length:
            answer += self._more()
        return answer[end + 4 :]

    def _more(self) -> bytes:
        more = self._socket.recv(65536)
        assert more, "the API hung up"
        return more

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()


def main() -> None:
    """Serve until the parent goes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    asked = parser.parse_args()
    urls = Urls(asked.database_url, asked.vault_url)
    collect_rarely()
    logs.configure()
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    with process_over(urls) as executor:
        app = application(executor, urls.database_url, TOKENS, replay=Replay, export=EXPORTING, limits=LIMITS)
        print(listening.getsockname()[1], flush=True)
        Server(app, LIMITS, loop="uvloop").run(sockets=[listening])


if __name__ == "__main__":
    main()
