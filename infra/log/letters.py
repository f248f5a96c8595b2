"""The waiting dead letters about a person go with the person: their keys are destroyed, and their bytes wiped."""

from __future__ import annotations

from collections.abc import Mapping

from infra.keys.vault import Vault
from infra.postgres.database import Database

ERASER = "system-erasure"
_WHY = "whom it is about was erased"

_ABOUT = """
SELECT id, subject FROM antiphon.dead_letters WHERE state = 'waiting' AND about && (
    SELECT array_agg(key) FROM (
        SELECT key FROM antiphon.claims WHERE subject = ANY (%(people)s)
        UNION ALL SELECT unnest(%(hashes)s::bytea[])
    ) AS named)"""


def destroy_letters(database: Database, vault: Vault, people: Mapping[str, bytes]) -> int:
    """Destroy the letters about these people: by the hashes of their ids, and by the unique keys that lead to them, for
    which it has to come before these go. `people`: the hash of each id. Answers how many. Raises Overloaded."""
    with database.connection() as connection:
        given = {"people": [*people], "hashes": [*people.values()]}
        rows = connection.execute(_ABOUT, given).fetchall()
        if not rows:
            return 0
        vault.destroy(*(subject for _, subject in rows))
        with connection.transaction():
            ids = connection.execute(
                "UPDATE antiphon.dead_letters SET state = 'discarded', sealed = NULL "
                "WHERE state = 'waiting' AND id = ANY (%s) RETURNING id",
                ([id for id, _ in rows],),
            ).fetchall()
            connection.execute(
                "INSERT INTO antiphon.dead_letter_decisions (letter, what, who, why) "
                "SELECT unnest(%s::text[]), 'discard', %s, %s",
                ([id for (id,) in ids], ERASER, _WHY),
            )
    return len(ids)
