"""Channels: the ways over which messages come and go, and which of them somebody serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self, get_args

from pydantic import TypeAdapter, ValidationError

from domain.customer.contact_point import ContactKind
from domain.kernel.refusal import Refusal
from domain.kernel.values import Channel

CHANNELS = frozenset({"app", "chat", "letter", "mail", "messenger", "phone", "portal", "sms", "social", "web"})
"""The channels of an installation that names none."""
CONTACT_KINDS: Mapping[str, ContactKind] = {"mail": "mail", "phone": "phone", "sms": "phone"}
"""The kind of contact point that a channel uses, where it is no channel's own."""

_KINDS: Mapping[str, ContactKind] = {kind: kind for kind in get_args(ContactKind)}
_NAME: TypeAdapter[str] = TypeAdapter(Channel)


@dataclass(frozen=True, slots=True)
class ServedChannels:
    """The channels over which somebody brings what the company says to its customers, and the kind of contact point
    that each uses."""

    names: frozenset[str] = CHANNELS
    contact_kinds: Mapping[str, ContactKind] = field(default_factory=lambda: CONTACT_KINDS)

    @classmethod
    def of(cls, described: Iterable[str]) -> Self:
        """The channels that are described as `chat` or, with their kind of contact point, as `fax=phone`. Raises
        ValueError, which names the entry by its number."""
        names, kinds = set[str](), dict(CONTACT_KINDS)
        for number, each in enumerate(described, 1):
            name, equals, kind = (part.strip() for part in each.partition("="))
            try:
                names.add(_NAME.validate_python(name))
            except ValidationError:
                raise ValueError(f"entry {number}: a channel is a word in lower case, such as mail") from None
            if equals and kind not in _KINDS:
                known = ", ".join(_KINDS)
                raise ValueError(f"entry {number}: a channel's contact points are one of {known}, such as fax=phone")
            if equals:
                kinds[name] = _KINDS[kind]
        return cls(frozenset(names), kinds)

    def check(self, channel: str) -> None:
        """Check that somebody serves a channel. Raises Refusal `channel-unserved`."""
        if channel not in self.names:
            known = ", ".join(sorted(self.names))
            raise Refusal("channel-unserved", f"nobody brings it over this channel; name one of {known}")
