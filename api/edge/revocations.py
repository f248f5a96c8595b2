"""The revoked tokens, as a process of the API knows them."""

from __future__ import annotations

import time

from anyio import to_thread

from api.edge.single_flight import SingleFlight
from commands.executor.executor import CommandExecutor
from commands.token import revoked
from domain.kernel.refusal import Refusal


class Revocations:
    """Knows which tokens were revoked, by reading what came since the last look: one query for all callers."""

    KNOWN_SECONDS = 2.0

    def __init__(self, executor: CommandExecutor) -> None:
        self._executor = executor
        self._looked_at = float("-inf")
        self._version = 0
        self._expiry: dict[str, float] = {}
        self._asked: SingleFlight[None] = SingleFlight()

    async def check(self, token_id: str) -> None:
        """Refuse a token that was revoked `KNOWN_SECONDS` ago or earlier. Raises Refusal `token-invalid`,
        Overloaded."""
        if time.monotonic() > self._looked_at + self.KNOWN_SECONDS:
            await self._asked.run("revoked", lambda: to_thread.run_sync(self._look))
        if token_id in self._expiry:
            raise Refusal("token-invalid", "it was revoked; get a new one from your issuer")

    def _look(self) -> None:
        began, version = time.monotonic(), self._version
        # A copy, for the calls that look meanwhile. What has expired is refused anyhow.
        expiry = {id: at for id, at in self._expiry.items() if at > time.time()}
        for recorded, event in revoked(self._executor, version):
            expiry[event.token_id] = event.expires_at.timestamp() if event.expires_at else float("inf")
            version = recorded.originator_version
        self._expiry, self._version, self._looked_at = expiry, version, began
