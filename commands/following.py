"""What a person tells a follower about events it could not take in. Who and why are kept in the log."""

from __future__ import annotations

from commands.handling import Answer, Change, Context, Handling, Proposal, body_of
from domain import following
from domain.following import Retry, Skip, stream_of
from domain.refusal import Refusal


def tell(handling: Handling, command: Retry | Skip, context: Context) -> Answer:
    """Ask for a retry or a skip; the follower obeys when it reaches the answer's position.

    Raises Refusal `reason-missing`, or as `Handling.run`.
    """
    if not context.reason:
        raise Refusal("reason-missing", "say why; it is kept with the request")
    stream = stream_of(command.follower)

    def work() -> Proposal:
        before = handling.load(stream)
        return Proposal(stream, [Change(stream, before, following.decide(before.state, command, handling.clock()))])

    return handling.run(context, work, body=body_of(context, command, context.reason), streams=[stream])
