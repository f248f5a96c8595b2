"""The installation's id, which log and key store both carry: keys of one log are never used, or made, for another.

The id is written when a log and its key store are first opened together. A log from before that has no id: its key
store is recognised by the keys of the customers in the log.
"""

from __future__ import annotations

from uuid import uuid4

from domain.kernel.refusal import Refusal
from infra.keys.vault import UNIQUE_KEYS, Vault
from infra.postgres.database import Connection

MOST_SUBJECTS = 50
"""How many of the log's customers are looked up in the key store, at most."""

_SUBJECTS = """
(SELECT DISTINCT subject FROM antiphon.claims WHERE subject IS NOT NULL LIMIT %(most)s)
UNION (SELECT subject FROM antiphon.erased LIMIT %(most)s)"""


def check_own_vault(log: Connection, vault: Vault, *, restoring: bool = False) -> None:
    """Check that the key store is the log's own; change nothing.

    `restoring`: the log is empty and about to be filled, so that any key store may be the right one. Raises Refusal
    `vault-not-own`, Overloaded.
    """
    of_log, of_vault = id_of(log), vault.installation()
    if of_log is not None and of_vault is not None:
        if of_log != of_vault:
            raise not_own("the log is of another installation than the key store")
    elif not _empty(log):
        check_keys(log, vault)
    elif of_vault is not None and not restoring and not vault.empty():
        raise not_own(
            "the log is new and empty, and the key store is another's (if it is that of a backup: restore it)"
        )


def pair(log: Connection, vault: Vault) -> None:
    """Give log and key store the same id, once `check_own_vault` has found nothing. Raises Overloaded."""
    of_log, of_vault = id_of(log), vault.installation()
    if of_log is not None and of_vault is not None:
        return
    if _empty(log) and not vault.empty():
        return  # a log that was lost: its backup will tell whose keys these are
    name(log, vault, of_log or str(uuid4()))


def name(log: Connection, vault: Vault, id: str) -> None:
    """Give log and key store this id, or the one that the key store has already. Raises Overloaded."""
    id = vault.name_installation(id)
    log.execute("INSERT INTO antiphon.installation (id) VALUES (%s) ON CONFLICT DO NOTHING", (id,))


def _empty(log: Connection) -> bool:
    return log.execute("SELECT 1 FROM antiphon.log LIMIT 1").fetchone() is None


def id_of(log: Connection) -> str | None:
    """The id that the log carries."""
    row = log.execute("SELECT id FROM antiphon.installation").fetchone()
    return row[0] if row else None


def check_keys(log: Connection, vault: Vault) -> None:
    """Check that the key store holds keys of the log's customers. Raises Refusal `vault-not-own`, Overloaded."""
    subjects = {subject for (subject,) in log.execute(_SUBJECTS, {"most": MOST_SUBJECTS}).fetchall()}
    hashed = log.execute("SELECT 1 FROM antiphon.claims LIMIT 1").fetchone() is not None
    if subjects and not vault.known(subjects):
        raise not_own("the key store has never had a key of the log's customers")
    if hashed and not vault.known({UNIQUE_KEYS}):
        raise not_own("the key store has never had the key of the log's unique keys")


def not_own(why: str) -> Refusal:
    """The refusal to use a key store that is not the log's own."""
    return Refusal(
        "vault-not-own",
        f"{why}; nothing was written. Set VAULT_URL (or ANTIPHON_HOME) to the key store with which the log was "
        "written, or restore that key store from its backup; a new installation needs a new, empty key store",
    )
