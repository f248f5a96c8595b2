"""A bundle is checked without the installation; what is changed in it is found and named."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audit import verify
from audit.bundle import Bundle, packed, wrong
from audit.export import bundle_of, zipped
from audit.note import PublicKey, Signer
from audit.zone_files import zone_file
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries
from tests.support.proving import ORIGIN, Prover, proving


@pytest.fixture
def prover(log: Log, database_urls: Urls, tmp_path: Path) -> Iterator[Prover]:
    with proving(log, database_urls, tmp_path) as prover:
        yield prover


@pytest.fixture
def bundle(log: Log, executor: CommandExecutor, prover: Prover, database_urls: Urls) -> Bundle:
    """A conversation among others, with an earlier checkpoint."""
    policy_for_inquiries(executor)
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    for number in range(2, 9):
        deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY)
    prover.checkpoint()
    conversations.act(executor, conversation_id, SendReply(body="<b>At noon</b>"), AGENT)
    prover.checkpoint()
    auditor = Database(database_urls.database_url, "auditor")
    with auditor.connection() as connection:
        events = [*log.streams([conversation_id])[conversation_id], *log.policy_events()]
        bundle = bundle_of(conversation_id, events, connection, prover.places, prover.keys.public(), "UTC")
    auditor.close()
    return bundle


def found(document: dict[str, Any], *keys: str) -> str | None:
    bundle = Bundle.of(document)
    return wrong(bundle, [PublicKey.parse(each) for each in keys or bundle.keys])


BERLIN = {"Europe/Berlin": packed([zone_file("Europe/Berlin")])[0]}
CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "the event is not the one that the checkpoint covers": lambda d: d["events"][1].update(leaf=d["events"][0]["leaf"]),
    "an event of this stream before it is missing": lambda d: d["events"].pop(3),  # after a calendar and a policy
    "or out of order": lambda d: d["events"].insert(1, d["events"][0]),
    "the checkpoint: ": lambda d: d.update(checkpoint=d["checkpoint"].replace("time 2", "time 1")),
    "the checkpoint does not extend it": lambda d: d["earlier"][0].update(proof=d["earlier"][0]["proof"][1:]),
    "base64 is expected": lambda d: d["events"][2]["proof"].append("?"),
    "the file of UTC is not the one that the checkpoint covers": lambda d: d["zones"].update(
        UTC=d["zones"]["UTC"][:-4]
    ),
    "the proof of UTC cannot be read": lambda d: d.update(zone_proofs={}),
    "the company's is UTC in the checkpoint": lambda d: d.update(zone="Europe/Berlin", zones=d["zones"] | BERLIN),
    "a leaf ": lambda d: d["events"][2].update(leaf="AAAA"),
}


def test_a_bundle_is_proved_and_every_change_of_it_is_named(bundle: Bundle) -> None:
    document = bundle.as_json()
    assert len(document["earlier"]) == 1
    assert found(document) is None
    for expected, change in CHANGES.items():
        changed = copy.deepcopy(document)
        change(changed)
        assert expected in str(found(changed))
    for number in range(len(bundle.events)):
        for at in range(len(bundle.events[number].proof)):
            changed = copy.deepcopy(document)
            changed["events"][number]["proof"][at] = document["events"][0]["proof"][at - 1]
            assert "checkpoint covers" in str(found(changed)) or changed == document
    other = Signer(ORIGIN, bytes(32)).public_key
    assert found(document, str(other)) == "the checkpoint: no known key has signed it"


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path to everything in a document; of a list, to the first two."""
    if path:
        yield path
    keys = value if isinstance(value, dict) else range(min(2, len(value))) if isinstance(value, list) else ()
    for key in keys:
        yield from places(value[key], (*path, key))


def test_whatever_stands_in_a_bundle_is_refused_in_words(bundle: Bundle) -> None:
    document = bundle.as_json()
    for path in places(document):
        for odd in (None, -1, 2**70, "\ud800", [None]):
            changed = copy.deepcopy(document)
            inner: Any = changed
            for key in path[:-1]:
                inner = inner[key]
            if inner[path[-1]] == odd:
                continue
            inner[path[-1]] = odd
            try:
                said = found(changed)
            except ValueError:
                continue
            # Nothing proves what it is about, nor texts; and it may have fewer events and earlier checkpoints.
            assert said or path[0] == "about" or "texts" in path or path in (("events",), ("earlier",), ("keys",))


@pytest.mark.processes
def test_an_auditor_checks_it_with_what_is_in_it(bundle: Bundle, tmp_path: Path) -> None:
    # Given
    (tmp_path / "bundle.zip").write_bytes(zipped(bundle))
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "bundle.zip") as file:
        file.extractall(folder)
    report = (folder / "report.html").read_text()
    assert "<q>word 1</q>" in report
    assert "<q>&lt;b&gt;At noon&lt;/b&gt;</q>" in report
    assert "<script" not in report
    assert "http:" not in report
    # When: the folder of a program comes first, so that its modules are those in the bundle
    command = [sys.executable, "verify.py"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    # Then
    assert ran.returncode == 0, ran.stderr
    assert f"verdicts of clocks, derived again from these events: {len(bundle.verdicts)}\n" in ran.stdout
    assert ">first_reply 1<" in report
    assert ran.stdout.startswith(f"proved: {len(bundle.events)} events about {bundle.about}\n")
    assert "time zones by which clocks count: covered by the checkpoint\n" in ran.stdout
    # And a change is named
    (folder / "report.html").write_text(report.replace("At noon", "At night"))
    assert verify.main(folder, []) == "report.html: it is not what the events say"
    document = json.loads((folder / "bundle.json").read_text())
    document["format"] = 1
    (folder / "bundle.json").write_text(json.dumps(document))
    assert "of another format" in str(verify.main(folder, []))
