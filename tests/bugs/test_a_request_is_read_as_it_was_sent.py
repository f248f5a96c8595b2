"""A body is read although its sender would rather speak HTTP/2, as Java's client would by default. What stands behind a
body is no header, since whoever looked at the headers has not seen it."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support.serving import Company, served, token

NOTE = json.dumps({"body": "Seen."}).encode()
CHUNKED = b"%x\r\n%s\r\n0\r\n" % (len(NOTE), NOTE)
LENGTH = b"Content-Length: %d\r\n\r\n" % len(NOTE)
UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"


def sent(url: str, *requests: bytes) -> list[bytes]:
    """The status lines of the answers to all of them, sent one after the other over one connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as caller:
        heard = []
        for request in requests:
            caller.sendall(request)
            heard.append(caller.recv(65_536).split(b"\r\n")[0].removeprefix(b"HTTP/1.1 "))
    return heard


@pytest.mark.parametrize("body", [LENGTH + NOTE, b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED + b"\r\n"])
def test_a_wish_for_another_protocol_is_left_aside(executor: CommandExecutor, database_urls: Urls, body: bytes) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url:
        head = f"POST /conversations/{company.conversation}/notes HTTP/1.1\r\nHost: a\r\n"
        head += f"Authorization: Bearer {token(company.agent)}\r\nContent-Type: application/json\r\n"
        # When such a request is sent, and the next one over the same connection
        request = head.encode() + UPGRADE + body
        # Then
        assert sent(url, request, request) == [b"201 Created"] * 2


def test_what_stands_behind_a_body_is_no_header(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url:
        head = f"POST /conversations/{company.conversation}/notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        trailer = f"Authorization: Bearer {token(company.agent)}\r\n\r\n"
        # When
        answers = sent(url, head.encode() + b"Content-Type: application/json\r\n\r\n" + CHUNKED + trailer.encode())
        # Then
        assert answers == [b"401 Unauthorized"]
