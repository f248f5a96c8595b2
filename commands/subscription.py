"""Requests to retry or skip quarantined events. The log keeps who asked, and why."""

from __future__ import annotations

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain import subscription as subscription_requests
from domain.kernel.refusal import Refusal
from domain.subscription import SUBSCRIPTION, Retry, Skip, stream_of
from infra.subscriptions.quarantine import QuarantinedEvent, may_skip


def request(executor: CommandExecutor, command: Retry | Skip, context: Context) -> Answer:
    """Ask for a retry or a skip; the subscription carries it out when it reaches the answer's position.

    Only a quarantined event can be skipped: a replay leaves the event out, so the subscription must have left it out,
    too. If another request came in between, such as a retry that took the event in, the append fails by the version.
    Raises Refusal `reason-missing`, `not-parked`, `follower-behind`, or as `CommandExecutor.run`.
    """
    if not context.reason:
        raise Refusal("reason-missing", "say why; it is kept with the request")
    stream = stream_of(command.follower)

    def work() -> UnitOfWork:
        before = executor.load(SUBSCRIPTION, stream)
        if isinstance(command, Skip):
            _check_quarantined(executor, command, before.position)
        return UnitOfWork(
            stream, [Change(stream, before, subscription_requests.decide(before.state, command, executor.clock()))]
        )

    return executor.run(context, work, body=body_of(context, command), streams=[stream])


def _check_quarantined(executor: CommandExecutor, skip: Skip, up_to: int) -> None:
    event = QuarantinedEvent(skip.follower, skip.version, skip.stream, skip.position, error="")
    with executor.log.database.connection() as connection:
        quarantined = may_skip(connection, event, up_to)
    if quarantined is None:
        raise Refusal(
            "follower-behind", f"{skip.follower} has not yet carried out an earlier request; ask again shortly"
        )
    if not quarantined:
        raise Refusal(
            "not-parked", f"{skip.follower} has not parked this event; `antiphon parked list` shows what it has"
        )
