"""All views together, from an empty table to the end of the log."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg import sql

from bench.rows import Row, Size
from bench.traffic import CALLERS, SENTENCE, Caller, all_at_once, process_over
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level.clocks import evaluate
from commands.service_level.facts import ClockFacts
from domain.kernel.event import Actor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database, connect
from infra.subscriptions.host import Host, wait_until_reached
from infra.views.projector import Projector
from infra.views.rebuild import hash_of_rows
from infra.views.schema import make_table, prepare_views
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from projections.conversation.inbox import INBOX
from projections.conversation.steps import CONVERSATION_STEPS
from projections.customer.contacts import CONTACTS
from projections.customer.timeline import TIMELINE
from projections.search.passage import SEARCH
from projections.service_level.clocks import SLA_CLOCKS
from projections.service_level.policies import RULES
from projections.timer import TIMERS
from tests.support.databases import Databases
from tests.support.promising import policy_for_inquiries

_SUFFIX = "_in_sql"
_WATCH = Context(Actor(id="system-sla-watch", kind="system"))

# What the views write, as far as SQL can: it parses the same JSON into tables with the same indexes; seals stay closed.
_PARSED = """
WITH parsed AS MATERIALIZED (
    SELECT position, originator_id, originator_version, topic, recorded_at, s -> 'e' AS e, s -> 'd' AS d,
           coalesce((s -> 'e' ->> 'occurred_at')::timestamptz, recorded_at) AS at,
           coalesce(s -> 'd' ->> 'conversation_id', originator_id) AS about
    FROM (SELECT *, convert_from(state, 'UTF8')::jsonb AS s FROM antiphon.log WHERE topic = ANY (%s)) AS log
) """
_FILL: Mapping[AnyView, LiteralString] = {
    HISTORY: """
INSERT INTO {table} (conversation_id, version, place, customer_id, kind, author_id, author_kind, author_team,
    occurred_at, recorded_at, time_precision, about, field, old, new, text, channel, language, automatic, attachments,
    reason, position, deleted)
SELECT originator_id, originator_version, position, d ->> 'customer_id', topic, e -> 'actor' ->> 'id',
    e -> 'actor' ->> 'kind', e -> 'actor' ->> 'team', at, recorded_at, e ->> 'time_precision',
    coalesce(d ->> 'message_id', d ->> 'interaction_id'), NULL, d ->> 'previous',
    coalesce(d ->> 'kind', d ->> 'status'), coalesce(d ->> 'body', d ->> 'subject'), d ->> 'channel', d ->> 'language',
    coalesce((d ->> 'automatic')::bool, false), coalesce(d -> 'attachments', '[]'), e ->> 'reason', position, false
FROM parsed""",
    CONVERSATION_STEPS: """
INSERT INTO {table} (conversation_id, version, place, customer_id, at, exact, "by", what, about, value, channel,
    language, priority, product_area, reopens, position, deleted)
SELECT originator_id, originator_version, position, d ->> 'customer_id', at, e ->> 'time_precision' IS NULL,
    e -> 'actor' ->> 'kind', topic, coalesce(d ->> 'message_id', d ->> 'interaction_id'),
    coalesce(d ->> 'kind', d ->> 'status', d ->> 'opened_by'), d ->> 'channel', d ->> 'language', d ->> 'priority',
    d ->> 'product_area', false, position, false
FROM parsed""",
    CONTACTS: """
INSERT INTO {table} (customer_id, name, points, language, quiet, consents, position, deleted)
SELECT d ->> 'customer_id', min(d ->> 'name'),
    jsonb_agg(jsonb_build_object('kind', d ->> 'contact_kind', 'value', d ->> 'value') ORDER BY position)
        FILTER (WHERE d ? 'value'),
    min(d ->> 'language'), false, '[]', max(position), false
FROM parsed GROUP BY 1""",
    INBOX: """
INSERT INTO {table} (conversation_id, customer_id, channel, priority, opened_at, last_at, status, subject, language,
    product_area, interactions, kinds, waiting_since, messages_in, messages_out, due_at, due_metric, due_warned,
    due_missed, position, deleted)
SELECT about, min(d ->> 'customer_id'), min(d ->> 'channel'), coalesce(min(d ->> 'priority'), 'normal'),
    min(at), max(at), 'open', min(d ->> 'subject'), min(d ->> 'language'), min(d ->> 'product_area'),
    array_agg(d ->> 'interaction_id' ORDER BY position) FILTER (WHERE d ? 'interaction_id'),
    array_agg(d ->> 'kind' ORDER BY position) FILTER (WHERE d ? 'interaction_id'), min(at),
    count(*) FILTER (WHERE topic = 'conversation.message-received'),
    count(*) FILTER (WHERE topic = 'conversation.message-sent'), max((d #>> '{{clocks,0,due_at}}')::timestamptz),
    max(d #>> '{{clocks,0,which,metric}}'), false, false, max(position), false
FROM parsed GROUP BY about""",
    SLA_CLOCKS: """
INSERT INTO {table} (conversation_id, version, seen_version, unseen, runs, next_at, clocks, position, deleted)
SELECT about, max(originator_version) FILTER (WHERE NOT d ? 'up_to'), max((d ->> 'up_to')::int), false, true,
    max((d #>> '{{clocks,0,due_at}}')::timestamptz),
    (array_agg(d -> 'clocks' ORDER BY position DESC) FILTER (WHERE d ? 'clocks'))[1], max(position), false
FROM parsed GROUP BY about""",
    TIMERS: """
INSERT INTO {table} (kind, id, version, due_at, ahead, warned, position, deleted)
SELECT 'clocks', about, coalesce(max(originator_version) FILTER (WHERE NOT d ? 'up_to'), 0),
    coalesce(max((d #>> '{{clocks,0,due_at}}')::timestamptz), 'epoch'),
    coalesce((array_agg(d -> 'clocks' ORDER BY position DESC) FILTER (WHERE d ? 'clocks'))[1], '[]'), '[]',
    max(position), false
FROM parsed GROUP BY about""",
    RULES: """
INSERT INTO {table} (id, kind, name, versions, position, deleted)
SELECT originator_id, split_part(topic, '.', 1), coalesce(d ->> 'policy_name', d ->> 'calendar_name'),
    jsonb_build_array(d), position, false
FROM parsed""",
    TIMELINE: """
INSERT INTO {table} (place, customer_id, stream, kind, at, recorded_at, time_precision, author_id, what, text, order_id,
    position, deleted)
SELECT position, d ->> 'customer_id', originator_id, topic, at, recorded_at, e ->> 'time_precision',
    e -> 'actor' ->> 'id', coalesce(d ->> 'kind', d ->> 'channel', d ->> 'contact_kind'),
    coalesce(d ->> 'subject', d ->> 'name', d ->> 'value'), d ->> 'order_id', position, false
FROM parsed""",
    # What is sealed has no words: bodies are of those that were sent. PostgreSQL splits them, as the view's fold does.
    SEARCH: """
INSERT INTO {table} (place, customer_id, stream, kind, at, text, found_by, time_precision, about, language, position,
    deleted)
SELECT position, d ->> 'customer_id', originator_id, CASE WHEN d ? 'body' THEN 'received' ELSE 'name' END, at,
    text, to_tsvector('simple', text)::text, e ->> 'time_precision', d ->> 'message_id', d ->> 'language', position,
    false
FROM parsed, LATERAL (
    SELECT CASE WHEN d ? 'body' THEN left({sentence}, (40 + position %% 60)::int)
        ELSE coalesce(d ->> 'name', d ->> 'value') END
) AS shown (text)
WHERE d ?| ARRAY['body', 'name', 'value']""",
}


class _Watched(Caller):
    """And the clocks of each new conversation are looked at, as the watch does."""

    def __init__(self, number: int, facts: ClockFacts) -> None:
        super().__init__(number)
        self._facts = facts

    def send(self, executor: CommandExecutor) -> int:
        events = super().send(executor)
        if events == 1:
            return events
        evaluate(executor, self._facts, self.conversation_id, _WATCH)
        return events + 1


def catch_up(databases: Databases, size: Size) -> Row:
    """Events a second that the followers of all views take in, against the same rows made by INSERT … SELECT."""
    ratios, ours, theirs = [], [], []
    with databases.fresh() as urls:
        events = _filled(urls, size.catch_up)
        for _ in range(size.rounds):
            theirs.append(events / _in_sql(urls))
            with process_over(urls) as executor:  # no key in the vault's cache
                ours.append(events / by_followers(urls, executor.log, events))
            ratios.append(ours[-1] / theirs[-1])
        _same_rows(urls)
    return Row(
        "catch-up",
        f"{', '.join(view.name for view in VIEWS)} together from zero, {events:,} events, one in ten of them clocks"
        " that were seen, seals opened, events/s",
        "INSERT … SELECT of the same rows into equal tables, the JSON parsed in SQL, seals left closed",
        ">=",
        0.5,
        ratios,
        {"events/s": statistics.median(ours), "SQL events/s": statistics.median(theirs)},
    )


def row_hashes(databases: Databases, size: Size) -> Row:
    """Events a second through a replay of all views without texts, with the hash of the rows of each, as `antiphon
    audit views` makes them, against the same rows made by INSERT … SELECT."""
    ratios, ours, processor, theirs = [], [], [], []
    with databases.fresh() as urls:
        events = _filled(urls, size.catch_up)
        for _ in range(size.rounds):
            theirs.append(events / _in_sql(urls))
            with process_over(urls) as executor:
                used = time.process_time()
                taken = by_followers(urls, executor.log, events, opened=False) + _hashing(urls, events)
                processor.append(events / (time.process_time() - used))
                ours.append(events / taken)
            ratios.append(ours[-1] / theirs[-1])
        _same_rows(urls)
    return Row(
        "row-hashes",
        f"a replay of {len(VIEWS)} views from zero, {events:,} events, without texts, and the hash of the rows of each,"
        " events/s",
        "INSERT … SELECT of the same rows into equal tables, the JSON parsed in SQL, without hashes",
        ">=",
        0.6,
        ratios,
        {
            "events/s": statistics.median(ours),
            "events/s of our processor time": statistics.median(processor),
            "SQL events/s": statistics.median(theirs),
        },
    )


def _hashing(urls: Urls, position: int) -> float:
    with connect(urls.database_url, "owner") as connection:
        began = time.perf_counter()
        for view in VIEWS:
            hash_of_rows(connection, Table(view), position)
        return time.perf_counter() - began


def _filled(urls: Urls, events: int) -> int:
    """Append so many events, or some more; answers the last position."""
    prepare_views(urls.database_url, VIEWS)
    with connect(urls.database_url, "owner") as owner:
        for view in VIEWS:
            make_table(owner, Table(view, _SUFFIX))
    with process_over(urls) as executor:
        policy_for_inquiries(executor)
        facts = ClockFacts(executor.log, "UTC")
        all_at_once(executor, [_Watched(number, facts) for number in range(CALLERS)], events=events)
        return executor.log.position()


def _in_sql(urls: Urls) -> float:
    with connect(urls.database_url, "owner") as connection:
        _empty(connection, [Table(view, _SUFFIX) for view in VIEWS])
        began = time.perf_counter()
        for view, statement in _FILL.items():
            query = sql.SQL(_PARSED) + sql.SQL(statement).format(
                table=Table(view, _SUFFIX).name, sentence=sql.Literal(SENTENCE)
            )
            connection.execute(query, (sorted(event.stored_name for event in view.reads),))
        return time.perf_counter() - began


def by_followers(urls: Urls, log: Log, position: int, *, opened: bool = True) -> float:
    """Seconds until all views have come from zero to this position."""
    with connect(urls.database_url, "owner") as connection:
        _empty(connection, [Table(view) for view in VIEWS])
        connection.execute("UPDATE antiphon.followers SET position = 0")
    database = Database(urls.database_url, "projector")
    subscriptions = [Projector(view, opened=opened) for view in VIEWS]
    began = time.perf_counter()
    with Host(log, database, subscriptions):
        wait_until_reached(database, [(each.name, each.version) for each in subscriptions], position)
        taken = time.perf_counter() - began
    database.close()
    return taken


def _empty(connection: Connection, tables: Sequence[Table[Any]]) -> None:
    for table in tables:
        connection.execute(sql.SQL("TRUNCATE {}").format(table.name))


def _same_rows(urls: Urls) -> None:
    with connect(urls.database_url, "owner") as connection:
        for view in VIEWS:
            counts = {
                connection.execute(sql.SQL("SELECT count(*) FROM {}").format(Table(view, suffix).name)).fetchone()
                for suffix in ("", _SUFFIX)
            }
            assert len(counts) == 1, f"{view.name} holds other rows than its reference: {counts}"
