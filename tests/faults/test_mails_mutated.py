"""Mails with bytes flipped, pieces doubled, cut out, nested and made long: each is read in bounded time and memory."""

from __future__ import annotations

import gc
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from infra.mail.parsing import parse
from tests.infra.test_hard_mails import HELP, every

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

MOST_BYTES = 400_000
"""How long a mail that is mutated is at most, before it is."""
KEPT_BYTES, PEAK_BYTES = 60 << 20, 400 << 20
"""How much more memory there may be after all of them, and at any moment."""
PIECES = (b"\r\n", b"--", b"boundary=", b"<", b"=?utf-8?q?", b"\x00", b"\xff", b"\n\n", b"(", b'"', b"&#", b"<table>")


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The mail with some bytes flipped, pieces doubled, cut out or put in; or with a bomb before its text."""
    data = bytearray(raw[:MOST_BYTES])
    for _ in range(chance.randint(1, 20)):
        if not data:
            break
        at, length = chance.randrange(len(data)), chance.choice([1, 3, 40, 2000])
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length] * chance.choice([1, 2, 50])
            case 3:
                data[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 1, 1000])
            case _ if len(data) < MOST_BYTES:
                data[at:at] = bomb(chance)
    return bytes(data)


def bomb(chance: random.Random) -> bytes:
    """Parts within parts, a mail within a mail within a mail, a line without an end, or many lines."""
    many = chance.choice([10, 1000])
    match chance.randrange(5):
        case 0:
            parts = (b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(many))
            return b"\r\n" + b"".join(parts)
        case 1:
            return b"Content-Type: message/rfc822\r\n\r\n" * many
        case 2:
            return bytes([chance.choice(b"a <>=@(\xc3&;")]) * (many * 200)
        case 3:
            return b"<div><table><tr><td>" * many
        case _:
            return chance.choice([b"\r\n", b"To: <a@b>, \r\n ", b"--b\r\n", b"=\r\n"]) * (many * 10)


def test_mutated_mails_are_read_in_bounded_time_and_memory(
    shared_data: Callable[[str], Path], chance: random.Random, long: bool
) -> None:
    mails = [each.read_bytes() for each in every(shared_data("../mail"))]
    process = psutil.Process()
    for raw in mails[:50]:
        parse(raw, HELP)
    gc.collect()
    before, peak_before = process.memory_info().rss, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    for _ in range(20_000 if long else 300):
        raw = mutated(chance.choice(mails), chance)
        began = time.process_time()
        mail = parse(raw, HELP, envelope_sender="eve@example.org")
        assert time.process_time() - began < 2
        assert bool(mail.body.strip()) != bool(mail.no_body)
        assert mail.raw == raw
    gc.collect()
    assert process.memory_info().rss - before < KEPT_BYTES
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - max(peak_before, before) < PEAK_BYTES
