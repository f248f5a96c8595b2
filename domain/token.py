"""Single tokens of the API that somebody revoked before they expire, all in one stream."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Frozen

REVOCATIONS = "token-revocations"
"""The id of the stream of all revocations, so that a process learns of new ones by one read."""
TOKEN_ID_CHARACTERS = 8_000


class TokenRevoked(Event, name="token.revoked", published_as=None):
    """A token is taken no longer. `token_id`: as of `RevokeToken`. `subject`, `expires_at`: what the token says, where
    it was at hand. The envelope says who revoked it, and why."""

    token_id: Text
    subject: str | None = None
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class RevokedTokens:
    """The aggregate state: the ids of all revoked tokens. Nothing takes a revocation back."""

    token_ids: frozenset[str] = frozenset()


def evolve(state: RevokedTokens | None, event: TokenRevoked) -> RevokedTokens:
    """Fold one event into the state."""
    state = state or RevokedTokens()
    return RevokedTokens(state.token_ids | {event.token_id})


TOKEN = Stream("token", TokenRevoked, evolve)


class RevokeToken(Frozen):
    """Take a token no longer. `token_id`: its `jti`; of a token without one, a hash of what is signed."""

    token_id: Text = Field(min_length=1, max_length=TOKEN_ID_CHARACTERS)
    subject: str | None = None
    expires_at: Instant | None = None


def decide(state: RevokedTokens | None, command: RevokeToken) -> list[Event]:
    """Decide the events of a command. A token that was revoked stays revoked."""
    if state is not None and command.token_id in state.token_ids:
        return []
    return [TokenRevoked(token_id=command.token_id, subject=command.subject, expires_at=command.expires_at)]
