"""`antiphon proposals`, `dismiss-proposal`: what people are to decide about customers, and that all stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from cli.verbs.conversation.acting import Key, carry_out
from cli.verbs.customer.putting_right import Reason
from cli.wiring.actors import As, context, operator
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up
from commands import stranger as strangers
from commands.customer import comparing
from commands.executor.context import Context
from commands.executor.unit_of_work import Answer
from domain.customer import CompareContactPoints, Dismissible, DismissProposal
from domain.kernel.ids import kind_of
from domain.stranger import STRANGER, LeaveStrangerApart
from infra.postgres.database import Database
from process.customer import ContactComparisons
from projections.customer import contacts, overview
from projections.customer.proposals import Proposal
from projections.stranger import ALL as STRANGERS

PAGE = 500


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("proposals")(proposals)
    app.command("dismiss-proposal")(dismiss_proposal)


def proposals(
    compare: Annotated[
        bool, typer.Option("--compare", help="First compare all contact points anew, as after a change of the region.")
    ] = False,
) -> None:
    """List what people are to decide about customers: who may be one person, or two. Nothing is merged or separated."""
    with antiphon() as parts:
        count = 0
        if compare:
            _compare(parts)
            for line in _strangers(parts):
                typer.echo(line)
                count += 1
        with caught_up(parts, ContactComparisons()) as reader:
            for each in _undecided(reader):
                typer.echo(_told(each))
                count += 1
    if not count:
        typer.echo("nothing to decide")


def dismiss_proposal(
    what: Annotated[Dismissible, typer.Argument(help="What was proposed.")],
    customer_id: Annotated[
        str, typer.Argument(metavar="customer-…", help="The customer, or the stranger, whom it is about.")
    ],
    reason: Reason,
    other_id: Annotated[
        str | None, typer.Argument(metavar="[customer-…]", help="The other one, if it names one.")
    ] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Leave everything as it is, so that it is proposed no more: the two are two people, or the words are the
    customer's."""

    def ask(parts: Antiphon) -> Answer:
        asked = replace(context(parts.executor, as_, key), reason=reason)
        if what == "same-person" and other_id is not None and kind_of(customer_id) == STRANGER.kind:
            two = LeaveStrangerApart(stranger_id=customer_id, other_id=other_id)
            return strangers.leave_apart(parts.executor, two, asked)
        command = DismissProposal(customer_id=customer_id, what=what, other_id=other_id)
        return comparing.dismiss(parts.executor, command, asked)

    carry_out(ask)


def _told(proposal: Proposal) -> str:
    id, other = proposal.customer_id, proposal.other_id
    match proposal.what:
        case "same-person":
            return f"same-person {id} {other}: the same contact point ({proposal.contact_kind})"
        case "two-people":
            return f"two-people {id}{f' {other}' if other else ''}: words of another may be among the customer's"
        case "merged-conversations":
            return f"{proposal.conversation_id} of {id} is merged into {proposal.merged_into} of {other}: separate them"


def _undecided(reader: Database) -> Iterator[Proposal]:
    cursor = None
    while True:
        with reader.connection() as connection:
            page = overview.UNDECIDED.read(connection, cursor=cursor, limit=PAGE)
        yield from page.rows
        if (cursor := page.cursor) is None:
            return


def _compare(parts: Antiphon) -> None:
    with caught_up(parts) as reader:
        cursor = None
        while True:
            with reader.connection() as connection:
                page = contacts.ALL.read(connection, cursor=cursor, limit=PAGE)
            for row in page.rows:
                if row.points:
                    comparing.compare(
                        parts.executor, CompareContactPoints(customer_id=row.customer_id), Context(operator())
                    )
            if (cursor := page.cursor) is None:
                return


def _strangers(parts: Antiphon) -> Iterator[str]:
    """Make strangers known by the present forms, and say who may be the same person."""
    with caught_up(parts) as reader:
        cursor = None
        while True:
            with reader.connection() as connection:
                page = STRANGERS.read(connection, cursor=cursor, limit=PAGE)
            for row in page.rows:
                if row.merged_into is None and (
                    other := strangers.compare(parts.executor, row.stranger_id, Context(operator()))
                ):
                    yield f"same-person {row.stranger_id} {other}: the same contact point ({row.contact_kind})"
            if (cursor := page.cursor) is None:
                return
