"""Files are kept for a customer or as the company's own, once; and gone once the customer is erased."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from commands import content as contents
from commands import content_findings
from commands.content_findings import ContentFindings, compare
from commands.conversation.delivering import deliver
from commands.conversation.handlers import act
from commands.conversation.removing import remove
from commands.customer.contact_points import ContactPoint
from commands.customer.erasing import apply_erasures
from commands.executor.executor import CommandExecutor
from commands.stranger import erase as erase_stranger
from domain.content import COMPANY, CONTENT, ContentKept, name_of
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived
from domain.conversation.interaction import Attachment
from domain.conversation.removing import RemoveMessage
from domain.kernel.refusal import NotFound, Refusal
from domain.stranger import EraseStranger
from infra.content.check import FileCheck
from infra.content.store import ContentStore
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.marker_scan import files
from tests.support.open_work import Shown, erase
from tests.support.recorded import events_of

LEAK = b"a picture of a leak" * 10_000


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def ada(executor: CommandExecutor) -> str:
    return str(executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id)


@pytest.fixture
def bob(executor: CommandExecutor) -> str:
    return str(executor.read(deliver(executor, mail(2, "t2", "bob@example.org"), GATEWAY).id).state.customer_id)


def keep(executor: CommandExecutor, owner: str, whole: bytes = LEAK) -> str:
    return contents.keep(executor, owner, [whole], AGENT).answer.id


def whole(executor: CommandExecutor, id: str) -> bytes:
    return b"".join(contents.read(executor, id))


def test_a_file_is_kept_recorded_and_given_back(executor: CommandExecutor, log: Log, ada: str) -> None:
    # When
    kept = contents.keep(executor, ada, [LEAK[:9], LEAK[9:]], AGENT)
    # Then
    assert kept.answer.position == log.position()
    assert (kept.size, kept.type, kept.sha256) == (len(LEAK), "text/plain", hashlib.sha256(LEAK).hexdigest())
    (recorded,) = events_of(log, kept.answer.id)
    assert recorded == ContentKept(
        content_id=kept.answer.id, owner_id=ada, size=kept.size, type=kept.type, sha256=kept.sha256
    )
    assert whole(executor, kept.answer.id) == LEAK
    assert b"".join(contents.read(executor, kept.answer.id, 5, 70_000)) == LEAK[5:70_000]


def test_the_log_says_nothing_of_the_file_in_the_clear(executor: CommandExecutor, log: Log, ada: str) -> None:
    (record,) = log.records(keep(executor, ada))
    assert hashlib.sha256(LEAK).hexdigest().encode() not in record.state
    assert name_of(str(record.originator_id)) != hashlib.sha256(LEAK).hexdigest()


def test_the_same_file_of_one_customer_is_recorded_once(
    executor: CommandExecutor, log: Log, ada: str, bob: str
) -> None:
    # Given
    first = contents.keep(executor, ada, [LEAK], AGENT).answer
    # When
    again = contents.keep(executor, ada, [LEAK], AGENT).answer
    # Then
    assert (again.id, again.position) == (first.id, first.position)
    assert names(log, first.id) == ["content.kept"]
    assert len({first.id, keep(executor, bob), keep(executor, COMPANY)}) == 3


def test_nothing_is_kept_for_nobody_or_beyond_the_limits(
    executor: CommandExecutor, content: ContentStore, ada: str, tmp_path: Path
) -> None:
    for nobody in ("customer-nobody", "staff-1", "company-other", "../x"):
        with pytest.raises(NotFound):
            keep(executor, nobody)
    with pytest.raises(Refusal, match="content-too-large"):
        contents.keep(executor, ada, (bytes(100_000) for _ in range(11)), AGENT)
    assert list(files(tmp_path)) == []
    for number in range(20):
        keep(executor, ada, bytes(number))
    with pytest.raises(Refusal, match="content-too-many"):
        keep(executor, ada, bytes(21))
    assert len(list(content.names(ada))) == 20


def test_what_is_not_there_or_was_changed_is_named(executor: CommandExecutor, ada: str, tmp_path: Path) -> None:
    # Given
    id = keep(executor, ada)
    path = tmp_path / "content" / ada / "content" / name_of(id)
    # When
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    # Then: of the changed last part nothing comes out,
    with pytest.raises(Exception, match="does not open"):
        whole(executor, id)
    # and what is gone is said before the first part.
    path.unlink()
    with pytest.raises(Refusal, match="content-missing"):
        contents.read(executor, id)
    with pytest.raises(NotFound):
        contents.read(executor, "content-" + "0" * 64)


def test_an_erasure_destroys_the_files_and_no_others(
    executor: CommandExecutor, content: ContentStore, ada: str, bob: str
) -> None:
    # Given
    of_ada, of_bob, own = (keep(executor, owner) for owner in (ada, bob, COMPANY))
    # When
    erase(executor, ada, AGENT)
    # Then
    assert list(content.owners()) == sorted([bob, COMPANY])
    with pytest.raises(Refusal, match=r"customer-erased|content-missing"):
        contents.read(executor, of_ada)
    assert whole(executor, of_bob) == whole(executor, own) == LEAK
    with pytest.raises(Refusal, match="customer-erased"):
        keep(executor, ada)


def test_a_file_that_comes_amid_an_erasure_leaves_nothing(
    executor: CommandExecutor, log: Log, content: ContentStore, ada: str
) -> None:
    # Given
    def slow() -> Iterator[bytes]:
        yield LEAK
        erase(executor, ada, AGENT)
        yield LEAK

    # When
    with pytest.raises(Refusal, match="customer-erased"):
        contents.keep(executor, ada, slow(), AGENT)
    # Then
    assert list(content.owners()) == []
    assert log.of_kind(CONTENT.kind) == []


def test_what_a_process_that_died_left_goes_at_the_next_start(
    executor: CommandExecutor, log: Log, content: ContentStore, ada: str, bob: str
) -> None:
    # Given
    for owner in (ada, bob):
        keep(executor, owner)
    log.vault.destroy(ada)
    # When
    assert apply_erasures(executor) == [ada]
    # Then
    assert list(content.owners()) == [bob]


def test_what_is_missing_and_what_is_left_over_is_found(
    executor: CommandExecutor, log: Log, content: ContentStore, ada: str, bob: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given
    monkeypatch.setattr(content_findings, "PAGE", 2)
    ids = [keep(executor, ada, bytes(number)) for number in range(5)]
    keep(executor, bob)
    assert compare(log, content) == ContentFindings(kept=6)
    # When
    content.keep(ada, [b"nobody recorded it"])
    gone, cut = ids[:2]
    (tmp_path / "content" / ada / "content" / name_of(gone)).unlink()
    path = tmp_path / "content" / ada / "content" / name_of(cut)
    path.write_bytes(path.read_bytes()[:-1])
    log.vault.destroy(bob)
    # Then
    assert compare(log, content) == ContentFindings(
        kept=4 - 1, missing=sorted([gone, cut]), left_over=1, of_erased=[bob]
    )


def test_without_a_place_for_files_nothing_is_promised(log: Log, ada: str) -> None:
    other = CommandExecutor(log)
    with pytest.raises(Refusal, match="unavailable"):
        keep(other, ada)
    other.close()


@pytest.fixture
def checked(content: ContentStore, monkeypatch: pytest.MonkeyPatch) -> ContentStore:
    """The content store, with a check that finds worms."""
    monkeypatch.setattr(content, "_check", FileCheck("sh -c '! grep -q worm'", 60))
    return content


@pytest.mark.processes
def test_what_does_not_pass_the_check_is_kept_and_not_served(
    executor: CommandExecutor, log: Log, ada: str, checked: ContentStore
) -> None:
    # When
    worm, leak = (contents.keep(executor, ada, [each], AGENT) for each in (b"a worm", b"a leak"))
    again = contents.keep(executor, ada, [b"a worm"], AGENT)
    # Then
    assert (worm.quarantined, leak.quarantined, again.quarantined) == (True, False, True)
    assert whole(executor, leak.answer.id) == b"a leak"
    with pytest.raises(Refusal, match="content-quarantined"):
        contents.read(executor, worm.answer.id)
    assert b"".join(contents.read(executor, worm.answer.id, quarantined=True)) == b"a worm"
    assert compare(log, checked) == ContentFindings(kept=2, quarantined=1)


@pytest.mark.processes
def test_a_message_brings_it_labelled_and_no_answer_does(
    executor: CommandExecutor, log: Log, ada: str, checked: ContentStore
) -> None:
    # Given
    kept = [contents.keep(executor, ada, [each], AGENT) for each in (b"a worm", b"a leak")]
    files = tuple(
        Attachment(id="a", name="a", type=each.type, size=each.size, sha256=each.sha256, content_id=each.answer.id)
        for each in kept
    )
    # When
    id = deliver(executor, replace(mail(3), attachments=files), GATEWAY).id
    # Then
    said = events_of(log, id)[-1]
    assert isinstance(said, MessageReceived)
    assert said.quarantined == (kept[0].answer.id,)
    with pytest.raises(Refusal, match="content-quarantined"):
        act(executor, id, SendReply(body="Here it is", attachments=files), AGENT)
    act(executor, id, SendReply(body="Here it is", attachments=files[1:]), AGENT)


def bring(executor: CommandExecutor, number: int, *ids: str) -> tuple[str, str]:
    """A message of Ada's with these files: its conversation, and its id."""
    files = tuple(
        Attachment(id="a", name="a", type="text/plain", size=1, sha256="0" * 64, content_id=each) for each in ids
    )
    id = deliver(executor, replace(mail(number), attachments=files), GATEWAY).id
    said = [each for each in events_of(executor.log, id) if isinstance(each, MessageReceived)][-1]
    return id, said.message_id


def take_out(executor: CommandExecutor, message: tuple[str, str]) -> None:
    remove(executor, message[0], RemoveMessage(message_id=message[1]), replace(AGENT, reason="a card's number"))


def test_the_bytes_go_with_the_last_message_that_names_them(
    executor: CommandExecutor, log: Log, content: ContentStore, ada: str
) -> None:
    # Given
    leak, own = keep(executor, ada), keep(executor, COMPANY, b"terms")
    first, second = (bring(executor, number, leak, own) for number in (3, 4))
    # When
    take_out(executor, first)
    # Then
    assert whole(executor, leak) == LEAK
    # When
    take_out(executor, second)
    # Then
    assert names(log, leak) == [
        "content.kept", "content.named", "content.named", "content.released", "content.released", "content.destroyed",
    ]  # fmt: skip
    assert list(content.names(ada)) == []
    with pytest.raises(NotFound):
        contents.read(executor, leak)
    with pytest.raises(NotFound):
        bring(executor, 5, leak)
    assert (whole(executor, own), names(log, own)) == (b"terms", ["content.kept"])
    assert compare(log, content) == ContentFindings(kept=1)
    # And sent again, it is another file.
    again = keep(executor, ada)
    assert again != leak
    assert whole(executor, again) == LEAK


def test_a_message_that_is_taken_out_twice_releases_its_files_once(
    executor: CommandExecutor, log: Log, ada: str
) -> None:
    # Given
    leak = keep(executor, ada)
    first, _ = (bring(executor, number, leak) for number in (3, 4))
    # When
    for _ in range(2):
        take_out(executor, first)
    # Then
    assert names(log, leak) == ["content.kept", "content.named", "content.named", "content.released"]
    assert whole(executor, leak) == LEAK


def test_what_a_process_that_died_did_not_remove_goes_by_a_repeat(
    executor: CommandExecutor, log: Log, content: ContentStore, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    message = bring(executor, 3, keep(executor, ada))
    with monkeypatch.context() as patch:
        patch.setattr(content, "remove", unwilling)
        with pytest.raises(Refusal, match="unavailable"):
            take_out(executor, message)
    assert compare(log, content) == ContentFindings(left_over=1)
    # When
    take_out(executor, message)
    # Then
    assert compare(log, content) == ContentFindings()


def test_a_file_that_is_to_be_removed_still_is_sent_anew(
    executor: CommandExecutor, content: ContentStore, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    with monkeypatch.context() as patch:
        patch.setattr(content, "remove", unwilling)
        with pytest.raises(Refusal, match="unavailable"):
            take_out(executor, bring(executor, 3, keep(executor, ada)))
    # When
    with pytest.raises(Refusal, match="unavailable"):
        keep(executor, ada)
    # Then
    assert whole(executor, keep(executor, ada)) == LEAK


def unwilling(subject: str, name: str) -> None:
    raise OSError("the disk is away")


def test_a_stranger_has_files_of_their_own(
    executor: CommandExecutor, log: Log, content: ContentStore, ada: str
) -> None:
    # Given
    by_eve = replace(mail(3), contact=ContactPoint("mail", "eve@example.net"), thread="t1")
    said = events_of(log, deliver(executor, by_eve, GATEWAY).id)[-1]
    assert isinstance(said, MessageReceived)
    eve = str(said.participant_id)
    assert (eve.partition("-")[0], said.customer_id) == ("stranger", ada)
    leak = keep(executor, eve)
    file = Attachment(id="a", name="a", type="text/plain", size=1, sha256="0" * 64, content_id=leak)
    # When
    id = deliver(executor, replace(by_eve, channel_message_id="m4", attachments=(file,)), GATEWAY).id
    # Then
    assert contents.sent(executor, id, len(events_of(log, id)), leak).content.owner_id == eve
    with pytest.raises(Refusal, match="not-theirs"):
        bring(executor, 5, leak)
    # When
    erase_stranger(executor, EraseStranger(stranger_id=eve), AGENT, Shown())
    # Then
    assert list(content.owners()) == []
    with pytest.raises(Refusal, match="customer-erased"):
        keep(executor, eve)
