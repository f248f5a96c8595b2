"""How replies look: who writes them, and what they hold beside their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FromName = Literal["mailbox", "person", "both"]
"""The name that stands beside the address of a reply: that of the mailbox, that of whoever wrote it, or both: `Mia
Jansen (Shop help)`. Where one of them is not known, the other."""


@dataclass(frozen=True, slots=True)
class MailStyle:
    """How replies look. `html`: with their text as HTML beside the plain one. `quotes`: with the mail that they answer.
    `teams`: the mailbox under which a team answers, by the team's id."""

    html: bool = True
    quotes: bool = False
    from_name: FromName = "mailbox"
    teams: Mapping[str, str] = field(default_factory=dict)

    def name(self, mailbox: str | None, person: str | None) -> str | None:
        """The name beside the address, by the name of the mailbox and that of the person."""
        match self.from_name:
            case "mailbox":
                return mailbox or person
            case "person":
                return person or mailbox
            case "both":
                return f"{person} ({mailbox})" if person and mailbox else person or mailbox

    def mailbox(self, written_to: str | None, team_id: str | None, first: str) -> str:
        """The address that answers: that of the conversation's team, within the brand (the domain) to which the
        customer wrote; else the one to which they wrote, else our first one. No brand answers for another."""
        own = self.teams.get(team_id or "")
        if own and (written_to is None or _domain(own) == _domain(written_to)):
            return own
        return written_to or first


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
