"""What is read from the command line holds what the log holds, and is what it says."""

from __future__ import annotations

import getpass
import shlex
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cli.verbs.conversation import show
from cli.verbs.customer import show as show_customer
from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ReceiveMessage
from domain.kernel.event import Actor
from domain.order.commands import PlaceOrder
from tests.cli.conftest import Antiphon

SERVICE = Actor(id="service-mail", kind="service")


def write(antiphon: Antiphon, body: str, sender: str = "ada@example.org", *more: str) -> str:
    return antiphon("open", "complaint", body, "--from", sender, *more).id


def customer_of(executor: CommandExecutor, conversation_id: str) -> str:
    found: str = executor.read(conversation_id).state.customer_id
    return found


def test_the_inbox_names_who_waits_who_answers_and_the_subject(antiphon: Antiphon) -> None:
    # Given
    antiphon("team", "Workshop")
    antiphon("join", "jo", "Jo Ferreira", "--team", "Workshop")
    first = write(antiphon, "The wheel wobbles", "ada@example.org", "--subject", "A wheel", "--name", "Ada")
    second = write(antiphon, "Where  is\nmy parcel?", "+44 20 7946 0011")
    antiphon("assign", first, "--team", "Workshop", "--to", "jo")
    antiphon("priority", first, "urgent")
    antiphon("reply", first, "Bring it in", "--as", "jo")
    antiphon("judge", first, "--not-answered")
    # When
    shown = antiphon("inbox").out
    # Then
    rows = [line.split("  ") for line in shown.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows[2:]]
    assert cells == [
        ["just now", "Where is my parcel?", "+44 20 7946 0011"],
        ["complaint", second, "nobody"],
        ["just now", "[urgent, disputed] A wheel", "Ada"],
        ["complaint", first, "Workshop / jo"],
    ]
    assert max(map(len, shown.splitlines())) <= 80
    # And
    assert second not in antiphon("inbox", "--team", "workshop", "--agent", "jo").out
    nobodys = antiphon("inbox", "--nobody", "--status", "open", "--status", "on_hold", "--kind", "complaint").out
    assert (first in nobodys, second in nobodys) == (False, True)
    assert antiphon("inbox", "--status", "done").status == 2
    assert antiphon("inbox", "--opened-from", "2026-01-01").status == 2
    counted = [line.split() for line in antiphon("inbox", "--counts").out.splitlines()[1:]]
    assert counted == [["open", "Workshop", "1", "0", "1", "0"], ["open", "-", "1", "1", "1", "0"]]
    assert antiphon("inbox", "--status", "resolved").out == "no conversations here\n"


def test_the_inbox_goes_on_where_the_page_before_ended(antiphon: Antiphon) -> None:
    # Given
    ids = [write(antiphon, f"Word {number}", f"n{number}@example.org") for number in range(3)]
    # When
    first = antiphon("inbox", "--limit", "2", "--kind", "complaint")
    command = shlex.split(first.out.splitlines()[-1].removeprefix("more: "))[1:]
    second = antiphon(*command)
    # Then
    assert [id in first.out for id in ids] == [True, True, False]
    assert [id in second.out for id in ids] == [False, False, True]
    assert "--cursor" not in second.out


def test_a_conversation_is_shown_in_full_however_long(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(show, "PAGE", 2)
    monkeypatch.setenv("COLUMNS", "120")
    antiphon("team", "Orders")
    antiphon("team", "Workshop")
    antiphon("join", "mia", "Mia Sandberg", "--team", "Orders")
    id = write(antiphon, "It clicks", "ada@example.org", "--name", "Ada", "--subject", "Noise")
    antiphon("assign", id, "--team", "Orders", "--to", "mia", "--as", "mia")
    antiphon("note", id, "Sounds like the bottom bracket", "--as", "mia")
    antiphon("hand-over", id, "Workshop", "--because", "needs tools", "--as", "mia")
    antiphon("reply", id, "We look into it", "--as", "mia")
    antiphon("resolve", id, "--resolution", "Replaced")
    antiphon("judge", id, "--not-answered", "--because", "it clicks again")
    # When
    shown = antiphon("show", id).out
    # Then
    told = [line[18:] if line[:2] == "20" else line for line in shown.splitlines()]
    assert [line for line in told if line.startswith(("* ", "    ", "Ada  c", "Mia"))] == [
        "* opened by mail  (service-mail)",
        "* brought: complaint  (service-mail)",
        "Ada  customer, mail",
        "    It clicks",
        "* assignee: nobody -> Orders / Mia Sandberg  (Mia Sandberg)",
        "Mia Sandberg  note, for colleagues only",
        "    Sounds like the bottom bracket",
        "* team: Orders / Mia Sandberg -> Workshop (needs tools)  (Mia Sandberg)",
        "Mia Sandberg  company, mail",
        "    We look into it",
        f"* status: open -> resolved (Replaced)  (operator-{getpass.getuser()})",
        "* verdict: it did not answer me (disputed): it clicks again  (Ada)",
    ]


def test_a_customers_whole_life_is_shown_across_conversations_with_orders(
    antiphon: Antiphon, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(show_customer, "PAGE", 2)
    first = write(antiphon, "It clicks", "ada@example.org", "--name", "Ada")
    customer_id = customer_of(executor, first)
    order = PlaceOrder(customer_id=customer_id, number="4711", item_count=3, value=Decimal("87.40"), currency="EUR")
    orders.place(executor, order, Context(SERVICE))
    antiphon("resolve", first, "--resolution", "Mended")
    second = write(antiphon, "And now it squeaks", "ada@example.org")
    # When
    shown = antiphon("show", customer_id).out
    # Then
    assert shown.startswith(f"Ada\n{customer_id}\n")
    assert f"{first}  resolved\n" in shown
    wanted = ["mail: ada@example.org", first, "opened by mail", "order 4711, 3 items, 87.40 EUR", "Mended", second]
    timeline = shown.partition("\n\n")[2]
    assert sorted(wanted, key=timeline.index) == wanted


def test_times_are_shown_no_more_exact_than_they_are(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    id = write(antiphon, "first")
    midnight = datetime(2024, 2, 29, tzinfo=UTC)
    for context in (
        Context(SERVICE, occurred_at=midnight, time_precision="day"),
        Context(SERVICE, time_precision="unknown"),
        Context(SERVICE, occurred_at=midnight),
    ):
        conversations.act(executor, id, ReceiveMessage(body="later"), context)
    # When
    shown = antiphon("show", id).out
    # Then
    assert "\n2024-02-29 (day)  ada@example.org" in shown
    assert "\ntime unknown      ada@example.org" in shown
    assert "\n2024-02-29 00:00  ada@example.org" in shown


def test_a_customers_words_are_no_markup_and_no_command_to_a_terminal(
    antiphon: Antiphon, executor: CommandExecutor
) -> None:
    # Given
    evil = "[bold]x[/bold] :smile: \x1b[2J\x1b]0;owned\x07 \x9b31m \u202egpj.exe https://example.org 'quoted'"
    contact = ContactPoint("mail", "eve@example.org", "Eve\x1b[31m")
    id = deliver(executor, Delivery("mail", "m1", contact, evil, subject=evil), Context(SERVICE)).id
    # When
    outputs = [antiphon(*verb).out for verb in (["inbox"], ["show", id], ["show", customer_of(executor, id)], ["log"])]
    # Then
    for shown in outputs:
        assert not set(shown) & set("\x1b\x07\x9b\u202e")
        assert "[bold]x[/bold] :smile: " in shown
    assert "\\x1b[2J\\x1b]0;owned\\x07" in outputs[1]


@pytest.mark.parametrize("id", ["conversation-1", "customer-1", "order-1", "nonsense", "conversation-\x1b"])
def test_an_unknown_id_is_refused(antiphon: Antiphon, id: str) -> None:
    ran = antiphon("show", id)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("antiphon: not-found: ")
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_log_is_printed_to_its_end_page_by_page(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr("cli.verbs.log.PAGE", 2)
    write(antiphon, "word")
    # When
    lines = antiphon("log").out.splitlines()
    # Then
    assert len(lines) == 5
    assert antiphon("log", "--after", "2").out.splitlines() == lines[2:]
    assert antiphon("log", "--after", "1", "--limit", "3").out.splitlines() == lines[1:4]
    assert antiphon("log", "--after", "5").out == ""
