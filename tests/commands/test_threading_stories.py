"""Stories of mails: into which conversation each comes, and into which it never does."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.outbound import Replies
from commands.conversation.removing import remove
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.mail import receive, tokens_of
from consumers.mail.taking_in import CONTEXT
from domain.conversation.commands import ChangeStatus, SendReply
from domain.conversation.events import MailTakenIn, MessageReceived, MessageSent, ParticipantJoined
from domain.conversation.merging import MergeInto
from domain.conversation.removing import RemoveMessage
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import CONVERSATION
from domain.mail.tokens import MailTokens
from infra.log.application import Log
from infra.mail.parsing import parse
from tests.support.companies import AGENT
from tests.support.mails import HELP, in_memory, raw_mail, take, taken_in
from tests.support.open_work import erase
from tests.support.recorded import events_of

BOB = "Bob <bob@example.org>"
EVE = "eve@eve.example"
CARE = "care@brand.example"
FIRST = "In-Reply-To: <1@example.org>\r\n"
"""Of a mail that answers the one with which the conversation began."""


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def executor(log: Log, tmp_path: Path) -> CommandExecutor:
    return in_memory(log, tmp_path)


@pytest.fixture
def begun(executor: CommandExecutor) -> str:
    """A conversation that Ada began by mail."""
    return take(executor, raw_mail()).id


def answered(executor: CommandExecutor, id: str) -> str:
    """The Message-ID of an answer of ours."""
    conversations.act(executor, id, SendReply(body="We send you a new one."), AGENT)
    sent = [each for each in events_of(executor.log, id) if isinstance(each, MessageSent)][-1]
    return tokens_of(executor).message_id(sent.message_id, id, "shop.example")


def address(executor: CommandExecutor, id: str, mailbox: str = HELP) -> str:
    return tokens_of(executor).address(mailbox, id)


def comes(
    executor: CommandExecutor, body: str = "More.", *, sender: str = "Ada <ada@example.org>", **given: str
) -> str:
    """Another mail comes; the conversation in which it is then. `recipient`: where it was delivered to."""
    recipient = given.pop("recipient", HELP)
    return take(executor, raw_mail(body, id="2@example.org", sender=sender, **given), recipient=recipient).id


def last(log: Log, id: str) -> tuple[MessageReceived, MailTakenIn]:
    return taken_in(log, id)[-1]


def customers(log: Log, id: str) -> set[str]:
    return {said.customer_id for said, _ in taken_in(log, id)}


def status(executor: CommandExecutor, id: str) -> str:
    state = executor.read(CONVERSATION, id).state
    assert state is not None
    return state.status


# -- what joins


def test_a_first_mail_opens_a_conversation(begun: str, log: Log) -> None:
    said, mail = last(log, begun)
    assert (said.body, said.channel, said.contact) == ("The kettle drips.", "mail", "ada@example.org")
    assert (mail.joined_by, mail.mailbox, mail.body_from, mail.automatic_because) == (None, HELP, "plain", None)
    assert [(each.role, each.address) for each in mail.recipients] == [("to", HELP)]


def test_a_mail_to_the_address_of_a_conversation_joins_it(executor: CommandExecutor, begun: str, log: Log) -> None:
    to = address(executor, begun)
    assert comes(executor, to=to, recipient=to) == begun
    assert (last(log, begun)[1].joined_by, last(log, begun)[1].evidence) == ("address-token", to)


def test_an_address_in_capitals_joins(executor: CommandExecutor, begun: str) -> None:
    assert comes(executor, recipient=address(executor, begun).upper()) == begun


def test_an_address_in_to_joins_where_an_alias_delivered_it(executor: CommandExecutor, begun: str) -> None:
    assert comes(executor, to=address(executor, begun), recipient=HELP) == begun


def test_an_address_in_cc_joins(executor: CommandExecutor, begun: str) -> None:
    assert comes(executor, to="bob@example.org", more=f"Cc: Shop <{address(executor, begun)}>\r\n") == begun


def test_an_answer_to_a_mail_of_ours_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    assert comes(executor, more=f"In-Reply-To: {answered(executor, begun)}\r\n") == begun
    assert last(log, begun)[1].joined_by == "own-message-id"


def test_an_answer_that_kept_its_references_only_joins(executor: CommandExecutor, begun: str) -> None:
    assert comes(executor, more=f"References: <x@y.example> {answered(executor, begun)}\r\n") == begun


def test_an_answer_that_says_in_words_what_it_answers_joins(executor: CommandExecutor, begun: str) -> None:
    ours = answered(executor, begun)
    assert comes(executor, more=f'In-Reply-To: Your message of "Tue, 3 May 2026"\r\n {ours}\r\n') == begun


def test_an_answer_to_a_mail_seen_before_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    assert comes(executor, more="References: <0@x.example> <1@example.org>\r\n") == begun
    assert last(log, begun)[1].joined_by == "known-message-id"


def test_an_answer_to_a_mail_whose_id_had_no_brackets_joins(executor: CommandExecutor) -> None:
    begun = take(executor, raw_mail(id=None, more="Message-ID: 7@example.org\r\n")).id
    assert comes(executor, more="In-Reply-To: <7@example.org>\r\n") == begun


def test_references_in_folded_lines_join(executor: CommandExecutor, begun: str) -> None:
    folded = "References:\r\n\t<0@x.example>\r\n  <1@example.org>\r\n"
    assert comes(executor, more=folded) == begun


def test_a_tag_of_ours_in_a_subject_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    assert comes(executor, subject=f"AW: {tokens_of(executor).tag(begun)} The kettle") == begun
    assert (last(log, begun)[1].joined_by, last(log, begun)[1].subject_changed) == ("subject-tag", False)


def test_a_tag_in_a_coded_subject_joins(executor: CommandExecutor, begun: str) -> None:
    tag = tokens_of(executor).tag(begun)
    assert comes(executor, subject=f"=?utf-8?q?R=C3=A9=3A_{tag}?=") == begun


def test_an_answer_with_another_mail_attached_joins(executor: CommandExecutor, begun: str) -> None:
    body = "--b\nContent-Type: text/plain\n\nSee there.\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--b--"
    assert comes(executor, body, more=f"{FIRST}Content-Type: multipart/mixed; boundary=b\r\n") == begun


def test_what_answers_two_conversations_joins_the_answered_one(executor: CommandExecutor, begun: str) -> None:
    other = take(executor, raw_mail("Bread.", id="9@example.org", subject="Bread")).id
    more = "In-Reply-To: <9@example.org>\r\nReferences: <9@example.org> <1@example.org>\r\n"
    assert other != begun
    assert comes(executor, more=more) == other


# -- what joins nothing


@pytest.mark.parametrize("subject", ["Re: The kettle", "The kettle [#4711]", "Ticket 1"])
def test_the_same_sender_and_subject_join_nothing(executor: CommandExecutor, begun: str, subject: str) -> None:
    assert comes(executor, subject=subject) != begun


def test_a_bare_ticket_number_from_a_stranger_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    assert comes(executor, sender=EVE, subject="Re: [#1] The kettle", more="X-Ticket: 1\r\n") != begun


def test_a_bare_id_from_a_stranger_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    to = f"help+{begun}@shop.example"
    assert comes(executor, sender=EVE, subject=f"Re: {begun}", to=to, recipient=to) != begun


def test_a_made_up_id_of_ours_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    forger = MailTokens(bytes(range(32)))
    made_up = forger.message_id(f"message-{UUID(int=1)}", begun, "shop.example")
    assert comes(executor, sender=EVE, more=f"In-Reply-To: {made_up}\r\n") != begun


def test_an_address_of_another_installation_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    theirs = MailTokens(bytes(range(32))).address(HELP, begun)
    assert comes(executor, sender=EVE, to=theirs, recipient=theirs) != begun


def test_a_common_ancestor_joins_nothing(executor: CommandExecutor) -> None:
    ancestor = "References: <ancestor@list.example>\r\n"
    one = take(executor, raw_mail(id="2@example.org", more=ancestor))
    other = take(executor, raw_mail(id="3@example.org", sender=BOB, more=ancestor))
    assert one.id != other.id


def test_what_only_one_mail_program_knows_joins_nothing(executor: CommandExecutor) -> None:
    own = "Thread-Topic: The kettle\r\nThread-Index: AdDJ0fYPzJ7nJ8vRR0SZ6vXo0b1kAA==\r\n"
    one = take(executor, raw_mail(more=own)).id
    assert comes(executor, sender=BOB, more=own) != one


def test_a_token_without_a_sender_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    mail = parse(raw_mail(id="2@example.org", sender=None), address(executor, begun), envelope_sender="")
    assert receive(executor, mail, HELP, CONTEXT).id != begun


def test_our_address_in_the_words_of_a_mail_joins_nothing(executor: CommandExecutor, begun: str) -> None:
    quoted = f"I got this.\n\n> Reply-To: {address(executor, begun)}\n> {tokens_of(executor).tag(begun)}"
    assert comes(executor, quoted, sender=BOB) != begun


# -- forwards


def test_a_forward_of_our_mail_opens_another_conversation(executor: CommandExecutor, begun: str) -> None:
    ours = answered(executor, begun)
    more = f"References: {ours}\r\nX-Forwarded-Message-Id: {ours}\r\n"
    assert comes(executor, sender=BOB, subject="Fwd: The kettle", more=more) != begun


def test_a_forward_as_an_attachment_opens_another_conversation(executor: CommandExecutor, begun: str) -> None:
    inner = f"Content-Type: message/rfc822\n\nReply-To: {address(executor, begun)}\nSubject: x\n\nWe send it."
    body = f"--b\nContent-Type: text/plain\n\nIs that true?\n--b\n{inner}\n--b--"
    more = f"References: {answered(executor, begun)}\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    assert comes(executor, body, sender=BOB, more=more) != begun


def test_a_forward_to_the_address_of_a_conversation_joins_it(executor: CommandExecutor, begun: str) -> None:
    more = "X-Forwarded-Message-Id: <other@mail.example>\r\n"
    assert comes(executor, subject="Fwd: bill", more=more, recipient=address(executor, begun)) == begun


# -- somebody else


def test_a_stranger_with_a_token_joins_under_their_own_name(executor: CommandExecutor, begun: str, log: Log) -> None:
    assert comes(executor, "I am her neighbour.", sender=BOB, recipient=address(executor, begun)) == begun
    said, mail = last(log, begun)
    assert said.participant_id is not None
    assert said.participant_id.startswith("stranger-")
    assert mail.participant_id == said.participant_id
    assert any(isinstance(each, ParticipantJoined) for each in events_of(log, begun))


def test_another_customer_with_a_token_joins_as_themselves(executor: CommandExecutor, begun: str, log: Log) -> None:
    (bob,) = customers(log, take(executor, raw_mail("Bread.", id="9@example.org", sender=BOB)).id)
    comes(executor, sender=BOB, recipient=address(executor, begun))
    assert last(log, begun)[0].participant_id == bob
    assert customers(log, begun) != {bob}


def test_a_stranger_who_was_sent_our_mail_and_answers_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    assert comes(executor, sender=BOB, more=f"In-Reply-To: {answered(executor, begun)}\r\n") == begun
    assert last(log, begun)[0].participant_id is not None


def test_an_answer_to_a_stranger_shows_nothing_earlier(executor: CommandExecutor, begun: str, log: Log) -> None:
    answered(executor, begun)
    comes(executor, "Me, too.", sender=BOB, recipient=address(executor, begun))
    bob = last(log, begun)[0].participant_id
    reply = SendReply(body="You, too.", to=bob)
    conversations.act(executor, begun, reply, AGENT)
    sent = [each for each in log.streams([begun])[begun] if isinstance(each.event, MessageSent)][-1]
    ((_, message),) = Replies(executor).leaving([sent])
    assert message.to is not None
    assert (message.to.value, message.body) == ("bob@example.org", "You, too.")
    assert message.references == ("<2@example.org>",)


# -- subjects


def test_a_changed_subject_joins_and_is_flagged(executor: CommandExecutor, begun: str, log: Log) -> None:
    comes(executor, subject="Re: Bread", more=FIRST)
    said, mail = last(log, begun)
    assert mail.subject_changed
    assert said.subject == "Re: Bread"


@pytest.mark.parametrize(
    "subject", ["AW: RE: The kettle", "SV: the  KETTLE", "回复：The kettle", "Fwd: Re[2]: The kettle"]
)
def test_what_answers_put_before_a_subject_is_no_change(
    executor: CommandExecutor, begun: str, log: Log, subject: str
) -> None:
    comes(executor, subject=subject, more=FIRST)
    assert not last(log, begun)[1].subject_changed


def test_an_answer_without_a_subject_joins_unflagged(executor: CommandExecutor, begun: str, log: Log) -> None:
    assert comes(executor, subject="", more=FIRST) == begun
    assert not last(log, begun)[1].subject_changed


# -- what became of the conversation meanwhile


def test_a_reply_after_the_matter_was_resolved_opens_it_again(executor: CommandExecutor, begun: str) -> None:
    conversations.act(executor, begun, ChangeStatus(status="resolved"), AGENT)
    comes(executor, more=FIRST)
    assert status(executor, begun) == "open"


def test_a_reply_to_a_merged_conversation_opens_the_whole(executor: CommandExecutor, begun: str) -> None:
    whole = take(executor, raw_mail("Again.", id="9@example.org", subject="Again")).id
    to = address(executor, begun)
    merging.merge(executor, begun, MergeInto(into=whole), AGENT)
    conversations.act(executor, whole, ChangeStatus(status="resolved"), AGENT)
    assert comes(executor, recipient=to) == begun
    assert status(executor, whole) == "open"


def test_a_reply_to_the_conversation_merged_into_joins_it(executor: CommandExecutor, begun: str) -> None:
    part = take(executor, raw_mail("Again.", id="9@example.org", subject="Again")).id
    merging.merge(executor, part, MergeInto(into=begun), AGENT)
    assert comes(executor, more=f"In-Reply-To: {answered(executor, begun)}\r\n") == begun


def split_off(executor: CommandExecutor, id: str) -> str:
    """The conversation of the last message, which was about something else."""
    said, _ = last(executor.log, id)
    return splitting.split(executor, id, SplitMessage(message_id=said.message_id, kind="complaint"), AGENT).id


def test_a_reply_to_what_was_split_off_joins_what_it_answers(executor: CommandExecutor, begun: str, log: Log) -> None:
    take(executor, raw_mail("The toaster burns.", id="9@example.org", more=FIRST))
    own = split_off(executor, begun)
    assert comes(executor, more=f"In-Reply-To: {answered(executor, own)}\r\n") == own
    # The channel's own exchange belongs to the conversation in which it began (docs/merging.md).
    assert take(executor, raw_mail("Well?", id="3@example.org", more="In-Reply-To: <9@example.org>\r\n")).id == begun


def test_a_reply_after_a_split_was_undone_opens_the_old_one(executor: CommandExecutor, begun: str) -> None:
    take(executor, raw_mail("The toaster burns.", id="9@example.org", more=FIRST))
    own = split_off(executor, begun)
    to = address(executor, own)
    splitting.undo_split(executor, own, UndoSplit(), AGENT)
    conversations.act(executor, begun, ChangeStatus(status="resolved"), AGENT)
    assert comes(executor, recipient=to) == own
    assert status(executor, begun) == "open"


def test_a_wrong_join_is_taken_out_by_one_command(executor: CommandExecutor, begun: str) -> None:
    comes(executor, subject="Bread", more=FIRST)
    own = split_off(executor, begun)
    assert executor.existing(CONVERSATION, own).state.split_from == begun
    splitting.undo_split(executor, own, UndoSplit(), AGENT)
    assert executor.existing(CONVERSATION, own).state.merged_into == begun


def test_a_reply_after_the_customer_was_erased_is_somebody_new(executor: CommandExecutor, begun: str, log: Log) -> None:
    to, former = address(executor, begun), customers(log, begun)
    (customer_id,) = former
    erase(executor, customer_id, Context(AGENT.actor, reason="asked"), [begun])
    again = comes(executor, "Hello?", recipient=to)
    assert again != begun
    assert customers(log, again).isdisjoint(former)


def test_a_reply_to_a_message_that_was_taken_out_joins(executor: CommandExecutor, begun: str, log: Log) -> None:
    said, _ = last(log, begun)
    remove(executor, begun, RemoveMessage(message_id=said.message_id), Context(AGENT.actor, reason="a card's number"))
    assert comes(executor, more=FIRST) == begun


def test_a_mail_of_ours_that_comes_back_joins_as_automatic(executor: CommandExecutor, begun: str, log: Log) -> None:
    ours = answered(executor, begun)
    assert take(executor, raw_mail("Returned.", id=ours.strip("<>"), sender=BOB)).id == begun
    assert last(log, begun)[1].automatic_because == "own-mail"


def test_an_answer_that_overtakes_what_it_answers_is_kept(executor: CommandExecutor, log: Log) -> None:
    early = comes(executor, more=FIRST)
    begun = take(executor, raw_mail()).id
    assert early != begun
    late = raw_mail("Well?", id="3@example.org", more="References: <1@example.org> <2@example.org>\r\n")
    assert take(executor, late).id == early
    assert [said.body for said, _ in taken_in(log, early)] == ["More.", "Well?"]


# -- lists and brands


def test_a_mail_over_a_list_joins_and_opens_nothing_again(executor: CommandExecutor, begun: str, log: Log) -> None:
    conversations.act(executor, begun, ChangeStatus(status="resolved"), AGENT)
    more = f"{FIRST}List-Id: Kettles <kettles.list.example>\r\nPrecedence: list\r\n"
    assert comes(executor, sender=BOB, subject="[kettles] Re: The kettle", more=more) == begun
    said, mail = last(log, begun)
    assert (said.automatic, mail.automatic_because) == (True, "mailing-list")
    assert status(executor, begun) == "resolved"


def test_two_mails_of_one_list_are_two_conversations(executor: CommandExecutor) -> None:
    more = "List-Id: <kettles.list.example>\r\nReply-To: kettles@list.example\r\n"
    one = take(executor, raw_mail(more=more)).id
    assert comes(executor, sender=BOB, subject="Re: The kettle", more=more) != one


def test_two_brands_share_a_conversation_by_its_token(executor: CommandExecutor, begun: str, log: Log) -> None:
    mail = parse(raw_mail("Also here.", id="2@example.org"), address(executor, begun, CARE))
    assert receive(executor, mail, CARE, CONTEXT).id == begun
    assert [mail.mailbox for _, mail in taken_in(log, begun)] == [HELP, CARE]


def test_a_mail_to_two_brands_at_once_is_one_message(executor: CommandExecutor, begun: str, log: Log) -> None:
    answer = receive(executor, parse(raw_mail(), CARE), CARE, CONTEXT)
    assert (answer.id, answer.repeated) == (begun, True)
    assert len(taken_in(log, begun)) == 1


def test_a_first_mail_to_each_brand_is_a_conversation_each(executor: CommandExecutor, begun: str) -> None:
    mail = parse(raw_mail("To you, too.", id="2@example.org", to=CARE), CARE)
    assert receive(executor, mail, CARE, CONTEXT).id != begun
