"""`antiphon parked`: quarantined events, and how to retry or skip them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import program, safe
from cli.wiring.actors import As, actor
from cli.wiring.composition import REACTING, SUBSCRIPTIONS, Antiphon, antiphon
from cli.wiring.topics import KAFKA_SUBSCRIPTIONS, exports, kafka_needed
from cli.wiring.views import POLL_SECONDS, caught_up, wait
from commands import subscription as subscription_requests
from commands.executor.context import Context
from domain.kernel.refusal import Refusal
from domain.subscription import Retry, Skip
from infra.subscriptions.quarantine import QuarantinedEvent, all_quarantined, first_quarantined, summary
from infra.subscriptions.subscription import BEHIND

SubscriptionName = Annotated[str, typer.Argument(metavar="FOLLOWER", help="As `antiphon parked list` names it.")]
Stream = Annotated[
    str,
    typer.Argument(metavar="STREAM", help="The stream of the quarantined events: a conversation, customer, order, …"),
]
Reason = Annotated[str, typer.Option(help="Why; kept in the log. No personal text.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(
        no_args_is_help=True, help="See, retry or skip quarantined events, which a subscription could not take in."
    )
    group.command("list")(list_)
    group.command("retry")(retry)
    group.command("skip")(skip)
    app.add_typer(group, name="parked")


def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100, as_json: AsJson = False
) -> None:
    """List quarantined events: their place and the kind of error, never the content. Where there are more than the
    limit, how many there are of each kind follows."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found, alike = first_quarantined(connection, limit), summary(connection)
    if as_json:
        print_documents(found)
        return
    if not found:
        print("nothing is parked")
        return
    wide = max(len(each.subscription) for each in found), max(len(each.stream) for each in found)
    for each in found:
        error = _why(each.error)
        print(safe(f"{each.subscription:<{wide[0]}}  {each.stream:<{wide[1]}}  {each.position:>6}  {error}"))
    if (events := sum(each.events for each in alike)) > len(found):
        print(f"\nthese are the first {len(found)} of {events}:")
        for kind in alike:
            where = f"{kind.subscription} v{kind.version}"
            print(safe(f"{kind.events:>8}  {where}, of {kind.streams} streams: {_why(kind.error)}"))
    first = found[0]
    print(f"\nonce the cause is mended: {program()} parked retry {first.subscription} {first.stream} --reason …")


def _why(error: str) -> str:
    return "behind the one before" if error == BEHIND else error


def retry(
    reason: Reason,
    subscription: Annotated[
        str | None, typer.Argument(metavar="[FOLLOWER]", help="As `antiphon parked list` names it.")
    ] = None,
    stream: Annotated[
        str | None, typer.Argument(metavar="[STREAM]", help="The stream of the quarantined events.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All streams of all followers, or of FOLLOWER.")] = False,
    code: Annotated[
        str | None, typer.Option(help="All that this code stopped, such as not-decodable; of FOLLOWER, if named.")
    ] = None,
    as_: As = None,
) -> None:
    """Take in the quarantined events of a stream again, in order, up to the first that still fails; or of all streams
    at once."""
    if (all_ or code is not None) == (stream is not None) or (stream is None) < (subscription is None):
        raise typer.BadParameter("name FOLLOWER and STREAM; or --all, or --code CODE, for many streams")
    with antiphon() as parts, caught_up(parts):
        if subscription is not None and stream is not None:
            version = _version_with_quarantined(parts, subscription, stream, None)
            _request(parts, Retry(follower=subscription, version=version, stream=stream), reason, as_)
        else:
            _request_many(parts, subscription, code, reason, as_)


def skip(
    subscription: SubscriptionName,
    stream: Stream,
    position: Annotated[int, typer.Argument(help="The event to leave out, by its position.")],
    reason: Reason,
    as_: As = None,
) -> None:
    """Leave one event out for good, in every replay too, and go on with the rest of its stream."""
    with antiphon() as parts, caught_up(parts):
        version = _version_with_quarantined(parts, subscription, stream, position)
        _request(parts, Skip(follower=subscription, version=version, stream=stream, position=position), reason, as_)


def _request_many(parts: Antiphon, subscription: str | None, code: str | None, reason: str, handle: str | None) -> None:
    """Ask for a retry of each stream, and wait for all of them together."""
    versions = dict([*SUBSCRIPTIONS, *REACTING, *KAFKA_SUBSCRIPTIONS])
    asked = list(
        dict.fromkeys(
            Retry(follower=each.subscription, version=each.version, stream=each.stream)
            for each in _quarantined(parts)
            if subscription in (None, each.subscription)
            and code in (None, *each.error.split())
            and versions.get(each.subscription) == each.version
        )
    )
    if not asked:
        print("nothing of that is parked")
        return
    kafka = (
        kafka_needed(parts.settings) if {each.follower for each in asked} & dict(KAFKA_SUBSCRIPTIONS).keys() else None
    )
    context, position = Context(actor(parts.executor, handle), reason=reason, client="cli"), 0
    for each in asked:
        position = subscription_requests.request(parts.executor, each, context).position
    with exports(parts, kafka) as others, parts.subscriptions(POLL_SECONDS, others) as database:
        wait(database, {(each.follower, each.version) for each in asked}, position)
    streams = {(each.follower, each.stream) for each in asked}
    left = {(each.subscription, each.stream) for each in _quarantined(parts)} & streams
    print(f"{len(streams) - len(left)} of {len(streams)} parked streams were taken in, as asked up to {position}")
    if left:
        print("the rest still cannot be: antiphon parked list")
        raise typer.Exit(1)


def _quarantined(parts: Antiphon, subscription: str | None = None, stream: str | None = None) -> list[QuarantinedEvent]:
    with parts.database("reader") as reader, reader.connection() as connection:
        found = all_quarantined(connection)
    return [
        each for each in found if subscription is None or (each.subscription, each.stream) == (subscription, stream)
    ]


def _version_with_quarantined(parts: Antiphon, subscription: str, stream: str, position: int | None) -> int:
    """The subscription's version. Raises Refusal unless the subscription exists and has quarantined that."""
    versions = dict([*SUBSCRIPTIONS, *REACTING, *KAFKA_SUBSCRIPTIONS])
    version = versions.get(subscription)
    if version is None:
        known = ", ".join(versions)
        raise Refusal("follower-unknown", f"there is no follower {subscription}; name one of {known}")
    positions = {each.position for each in _quarantined(parts, subscription, stream) if each.version == version}
    if not positions or (position is not None and position not in positions):
        at = f" at {position}" if position is not None else ""
        raise Refusal("not-parked", f"{subscription} has nothing parked of {stream}{at}; look: antiphon parked list")
    return version


def _request(parts: Antiphon, command: Retry | Skip, reason: str, handle: str | None) -> None:
    kafka = kafka_needed(parts.settings) if command.follower in dict(KAFKA_SUBSCRIPTIONS) else None
    context = Context(actor(parts.executor, handle), reason=reason, client="cli")
    answer = subscription_requests.request(parts.executor, command, context)
    with exports(parts, kafka) as others, parts.subscriptions(POLL_SECONDS, others) as database:
        wait(database, [(command.follower, command.version)], answer.position)
    if not (left := _quarantined(parts, command.follower, command.stream)):
        print(f"{command.follower} has taken in {command.stream}, as asked at {answer.position}")
        return
    print(f"{command.follower} still cannot take in {command.stream}: {left[0].error} at {left[0].position}")
    raise typer.Exit(1)
