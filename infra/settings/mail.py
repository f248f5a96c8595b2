"""Settings of mail: our addresses, where mails come in, and through which server they leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from domain.kernel.refusal import Refusal
from domain.mail.tokens import TOKEN_CHARACTERS
from infra.settings.content import is_here
from infra.settings.room import Listed, Room

LOCAL_CHARACTERS = 64 - TOKEN_CHARACTERS
"""How long our part of an address may be, so that it has room for its token (RFC 5321, 4.5.3.1.1)."""
_MAILBOX = re.compile(r"(?P<local>[A-Za-z0-9._-]+)@(?P<domain>[A-Za-z0-9.-]+)(=(?P<name>[^\r\n,<>\"]{1,100}))?")
_TEAM = re.compile(r"(?P<team>team-[0-9a-f-]{36})=(?P<address>[^@,=\s]+@[^@,=\s]+)")
_SERVER = r"^(\[[0-9a-fA-F:]+\]|[^\s,:\[\]@/]+):\d{1,5}$"
_SERVER_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}")
_FROM = re.compile(r"[^@,\s]*@[^@,\s]+")


def _mailboxes(described: tuple[str, ...]) -> tuple[str, ...]:
    for number, each in enumerate(described, 1):
        found = _MAILBOX.fullmatch(each)
        if found is None:
            raise ValueError(f"entry {number}: an address, or an address and a name: help@shop.example=Shop help")
        if len(found["local"]) > LOCAL_CHARACTERS:
            raise ValueError(
                f"entry {number}: before the @, {LOCAL_CHARACTERS} characters at most: a token comes there"
            )
    return described


def _by_people(listed: tuple[str, ...]) -> tuple[str, ...]:
    for number, each in enumerate(listed, 1):
        if not _FROM.fullmatch(each):
            raise ValueError(f"entry {number}: an address, or @ and a domain: @partner.example")
    return listed


def _authserv_ids(listed: tuple[str, ...]) -> tuple[str, ...]:
    for number, each in enumerate(listed, 1):
        if not _SERVER_NAME.fullmatch(each):
            raise ValueError(f"entry {number}: the name of a mail server: mx.shop.example")
    return listed


def _teams(listed: tuple[str, ...]) -> tuple[str, ...]:
    for number, each in enumerate(listed, 1):
        if not _TEAM.fullmatch(each):
            raise ValueError(f"entry {number}: a team and one of our addresses: team-…=workshop@shop.example")
    return listed


def _address(described: str) -> tuple[str, int]:
    host, _, port = described.rpartition(":")
    return host.strip("[]"), int(port)


class MailSettings(Room):
    """The settings of mail. All processes of an installation need the same values."""

    mailboxes: Annotated[Listed, AfterValidator(_mailboxes)] = Field(
        (),
        validation_alias="ANTIPHON_MAIL_MAILBOXES",
        description="The addresses at which customers write to us, with commas between them, each with the name under "
        "which it answers: help@shop.example=Shop help,care@brand.example. The first one writes where no other did. "
        "Default: none, and `antiphon run` takes no mails in.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="ANTIPHON_MAIL_HOST",
        description="The address at which mails come in, by LMTP or SMTP. Whoever reaches the address can deliver: it "
        "is for a mail server in front, and not for the internet.",
    )
    port: int = Field(
        2525, validation_alias="ANTIPHON_MAIL_PORT", ge=1, le=65535, description="The port at which mails come in."
    )
    most_bytes: int = Field(
        25_000_000,
        validation_alias="ANTIPHON_MAIL_BYTES",
        ge=10_000,
        description="How much of a mail is kept, in bytes; at most ANTIPHON_CONTENT_BYTES. What is beyond is cut, and "
        "the mail says so. The limit of the server in front should be lower, since that server tells the sender.",
    )
    by_people: Annotated[Listed, AfterValidator(_by_people)] = Field(
        (),
        validation_alias="ANTIPHON_MAIL_BY_PEOPLE",
        description="Addresses, and domains as @partner.example, whose mails people write although their header marks "
        "them as automatic, with commas between them. Default: none.",
    )
    colleagues: Annotated[Listed, AfterValidator(_by_people)] = Field(
        (),
        validation_alias="ANTIPHON_MAIL_COLLEAGUES",
        description="Addresses, and domains as @shop.example, of our own people, with commas between them: they never "
        "become customers. Our own addresses are among them in any case.",
    )
    authserv_ids: Annotated[Listed, AfterValidator(_authserv_ids)] = Field(
        (),
        validation_alias="ANTIPHON_MAIL_AUTHSERV_IDS",
        description="The names by which mail servers of ours say in `Authentication-Results` what they found of SPF, "
        "DKIM and DMARC, with commas between them. They have to remove such headers of others in these names (RFC "
        "8601). Default: none, and no such header is read.",
    )
    imap: str | None = Field(
        None,
        validation_alias="ANTIPHON_MAIL_IMAP",
        pattern=_SERVER,
        description="The server of a mailbox whose mails are fetched by IMAP, as host:port, such as imap.shop.example:"
        "993. Default: none. The mailbox is left as it is; all that is in the folder is taken in.",
    )
    imap_security: Literal["tls", "starttls", "none"] = Field(
        "tls",
        validation_alias="ANTIPHON_MAIL_IMAP_SECURITY",
        description="How to connect to it: tls (from the first byte), starttls, or none, which is refused unless the "
        "server is on this machine.",
    )
    imap_user: str | None = Field(
        None, validation_alias="ANTIPHON_MAIL_IMAP_USER", description="Our name at that server."
    )
    imap_password: SecretStr | None = Field(
        None, validation_alias="ANTIPHON_MAIL_IMAP_PASSWORD", description="The password of that name."
    )
    imap_folder: str = Field(
        "INBOX", validation_alias="ANTIPHON_MAIL_IMAP_FOLDER", min_length=1, description="The folder of that mailbox."
    )
    imap_seconds: float = Field(
        30,
        validation_alias="ANTIPHON_MAIL_IMAP_SECONDS",
        ge=1,
        le=3600,
        description="How long to wait between two looks into that folder, in seconds.",
    )
    imap_late_minutes: float = Field(
        15,
        validation_alias="ANTIPHON_MAIL_IMAP_LATE_MINUTES",
        gt=0,
        le=10_080,
        description="After how many minutes without a look that succeeded doctor, metrics and the log say so.",
    )
    smarthost: str | None = Field(
        None,
        validation_alias="ANTIPHON_MAIL_SMARTHOST",
        pattern=_SERVER,
        description="The mail server through which our replies leave, as host:port. Default: none, and another gateway "
        "has to bring them (docs/inbound.md).",
    )
    smarthost_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        validation_alias="ANTIPHON_MAIL_SMARTHOST_SECURITY",
        description="How to connect to it: starttls, tls (from the first byte), or none, which is refused unless the "
        "server is on this machine.",
    )
    smarthost_user: str | None = Field(
        None, validation_alias="ANTIPHON_MAIL_SMARTHOST_USER", description="Our name at that server. Default: no login."
    )
    smarthost_password: SecretStr | None = Field(
        None, validation_alias="ANTIPHON_MAIL_SMARTHOST_PASSWORD", description="The password of that name."
    )
    give_up_hours: float = Field(
        48,
        validation_alias="ANTIPHON_MAIL_GIVE_UP_HOURS",
        gt=0,
        le=240,
        description="For how many hours a reply is tried again while that server does not take it; then it has failed.",
    )
    html: bool = Field(
        True,
        validation_alias="ANTIPHON_MAIL_HTML",
        description="Whether replies have their text as HTML, too, by a small Markdown: emphasis, code, links, lists, "
        "quotes. The plain text is there in any case, as it was written.",
    )
    quotes: bool = Field(
        False,
        validation_alias="ANTIPHON_MAIL_QUOTES",
        description="Whether a reply quotes the mail that it answers, behind >. Only to whoever wrote that mail.",
    )
    from_name: Literal["mailbox", "person", "both"] = Field(
        "mailbox",
        validation_alias="ANTIPHON_MAIL_FROM_NAME",
        description="The name beside the address of a reply: that of the mailbox, that of the person who wrote it, or "
        "both: Mia Jansen (Shop help). Where one is not known, the other.",
    )
    teams: Annotated[Listed, AfterValidator(_teams)] = Field(
        (),
        validation_alias="ANTIPHON_MAIL_TEAMS",
        description="Under which of our addresses a team answers, with commas between them: "
        "team-…=workshop@shop.example. It holds where the customer wrote to an address of the same domain: no brand "
        "answers for another. Default: the address to which the customer wrote.",
    )
    embedded_mail: bool = Field(
        False,
        validation_alias="ANTIPHON_EMBEDDED_MAIL",
        description="Whether `antiphon run` takes mails in for help@shop.example, and sends replies to a mail server "
        "of its own that only shows them (`antiphon mail sent`), where ANTIPHON_MAIL_MAILBOXES is not set; as `make "
        "run` does, for development.",
    )

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if bool(self.smarthost_user) != bool(self.smarthost_password):
            raise Refusal(
                "settings-invalid",
                "set both ANTIPHON_MAIL_SMARTHOST_USER and ANTIPHON_MAIL_SMARTHOST_PASSWORD, or neither",
            )
        if self.smarthost and self.smarthost_security == "none" and not is_here(self.smarthost_address[0]):
            raise Refusal(
                "settings-invalid",
                "ANTIPHON_MAIL_SMARTHOST_SECURITY: without TLS, only a server on this machine is taken; use starttls",
            )
        if self.smarthost and not self.mailboxes:
            raise Refusal(
                "settings-invalid", "ANTIPHON_MAIL_SMARTHOST: name the address that writes, in ANTIPHON_MAIL_MAILBOXES"
            )
        if self.imap and not (self.mailboxes and self.imap_user and self.imap_password):
            raise Refusal(
                "settings-invalid",
                "ANTIPHON_MAIL_IMAP: set ANTIPHON_MAIL_IMAP_USER, ANTIPHON_MAIL_IMAP_PASSWORD and the address of the "
                "mailbox, in ANTIPHON_MAIL_MAILBOXES",
            )
        if self.imap and self.imap_security == "none" and not is_here(_address(self.imap)[0]):
            raise Refusal(
                "settings-invalid",
                "ANTIPHON_MAIL_IMAP_SECURITY: without TLS, only a server on this machine is taken; use tls",
            )

        book = {each.lower() for each in self.address_book}
        for team, address in self.team_mailboxes.items():
            if book and address.lower() not in book:
                raise Refusal(
                    "settings-invalid", f"ANTIPHON_MAIL_TEAMS: {team}: name an address of ANTIPHON_MAIL_MAILBOXES"
                )

    @property
    def team_mailboxes(self) -> Mapping[str, str]:
        """The address under which a team answers, by the team's id."""
        own = {each.lower(): each for each in self.address_book}
        found = [_TEAM.fullmatch(each) for each in self.teams]
        return {each["team"]: own.get(each["address"].lower(), each["address"]) for each in found if each}

    @property
    def address_book(self) -> Mapping[str, str | None]:
        """The name of each of our addresses; None where it has none."""
        found = [_MAILBOX.fullmatch(each) for each in self.mailboxes]
        return {f"{each['local']}@{each['domain']}": each["name"] for each in found if each}

    @property
    def smarthost_address(self) -> tuple[str, int]:
        """Host and port of the server through which replies leave."""
        return _address(self.smarthost or "")

    @property
    def imap_address(self) -> tuple[str, int]:
        """Host and port of the server from which mails are fetched."""
        return _address(self.imap or "")
