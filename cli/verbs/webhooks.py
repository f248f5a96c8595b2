"""`antiphon webhooks`: endpoints to which we post what happens."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError
from rich.text import Text

from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from commands import webhook as webhooks
from domain.kernel.refusal import InputInvalid
from domain.webhook import (
    ChangeWebhookSchedule,
    ChangeWebhookState,
    RegisterWebhook,
    RemoveWebhook,
    ReplayWebhook,
    RetireWebhookKey,
    RetryWebhook,
    RotateWebhookKey,
    WebhookCommand,
)
from infra.webhooks import deliveries

Which = Annotated[str, typer.Argument(metavar="webhook-…", help="The endpoint, as `antiphon webhooks list` names it.")]
MOST_SHOWN = 500


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Endpoints to which we post what happens, signed.")
    for name, verb in (
        ("register", register), ("list", list_), ("show", show), ("rotate", rotate), ("retire", retire),
        ("enable", enable), ("disable", disable), ("schedule", schedule), ("retry", retry), ("replay", replay),
        ("remove", remove),
    ):  # fmt: skip
        group.command(name)(verb)
    app.add_typer(group, name="webhooks")


def register(
    url: Annotated[str, typer.Argument(help="Where to post: https://…")],
    channel: Annotated[list[str] | None, typer.Option(help="The replies over this channel; several times.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="Or this event, by its name; several times.")] = None,
    ed25519: Annotated[bool, typer.Option("--ed25519", help="Sign with a private key; else with a secret.")] = False,
    after: Annotated[int | None, typer.Option(help="From this position of the log; else from now on.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Register an endpoint, and print its id and its key, which is not shown again."""
    try:
        command = RegisterWebhook(
            url=url,
            channels=tuple(channel or ()),
            events=tuple(event or ()),
            algorithm="ed25519" if ed25519 else "hmac",
            after=after,
        )
    except ValidationError as error:
        raise InputInvalid(error) from None
    with antiphon() as parts:
        answer = webhooks.begin(parts.executor, command, context(parts.executor, as_, key))
        typer.echo(f"{answer.id} at {answer.position}")
        print(webhooks.added_key(parts.executor, answer).shown)


def rotate(id: Which, as_: As = None, key: Key = None) -> None:
    """Add a key and print it; it is not shown again. It signs beside the newest one before."""
    with antiphon() as parts:
        answer = webhooks.act(parts.executor, id, RotateWebhookKey(), context(parts.executor, as_, key))
        typer.echo(f"{answer.id} at {answer.position}")
        print(webhooks.added_key(parts.executor, answer).shown)


def retire(id: Which, as_: As = None, key: Key = None) -> None:
    """Let the older of two keys sign no more."""
    _act(id, RetireWebhookKey(), as_, key)


def enable(id: Which, as_: As = None, key: Key = None) -> None:
    """Post again, beginning with what waits."""
    _act(id, ChangeWebhookState(state="enabled"), as_, key)


def disable(id: Which, as_: As = None, key: Key = None) -> None:
    """Post nothing until it is enabled."""
    _act(id, ChangeWebhookState(state="disabled"), as_, key)


def schedule(
    id: Which,
    seconds: Annotated[
        list[int] | None, typer.Argument(min=0, help="The waits between attempts; none: as the installation says.")
    ] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Say when a failed post is tried again: so many seconds after each attempt that failed."""
    try:
        command = ChangeWebhookSchedule(retry_seconds=tuple(seconds) if seconds else None)
    except ValidationError as error:
        raise InputInvalid(error) from None
    _act(id, command, as_, key)


def retry(
    id: Which,
    stream: Annotated[str | None, typer.Option(help="Of this conversation, say; else of all.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Post what is quarantined again, in order."""
    _act(id, RetryWebhook(stream_id=stream), as_, key)


def replay(
    id: Which,
    after: Annotated[int, typer.Option(min=0, help="All that the log has after this position.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Post once more what the log has after a position, with the same ids."""
    _act(id, ReplayWebhook(after=after), as_, key)


def remove(id: Which, as_: As = None, key: Key = None) -> None:
    """Remove an endpoint for good, and destroy its keys."""
    _act(id, RemoveWebhook(), as_, key)


def list_() -> None:
    """List the endpoints, with what they get and how much waits."""
    with antiphon() as parts, parts.database("reader") as database:
        found = webhooks.webhooks(parts.executor)
        with database.connection() as connection:
            numbers = deliveries.numbers(connection, [*found])
    if not found:
        print("no webhooks are registered")
        return
    out = console()
    for id, each in sorted(found.items()):
        state = f"disabled: {each.disabled}" if each.disabled else "enabled"
        out.print(Text(f"{id}  {one_line(each.url)}", "bold"), soft_wrap=True)
        gets = f"replies over {', '.join(each.channels)}" if each.channels else ", ".join(each.events)
        counts = ", ".join(
            f"{numbers.get((id, fate), 0)} {fate}" for fate in ("waiting", "delivered", "quarantined", "left-out")
        )
        out.print(
            Text(f"    {state}; {len(each.keys)} keys ({each.algorithm}); {gets}; {counts}", "dim"), soft_wrap=True
        )
        if each.retry_seconds is not None:
            waits = ", ".join(map(str, each.retry_seconds))
            out.print(Text(f"    tried again after {waits} seconds (version {each.schedule_version})", "dim"))


def show(
    id: Which,
    after: Annotated[int, typer.Option(min=0, help="Only what the log has after this position.")] = 0,
) -> None:
    """Show the posts to an endpoint in order, with what came of each attempt; at most 500."""
    with antiphon() as parts, parts.database("reader") as database:
        webhooks.there(parts.executor, id)
        with database.connection() as connection:
            rows, attempts = deliveries.deliveries(connection, id, None, after, MOST_SHOWN)
    out = console()
    print_zone(out)
    for row in rows:
        out.print(Text(f"{row.at_position}  {row.state}  {row.stream_id}  {row.event_id}_{id}", "bold"), soft_wrap=True)
        for each in attempts:
            if each.at_position == row.at_position:
                what = f"{each.status or ''} {each.code or 'taken'}".strip()
                out.print(Text(f"    {when(each.at)}  {what}, {each.milliseconds} ms", "dim"), soft_wrap=True)


def _act(id: str, command: WebhookCommand, as_: str | None, key: str | None) -> None:
    carry_out(lambda parts: webhooks.act(parts.executor, id, command, context(parts.executor, as_, key)))
