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
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from cachetools import TTLCache
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.refusal import Overloaded, Refusal
from infra.batching import Batcher
from infra.keys.subject_keys import SubjectKeys
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
        other_master_key: bytes | None = None,
        cached_subjects: int = CACHE_SUBJECTS,
        cached_seconds: float = CACHE_SECONDS,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keys are wrapped under `master_key`, and opened with either: `other_master_key` is the next one, or the
        former one, while the master key is changed. `timer`: by which cached keys expire."""
        self.database = database
        masters = [master_key, *([other_master_key] if other_master_key else [])]
        self._masters = [AESGCM(each) for each in masters]
        self._mac_keys = [hmac.digest(each, b"antiphon: authentication of files", "sha256") for each in masters]
        self._lock = threading.Lock()
        self._cache: TTLCache[str, SubjectKeys] = TTLCache(cached_subjects, cached_seconds, timer)
        self._withheld: TTLCache[None, frozenset[tuple[str, int]]] = TTLCache(1, cached_seconds, timer)
        self._create: Batcher[str, SubjectKeys] = Batcher("vault-keys", self._create_many)

    def key(self, subject: str) -> bytes:
        """The subject's 32-byte key, made on first use. Raises SubjectErased, Overloaded."""
        return self.of_subject(subject).key

    def of_subject(self, subject: str) -> SubjectKeys:
        """The subject's keys, made on first use. Raises SubjectErased, Overloaded."""
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
        """The key of each of these subjects in one query; None where destroyed. A key that never existed is left
        out."""
        found = self.of_subjects(subjects).items()
        return {subject: None if each is None else each.key for subject, each in found}

    def of_subjects(self, subjects: Iterable[str]) -> dict[str, SubjectKeys | None]:
        """The keys of these subjects, as `keys`."""
        found: dict[str, SubjectKeys | None] = {}
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

    def between(self, first: str, end: str) -> list[str]:
        """The subjects with a key from this one on, and before that one. Raises Overloaded."""
        with self.database.connection() as connection:
            rows = connection.execute(
                "SELECT subject FROM vault.keys WHERE subject >= %s AND subject < %s AND wrapped IS NOT NULL "
                "ORDER BY subject",
                (first, end),
            ).fetchall()
        return [subject for (subject,) in rows]

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
        return self.macs()[0]

    def macs(self) -> list[hmac.HMAC]:
        """`mac`, and the same under the other master key: one of them authenticates a file that was written before the
        master key was changed."""
        return [hmac.new(each, digestmod="sha256") for each in self._mac_keys]

    def rewrap(self) -> int:
        """Wrap each key anew that is wrapped under the other master key, or that a former release made, so that the
        texts that follow have keys of their own. Answers how many these were; ask again until there are none, since
        other processes make keys meanwhile. Killed at any point, a repeat does the rest.

        A key that is destroyed meanwhile stays destroyed: a row is replaced only while it is what was read. Raises
        Refusal `master-key-wrong` where neither master key fits, Overloaded.
        """
        rewrapped = 0
        for page in self._pages():
            old = [(subject, wrapped) for subject, wrapped in page if not self._up_to_date(subject, wrapped)]
            opened = [SubjectKeys(self._unwrapped(subject, wrapped)).with_tree() for subject, wrapped in old]
            fresh = [self._wrapped(subject, each.packed) for (subject, _), each in zip(old, opened, strict=True)]
            with self.database.connection() as connection:
                rewrapped += connection.execute(
                    "UPDATE vault.keys k SET wrapped = n.fresh FROM unnest(%b::text[], %b::bytea[], %b::bytea[]) "
                    "AS n(subject, old, fresh) WHERE k.subject = n.subject AND k.wrapped = n.old",
                    ([subject for subject, _ in old], [wrapped for _, wrapped in old], fresh),
                ).rowcount
        return rewrapped

    def _up_to_date(self, subject: str, wrapped: bytes) -> bool:
        packed = _opens(self._masters[0], subject, wrapped)
        return packed is not None and SubjectKeys(packed).has_tree

    def unreadable(self) -> Iterator[str]:
        """The subjects whose keys are there, and open under no master key that is known. Raises Overloaded."""
        for page in self._pages():
            for subject, wrapped in page:
                if not any(_opens(master, subject, wrapped) for master in self._masters):
                    yield subject

    def lost(self, subjects: Iterable[str]) -> set[str]:
        """Those of these subjects of whom the key store has no key, and no erasure either. Raises Overloaded."""
        asked = sorted(set(subjects))
        with self.database.connection() as connection:
            rows = connection.execute("SELECT subject FROM vault.keys WHERE subject = ANY (%s)", (asked,)).fetchall()
        return set(asked).difference(subject for (subject,) in rows)

    def _pages(self) -> Iterator[list[tuple[str, bytes]]]:
        after = ""
        while True:
            with self.database.connection() as connection:
                page: list[tuple[str, bytes]] = connection.execute(
                    "SELECT subject, wrapped FROM vault.keys WHERE subject > %s AND wrapped IS NOT NULL "
                    "ORDER BY subject LIMIT 500",
                    (after,),
                ).fetchall()
            if not page:
                return
            yield page
            after = page[-1][0]

    def withhold(self, stream: str, version: int, subjects: Iterable[str]) -> None:
        """Open no text of this event any more, for any reader: its message was taken out. The keys that its texts have
        of their own, under these subjects, are destroyed. A repeat does what is left. Raises Overloaded."""
        for subject in sorted(set(subjects)):
            self._destroy_own_key(subject, f"{stream}/{version}/")
        with self.database.connection() as connection:
            connection.execute("INSERT INTO vault.withheld VALUES (%s, %s) ON CONFLICT DO NOTHING", (stream, version))
        with self._lock:
            self._withheld.clear()

    def _destroy_own_key(self, subject: str, place: str) -> None:
        while True:
            with self.database.connection() as connection:
                row = connection.execute("SELECT wrapped FROM vault.keys WHERE subject = %s", (subject,)).fetchone()
                if row is None or row[0] is None:
                    return  # nothing was ever sealed, or everything is erased
                keys = SubjectKeys(self._unwrapped(subject, row[0]))
                left = keys.without(place)
                if left == keys:
                    break
                changed = connection.execute(
                    "UPDATE vault.keys SET wrapped = %b WHERE subject = %s AND wrapped = %b",
                    (self._wrapped(subject, left.packed), subject, row[0]),
                ).rowcount
                if changed:  # else another process took out another text, or changed the master key
                    break
        with self._lock:
            self._cache.pop(subject, None)

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

    def _cached(self, subject: str) -> SubjectKeys | None:
        with self._lock:  # for reads, too: each read notes that the key was used
            return self._cache.get(subject)

    def _keep(self, subject: str, wrapped: bytes) -> SubjectKeys:
        keys = SubjectKeys(self._unwrapped(subject, wrapped))
        with self._lock:
            self._cache[subject] = keys
        return keys

    def _wrapped(self, subject: str, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._masters[0].encrypt(nonce, key, subject.encode())

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        for master in self._masters:
            if (key := _opens(master, subject, wrapped)) is not None:
                return key
        raise Refusal("master-key-wrong", "the key store was written under another ANTIPHON_MASTER_KEY")

    def _create_many(self, subjects: Sequence[str], until: float) -> list[SubjectKeys | BaseException]:
        wanted = sorted(set(subjects))
        fresh = [self._wrapped(subject, SubjectKeys.fresh().packed) for subject in wanted]
        with self.database.connection(until - time.monotonic()) as connection:
            rows = connection.execute(_MAKE, (wanted, fresh, wanted), binary=True).fetchall()
            if len(rows) < len(wanted):  # another process made some of the keys at the same moment
                rows = connection.execute(_FIND, (wanted,), binary=True, prepare=False).fetchall()
        keys: dict[str, SubjectKeys | BaseException] = {}
        for subject, wrapped in rows:
            try:
                keys[subject] = self._keep(subject, wrapped) if wrapped is not None else SubjectErased(subject)
            except Refusal as refusal:
                keys[subject] = refusal
        return [keys[subject] for subject in subjects]


def _opens(master: AESGCM, subject: str, wrapped: bytes) -> bytes | None:
    """The key, if this master key fits."""
    try:
        return master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], subject.encode())
    except InvalidTag:
        return None
