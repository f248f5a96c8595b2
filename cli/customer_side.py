"""The verbs of the customer's side. Without `--as`, it is the customer who acts."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.acting import Key, carry_out
from cli.actors import As, actor
from commands import customers
from commands.context import Context
from commands.handling import Handling
from domain import customer
from domain.kernel import Actor, kind_of
from domain.refusal import NotFound

CustomerId = Annotated[str, typer.Argument(metavar="customer-…", help="The customer's id.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (prefer, consent):
        app.command(verb.__name__)(verb)


def prefer(
    customer_id: CustomerId,
    channel: Annotated[str | None, typer.Option(help="Over which channel they want to be answered.")] = None,
    language: Annotated[str | None, typer.Option(help="In which language, such as de.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only about what they asked.")] = False,
    as_: As = None,
    key: Key = None,
) -> None:
    """How a customer wants to be reached. All of it takes the place of what they chose before."""
    _act(customer.ChoosePreferences(customer_id=customer_id, channel=channel, language=language, quiet=quiet), as_, key)


def consent(
    customer_id: CustomerId,
    purpose: Annotated[str, typer.Argument(help="To what, in the company's own word: newsletter, surveys.")],
    given: Annotated[bool, typer.Option("--given/--withdrawn")],
    as_: As = None,
    key: Key = None,
) -> None:
    """A customer gives their consent to one purpose, or withdraws it."""
    command = customer.GiveConsent if given else customer.WithdrawConsent
    _act(command(customer_id=customer_id, purpose=purpose), as_, key)


def _act(command: customer.Command, handle: str | None, key: str | None) -> None:
    carry_out(
        lambda parts: customers.act(parts.handling, command, _context(parts.handling, command.customer_id, handle, key))
    )


def _context(handling: Handling, customer_id: str, handle: str | None, key: str | None) -> Context:
    if kind_of(customer_id) != "customer":
        raise NotFound(customer_id)
    themselves = Actor(id=customer_id, kind="customer", roles=("customer",))
    return Context(actor(handling, handle) if handle else themselves, command_id=key, client="cli")
