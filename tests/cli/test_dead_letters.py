"""Dead letters are seen, retried and discarded from the command line, which says how it ended."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import Received
from domain.kernel.refusal import Refusal
from tests.cli.conftest import Antiphon
from tests.support.inbound import step

BECAUSE = ("--reason", "they called")
ORDER = step("o1", "4711", "placed", customer={"kind": "mail", "value": "ada@example.org"})
FOREIGN = step("o2", "4712\x1b[31m", "shipped")


def set_aside(executor: CommandExecutor) -> list[str]:
    """Two dead letters, the younger with bytes that a terminal would obey."""
    letters = DeadLetters(executor)
    for offset, (sent, code) in enumerate([(ORDER, "customer-unknown"), (FOREIGN, "order-unknown")]):
        record = Received(sent.topic, 2, offset, sent.key, sent.value, sent.headers)
        letters.add([(record, Refusal(code, "this is why"))])
    return [each.id for each in letters.all()]


def test_they_are_listed_shown_retried_and_discarded(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    assert antiphon("dead-letters", "list").out == "no dead letters wait\n"
    first, second = set_aside(executor)
    # When
    listed = antiphon("dead-letters", "list").out
    shown = antiphon("dead-letters", "show", first).out
    foreign = antiphon("dead-letters", "show", second).out
    # Then
    assert [line.split()[0] for line in listed.splitlines()[:2]] == [first, second]
    assert "inbound.orders.v1/2@0  customer-unknown" in listed
    assert "ada@example.org" not in listed
    assert "this is why" in shown
    assert '"value": "ada@example.org"' in shown
    assert "ce_type: antiphon.inbound.order.v1" in shown
    assert "\x1b" not in foreign
    # When it is retried before and after its reason is gone
    failed = antiphon("dead-letters", "retry", first, *BECAUSE)
    antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org")
    went_in = antiphon("dead-letters", "retry", "--code", "customer-unknown", *BECAUSE)
    discarded = antiphon("dead-letters", "discard", second, *BECAUSE)
    # Then
    assert (failed.status, went_in.status, discarded.status) == (1, 0, 0)
    assert failed.out.startswith(f"{first} still cannot be taken in: customer-unknown")
    assert went_in.out == f"{first} is taken in\n"
    assert discarded.out == f"{second} is discarded\n"
    assert antiphon("dead-letters", "list").out == "no dead letters wait\n"
    assert "taken-in" in antiphon("dead-letters", "list", "--all").out
    shown = antiphon("dead-letters", "show", first).out
    assert "retry by operator-" in shown
    assert ": they called (customer-unknown)" in shown
    assert "ada@example.org" not in shown


def test_what_is_not_there_or_not_named_is_refused(antiphon: Antiphon) -> None:
    for arguments, code in {
        ("show", "letter-0"): "not-found",
        ("discard", "letter-0", *BECAUSE): "not-found",
        ("retry", *BECAUSE): "letters-not-named",
        ("retry", "letter-0", "--code", "not-json", *BECAUSE): "letters-not-named",
    }.items():
        ran = antiphon("dead-letters", *arguments)
        assert (ran.status, ran.err.split()[1]) == (2, f"{code}:"), ran
