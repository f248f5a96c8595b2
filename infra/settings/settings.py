"""All settings of a process, room by room, read in this one place.

Each setting comes from one environment variable, or from a `.env` file in the working folder. Whoever needs settings
takes only its room. `python -m infra.settings` prints the list of all, which is kept as `.env.example`.
"""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Self, get_type_hints

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource

from domain.kernel.refusal import Refusal, worded
from infra.settings.api import ApiSettings
from infra.settings.company import CompanySettings
from infra.settings.content import ContentSettings
from infra.settings.desk import DeskSettings
from infra.settings.home import HomeSettings
from infra.settings.kafka import KafkaSettings
from infra.settings.keys import KeySettings
from infra.settings.log import LogSettings, refuse_unsafe_library_settings
from infra.settings.logging import LoggingSettings
from infra.settings.mail import MailSettings
from infra.settings.postgres import PostgresSettings
from infra.settings.proof import ProofSettings
from infra.settings.room import Room
from infra.settings.subscriptions import SubscriptionSettings
from infra.settings.tokens import TokenSettings
from infra.settings.webhooks import WebhookSettings

_OURS = "ANTIPHON_"


@dataclass(frozen=True)
class Settings:
    """All settings of this process, one field per room. Make it with `Settings.load()`, which checks them together."""

    home: HomeSettings
    company: CompanySettings
    postgres: PostgresSettings
    keys: KeySettings
    content: ContentSettings
    log: LogSettings
    proof: ProofSettings
    subscriptions: SubscriptionSettings
    api: ApiSettings
    desk: DeskSettings
    kafka: KafkaSettings
    webhooks: WebhookSettings
    mail: MailSettings
    tokens: TokenSettings
    logging: LoggingSettings

    @classmethod
    def load(cls) -> Self:
        """The settings of this process. Raises Refusal, naming the variable and never its value."""
        refuse_unsafe_library_settings()
        found: dict[str, Room] = {}
        wrong: list[str] = []
        for name, room in rooms().items():
            try:
                found[name] = room()
            except UnicodeDecodeError:
                raise Refusal(
                    "settings-invalid", f"{Path('.env').resolve()} is not UTF-8 text; write it anew in UTF-8"
                ) from None
            except ValidationError as error:
                wrong += (f"{each['loc'][0]}: {worded(each['msg'])}" for each in error.errors(include_input=False))
        if wrong:
            raise Refusal("settings-invalid", f"{'; '.join(wrong)} (.env.example documents each)")
        for each in found.values():
            each.check()
        return cls(**found)  # type: ignore[arg-type]  # each of its own room's type, as `rooms` says

    @property
    def own_home(self) -> Path | None:
        """The data folder, where this process may make keys. None with a DATABASE_URL: keys belong to its owner."""
        return self.home.folder if self.postgres.embedded else None

    @property
    def makes_token_secret(self) -> bool:
        """Whether tokens are checked with a secret that was made here and that nobody else has."""
        return self.postgres.embedded and not self.tokens.secret and not self.tokens.jwks_file


@cache
def rooms() -> dict[str, type[Room]]:
    """The class of each room by its name in `Settings`, in the order of `.env.example`."""
    types = get_type_hints(Settings)
    return {each.name: types[each.name] for each in fields(Settings)}


def unknown() -> list[tuple[str, str | None]]:
    """The names in the environment and in `.env` that begin like our settings and are none: a misspelt one would be
    ignored, and nobody would notice. Each with the setting that may be meant."""
    known = {str(field.validation_alias) for room in rooms().values() for field in room.model_fields.values()}
    given = {name.upper() for name in (*os.environ, *DotEnvSettingsSource(Room).env_vars)}
    wrong = sorted(name for name in given - known if name.startswith(_OURS))
    return [(name, next(iter(get_close_matches(name, sorted(known), 1)), None)) for name in wrong]


def example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default."""
    parts = ["# Every setting and its meaning. Copy to .env, or set in the environment, what should differ.\n"]
    for room in rooms().values():
        for field in room.model_fields.values():
            meaning = textwrap.fill(field.description or "", 116, initial_indent="# ", subsequent_indent="# ")
            default = "" if field.default_factory or field.default is None else field.default
            default = (
                ",".join(f"{each:g}" if isinstance(each, float) else each for each in default)
                if isinstance(default, tuple)
                else default
            )
            parts.append(f"{meaning}\n#{field.validation_alias}={default}\n")
    return "\n".join(parts)
