"""`antiphon tokens`: single tokens of the API that are taken no longer."""

from __future__ import annotations

import sys
from collections import deque
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.text import Text

from api.edge.tokens import LONGEST, Tokens
from cli.display.terminal import console, one_line, print_zone, when
from cli.wiring.actors import As, actor
from cli.wiring.composition import antiphon
from cli.wiring.serving import tokens
from commands import token as revoking
from commands.executor.context import Context
from domain.kernel.refusal import InputInvalid, Refusal
from domain.token import RevokeToken

Reason = Annotated[str, typer.Option(help="Why; kept in the log. No personal text.")]
_DOTS = 2
"""A token has two, between its three parts."""


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Revoke single tokens of the API, and list the revoked ones.")
    group.command("revoke")(revoke)
    group.command("list")(list_)
    app.add_typer(group, name="tokens")


def revoke(
    token: Annotated[str, typer.Argument(help="Its id (jti), the token itself, or - to read it from standard input.")],
    reason: Reason,
    as_: As = None,
) -> None:
    """Take one token no longer: every API process refuses it within two seconds, and its live streams end within 15."""
    if token == "-":  # noqa: S105 (no password)
        token = sys.stdin.read(LONGEST + 1).strip()
    with antiphon() as parts:
        try:
            command = (
                _command(tokens(parts.settings), token) if token.count(".") == _DOTS else RevokeToken(token_id=token)
            )
        except ValidationError as error:
            raise InputInvalid(error) from None
        answer = revoking.revoke(
            parts.executor, command, Context(actor(parts.executor, as_), reason=reason, client="cli")
        )
        typer.echo(f"{answer.id} at {answer.position}")


def _command(checking: Tokens, token: str) -> RevokeToken:
    """What revokes a token that is at hand. Raises Refusal `token-invalid`."""
    try:
        claims = checking.check(token)
    except Refusal:
        raise Refusal(
            "token-invalid", "no API of this installation takes this token, so there is nothing to revoke"
        ) from None
    return RevokeToken(
        token_id=claims.token_id, subject=claims.subject, expires_at=datetime.fromtimestamp(claims.expires_at, UTC)
    )


def list_(limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100) -> None:
    """List the tokens that were revoked, the last first: whose each is, until when it would hold, who revoked it, and
    why."""
    with antiphon() as parts:
        found = deque(revoking.revoked(parts.executor), limit + 1)
    if not found:
        print("no token is revoked")
        return
    out = console()
    print_zone(out)
    for recorded, event in islice(reversed(found), limit):
        until = when(event.expires_at) if event.expires_at else "unknown"
        by, why = recorded.envelope.actor.id, recorded.envelope.reason or ""
        line = (
            f"{when(recorded.recorded_at)}  {one_line(event.token_id)}  of {event.subject or 'unknown'}, until {until}"
        )
        out.print(Text(f"{line}, by {one_line(by)}: {one_line(why)}"), soft_wrap=True)
    if len(found) > limit:
        print(f"these are the last {limit}; more: --limit")
