"""Channels: the ways over which messages come and go, and which of them somebody serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self, get_args

from pydantic import TypeAdapter, ValidationError

from domain.customer.contact_point import ContactKind
from domain.kernel.refusal import Refusal
from domain.kernel.values import Channel

CHANNELS = frozenset({"app", "chat", "letter", "mail", "messenger", "phone", "portal", "sms", "social", "web"})
"""The channels of an installation that names none."""
CONTACT_KINDS: Mapping[str, ContactKind] = {"mail": "mail", "phone": "phone", "sms": "phone"}
"""The kind of contact point that a channel uses, where it is no channel's own."""

MOST_MINUTES = 10_080
"""A week: the longest time within which a gateway may take a message."""
LATER = timedelta(hours=1)
"""How long after it was sent a message may be recorded and still be on its way."""
LOOKED_BACK = timedelta(days=7)
"""For how long a message that nobody took is told of."""

_KINDS: Mapping[str, ContactKind] = {kind: kind for kind in get_args(ContactKind)}
_NAME: TypeAdapter[str] = TypeAdapter(Channel)


@dataclass(frozen=True, slots=True)
class ServedChannels:
    """The channels over which somebody brings what the company says to its customers, and the kind of contact point
    that each uses. `taken_within`: of channels whose gateways report how far a message has come, the time within which
    they report that they have it."""

    names: frozenset[str] = CHANNELS
    contact_kinds: Mapping[str, ContactKind] = field(default_factory=lambda: CONTACT_KINDS)
    taken_within: Mapping[str, timedelta] = field(default_factory=dict)

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

    def reporting(self, described: Iterable[str]) -> Self:
        """These channels, those that are described as `mail=10` with a gateway that takes a message within 10 minutes.
        Raises ValueError, which names the entry by its number."""
        taken: dict[str, timedelta] = {}
        for number, each in enumerate(described, 1):
            name, _, minutes = (part.strip() for part in each.partition("="))
            if name not in self.names:
                raise ValueError(f"entry {number}: name a channel that somebody serves")
            if not (minutes.isascii() and minutes.isdecimal() and 0 < int(minutes) <= MOST_MINUTES):
                raise ValueError(f"entry {number}: give a channel its minutes, at most {MOST_MINUTES}, such as mail=10")
            taken[name] = timedelta(minutes=int(minutes))
        return replace(self, taken_within=taken)

    def untaken(self, channel: str | None, sent_at: datetime, recorded_at: datetime, now: datetime) -> bool:
        """Whether a gateway should have taken a message by now. What was recorded long after it was sent, as by an
        import, and what was sent long ago, is on its way no more."""
        within = self.taken_within.get(channel or "")
        if within is None or recorded_at - sent_at > LATER:
            return False
        return within < now - recorded_at < within + LOOKED_BACK

    def check(self, channel: str) -> None:
        """Check that somebody serves a channel. Raises Refusal `channel-unserved`."""
        if channel not in self.names:
            known = ", ".join(sorted(self.names))
            raise Refusal("channel-unserved", f"nobody brings it over this channel; name one of {known}")
