"""How a mail that leaves is written: as the library does, but for the ids of the mails that it answers.

The library writes an id that is longer than a line as coded words (RFC 2047), which no reader takes for an id: a reply
would stand beside the exchange that it belongs to. Here, each id stands on a line of its own, as it is (RFC 5322).
"""

from __future__ import annotations

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, Policy


class _Ids(UnstructuredHeader, BaseHeader):
    """Ids of mails, with blanks between them."""

    def fold(self, *, policy: Policy) -> str:
        if not self.isascii():
            return super().fold(policy=policy)
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for each in ("in-reply-to", "references"):
        registry.map_to_type(each, _Ids)
    return registry


AS_SENT = SMTP.clone(header_factory=_registry())
"""The policy of a mail that leaves."""
