"""A server of LMTP (RFC 2033) and SMTP (RFC 5321), which hands mails over and answers for each recipient.

A client that greets with `LHLO` gets one answer for each recipient after the mail, one that greets with `EHLO` or
`HELO` a single answer, which accepts the mail only where all recipients do. A mail is never refused once it was sent:
it is taken, or the client is told to try again.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

import structlog

from infra.mail.wire import LineTooLong, TooMuchHeld, Wire

TAKEN = "250 2.0.0 taken in"
AGAIN = "451 4.3.0 not now; try again later"
BUSY = "452 4.3.1 too much at once; try again later"
MOST_RECIPIENTS = 100
"""How many recipients one mail may have in one transaction; a client sends the others in another one (RFC 5321)."""
MOST_MISTAKES = 20
"""After so many commands that are none, the connection is closed."""
MOST_HELD = 8
"""All mails that are coming in together may hold so many times as much as one."""
IDLE_SECONDS = 300.0
"""How long a client may be silent (RFC 5321, 4.5.3.2)."""
DATA_SECONDS = 1200.0
"""How long a mail may take to come."""
STOP_SECONDS = 10.0
_PATH = re.compile(r"\s*<(?:@[^:<>]{1,500}:)?([^<>]{0,500})>(?:\s+(.*))?\s*$", re.DOTALL)

_LOGGER = structlog.get_logger("mail")


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it came: `sender` of `MAIL FROM`, empty for the null sender; `raw` up to the limit, of `size` bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    size: int


Take = Callable[[Received], Awaitable[Sequence[bool]]]
"""Takes a mail in. Answers, for each recipient in order, whether it was: `False` has the client try again."""
Accepts = Callable[[str], bool]
"""Whether an address is one of ours."""


@dataclass(slots=True)
class _Transaction:
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class MailServer:
    """The server, in a thread of its own within `with`."""

    def __init__(
        self,
        address: socket.socket,
        take: Take,
        accepts: Accepts,
        *,
        name: str,
        most_bytes: int,
        most_connections: int = 50,
    ) -> None:
        """`name`: what we call ourselves. `most_bytes`: how much of a mail is kept."""
        self._address = address
        self._take = take
        self._accepts = accepts
        self._name = name
        self._most_bytes = most_bytes
        self._most_connections = most_connections
        self._connections = 0
        self._held = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._run, name="mail-server", daemon=True)
        self._stop = asyncio.Event()

    @property
    def is_alive(self) -> bool:
        """Whether the server runs."""
        return self._thread.is_alive()

    @property
    def address(self) -> tuple[str, int]:
        """Where the server listens."""
        host, port, *_ = self._address.getsockname()
        return host, port

    @property
    def held(self) -> int:
        """How many bytes of mails that are coming in are held."""
        return self._held

    def __enter__(self) -> MailServer:
        self._loop = asyncio.new_event_loop()  # not before: a loop that never runs is never closed
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(2 * STOP_SECONDS)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._address, limit=64 * 1024)
        await self._stop.wait()
        server.close()
        # What is being taken in is answered; who is silent is told to come again.
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections += 1
        try:
            if self._connections > self._most_connections:
                writer.write(f"421 4.3.2 {self._name} is busy; try again later\r\n".encode())
                await writer.drain()
            else:
                await self._session(Wire(reader, writer, self._stop))
        except (OSError, EOFError, TimeoutError, LineTooLong):
            pass  # who goes away amid a mail sends it again
        finally:
            self._connections -= 1
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError, TimeoutError):
                await writer.wait_closed()

    async def _session(self, wire: Wire) -> None:
        await wire.say(f"220 {self._name} LMTP and SMTP")
        kind: Literal["lmtp", "smtp"] | None = None
        now, mistakes = _Transaction(), 0
        while mistakes < MOST_MISTAKES:
            line = await wire.line(IDLE_SECONDS)
            if line is None:
                await wire.say(f"421 4.3.2 {self._name} closes")
                return
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "LHLO" | "EHLO" | "HELO" as greeting:
                    kind, now = "lmtp" if greeting == "LHLO" else "smtp", _Transaction()
                    await wire.say(*self._greeted(greeting))
                case "MAIL" if kind is not None:
                    now = _Transaction(sender=_path(rest, "FROM:"))
                    await wire.say("250 2.1.0 ok" if now.sender is not None else "501 5.5.4 MAIL FROM:<address>")
                case "RCPT" if now.sender is not None:
                    await wire.say(self._recipient(now, _path(rest, "TO:")))
                case "DATA" if now.recipients:
                    if self._held > MOST_HELD * self._most_bytes:
                        await wire.say(BUSY)
                        continue
                    await self._data(wire, now, one_answer=kind == "smtp")
                    now = _Transaction()
                case "RSET":
                    now = _Transaction()
                    await wire.say("250 2.0.0 ok")
                case "NOOP":
                    await wire.say("250 2.0.0 ok")
                case "VRFY":
                    await wire.say("252 2.1.5 send a mail, and see")
                case "QUIT":
                    await wire.say(f"221 2.0.0 {self._name} closes")
                    return
                case "MAIL" | "RCPT" | "DATA":
                    mistakes += 1
                    await wire.say("503 5.5.1 first LHLO, MAIL and a recipient that is accepted")
                case _:
                    mistakes += 1
                    await wire.say("500 5.5.2 no such command")
        await wire.say("421 4.7.0 too many mistakes")

    def _greeted(self, greeting: str) -> Sequence[str]:
        if greeting == "HELO":
            return [f"250 {self._name}"]
        # No limit is announced: a mail beyond ours is taken in cut, and says so.
        return [
            f"250-{self._name}",
            "250-PIPELINING",
            "250-8BITMIME",
            "250-SMTPUTF8",
            "250-ENHANCEDSTATUSCODES",
            "250 SIZE",
        ]

    def _recipient(self, now: _Transaction, address: str | None) -> str:
        if not address:
            return "501 5.5.4 RCPT TO:<address>"
        if not self._accepts(address):
            return "550 5.1.1 no such mailbox here"
        if len(now.recipients) == MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients; send the mail once more for the others"
        now.recipients.append(address)
        return "250 2.1.5 ok"

    async def _data(self, wire: Wire, now: _Transaction, *, one_answer: bool) -> None:
        await wire.say("354 end with a line that is a dot")
        before = 0

        def may_hold(size: int) -> bool:
            nonlocal before
            self._held += size - before
            before = size
            return self._held <= MOST_HELD * self._most_bytes

        try:
            raw, size = await wire.data(self._most_bytes, DATA_SECONDS, may_hold)
            received = Received(now.sender or "", tuple(now.recipients), raw, size)
            try:
                taken = await self._take(received)
            except Exception as error:  # whatever it is, the mail is not lost: the client has it
                _LOGGER.error("mail-not-taken", error=type(error).__name__, size=size)
                taken = [False] * len(now.recipients)
        except TooMuchHeld:
            await wire.say(*[BUSY] * (1 if one_answer else len(now.recipients)))
            return
        finally:
            may_hold(0)
        if one_answer:
            await wire.say(TAKEN if all(taken) else AGAIN)
        else:
            await wire.say(*(TAKEN if each else AGAIN for each in taken))


def _path(said: str, keyword: str) -> str | None:
    """The address of `FROM:<address> …`; None where none stands there. Parameters are taken note of by nobody."""
    if said[: len(keyword)].upper() != keyword:
        return None
    found = _PATH.match(said[len(keyword) :])
    return found[1].strip() if found else None
