"""`antiphon migrate`: brings the databases to this release's schema."""

from __future__ import annotations

import typer

from cli.wiring.composition import bring_up_to_date
from cli.wiring.topics import kafka_of, prepare_checkpoints
from infra.embedded.postgres import databases
from infra.kafka.topics import prepare_topics
from infra.settings.settings import Settings


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("migrate")(migrate)


def migrate() -> None:
    """Bring log, key store and the tables of views to this release's schema.

    Only this verb does so to databases that DATABASE_URL and VAULT_URL name; an embedded PostgreSQL is migrated by
    every verb. Also create missing topics, where KAFKA_BOOTSTRAP_SERVERS is set.
    """
    settings = Settings.load()
    kafka = kafka_of(settings)
    with databases(settings.postgres, settings.home.folder) as urls:
        applied = bring_up_to_date(urls, settings.postgres.deadline_seconds)
    if kafka:
        made = prepare_topics(kafka, settings.kafka.topic_partitions) + prepare_checkpoints(settings, kafka)
        applied += [f"topics/{name}" for name in made]
    print("\n".join(applied) or "nothing to do")
