"""Services: the programs that call the API, such as gateways and bots, and what each of them may do there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import TypeAdapter, ValidationError

from domain.kernel.refusal import Refusal
from domain.kernel.values import Channel

Scope = Literal["read", "deliver", "act"]
"""What a route asks of a service. `deliver`: bring in what came over a channel, with its files, and report how far
messages have come; `act`: anything else that changes something."""

_CHANNEL: TypeAdapter[str] = TypeAdapter(Channel)
_SCOPES: frozenset[Scope] = frozenset({"read", "deliver", "act"})


@dataclass(frozen=True, slots=True)
class Scopes:
    """What one service may do. `channels`: those over which it delivers; None: over any."""

    scopes: frozenset[Scope] = _SCOPES
    channels: frozenset[str] | None = None

    @classmethod
    def of(cls, words: str) -> Self:
        """The scopes that are described as `read+deliver:mail`. Raises ValueError."""
        scopes, channels, any_channel = set[Scope](), set[str](), False
        for word in (each.strip() for each in words.split("+")):
            scope, colon, channel = word.partition(":")
            known = next((each for each in _SCOPES if each == scope), None)
            if known is None or (colon and known != "deliver"):
                raise ValueError("a service may read, deliver, deliver:CHANNEL or act, with + between them")
            scopes.add(known)
            if colon:
                try:
                    channels.add(_CHANNEL.validate_python(channel))
                except ValidationError:
                    raise ValueError("a channel is a word in lower case, such as deliver:mail") from None
            elif known == "deliver":
                any_channel = True
        return cls(frozenset(scopes), None if any_channel or not channels else frozenset(channels))

    @property
    def words(self) -> list[str]:
        """The scopes as they are described, in order."""
        rest = self.scopes if self.channels is None else self.scopes - {"deliver"}
        return sorted([*rest, *(f"deliver:{channel}" for channel in self.channels or ())])

    def check(self, scope: Scope) -> None:
        """Check that the service may do what a route asks. Raises Refusal `forbidden`."""
        if scope not in self.scopes:
            raise Refusal("forbidden", f"this asks for the scope {scope}, and this service has {', '.join(self.words)}")

    def check_channel(self, channel: str | None) -> None:
        """Check that the service delivers over a channel; None: one that nobody knows. Raises Refusal `forbidden`."""
        if self.channels is not None and channel not in self.channels:
            raise Refusal("forbidden", f"this service delivers over {', '.join(sorted(self.channels))} only")


EVERYTHING = Scopes()


@dataclass(frozen=True, slots=True)
class Services:
    """The registered services with their scopes. None: any service to which the issuer gives a token, with all."""

    registered: Mapping[str, Scopes] | None = None

    @classmethod
    def of(cls, described: Iterable[str]) -> Self:
        """The services that are described as `service-mail=read+deliver:mail`; none described: any. Raises
        ValueError, which names the entry by its number: a setting's value is shown nowhere."""
        registered: dict[str, Scopes] = {}
        for number, each in enumerate(described, 1):
            name, equals, words = (part.strip() for part in each.partition("="))
            try:
                if not name.startswith("service-") or not equals:
                    raise ValueError("name each service with its scopes, such as service-mail=read+deliver:mail")
                if name in registered:
                    raise ValueError("a service is there twice; write its scopes once, with + between them")
                registered[name] = Scopes.of(words)
            except ValueError as error:
                raise ValueError(f"entry {number}: {error}") from None
        return cls(registered or None)

    def find(self, service_id: str) -> Scopes | None:
        """What a service may do; None where it is not registered."""
        return EVERYTHING if self.registered is None else self.registered.get(service_id)
