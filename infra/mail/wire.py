"""Lines and mails over a connection: what a server of SMTP reads and says."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable

LINE_BYTES = 4096
"""How long a command may be: 512 bytes, and more for longer addresses (RFC 5321, RFC 6531)."""
_END = b"\r\n.\r\n"
_CHUNK = 64 * 1024


class LineTooLong(Exception):
    """A client sends more than a command may have."""


class TooMuchHeld(Exception):
    """A mail came to its end while too much of others was held to take it in."""


class Wire:
    """One connection. What a client sends ahead (pipelining) waits here."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, stop: asyncio.Event) -> None:
        self._reader, self._writer, self._stop = reader, writer, stop
        self._ahead = bytearray()

    async def say(self, *lines: str) -> None:
        """Send these lines."""
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()

    async def line(self, seconds: float) -> str | None:
        """The next line, without its end; None where we are to stop. Raises EOFError, TimeoutError, LineTooLong."""
        while (end := self._ahead.find(b"\n")) < 0:
            if len(self._ahead) > LINE_BYTES:
                raise LineTooLong
            if not await self._more(seconds, stops=True):
                return None
        if end > LINE_BYTES:
            raise LineTooLong
        line = bytes(self._ahead[:end])
        del self._ahead[: end + 1]
        return line.decode("utf-8", "replace").strip("\r\n ")

    async def data(self, most: int, seconds: float, may_hold: Callable[[int], bool]) -> tuple[bytes, int]:
        """A mail up to the line that is a dot: its first `most` bytes, and how many it had. Only a dot between two ends
        of lines that are CR and LF ends it: else what one server takes for one mail, another would take for two.

        `may_hold` hears how many bytes are held, and says whether that many may be. If not, they are let go, and the
        mail is only read to its end. Raises TooMuchHeld then, EOFError, TimeoutError.
        """
        # As if an end of line stood before it, so that a dot in its first line is one as in any other.
        held, dropped, looked, let_go = bytearray(b"\r\n"), 0, 0, False
        async with asyncio.timeout(seconds):
            while True:
                held += self._ahead
                self._ahead.clear()
                end = held.find(_END, looked)
                if end >= 0:
                    break
                looked = max(0, len(held) - len(_END))
                if not may_hold(min(len(held), most + 2 + len(_END))):
                    most, let_go = 0, True
                if (beyond := looked - most - 2) > 0:
                    # Beyond the limit, only what may be the beginning of the end is kept.
                    del held[most + 2 : looked]
                    dropped, looked = dropped + beyond, looked - beyond
                may_hold(len(held))
                await self._more(seconds, stops=False)
        self._ahead += held[end + len(_END) :]
        if let_go:
            raise TooMuchHeld
        del held[end + 2 :]
        size = len(held) - 2 + dropped
        raw = bytes(held).replace(b"\r\n..", b"\r\n.")[2:]
        return raw[:most], size

    async def _more(self, seconds: float, *, stops: bool) -> bool:
        reading = asyncio.ensure_future(self._reader.read(_CHUNK))
        waits = {reading, asyncio.ensure_future(self._stop.wait())} if stops else {reading}
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                if self._stop.is_set() and stops:
                    return False
                raise TimeoutError
            if not (chunk := reading.result()):
                raise EOFError
        finally:
            for each in waits:
                each.cancel()
        self._ahead += chunk
        return True
