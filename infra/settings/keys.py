"""Settings of the master key, which wraps all keys in the key store."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from domain.kernel.refusal import Refusal
from infra.keys.master_key import decoded, make_once
from infra.settings.home import make_home
from infra.settings.room import AbsolutePath, Room


class KeySettings(Room):
    """The place of the master key."""

    master_key: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_MASTER_KEY",
        description="The key that wraps all keys in the key store: 32 bytes in base64, as `openssl rand -base64 32` "
        "prints. Whoever loses it loses all personal data. Default: ANTIPHON_MASTER_KEY_FILE.",
    )
    master_key_file: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_MASTER_KEY_FILE",
        description="The file that holds the master key, in base64. Default, with the embedded PostgreSQL only: "
        "ANTIPHON_HOME/keys/master.key, made at the first start.",
    )

    other_master_key: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_OTHER_MASTER_KEY",
        description="While the master key is changed: the next one, or the former one; it opens keys, too. Set it in "
        "all processes before ANTIPHON_MASTER_KEY changes.",
    )

    def read_other_master_key(self) -> bytes | None:
        """The 32 bytes with which keys are opened, too; None where the master key is not being changed. Raises Refusal
        `master-key-invalid`."""
        other = self.other_master_key
        return decoded(other.get_secret_value(), "ANTIPHON_OTHER_MASTER_KEY") if other else None

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.master_key and self.master_key_file:
            raise Refusal("settings-invalid", "set one of ANTIPHON_MASTER_KEY and ANTIPHON_MASTER_KEY_FILE, not both")

    def read_master_key(self, own_home: Path | None) -> bytes:
        """The 32 bytes that wrap the key store's keys. `own_home`: where a key is made at the first call (see
        `Settings.own_home`).

        Raises Refusal `master-key-missing`, `master-key-invalid`.
        """
        if self.master_key:
            return decoded(self.master_key.get_secret_value(), "ANTIPHON_MASTER_KEY")
        file = self.master_key_file
        if file is None:
            if own_home is None:
                raise Refusal(
                    "master-key-missing",
                    "with a DATABASE_URL, set ANTIPHON_MASTER_KEY (or ANTIPHON_MASTER_KEY_FILE) to 32 bytes in base64, "
                    "made once with `openssl rand -base64 32`, and keep a copy apart from all backups",
                )
            file = own_home / "keys" / "master.key"
            make_home(own_home)
            make_once(file)
        try:
            return decoded(file.read_text(), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("master-key-missing", f"the master key cannot be read: {error}") from error
