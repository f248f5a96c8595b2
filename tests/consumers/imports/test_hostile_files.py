"""Whatever somebody hostile puts into a file to import: each record is taken in or rejected with a known code, or the
file is refused; nothing is counted twice, and no view is stopped by what was taken in."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.executor.executor import CommandExecutor
from consumers.imports.catalogue import SOURCES
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.catalogue import VIEWS
from tests.support.importing import everything, imported
from tests.support.naughty_strings import STRINGS

SAMPLE = Path(__file__).parents[3] / "cli" / "sample" / "sample.toml"
_TURNS = [["customer", "It drips."], ["agent", "I see."], ["action", "Account pulled up."], ["customer", "Thanks"]]
_PERSON = {"customer_name": "Ada Lovelace", "email": "ada@x.example", "phone": "(977) 625-2661", "username": "ada1"}
_SCENARIO = {
    "personal": _PERSON, "order": {"order_id": "4711", "purchase_date": "2019-11-05", "num_products": "1"},
    "product": {"names": ["boots"], "amounts": [54]}, "flow": "product_defect", "subflow": "refund",
}  # fmt: skip
SOUND: dict[str, str] = {
    "cfpb": "Date received,Product,Consumer complaint narrative,Company response,Complaint ID\n"
    + "".join(f'2023-05-0{day},Mortgage,"it, ""drips""\nand leaks",Closed,{day}\n' for day in range(1, 6)),
    "cdnow": " customer_id  date number_of_cds  dollar_value\n"
    + "".join(f" 0000{number} 1997010{number}  2   29.33\n" for number in range(1, 6)),
    "banking77": "text,category\n" + 'Where is it?,card_arrival\n"Why,\nthough?",pin_blocked\n' * 3,
    "sgd": json.dumps(
        [
            {"dialogue_id": f"{number}", "services": ["Restaurants_1"],
             "turns": [{"speaker": who, "utterance": "I am hungry"} for who in ("USER", "SYSTEM", "USER")]}
            for number in range(4)
        ],
        indent=1,
    ),
    "abcd": json.dumps([{"convo_id": number, "scenario": _SCENARIO, "original": _TURNS} for number in range(4)]),
    "sample": SAMPLE.read_text(),
}  # fmt: skip
"""A small sound file of each kind."""
ODD: list[bytes] = [
    *(b"\0 \xff \xed\xa0\x80 \xef\xbb\xbf \x1b[31m \" ' \\ \\ud800 , [ { 1e400 -0 NaN null true [] {}".split(b" ")),
    b"0001-01-01", b"9999-12-31", b"2023-02-30",
    b"\r", b"\n", b"[" * 5_000, b'{"a":' * 5_000, b"9" * 5_000, b"x" * 300_000,
    b'""' * 50_000, b"\xf0\x9f\x92\xa9" * 1_000, b"PK\x03\x04", b"\x1f\x8b\x08\x00",
]  # fmt: skip
DOCS = Path(__file__).parents[3] / "docs"
KNOWN = {
    code
    for page in ("errors.md", "imports.md")
    for cell in re.findall(r"^\| (`.*?) \|", (DOCS / page).read_text(), re.MULTILINE)
    for code in re.findall(r"`([a-z0-9-]+)`", cell)
} - {"internal-error", "not-storable"}
"""The codes with which a file or a record may be refused."""
SECONDS = 20
"""By far more than any of these files of at most some 100 kB takes."""


def hostile(chance: random.Random, kind: str, count: int) -> Iterator[bytes]:
    """So many files of a kind: a sound one with something odd in up to five places."""
    sound = SOUND[kind].encode()
    yield from (
        b"",
        b"\0" * 10_000,
        sound.decode().encode("utf-16"),
        sound + b"\0",
        b"\xef\xbb\xbf" + sound,
        sound * 20,
    )
    for _ in range(count):
        content = bytearray(sound)
        for _ in range(chance.choice((1, 1, 2, 5))):
            at = chance.randrange(len(content))
            match chance.randrange(6):
                case 0:
                    del content[at : at + chance.choice((1, 10, len(content)))]
                case 1:
                    content[at] = chance.randrange(256)
                case 2:
                    # A value instead of another one
                    found = list(re.finditer(rb"[^\s,\"\[\]{}:=]+", bytes(content)))
                    if found:
                        value = chance.choice(found)
                        content[slice(*value.span())] = _any(chance)
                case 3:
                    part = content[at : at + chance.choice((5, 50, 500))]
                    content[at:at] = part * chance.choice((1, 1, 100))
                case _:
                    content[at:at] = _any(chance)
            content = content or bytearray(b" ")
        yield bytes(content)


def _any(chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return chance.choice(ODD)
    return chance.choice(STRINGS).encode("utf-8", "surrogatepass")


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.mark.parametrize("kind", SOURCES)
def test_a_hostile_file_is_taken_in_as_far_as_it_is_sound(
    kind: str, executor: CommandExecutor, log: Log, chance: random.Random, long: bool
) -> None:
    # Given
    fates, codes = Counter[str](), Counter[str]()
    for number, content in enumerate(hostile(chance, kind, 500 if long else 25)):
        began = time.process_time()
        # When
        try:
            result = imported(executor, kind, content, history=bool(number % 2))
        except Refusal as refused:
            codes[refused.code] += 1
            fates["refused"] += 1
            continue
        # Then
        told = Counter({what: int(number) for what, number in re.findall(r"(\w+) (\d+)", result.said)})
        assert told["rejected"] + told["reused"] == len(result.rejects)
        fates += told
        codes.update(each.code for each in result.rejects)
        assert time.process_time() - began < SECONDS, content[:200]
    assert codes.keys() - KNOWN == set()
    # And no view is stopped by what was taken in
    recorded_events = everything(log)
    for view in VIEWS:
        fold_in_memory(view, recorded_events)
    print(f"{kind}: {dict(fates)}; {dict(codes)}; {len(recorded_events)} events")
    assert fates["imported"] > 0
