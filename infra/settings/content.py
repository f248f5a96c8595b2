"""Settings of the content store: where files of people are kept, and how large and how many they may be."""

from __future__ import annotations

import ipaddress
import re
import shlex
from contextlib import suppress
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from domain.kernel.refusal import Refusal
from infra.settings.room import AbsolutePath, Room

ICAP_SERVICE = re.compile(r"icaps?://[^\s/@?#]+/[^\s@?#]+")


class ContentSettings(Room):
    """The settings of the content store. All processes of an installation need the same values."""

    folder: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_FOLDER",
        description="The folder in which files of people are kept, sealed; all processes of an installation share it. "
        "Default: ANTIPHON_HOME/content.",
    )
    bucket: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_BUCKET",
        pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$",
        description="The bucket of an S3-compatible store in which files of people are kept, sealed, instead of a "
        "folder. Default: none, and the folder is used.",
    )
    prefix: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_PREFIX",
        pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
        max_length=100,
        description="What the names of all objects in the bucket begin with, where several installations share it.",
    )
    endpoint: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_ENDPOINT",
        pattern=r"^https?://[^\s/@?#]+/?$",
        description="The URL of the S3-compatible store; https, unless it is an address of this machine. Default: "
        "AWS's, of the region.",
    )
    region: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_REGION",
        description="The region of the bucket. Default: as AWS finds it.",
    )
    access_key: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_ACCESS_KEY",
        description="The id of our key to the bucket. Default: as AWS's own tools find it, in AWS_ACCESS_KEY_ID or "
        "from the machine.",
    )
    secret_key: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_SECRET_KEY",
        description="The secret of that key.",
    )
    most_bytes: int = Field(
        50_000_000,
        validation_alias="ANTIPHON_CONTENT_BYTES",
        ge=1,
        description="How long one file may be, in bytes (413).",
    )
    most_files: int = Field(
        10_000,
        validation_alias="ANTIPHON_CONTENT_FILES",
        ge=1,
        description="How many files may be kept of one person (422). (How many come with one message is fixed: 50 are "
        "shown, and 2500 taken.)",
    )
    check_command: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_CHECK",
        description="A command, with its arguments, that gets each new file on its standard input and may quarantine "
        "the file, such as a virus scanner: exit code 0 passes the file, 1 quarantines it, any other leaves it "
        "unchecked, which is as quarantined. Or the service of an ICAP server: icap://host:1344/service (icaps for "
        "TLS), which quarantines what it changes. Default: none, and every file is served.",
    )
    check_seconds: float = Field(
        30,
        validation_alias="ANTIPHON_CONTENT_CHECK_SECONDS",
        gt=0,
        le=600,
        description="How many seconds the check of one file may take; what takes longer is unchecked.",
    )

    @field_validator("check_command")
    @classmethod
    def _a_command(cls, command: str | None) -> str | None:
        # shlex raises ValueError where a quotation mark is missing.
        if command is not None and not shlex.split(command):
            raise ValueError("name a command, or leave it out")
        if command is not None and is_icap(command) and not ICAP_SERVICE.fullmatch(command):
            raise ValueError("name an ICAP service as icap://host:1344/service, or icaps://… for TLS")
        return command

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.bucket and self.folder:
            raise Refusal(
                "settings-invalid", "set one of ANTIPHON_CONTENT_BUCKET and ANTIPHON_CONTENT_FOLDER, not both"
            )
        if bool(self.access_key) != bool(self.secret_key):
            raise Refusal(
                "settings-invalid", "set both ANTIPHON_CONTENT_ACCESS_KEY and ANTIPHON_CONTENT_SECRET_KEY, or neither"
            )
        if self.endpoint and self.endpoint.startswith("http:") and not is_here(urlsplit(self.endpoint).hostname or ""):
            raise Refusal(
                "settings-invalid",
                "ANTIPHON_CONTENT_ENDPOINT: without TLS, only an address of this machine is taken; use https",
            )
        check = self.check_command
        if check and check.startswith("icap:") and not is_here(urlsplit(check).hostname or ""):
            raise Refusal(
                "settings-invalid",
                "ANTIPHON_CONTENT_CHECK: without TLS, only an address of this machine is taken; use icaps",
            )


def is_icap(check: str) -> bool:
    """Whether a check of files is an ICAP server's, and no command."""
    return check.startswith(("icap:", "icaps:"))


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
