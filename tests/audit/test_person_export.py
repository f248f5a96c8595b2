"""The export of everything about one person: complete, of nobody else, with hashes that hold, and on the record."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from audit import person
from audit.person import OF_OTHERS
from commands import content as contents
from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from domain.content import name_of
from domain.conversation.commands import AddNote, Participant, ReceiveMessage, SendReply
from domain.customer import MergeCustomer
from domain.kernel.refusal import NotFound
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from infra.content.sealing import CHUNK
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.trail import one_look
from infra.trail.looks import Look
from tests.support.asking import met
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.drawn import DUE
from tests.support.following import catch_up


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Database]:
    """The pool of whoever reads views, and the trail of reads."""
    with closing(Database(database_urls.database_url, "reader")) as reader:
        yield reader


def exported(executor: CommandExecutor, reader: Database, customer_id: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of the zip by name, and the manifest."""
    out = io.BytesIO()
    person.write(executor, reader, customer_id, out)
    with zipfile.ZipFile(out) as file:
        files = {name: file.read(name) for name in file.namelist()}
    return files, json.loads(files["manifest.json"])


def test_files_and_looks_are_in_it(
    executor: CommandExecutor, log: Log, projector: Database, reader: Database, tmp_path: Path
) -> None:
    # Given a file of Ada's, one that is gone, and one of somebody else; and a look at her data
    ada, carl = (
        executor.read(deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id).state.customer_id
        for n in (1, 2)
    )
    kept, gone, others = (
        contents.keep(executor, owner, [content], GATEWAY).answer.id
        for owner, content in ((ada, b"a picture"), (ada, b"lost"), (carl, b"of Carl"))
    )
    catch_up(log, projector)
    look = Look("staff-1", "agent", ("agent",), None, "/conversations/{id}", None, (ada,), None, False, None)
    one_look.record(log.database, look)
    (tmp_path / "content" / ada / "content" / name_of(gone)).write_bytes(b"")
    # When
    files, manifest = exported(executor, reader, ada)
    # Then
    assert files[f"files/{kept}"] == b"a picture"
    assert f"files/{others}" not in files
    assert [each["name"] for each in manifest["left_out"]] == [f"files/{gone}"]
    (seen,) = map(json.loads, files["looks.jsonl"].decode().splitlines())
    assert (seen["roles"], seen["what"]) == (["agent"], "conversations")


def test_a_file_that_is_damaged_holds_up_nothing_else(
    executor: CommandExecutor, log: Log, projector: Database, reader: Database, tmp_path: Path
) -> None:
    # Given two files, one of which is damaged far behind its beginning
    ada = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    damaged, whole = (
        contents.keep(executor, ada, [content], GATEWAY).answer.id for content in (b"x" * (3 * CHUNK), b"whole")
    )
    catch_up(log, projector)
    file = tmp_path / "content" / ada / "content" / name_of(damaged)
    sealed = file.read_bytes()
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    # When
    files, manifest = exported(executor, reader, ada)
    # Then it is named, and all else is there
    assert manifest["left_out"] == [{"name": f"files/{damaged}", "why": "content-missing"}]
    assert files[f"files/{whole}"] == b"whole"
    assert f"files/{damaged}" not in [each["name"] for each in manifest["files"]]


def test_all_of_the_person_and_nothing_of_others(
    executor: CommandExecutor, log: Log, projector: Database, reader: Database
) -> None:
    # Given Ada, under two records, in whose conversation Bob says something, and who says something in Carl's
    id = deliver(executor, mail(1, "t1", "ada@example.org"), GATEWAY).id
    ada = executor.read(id).state.customer_id
    at_work = executor.read(deliver(executor, mail(2, "t2", "ada@work.example"), GATEWAY).id).state.customer_id
    customers.act(executor, MergeCustomer(customer_id=at_work, into=ada), AGENT)
    of_carl = deliver(executor, mail(3, "t3", "carl@example.org"), GATEWAY).id
    bob = met(executor)
    for conversation, command in (
        (id, SendReply(body="an answer <b>")),
        (id, AddNote(body="a note")),
        (id, ReceiveMessage(body="of Bob", participant=Participant(participant_id=bob))),
        (of_carl, ReceiveMessage(body="Ada at Carl's", participant=Participant(participant_id=ada))),
        (of_carl, ReceiveMessage(body="of Carl")),
    ):
        conversations.act(executor, conversation, command, GATEWAY)
    orders.place(executor, PlaceOrder(customer_id=ada, number="K-2291"), AGENT)
    promises.make(executor, MakePromise(customer_id=ada, conversation_id=id, text="we call", due_at=DUE[0]), AGENT)
    catch_up(log, projector)
    # When
    files, manifest = exported(executor, reader, at_work)
    # Then
    told, report = files["events.jsonl"].decode(), files["report.html"].decode()
    for text in ("ada@example.org", "ada@work.example", "a note", "Ada at Carl's", "K-2291", "we call", OF_OTHERS):
        assert text in told
        assert text.replace("'", "&#x27;") in report
    assert "an answer <b>" in told
    assert "an answer &lt;b&gt;" in report
    for text in ("of Bob", "of Carl", "carl@example.org"):
        assert text not in told
        assert text not in report
    # And the manifest names both, as they are
    assert manifest["people"] == [ada, at_work]
    assert manifest["events"] == len(told.splitlines())
    assert [(each["name"], each["bytes"], each["sha256"]) for each in manifest["files"]] == [
        (name, len(files[name]), hashlib.sha256(files[name]).hexdigest())
        for name in ("events.jsonl", "report.html", "looks.jsonl", "exports.jsonl")
    ]


def test_a_stranger_gets_what_they_said_and_nothing_else(
    executor: CommandExecutor, log: Log, projector: Database, reader: Database
) -> None:
    # Given Bob, who is no customer, and says something in Ada's conversation
    id = deliver(executor, mail(1, "t1", "ada@example.org"), GATEWAY).id
    bob = met(executor)
    for body, who in (("of Bob", bob), ("of Ada", None)):
        participant = Participant(participant_id=who) if who else None
        conversations.act(executor, id, ReceiveMessage(body=body, participant=participant), GATEWAY)
    catch_up(log, projector)
    # When
    files, manifest = exported(executor, reader, bob)
    # Then
    told = files["events.jsonl"].decode()
    assert ("of Bob" in told, "of Ada" in told, "ada@example.org" in told) == (True, False, False)
    assert manifest["people"] == [bob]


def test_of_nobody_there_is_nothing(executor: CommandExecutor, reader: Database) -> None:
    with pytest.raises(NotFound):
        exported(executor, reader, "customer-nobody")
    with pytest.raises(NotFound):
        exported(executor, reader, "stranger-nobody")
