"""Posting to an endpoint of others: to an address that was looked at first, without redirects, within bounds.

A host name is resolved once, each of its addresses is checked, and the connection goes to one of these addresses: a
name that resolves otherwise a moment later (DNS rebinding) reaches nothing else.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

MOST_ANSWER_BYTES = 65_536
"""How much of an answer is read; nothing of it is kept."""
MOST_WAIT_SECONDS = 86_400.0
"""The longest wait that an endpoint may ask for."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that is given out to anybody of IPv6."""
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")))
"""Not for everybody, though Python takes some of them for global: protocol assignments, 6to4 relays, documentation
(https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry), and a cloud's own host."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a post. `status`: of the answer; None without one. `code`: why it is no success; None where it is
    one. `retry_after`: the seconds that the endpoint asks to wait."""

    status: int | None
    code: str | None
    retry_after: float | None = None


class _NotAllowedError(Exception):
    """The address may not be called. `args[0]`: the code."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also one that stands for another address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in each for each in _SPECIAL)


class Poster:
    """Posts to endpoints. Thread-safe."""

    def __init__(self, *, private: bool, seconds: float, context: ssl.SSLContext | None = None) -> None:
        """`private`: whether private addresses and http:// are allowed. `seconds`: how long one post may take, from the
        connection to the end of the answer; looking up the name comes on top. `context`: whom to trust."""
        self._private = private
        self._seconds = seconds
        self._context = context or ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post JSON. Any answer but 2xx, and no answer, is a failure with a code; nothing is raised for one."""
        try:
            return self._post(url, headers, body)
        except _NotAllowedError as refused:
            return Posted(None, str(refused))
        except socket.gaierror:
            return Posted(None, "name-unknown")
        except TimeoutError:
            return Posted(None, "timeout")
        except ssl.SSLError:
            return Posted(None, "tls-failed")
        except (OSError, http.client.HTTPException, ValueError):
            return Posted(None, "no-answer")

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        if not secure and not self._private:
            raise _NotAllowedError("not-https")
        host = parts.hostname or ""
        port = parts.port or (443 if secure else 80)
        addresses = self._addresses(host, port)
        until = time.monotonic() + self._seconds
        connection = self._connected(addresses, port, until)
        cut = connection.dup()
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            with suppress(OSError):
                cut.shutdown(socket.SHUT_RDWR)

        # A timeout of the socket begins anew with each byte, which an endpoint may send one by one.
        watch = threading.Timer(max(0.0, until - time.monotonic()), end)
        watch.daemon = True
        watch.start()
        try:
            if secure:
                connection = self._context.wrap_socket(connection, server_hostname=host)
            path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            posted = self._asked(connection, parts.netloc, path, headers, body)
            if overdue.is_set():  # an answer that is cut off may read as a whole one
                raise TimeoutError
            return posted
        except (OSError, http.client.HTTPException, ValueError):
            if overdue.is_set():
                raise TimeoutError from None
            raise
        finally:
            watch.cancel()
            cut.close()
            connection.close()

    def _addresses(self, host: str, port: int) -> list[str]:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self._private and not all(is_public(ipaddress.ip_address(each.partition("%")[0])) for each in found):
            raise _NotAllowedError("address-private")
        return list(dict.fromkeys(found))

    @staticmethod
    def _connected(addresses: list[str], port: int, until: float) -> socket.socket:
        failed: OSError = TimeoutError()
        for address in addresses:
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((address, port), timeout=left)
            except OSError as error:
                failed = error
        raise failed

    @staticmethod
    def _asked(connection: socket.socket, netloc: str, path: str, headers: Mapping[str, str], body: bytes) -> Posted:
        asking = http.client.HTTPConnection("unused")  # it never looks a name up: it has its connection
        asking.sock = connection
        sent = {
            "Host": netloc,
            "Content-Type": "application/json",
            "User-Agent": "antiphon",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        }
        asking.request("POST", path, body, sent)
        answer = asking.getresponse()
        answer.read(MOST_ANSWER_BYTES)
        status = answer.status
        if 200 <= status < 300:
            return Posted(status, None)
        wait = _seconds(answer.headers.get("Retry-After")) if status in (429, 503) else None
        return Posted(status, "redirected" if 300 <= status < 400 else f"http-{status}", wait)


def _seconds(retry_after: str | None) -> float | None:
    """The seconds of a `Retry-After` (RFC 9110, 10.2.3): a number, or a date."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), MOST_WAIT_SECONDS)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(0.0, (at - datetime.now(UTC)).total_seconds()), MOST_WAIT_SECONDS)
