"""A mail comes into the conversation to which it provably belongs, or into a new one; nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.content import read
from commands.conversation import handlers as conversations
from commands.conversation.removing import remove
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.mail import RAW, receive, tokens_of
from consumers.mail.taking_in import CONTEXT
from domain.conversation.commands import ChangeStatus, SendReply
from domain.conversation.events import MessageReceived, MessageSent, ParticipantJoined, StatusChanged
from domain.conversation.removing import RemoveMessage
from domain.conversation.state import CONVERSATION
from domain.kernel.personal import ERASED
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.log.application import Log
from infra.mail.parsing import parse
from tests.support.companies import AGENT
from tests.support.exactly_once import whole
from tests.support.mails import HELP, raw_mail, take, taken_in
from tests.support.open_work import erase
from tests.support.recorded import events_of

BOB = "Bob <bob@example.org>"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def executor(log: Log, tmp_path: Path) -> CommandExecutor:
    content = ContentStore(Folder(tmp_path / "content"), log.vault, most_bytes=1_000_000, most_files=500)
    return CommandExecutor(log, content=content)


@pytest.fixture
def begun(executor: CommandExecutor) -> str:
    """A conversation that Ada began by mail."""
    return take(executor, raw_mail()).id


def answered(executor: CommandExecutor, id: str) -> str:
    """The Message-ID of an answer of ours."""
    conversations.act(executor, id, SendReply(body="We send you a new one."), AGENT)
    sent = [each for each in events_of(executor.log, id) if isinstance(each, MessageSent)][-1]
    return tokens_of(executor).message_id(sent.message_id, id, "shop.example")


def customers(log: Log, *ids: str) -> set[str]:
    return {said.customer_id for id in ids for said, _ in taken_in(log, id)}


# -- joining


def test_a_first_mail_opens_a_conversation(executor: CommandExecutor, begun: str, log: Log) -> None:
    ((said, mail),) = taken_in(log, begun)
    assert (said.body, said.channel, said.contact) == ("The kettle drips.", "mail", "ada@example.org")
    assert (mail.joined_by, mail.mailbox, mail.body_from, mail.automatic_because) == (None, HELP, "plain", None)
    assert [(each.role, each.address) for each in mail.recipients] == [("to", HELP)]


def test_a_mail_to_the_address_of_a_conversation_joins_it(executor: CommandExecutor, begun: str, log: Log) -> None:
    address = tokens_of(executor).address(HELP, begun)
    assert take(executor, raw_mail("Still.", id="2@example.org", to=address.upper()), recipient=address).id == begun
    _, mail = taken_in(log, begun)[-1]
    assert (mail.joined_by, mail.evidence) == ("address-token", address)


def test_an_answer_to_a_mail_of_ours_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    ours = answered(executor, begun)
    joined = take(executor, raw_mail("Thanks.", id="2@example.org", more=f"In-Reply-To: {ours}\r\n"))
    assert joined.id == begun
    assert taken_in(log, begun)[-1][1].joined_by == "own-message-id"


def test_an_answer_to_a_mail_seen_before_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    take(executor, raw_mail("More.", id="2@example.org", more="References: <0@x.example> <1@example.org>\r\n"))
    assert [mail.joined_by for _, mail in taken_in(log, begun)] == [None, "known-message-id"]


def test_a_tag_of_ours_in_a_subject_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    subject = f"AW: {tokens_of(executor).tag(begun)} The kettle"
    assert take(executor, raw_mail(id="2@example.org", subject=subject)).id == begun
    assert not taken_in(log, begun)[-1][1].subject_changed


@pytest.mark.parametrize("subject", ["Re: The kettle", "The kettle [#4711]", "Ticket 1"])
def test_the_same_sender_and_subject_join_nothing(executor: CommandExecutor, begun: str, subject: str) -> None:
    assert take(executor, raw_mail("Once more.", id="2@example.org", subject=subject)).id != begun


def test_a_bare_id_from_a_stranger_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    mail = raw_mail(
        id="2@eve.example", sender="eve@eve.example", subject=f"Re: {begun}", to=f"help+{begun}@shop.example"
    )
    assert take(executor, mail, recipient=f"help+{begun}@shop.example").id != begun


def test_a_common_ancestor_joins_nothing(executor: CommandExecutor) -> None:
    ancestor = "References: <ancestor@list.example>\r\n"
    one = take(executor, raw_mail(id="2@example.org", more=ancestor))
    other = take(executor, raw_mail(id="3@example.org", sender=BOB, more=ancestor))
    assert one.id != other.id


def test_a_stranger_with_a_token_joins_under_their_own_name(executor: CommandExecutor, begun: str, log: Log) -> None:
    address = tokens_of(executor).address(HELP, begun)
    take(executor, raw_mail("I am her neighbour.", id="2@example.org", sender=BOB), recipient=address)
    said, mail = taken_in(log, begun)[-1]
    assert said.participant_id is not None
    assert said.participant_id.startswith("stranger-")
    assert mail.participant_id == said.participant_id
    assert any(isinstance(each, ParticipantJoined) for each in events_of(log, begun))


def test_a_token_without_a_sender_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    address = tokens_of(executor).address(HELP, begun)
    mail = parse(raw_mail(id="2@example.org", sender=None), address, envelope_sender="")
    assert receive(executor, mail, HELP, CONTEXT).id != begun


def test_a_forward_of_our_mail_opens_another_conversation(executor: CommandExecutor, begun: str) -> None:
    ours = answered(executor, begun)
    more = f"References: {ours}\r\nX-Forwarded-Message-Id: {ours}\r\n"
    assert take(executor, raw_mail(id="2@example.org", sender=BOB, subject="Fwd: The kettle", more=more)).id != begun


def test_a_changed_subject_joins_and_is_flagged(executor: CommandExecutor, begun: str, log: Log) -> None:
    take(executor, raw_mail(id="2@example.org", subject="Re: Bread", more="In-Reply-To: <1@example.org>\r\n"))
    said, mail = taken_in(log, begun)[-1]
    assert mail.subject_changed
    assert said.subject == "Re: Bread"


def test_a_reply_after_the_matter_was_resolved_opens_it_again(executor: CommandExecutor, begun: str) -> None:
    conversations.act(executor, begun, ChangeStatus(status="resolved"), AGENT)
    take(executor, raw_mail("It drips.", id="2@example.org", more="In-Reply-To: <1@example.org>\r\n"))
    state = executor.read(CONVERSATION, begun).state
    assert state is not None
    assert state.own_status == "open"


def test_a_reply_after_the_customer_was_erased_is_somebody_new(executor: CommandExecutor, begun: str, log: Log) -> None:
    address, former = tokens_of(executor).address(HELP, begun), customers(log, begun)
    (customer_id,) = former
    erase(executor, customer_id, Context(AGENT.actor, reason="asked"), [begun])
    again = take(executor, raw_mail("Hello?", id="2@example.org"), recipient=address)
    assert again.id != begun
    assert customers(log, again.id).isdisjoint(former)


def test_two_brands_share_a_conversation_by_its_token(executor: CommandExecutor, begun: str, log: Log) -> None:
    address = tokens_of(executor).address("care@brand.example", begun)
    mail = parse(raw_mail("Also here.", id="2@example.org"), address, envelope_sender="a@b.example")
    assert receive(executor, mail, "care@brand.example", CONTEXT).id == begun
    assert [mail.mailbox for _, mail in taken_in(log, begun)] == [HELP, "care@brand.example"]


# -- once, and nothing lost


def test_a_mail_that_comes_again_is_recorded_once(executor: CommandExecutor, begun: str, log: Log) -> None:
    traced = raw_mail(more="Received: from b.example\r\nDelivered-To: help@shop.example\r\n")
    assert take(executor, traced).id == begun
    assert len(taken_in(log, begun)) == 1


def test_a_mail_that_comes_again_after_what_it_answers_is_once(executor: CommandExecutor, log: Log) -> None:
    late = raw_mail("Later.", id="2@example.org", more="In-Reply-To: <1@example.org>\r\n")
    before = take(executor, late).id
    take(executor, raw_mail())
    assert take(executor, late).id == before
    assert len(taken_in(log, before)) == 1


def test_another_mail_of_the_same_id_is_kept_as_well(executor: CommandExecutor, begun: str) -> None:
    other = take(executor, raw_mail("Something else.", sender=BOB))
    assert not other.repeated
    assert take(executor, raw_mail("Something else.", sender=BOB)).repeated


def test_a_mail_without_an_id_is_kept_once(executor: CommandExecutor) -> None:
    first = take(executor, raw_mail(id=None))
    assert take(executor, raw_mail(id=None)).id == first.id
    assert take(executor, raw_mail("Another.", id=None)).id != first.id


def test_the_raw_mail_and_its_files_are_kept_sealed(executor: CommandExecutor, log: Log, tmp_path: Path) -> None:
    file = "--b\nContent-Disposition: attachment; filename=a.txt\n\nleak\n--b--"
    raw = raw_mail(file, more="Content-Type: multipart/mixed; boundary=b\r\n")
    ((said, mail),) = taken_in(log, take(executor, raw).id)
    kept = {each.id: b"".join(read(executor, each.content_id or "")) for each in said.attachments}
    assert kept == {RAW: raw, "part-1": b"leak"}
    assert (said.body, mail.no_body) == ("", "only-files")
    assert not any(b"leak" in each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"Subject: \x00\r\n\r\n\x00", b"From: <>\r\n\r\n"])
def test_whatever_comes_is_kept(executor: CommandExecutor, log: Log, raw: bytes) -> None:
    first = take(executor, raw, envelope="")
    ((said, _),) = taken_in(log, first.id)
    assert b"".join(read(executor, said.attachments[0].content_id or "")) == raw
    assert take(executor, raw, envelope="").id == first.id


# -- our own people


@pytest.mark.parametrize("listed", ["mia@shop.example", "@shop.example"])
def test_a_colleague_who_answers_by_mail_is_no_customer(
    executor: CommandExecutor, begun: str, log: Log, listed: str
) -> None:
    address = tokens_of(executor).address(HELP, begun)
    raw = raw_mail("I know that kettle.", id="c@shop.example", sender="Mia <mia@shop.example>")
    mail = parse(raw, address, envelope_sender="mia@shop.example")
    assert receive(executor, mail, HELP, CONTEXT, colleagues=[listed]).id == begun
    said, taken = taken_in(log, begun)[-1]
    assert taken.colleague == "mia@shop.example"
    assert said.participant_id is not None
    assert said.participant_id.startswith("stranger-")
    assert len(customers(log, begun)) == 1


def test_a_colleague_who_begins_a_matter_by_mail_is_no_customer(executor: CommandExecutor, log: Log) -> None:
    raw = raw_mail("A customer rang.", id="c@shop.example", sender="Mia <mia@shop.example>")
    mail = parse(raw, HELP, envelope_sender="mia@shop.example")
    id = receive(executor, mail, HELP, CONTEXT, colleagues=["@shop.example"]).id
    ((said, taken),) = taken_in(log, id)
    assert (said.contact, taken.colleague) == (None, "mia@shop.example")
    names = [each.event.stored_name for each in whole(log)]
    assert "customer.contact-point-added" not in names
    assert receive(executor, mail, HELP, CONTEXT, colleagues=["@shop.example"]).id == id


# -- automatic mail, and what was said before


def test_automatic_mail_opens_nothing_again(executor: CommandExecutor, begun: str, log: Log) -> None:
    conversations.act(executor, begun, ChangeStatus(status="resolved"), AGENT)
    more = "In-Reply-To: <1@example.org>\r\nAuto-Submitted: auto-replied\r\n"
    take(executor, raw_mail("I am away.", id="2@example.org", more=more))
    said, mail = taken_in(log, begun)[-1]
    assert said.automatic
    assert mail.automatic_because == "auto-submitted"
    assert [each.status for each in events_of(log, begun) if isinstance(each, StatusChanged)] == ["resolved"]


@pytest.mark.parametrize("sender", ["ada@example.org", "@example.org"])
def test_a_sender_may_be_known_to_write_as_a_person(executor: CommandExecutor, log: Log, sender: str) -> None:
    mail = parse(raw_mail(more="Precedence: bulk\r\n"), HELP, envelope_sender="a@b.example")
    ((said, taken),) = taken_in(log, receive(executor, mail, HELP, CONTEXT, by_people=[sender]).id)
    assert (said.automatic, taken.automatic_because) == (False, None)


def test_a_mail_of_ours_that_comes_back_is_automatic(executor: CommandExecutor, begun: str, log: Log) -> None:
    ours = answered(executor, begun)
    assert take(executor, raw_mail("Returned.", id=ours.strip("<>"), sender=BOB)).id == begun
    assert taken_in(log, begun)[-1][1].automatic_because == "own-mail"


def test_what_was_said_before_is_marked_and_kept(executor: CommandExecutor, begun: str, log: Log) -> None:
    answered(executor, begun)
    body = "Thank you.\n\nOn 3 May 2026 we wrote:\n> We send you a new one.\n> The kettle drips."
    take(executor, raw_mail(body, id="2@example.org", more="In-Reply-To: <1@example.org>\r\n"))
    said, mail = taken_in(log, begun)[-1]
    assert said.body == body
    assert [(each.begin, each.end) for each in mail.quoted] == [(2, 5)]


def test_a_mail_that_is_taken_out_leaves_no_text(executor: CommandExecutor, begun: str, log: Log) -> None:
    ((said, _),) = taken_in(log, begun)
    remove(executor, begun, RemoveMessage(message_id=said.message_id), Context(AGENT.actor, reason="wrong person"))
    ((said, mail),) = taken_in(log, begun)
    assert said.body == ERASED
    assert [each.address for each in mail.recipients] == [ERASED]
    assert not [each for each in events_of(log, begun) if isinstance(each, MessageReceived) and each.body != ERASED]
