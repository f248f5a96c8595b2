"""What a customer sent is taken in, whatever its form: what goes beyond our limits is cut, normalised or dropped, which
the answer and the history say, and the rest is kept, sealed, with the event. Limits of what the company says stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from api.contract.bodies.conversation import Opening, ReceivedBody
from commands.conversation import handlers as conversations
from commands.conversation.as_sent import AsSent, as_sent
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.handlers import open_conversation
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.conversation import events as c
from domain.conversation.as_sent import SentAttachment
from domain.conversation.commands import JudgeAnswer, OpenConversation, ReceiveMessage, RequestPerson, SendReply
from domain.conversation.interaction import BODY_CHARACTERS, RecordedAttachment
from domain.customer import ContactPointAdded, Registered
from domain.customer.contact_point import can_be_reached
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.companies import GATEWAY
from tests.support.inbound import message
from tests.support.recorded import events_of

LONG = "0123456789" * 10_000 + "and what was said last"
FILE = {"id": "f1", "name": "leak.jpg", "type": "image/jpeg", "size": 3, "sha256": "0" * 64}
MAIL = Delivery("mail", "m1", ContactPoint("mail", "ada@example.org"), "The kettle leaks")


def file(**other: Any) -> RecordedAttachment:
    return RecordedAttachment.model_validate(FILE | other)


ODD: dict[str, tuple[dict[str, Any], list[tuple[str, str, str | None]]]] = {
    "a file without words": ({"body": "", "attachments": (file(),)}, []),
    "a subject of 3,000 characters": ({"subject": "s" * 3_000}, [("subject", "cut", "s" * 1_000)]),
    "a body over 100,000 characters": ({"body": LONG}, [("body", "cut", LONG[BODY_CHARACTERS:])]),
    "NUL in a body": ({"body": "a\x00b"}, [("body", "normalised", None)]),
    "51 attachments": ({"attachments": tuple(file(id=f"f{n}") for n in range(51))}, [("attachments", "cut", None)]),
    "an attachment without a name": ({"attachments": (file(name=""),)}, []),
    "an attachment with a long name": (
        {"attachments": (file(), file(name="n" * 2_001))}, [("attachments.1.name", "cut", "n")],
    ),
    "an attachment whose type tells its name": (
        {"attachments": (file(type='image/jpeg; name="Ada.jpg"'),)},
        [("attachments.0.type", "normalised", 'image/jpeg; name="Ada.jpg"')],
    ),
    "an attachment with a long id": (
        {"attachments": (file(id="i" * 201),)}, [("attachments.0.id", "cut", "i")],
    ),
    "an attachment without an id": ({"attachments": (SentAttachment(name="leak.jpg"),)}, []),
    "an attachment with an id of no file": (
        {"attachments": (SentAttachment(id="f1", content_id="leak.jpg"),)},
        [("attachments.0.content_id", "dropped", "leak.jpg")],
    ),
    "an attachment with an empty id of a file": (
        {"attachments": (SentAttachment(content_id=""),)}, [("attachments.0.content_id", "dropped", None)],
    ),
    "a sender without an address": ({"contact": ContactPoint("mail", "")}, [("contact.value", "dropped", None)]),
    "a sender with an address of invisible signs": (
        {"contact": ContactPoint("mail", " <\u200b> ")}, [("contact.value", "dropped", " <\u200b> ")],
    ),
    "an attachment of no type": ({"attachments": (file(type="?"),)}, [("attachments.0.type", "dropped", "?")]),
    "language en_US": ({"language": "en_US"}, [("language", "normalised", "en_US")]),
    "language de-x-formal": ({"language": "de-x-formal"}, []),
    "language of a locale": ({"language": "zh_hant_TW.UTF-8"}, [("language", "normalised", "zh_hant_TW.UTF-8")]),
    "language Deutsch": ({"language": "Deutsch"}, [("language", "dropped", "Deutsch")]),
    "a sender with a long name": (
        {"contact": ContactPoint("mail", "bob@example.org", "B" * 501)}, [("contact.name", "cut", "B")],
    ),
    "an address with NUL": (
        {"contact": ContactPoint("mail", "b\x00ob@example.org")},
        [("contact.value", "normalised", "b\N{SYMBOL FOR NULL}ob@example.org")],
    ),
    "an address beside a long name": (
        {"contact": ContactPoint("mail", "B" * 600 + " <bob@example.org>")},
        [("contact.value", "normalised", "B" * 600 + " <bob@example.org>")],
    ),
    "a handle of 501 characters": (
        {"contact": ContactPoint("handle", "h" * 501)}, [("contact.value", "normalised", "h" * 501)],
    ),
    "an order of 201 characters": ({"order_number": "4" * 201}, [("order_number", "cut", "4")]),
    "a product area of 201 characters": ({"product_area": "p" * 201}, [("product_area", "dropped", "p" * 201)]),
    "a product area with NUL": ({"product_area": "a\x00"}, [("product_area", "dropped", "a\N{SYMBOL FOR NULL}")]),
    "a product area of blanks": ({"product_area": " "}, [("product_area", "dropped", " ")]),
    "an empty product area": ({"product_area": ""}, [("product_area", "dropped", None)]),
    "an empty thread": ({"thread": ""}, [("thread", "dropped", None)]),
    "a thread of blanks": ({"thread": " \u200b"}, [("thread", "dropped", " \u200b")]),
    "an order without a number": ({"order_number": "\t"}, [("order_number", "dropped", "\t")]),
    "an id of 1,000 characters": ({"channel_message_id": "m" * 1_000, "thread": "t" * 3_000}, []),
}  # fmt: skip


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory, but where a test needs the database."""
    return memory_log


def of_kind(log: Log, id: str, kind: type[Any]) -> Any:
    return next(event for event in events_of(log, id) if isinstance(event, kind))


@pytest.mark.parametrize("what", ODD)
def test_it_is_taken_in_and_what_was_done_to_it_is_kept(what: str, executor: CommandExecutor, log: Log) -> None:
    # Given
    fields, expected = ODD[what]
    delivery = replace(MAIL, **fields)
    # When
    id = deliver(executor, delivery, Context(GATEWAY.actor, command_id="once")).id
    again = deliver(executor, delivery, Context(GATEWAY.actor, command_id="once"))
    # Then
    assert (again.id, again.repeated) == (id, True)
    assert [(each.field, each.how, each.kept) for each in delivery.adjusted] == expected
    recorded = [each for event in (c.Opened, c.MessageReceived) for each in of_kind(log, id, event).adjusted]
    assert sorted(recorded, key=lambda each: each.field) == sorted(delivery.adjusted, key=lambda each: each.field)


def test_all_that_was_sent_can_be_put_together_again(executor: CommandExecutor, log: Log) -> None:
    # Given
    files = tuple(file(id=f"f{number}") for number in range(51))
    # When
    id = deliver(executor, replace(MAIL, body=LONG, subject="s" * 3_000, attachments=files), GATEWAY).id
    # Then
    opened, said = of_kind(log, id, c.Opened), of_kind(log, id, c.MessageReceived)
    assert len(opened.subject) == 2_000
    assert said.body + as_sent(executor, id, 3).adjusted[0].kept == LONG
    assert opened.subject + as_sent(executor, id, 1).adjusted[0].kept == "s" * 3_000
    assert len(said.attachments) == 50
    assert said.attachments + as_sent(executor, id, 3).more_attachments == files
    assert as_sent(executor, id, 2) == AsSent()
    for line, only_of in ((2, opened.customer_id), (3, "customer-other"), (9, None)):
        with pytest.raises(Refusal, match="not-found"):
            as_sent(executor, id, line, only_of=only_of)


@pytest.mark.parametrize(
    ("sent", "recorded"),
    [("en_US", "en-US"), ("EN_us", "en-US"), ("zh_hant_TW.UTF-8", "zh-Hant-TW"), ("de_DE@euro", "de-DE"), ("C", None),
     ("de-x-formal", "de-x-formal"), ("de-de-u-co-phonebk", "de-de-u-co-phonebk"), ("x" * 500, None), ("", None)],
)  # fmt: skip
def test_a_language_is_a_tag_or_none(sent: str, recorded: str | None) -> None:
    assert ReceiveMessage(language=sent).language == recorded


@pytest.mark.parametrize(
    ("sent", "size", "sha256", "told"),
    [
        ({"size": "12", "sha256": "A" * 64}, 12, "a" * 64, ["size normalised", "sha256 normalised"]),
        ({"size": 12.0, "sha256": "a" * 64}, 12, "a" * 64, ["size normalised"]),
        ({"size": -1, "sha256": "none"}, None, None, ["size dropped", "sha256 dropped"]),
        ({"size": 2**63, "sha256": ""}, None, None, ["size dropped", "sha256 dropped"]),
        ({"size": 1.5, "sha256": "a\x00"}, None, None, ["size dropped", "sha256 dropped"]),
        ({"size": "9" * 5_000}, None, None, ["size dropped"]),
        ({"size": None, "sha256": None}, None, None, []),
        ({}, None, None, []),
    ],
)  # fmt: skip
def test_a_files_size_and_sum_are_told_or_none(
    sent: dict[str, Any], size: int | None, sha256: str | None, told: list[str]
) -> None:
    said = ReceivedBody.model_validate({"attachments": [{"id": "f1", **sent}]}).command()
    assert (said.attachments[0].size, said.attachments[0].sha256) == (size, sha256)
    assert [f"{each.field.rpartition('.')[2]} {each.how}" for each in said.adjusted] == told
    assert ReceiveMessage(**dict(said)).adjusted == said.adjusted


def test_signs_that_cannot_be_stored_are_replaced() -> None:
    said = ReceiveMessage(body="a\x00b\ud83dc")
    assert said.body == "a\N{SYMBOL FOR NULL}b\N{REPLACEMENT CHARACTER}c"
    assert [(each.field, each.how, each.kept) for each in said.adjusted] == [("body", "normalised", None)]


def test_a_name_that_was_cut_is_the_new_customers(executor: CommandExecutor, log: Log) -> None:
    # When
    id = deliver(executor, replace(MAIL, contact=ContactPoint("mail", "bob@example.org", "B" * 501)), GATEWAY).id
    # Then
    registered = of_kind(log, of_kind(log, id, c.Opened).customer_id, Registered)
    assert registered.name == "B" * 500


@pytest.mark.parametrize("odd", ["b\x00ob@example.org", "B" * 600 + " <bob@example.org>", "mailto:bob@example.org"])
def test_who_writes_from_an_odd_address_is_still_known(odd: str, executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, replace(MAIL, contact=ContactPoint("mail", "bob@example.org")), GATEWAY).id
    # When
    again = replace(MAIL, channel_message_id="m2", contact=ContactPoint("mail", odd))
    # Then
    state = executor.read(deliver(executor, again, GATEWAY).id).state
    assert state.customer_id == executor.read(id).state.customer_id


def test_people_whose_long_addresses_begin_alike_stay_two(executor: CommandExecutor, log: Log) -> None:
    # Given
    said = [ContactPoint("mail", "b" * 900 + f"{number}@example.org") for number in (1, 2, 1)]
    # When
    ids = [
        deliver(executor, replace(MAIL, channel_message_id=f"m{number}", contact=contact), GATEWAY).id
        for number, contact in enumerate(said)
    ]
    # Then
    first, second, again = (executor.read(id).state.customer_id for id in ids)
    assert (first == again, first == second) == (True, False)
    point = of_kind(log, first, ContactPointAdded)
    assert len(point.value) == 500
    assert not can_be_reached(point.contact_kind, point.value)


@pytest.mark.parametrize("empty", ["", " ", "mailto:", "\u200b"])
def test_people_who_hide_their_address_are_as_many_as_their_threads(
    empty: str, executor: CommandExecutor, log: Log
) -> None:
    # When
    sent = [
        replace(MAIL, contact=ContactPoint("mail", empty, name), channel_message_id=f"m{name}", thread=thread)
        for name, thread in (("Ada", "t1"), ("Bo", "t2"), (None, "t1"))
    ]
    ids = [deliver(executor, each, GATEWAY).id for each in sent]
    # Then each thread is one person's, who is known by no contact point
    opened = [of_kind(log, id, c.Opened) for id in ids]
    assert len({each.customer_id for each in opened}) == 2
    assert [each.name for each in (of_kind(log, each.customer_id, Registered) for each in opened)] == [
        "Ada",
        "Bo",
        "Ada",
    ]
    assert not any(isinstance(each, ContactPointAdded) for each in events_of(log, opened[0].customer_id))
    received = [each for each in events_of(log, ids[0]) if isinstance(each, c.MessageReceived)]
    assert [(each.participant_id, each.contact) for each in received] == [(None, None)] * 2


@pytest.mark.parametrize("nothing", [{"thread": ""}, {"thread": " "}, {"thread": None, "channel_message_id": " "}])
def test_what_names_no_thread_is_in_nobody_elses(nothing: dict[str, Any], executor: CommandExecutor, log: Log) -> None:
    # When two people write, one of them twice
    mails = [replace(MAIL, channel_message_id=f"m{each}", contact=ContactPoint("mail", f"{each}@example.org"))
             for each in ("ada", "bob")]  # fmt: skip
    ids = [deliver(executor, replace(each, **nothing), GATEWAY).id for each in (*mails, mails[1])]
    # Then
    opened = [of_kind(log, id, c.Opened) for id in ids]
    assert len({each.customer_id for each in opened}) == 2
    assert ids[1] == ids[2] != ids[0]


def test_a_blank_contact_point_of_two_customers_makes_them_no_one(executor: CommandExecutor) -> None:
    ids = [customers.register(executor, [ContactPoint("mail", " ")], GATEWAY).id for _ in range(2)]
    assert len(set(ids)) == 2
    assert find(executor, ContactPoint("mail", " ")) is None


def test_without_an_address_the_customer_of_the_conversation_speaks() -> None:
    said = ReceivedBody.model_validate({"body": "me", "contact": {"kind": "mail", "value": " "}}).command()
    assert said.participant is None
    assert [(each.field, each.how) for each in said.adjusted] == [("contact.value", "dropped")]


def test_a_participant_with_an_odd_address_is_taken_in() -> None:
    # When
    sent = {"kind": "mail", "value": "e\x00ve@example.org", "name": "E" * 501}
    said = ReceivedBody.model_validate({"body": "me, too", "contact": sent}).command()
    # Then
    assert said.participant is not None
    assert (said.participant.contact, said.participant.name) == ("eve@example.org", "E" * 500)
    assert [each.field for each in said.adjusted] == ["contact.value", "contact.name"]


def test_words_beside_a_verdict_or_a_wish_are_cut_too(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, MAIL, GATEWAY).id
    ada = Context(Actor(id=of_kind(log, id, c.Opened).customer_id, kind="customer"))
    conversations.act(executor, id, SendReply(body="A new one is on its way"), GATEWAY)
    # When
    conversations.act(executor, id, JudgeAnswer(answered=False, because="v" * 2_001), ada)
    conversations.act(executor, id, RequestPerson(because="w" * 2_001), ada)
    # Then
    for event, rest in ((c.AnswerJudged, "v"), (c.PersonRequested, "w")):
        found = of_kind(log, id, event)
        assert (len(found.because), found.adjusted[0].kept) == (2_000, rest)


def test_a_file_without_words_can_open_a_conversation(executor: CommandExecutor, log: Log) -> None:
    # Given
    customer_id = of_kind(log, deliver(executor, MAIL, GATEWAY).id, c.Opened).customer_id
    # When
    opening = OpenConversation(customer_id=customer_id, kind="complaint", channel="web", attachments=(file(),))
    id = open_conversation(executor, opening, GATEWAY).id
    # Then
    assert of_kind(log, id, c.MessageReceived).attachments == (file(),)


def test_the_company_opens_a_conversation_with_a_file() -> None:
    ids = {"customer_id": "customer-0190d4c3-0000-7000-8000-000000000000"}
    opening = {**ids, "kind": "inquiry", "channel": "mail", "opened_by": "company", "body": "A leak?"}
    body = Opening.model_validate({**opening, "attachments": [FILE]})
    assert OpenConversation(**dict(body)).attachments == (file(),)


@pytest.mark.parametrize(
    "said",
    [
        {"body": LONG}, {"body": ""}, {"subject": ""}, {"body": "a\x00b"}, {"subject": "s" * 2_001},
        {"language": "en_US"},
        {"attachments": (file(),) * 51}, {"attachments": (file(name=""),)}, {"attachments": (file(type="t" * 256),)},
    ],
)  # fmt: skip
def test_the_company_keeps_to_its_limits(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OpenConversation(customer_id="customer-1", kind="inquiry", channel="web", opened_by="company", **said)
    if "subject" not in said:
        with pytest.raises(ValidationError):
            SendReply.model_validate({"body": "Hello", "attachments": (file(),), **said})


@pytest.mark.parametrize(
    "odd",
    [
        {"body": "", "attachments": [FILE]}, {"subject": "s" * 3_000}, {"body": LONG}, {"body": "a\x00b"},
        {"body": None, "attachments": [FILE | {"name": None, "type": None}]}, {"attachments": [FILE] * 1_001},
        {"attachments": [FILE | {"size": -1, "sha256": "none"}]},
        {"attachments": [{name: FILE[name] for name in FILE if name != "name"}]},
        {"language": "en_US"}, {"message_id": "m" * 1_000}, {"product_area": "p" * 201}, {"product_area": ""},
        {"contact": {"kind": "mail", "value": "b\x00ob@example.org"}},
        {"contact": {"kind": "handle", "value": "h" * 501}}, {"contact": {"kind": "mail", "value": ""}},
        {"attachments": [{"name": "leak.jpg", "content_id": "leak"}]},
        {"thread": ""}, {"thread": " "}, {"order_number": " "},
    ],
    ids=lambda odd: str(odd)[:20],
)  # fmt: skip
def test_a_topic_takes_in_the_same(odd: dict[str, Any], executor: CommandExecutor, log: Log) -> None:
    # Given
    thread = odd.get("thread", "t1")
    more = {name: value for name, value in odd.items() if name != "thread"}
    sent = message("m1", thread, **{"body": "The kettle leaks", **more})
    # When
    take_in(executor, Received(sent.topic, 0, 0, (thread or "m1").encode(), sent.value, sent.headers))
    # Then
    events = [recorded.event for recorded in log.recorded_events(log.read(0))]
    assert sum(isinstance(event, c.MessageReceived) for event in events) == 1
