"""The verbs of the customer's side. Without `--as`, the customer acts."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.verbs.conversation.acting import Conversation, Key, carry_out
from cli.wiring.actors import As, actor, context
from cli.wiring.composition import Antiphon
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.customer import handlers as customers
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain import customer
from domain.conversation import commands as c
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.promise import WithdrawPromise

CustomerId = Annotated[str, typer.Argument(metavar="customer-…", help="The customer's id.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (request_person, withdraw, prefer, change_zone, consent):
        app.command(verb.__name__.replace("_", "-"))(verb)


def request_person(conversation_id: Conversation, because: str | None = None, key: Key = None) -> None:
    """Ask for a person, as the customer; from then on no bot gets the conversation."""
    carry_out(lambda parts: _as_customer(parts, conversation_id, c.RequestPerson(because=because), key))


def withdraw(
    id: Annotated[str, typer.Argument(metavar="conversation-…|promise-…", help="What is withdrawn.")],
    because: str | None = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Withdraw a matter, as the customer; or a promise that nobody expects any more."""

    def ask(parts: Antiphon) -> Answer:
        if kind_of(id) == "promise":
            by = context(parts.executor, as_, key)
            return promises.act(parts.executor, id, WithdrawPromise(because=because), by)
        return _as_customer(parts, id, c.Withdraw(because=because), key)

    carry_out(ask)


def prefer(
    customer_id: CustomerId,
    channel: Annotated[str | None, typer.Option(help="Over which channel they want to be answered.")] = None,
    language: Annotated[str | None, typer.Option(help="In which language, such as de.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only about what they asked.")] = False,
    as_: As = None,
    key: Key = None,
) -> None:
    """Choose how a customer is to be reached. All former choices are replaced."""
    _act(customer.ChoosePreferences(customer_id=customer_id, channel=channel, language=language, quiet=quiet), as_, key)


def change_zone(
    customer_id: CustomerId,
    zone: Annotated[str | None, typer.Argument(help="Such as Europe/Berlin; without it, none is known.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Set or change the time zone in which a customer lives; quiet hours go by it."""
    _act(customer.ChangeZone(customer_id=customer_id, zone=zone), as_, key)


def consent(
    customer_id: CustomerId,
    purpose: Annotated[str, typer.Argument(help="To what, in the company's own word: newsletter, surveys.")],
    given: Annotated[bool, typer.Option("--given/--withdrawn")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Record a customer's consent to one purpose, or its withdrawal."""
    command = customer.GiveConsent if given else customer.WithdrawConsent
    _act(command(customer_id=customer_id, purpose=purpose), as_, key)


def _as_customer(parts: Antiphon, conversation_id: str, command: c.ConversationCommand, key: str | None) -> Answer:
    state = parts.executor.read(CONVERSATION, conversation_id).state
    if state is None:
        raise NotFound(conversation_id)
    by = _context(parts.executor, state.customer_id, None, key)
    return conversations.act(parts.executor, conversation_id, command, by)


def _act(command: customer.CustomerCommand, handle: str | None, key: str | None) -> None:
    carry_out(
        lambda parts: customers.act(parts.executor, command, _context(parts.executor, command.customer_id, handle, key))
    )


def _context(executor: CommandExecutor, customer_id: str, handle: str | None, key: str | None) -> Context:
    if kind_of(customer_id) != "customer":
        raise NotFound(customer_id)
    themselves = Actor(id=customer_id, kind="customer", roles=("customer",))
    return Context(actor(executor, handle) if handle else themselves, command_id=key, client="cli")
