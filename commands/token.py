"""Single tokens: revoking one, and the revoked ones. The log keeps who revoked it, and why."""

from __future__ import annotations

from collections.abc import Iterator

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain import token as tokens
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Refusal
from domain.token import REVOCATIONS, TOKEN, RevokeToken, TokenRevoked

_PAGE = 500


def revoke(executor: CommandExecutor, command: RevokeToken, context: Context) -> Answer:
    """Revoke a token; one that is revoked already stays as it is. Raises Refusal `reason-missing`."""
    if not context.reason:
        raise Refusal("reason-missing", "say why; it is kept with the request")

    def work() -> UnitOfWork:
        before = executor.load(TOKEN, REVOCATIONS)
        return UnitOfWork(REVOCATIONS, [Change(REVOCATIONS, before, tokens.decide(before.state, command))])

    return executor.run(context, work, body=body_of(context, command), streams=[REVOCATIONS])


def revoked(executor: CommandExecutor, after: int = 0) -> Iterator[tuple[Recorded[Event], TokenRevoked]]:
    """What was revoked, after so many of them, in this order. Raises UnreadableEvent, Overloaded."""
    while page := executor.log.of_kind(TOKEN.kind, (REVOCATIONS, after), _PAGE):
        yield from ((each, each.event) for each in page if isinstance(each.event, TokenRevoked))
        after = page[-1].originator_version
