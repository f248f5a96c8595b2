"""The key store: one key per subject, in a database of its own, wrapped by the master key. Destroying a key is the
erasure.

Nothing in the key store is ever in the log's backup. A destroyed key leaves an empty row: these rows are the list of
erasures that a restore applies, and the reason why a late event never makes a new key.
"""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from cachetools import TTLCache
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.refusal import Overloaded, Refusal
from infra.batching import Batcher
from infra.postgres.database import Database

UNIQUE_KEYS: Final = "antiphon:claims"
"""The subject of the key of the unique keys' HMACs; no customer's id looks like it."""

_NONCE_BYTES = 12
# Planned anew each time: a plan made while the table is small reads the whole table when the table is large.
_FIND = "SELECT subject, wrapped FROM vault.keys WHERE subject = ANY (%b)"
_MAKE = f"""
WITH made AS (
    INSERT INTO vault.keys (subject, wrapped) SELECT * FROM unnest(%b::text[], %b::bytea[])
    ON CONFLICT DO NOTHING RETURNING subject, wrapped
)
TABLE made UNION ALL {_FIND}"""  # noqa: S608


class SubjectErased(Refusal):
    """The subject's key is destroyed: nothing more can be written about the subject."""

    def __init__(self, subject: str) -> None:
        super().__init__("customer-erased", f"{subject} was erased; a later contact is a new customer")
        self.subject = subject


class Vault:
    """Keys by subject, cached for a short time. Thread-safe."""

    CACHE_SECONDS = 60.0
    """Short, so that a key that another process destroyed is soon forgotten here, too."""
    CACHE_SUBJECTS = 100_000

    def __init__(
        self,
        database: Database,
        master_key: bytes,
        *,
        cached_subjects: int = CACHE_SUBJECTS,
        cached_seconds: float = CACHE_SECONDS,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """`timer`: by which cached keys expire."""
        self.database = database
        self._master = AESGCM(master_key)
        self._mac_key = hmac.digest(master_key, b"antiphon: authentication of files", "sha256")
        self._lock = threading.Lock()
        self._cache: TTLCache[str, bytes] = TTLCache(cached_subjects, cached_seconds, timer)
        self._withheld: TTLCache[None, frozenset[tuple[str, int]]] = TTLCache(1, cached_seconds, timer)
        self._create: Batcher[str, bytes] = Batcher("vault-keys", self._create_many)

    def key(self, subject: str) -> bytes:
        """The subject's 32-byte key, made on first use. Raises SubjectErased, Overloaded."""
        return self._cached(subject) or self._create.ask(subject, self.database.deadline_seconds)

    def prepare(self, subjects: Iterable[str], seconds: float) -> dict[str, BaseException]:
        """Make the missing keys of these subjects, in one query of at most so many seconds; `key` then finds them.

        Answers the subjects without a key, and why: SubjectErased, Overloaded.
        """
        missing = sorted({subject for subject in subjects if self._cached(subject) is None})
        if not missing:
            return {}
        try:
            keys = self._create_many(missing, time.monotonic() + seconds)
        except Overloaded as error:
            return dict.fromkeys(missing, error)
        return {subject: why for subject, why in zip(missing, keys, strict=True) if isinstance(why, BaseException)}

    def keys(self, subjects: Iterable[str]) -> dict[str, bytes | None]:
        """The keys of these subjects in one query; None where destroyed. A key that never existed is left out."""
        found: dict[str, bytes | None] = {}
        missing = []
        for subject in set(subjects):
            key = self._cached(subject)
            if key is None:
                missing.append(subject)
            else:
                found[subject] = key
        if missing:
            with self.database.connection() as connection:
                rows = connection.execute(_FIND, (missing,), binary=True, prepare=False).fetchall()
            for subject, wrapped in rows:
                found[subject] = self._keep(subject, wrapped) if wrapped is not None else None
        return found

    def destroy(self, *subjects: str) -> None:
        """Destroy the subjects' keys for good, all or none. A repeat keeps the first time of destruction."""
        with self.database.connection() as connection:
            connection.execute(
                "INSERT INTO vault.keys AS k (subject, erased_at) SELECT unnest(%s::text[]), clock_timestamp() "
                "ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, "
                "erased_at = coalesce(k.erased_at, clock_timestamp())",
                (sorted(set(subjects)),),
            )
        with self._lock:
            for subject in subjects:
                self._cache.pop(subject, None)

    def destroyed(self, subjects: Iterable[str]) -> set[str]:
        """The subjects among these whose keys are destroyed, whatever is cached. Raises Overloaded."""
        with self.database.connection() as connection:
            rows = connection.execute(
                "SELECT subject FROM vault.keys WHERE subject = ANY (%s) AND wrapped IS NULL", (sorted(subjects),)
            ).fetchall()
        return {subject for (subject,) in rows}

    def known(self, subjects: Iterable[str]) -> bool:
        """Whether any of these subjects has a key, or had one that was destroyed. Raises Overloaded."""
        with self.database.connection() as connection:
            found = connection.execute("SELECT 1 FROM vault.keys WHERE subject = ANY (%s) LIMIT 1", (sorted(subjects),))
            return found.fetchone() is not None

    def empty(self) -> bool:
        """Whether no key was ever made. Raises Overloaded."""
        with self.database.connection() as connection:
            return connection.execute("SELECT 1 FROM vault.keys LIMIT 1").fetchone() is None

    def installation(self) -> str | None:
        """The id of the installation whose keys these are; None where none was named yet. Raises Overloaded."""
        with self.database.connection() as connection:
            row = connection.execute("SELECT id FROM vault.installation").fetchone()
        return row[0] if row else None

    def name_installation(self, id: str) -> str:
        """Name the installation, unless it is named. Answers its id. Raises Overloaded."""
        with self.database.connection() as connection:
            connection.execute("INSERT INTO vault.installation (id) VALUES (%s) ON CONFLICT DO NOTHING", (id,))
        return self.installation() or id

    def mac(self) -> hmac.HMAC:
        """An HMAC-SHA256 under a key that is derived from the master key: for files that only we may have written."""
        return hmac.new(self._mac_key, digestmod="sha256")

    def withhold(self, stream: str, version: int) -> None:
        """Open no text of this event any more, for any reader: its message was taken out. Raises Overloaded."""
        with self.database.connection() as connection:
            connection.execute("INSERT INTO vault.withheld VALUES (%s, %s) ON CONFLICT DO NOTHING", (stream, version))
        with self._lock:
            self._withheld.clear()

    def withheld(self) -> frozenset[tuple[str, int]]:
        """The events, as (stream, version), of which no text is opened; as of a short time ago. Raises Overloaded."""
        with self._lock:
            if (known := self._withheld.get(None)) is not None:
                return known
        with self.database.connection() as connection:
            found = frozenset(connection.execute("SELECT stream, version FROM vault.withheld").fetchall())
        with self._lock:
            self._withheld[None] = found
        return found

    def forget_cached(self) -> None:
        """Ask for everything anew: another process may have destroyed keys, or taken messages out."""
        with self._lock:
            self._cache.clear()
            self._withheld.clear()

    def erasures(self) -> list[tuple[str, datetime]]:
        """All subjects whose key was destroyed, and when: what a restore of the log has to apply."""
        with self.database.connection() as connection:
            return connection.execute(
                "SELECT subject, erased_at FROM vault.keys WHERE erased_at IS NOT NULL ORDER BY erased_at, subject"
            ).fetchall()

    def close(self) -> None:
        """Close the connections to the database."""
        self._create.close()
        self.database.close()

    def _cached(self, subject: str) -> bytes | None:
        with self._lock:  # for reads, too: each read notes that the key was used
            return self._cache.get(subject)

    def _keep(self, subject: str, wrapped: bytes) -> bytes:
        try:
            key = self._master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], subject.encode())
        except InvalidTag:
            raise Refusal("master-key-wrong", "the key store was written under another ANTIPHON_MASTER_KEY") from None
        with self._lock:
            self._cache[subject] = key
        return key

    def _create_many(self, subjects: Sequence[str], until: float) -> list[bytes | BaseException]:
        fresh = []
        for subject in (wanted := sorted(set(subjects))):
            nonce = os.urandom(_NONCE_BYTES)
            fresh.append(nonce + self._master.encrypt(nonce, AESGCM.generate_key(256), subject.encode()))
        with self.database.connection(until - time.monotonic()) as connection:
            rows = connection.execute(_MAKE, (wanted, fresh, wanted), binary=True).fetchall()
            if len(rows) < len(wanted):  # another process made some of the keys at the same moment
                rows = connection.execute(_FIND, (wanted,), binary=True, prepare=False).fetchall()
        keys: dict[str, bytes | BaseException] = {}
        for subject, wrapped in rows:
            try:
                keys[subject] = self._keep(subject, wrapped) if wrapped is not None else SubjectErased(subject)
            except Refusal as refusal:
                keys[subject] = refusal
        return [keys[subject] for subject in subjects]
