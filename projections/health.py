"""The list of everything that can wait or fail quietly: `antiphon doctor`, `/readyz` and `/metrics` are made from it.

Whatever is added to an installation and may wait unseen gets a check here, and so appears in all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, get_args

import psycopg
from psycopg import sql

from domain.channel import LATER, LOOKED_BACK
from domain.conversation.events import CLOSED, Status
from domain.kernel.personal import ERASED
from infra.failures import error_code
from infra.health.check import Check, Reading, Sources
from infra.health.letters import DeadLettersWait, MessagesHeld
from infra.health.mail import MailIsFetched
from infra.health.processes import CommandsWait, PartsRestart, ProcessesRun, TopicsAreRead, running
from infra.health.proof import LogIsProved
from infra.health.storage import BackupsAreMade, DiskHasRoom, VaultAnswers
from infra.health.subscriptions import LATE_SECONDS, LogGrows, SubscriptionsKeepUp
from infra.views.tables import Table
from infra.views.versions import is_live
from projections import timer as timers
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from projections.conversation.inbox import COUNTED, INBOX
from projections.message import RECEIPTS
from projections.signal.board import BOARD
from projections.timer import TIMERS
from projections.webhook import WEBHOOKS

MOST_NAMED = 5
"""How many channels that nobody serves are named."""
NEWEST_LINES = 5_000
"""Among how many lines a message is looked for that nobody took."""
_OPEN = [status for status in get_args(Status) if status not in CLOSED]
_UNSERVED = sql.SQL(
    "SELECT channel, count(*) FROM unnest(%(statuses)s::text[]) AS counted(name)"
    " CROSS JOIN LATERAL (SELECT channel FROM {} AS t WHERE t.status = counted.name AND t.merged_into IS NULL"
    " AND NOT t.deleted LIMIT %(most)s) AS t"
    " WHERE NOT channel = ANY (%(served)s::text[]) GROUP BY channel ORDER BY count(*) DESC, channel"
).format(Table(INBOX).name)
"""The open conversations of each channel that is none of the served ones, among any 10,000 of a status."""

_OVERDUE = sql.SQL(
    "SELECT count(*) FROM (SELECT FROM {} AS t WHERE t.missed_at IS NOT NULL AND t.merged_into IS NULL"
    " AND NOT t.deleted LIMIT %(most)s) AS t"
).format(Table(BOARD).name)


_UNTAKEN = sql.SQL(
    "SELECT channel, count(*), min(t.recorded_at),"
    " extract(epoch FROM clock_timestamp() - min(t.recorded_at))::float8"
    " FROM (SELECT * FROM {} AS t ORDER BY t.position DESC LIMIT %(most)s) AS t"
    " JOIN unnest(%(channels)s::text[], %(within)s::interval[]) AS known(channel, within) USING (channel)"
    " WHERE t.kind = 'sent' AND NOT t.deleted AND NOT t.removed AND t.text <> %(erased)s"
    " AND t.recorded_at < clock_timestamp() - known.within"
    " AND t.recorded_at > clock_timestamp() - known.within - %(looked_back)s"
    " AND t.occurred_at >= t.recorded_at - %(later)s"
    " AND NOT EXISTS (SELECT FROM {} AS r WHERE r.message_id = t.about AND NOT r.deleted)"
    " GROUP BY channel ORDER BY count(*) DESC, channel"
).format(Table(HISTORY).name, Table(RECEIPTS).name)
"""As `ServedChannels.untaken`, of messages without a receipt, among the newest lines of all conversations."""


_WEBHOOKS = sql.SQL(
    "SELECT w.webhook_id, w.disabled, coalesce(p.waiting, 0), coalesce(p.quarantined, 0), coalesce(p.failing, 0)"
    " FROM {} AS w LEFT JOIN LATERAL ("
    "SELECT count(*) FILTER (WHERE d.state = 'waiting') AS waiting,"
    " count(*) FILTER (WHERE d.state = 'quarantined') AS quarantined,"
    " extract(epoch FROM clock_timestamp() - min(a.at))::float8 AS failing"
    " FROM antiphon.webhook_deliveries AS d LEFT JOIN LATERAL ("
    "SELECT min(at) AS at FROM (SELECT at FROM antiphon.webhook_attempts AS a"
    " WHERE d.state = 'waiting' AND (a.webhook_id, a.at_position) = (d.webhook_id, d.at_position)"
    " ORDER BY id DESC LIMIT d.attempts) AS a) AS a ON true"
    " WHERE d.webhook_id = w.webhook_id AND d.state IN ('waiting', 'quarantined')) AS p ON true"
    " WHERE NOT w.deleted ORDER BY w.webhook_id"
).format(Table(WEBHOOKS).name)
"""Each webhook with what waits and what is quarantined, and how long ago the first attempt was made at what waits."""


class WatchesKeepUp(Check):
    """Timers whose due has passed and that no watch has handled yet."""

    name = "watches"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_timers_passed": "Timers of a kind whose due has passed and that were not handled yet.",
        "antiphon_timers_late_seconds": "How long ago the earliest due of those passed; 0 where none has.",
    }
    labels = ("kind",)

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for each kind of timer."""
        if not is_live(sources.connection, TIMERS.name, TIMERS.version):
            yield Reading("the view of timers is not live yet")
            return
        watched = any(each.what == "followers" for each in running(sources))
        for kind, (count, seconds) in timers.late(sources.connection).items():
            values = {"antiphon_timers_passed": count, "antiphon_timers_late_seconds": seconds}
            late = watched and seconds > LATE_SECONDS
            wrong = f"timers of {kind} are late by {seconds:.0f} seconds: see the log of `antiphon run followers`"
            yield Reading(f"{kind}: {count} wait", wrong if late else None, values, (kind,))


class ChannelsAreServed(Check):
    """Open conversations over channels that nobody serves: an answer has to go another way."""

    name = "channels"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_unserved_channels": "Channels that nobody serves and over which there are open conversations.",
        "antiphon_unserved_conversations": "Open conversations over those channels.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """How many conversations, and which channels have the most."""
        if not is_live(sources.connection, INBOX.name, INBOX.version):
            yield Reading("the inbox is not live yet")
            return
        parameters = {"statuses": _OPEN, "most": COUNTED, "served": sorted(sources.channels.names)}
        rows = sources.connection.execute(_UNSERVED, parameters, prepare=False).fetchall()
        found: dict[str, int] = dict(rows)
        conversations = sum(found.values())
        values = {"antiphon_unserved_channels": len(found), "antiphon_unserved_conversations": conversations}
        if not found:
            yield Reading("all open conversations came over channels that are served", values=values)
            return
        names = ", ".join([*found][:MOST_NAMED]) + (", …" if len(found) > MOST_NAMED else "")
        wrong = "answer them over another channel; if somebody serves it, add it to ANTIPHON_SERVED_CHANNELS"
        yield Reading(f"{conversations} open conversations came over channels nobody serves: {names}", wrong, values)


class MessagesAreTaken(Check):
    """Messages to customers that nobody took, over channels whose gateways report how far messages come."""

    name = "outbound"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_untaken_messages": "Messages to customers of the last week that no gateway took in time.",
        "antiphon_untaken_messages_oldest_seconds": "How long ago the oldest of those was sent; 0 where there is none.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """How many messages, over which channels, and since when."""
        within = sources.channels.taken_within
        values = dict.fromkeys(self.metrics, 0.0)
        if not within:
            yield Reading("no gateway is known to report what it takes (ANTIPHON_TAKEN_WITHIN)", values=values)
            return
        if not all(is_live(sources.connection, view.name, view.version) for view in (HISTORY, RECEIPTS)):
            yield Reading("the history is not live yet", values=values)
            return
        parameters = {
            "most": NEWEST_LINES, "channels": [*within], "within": [*within.values()], "erased": ERASED,
            "looked_back": LOOKED_BACK, "later": LATER,
        }  # fmt: skip
        rows = sources.connection.execute(_UNTAKEN, parameters, prepare=False).fetchall()
        if not rows:
            yield Reading("gateways took what was sent", values=values)
            return
        number, since = sum(row[1] for row in rows), min(row[2] for row in rows)
        values = dict(zip(self.metrics, (number, max(row[3] for row in rows)), strict=True))
        over = ", ".join(row[0] for row in rows[:MOST_NAMED])
        what = f"{number} messages were sent and nobody took them, over {over}, since {since:%Y-%m-%d %H:%M:%S} UTC"
        yield Reading(
            what, "see whether the gateway of the channel runs, and gets its messages: docs/gateways.md", values
        )


class WebhooksAreTaken(Check):
    """Posts to webhooks that their endpoints do not take."""

    name = "webhooks"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_webhook_posts_waiting": "Posts to webhooks that wait.",
        "antiphon_webhook_posts_failing_seconds": "How long ago the first attempt was made at a post that still waits; "
        "0 where none was tried.",
        "antiphon_webhook_posts_quarantined": "Posts to webhooks that were given up, and those behind them.",
        "antiphon_webhooks_disabled": "Webhooks to which nothing is posted, unless somebody asked for that.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for all webhooks, then one for each that does not take its posts."""
        if not is_live(sources.connection, WEBHOOKS.name, WEBHOOKS.version):
            yield Reading("the view of webhooks is not live yet", values=dict.fromkeys(self.metrics, 0.0))
            return
        rows = sources.connection.execute(_WEBHOOKS, prepare=False).fetchall()
        waiting, quarantined = sum(row[2] for row in rows), sum(row[3] for row in rows)
        given_up = [row[0] for row in rows if row[1] not in (None, "asked")]
        numbers = (waiting, max((row[4] for row in rows), default=0.0), quarantined, len(given_up))
        says = f"{len(rows)} registered, {waiting} posts wait" if rows else "none is registered"
        yield Reading(says, values=dict(zip(self.metrics, numbers, strict=True)))
        for id, disabled, waiting, quarantined, failing in rows:
            says = f"{id}: {waiting} posts wait, {quarantined} are quarantined"
            if disabled is not None:
                wrong = f"see to the endpoint, then: antiphon webhooks enable {id}" if id in given_up else None
                yield Reading(f"{says}, disabled: {disabled}", wrong)
            elif quarantined:
                yield Reading(says, f"see to the endpoint, then: antiphon webhooks retry {id}")
            elif failing > LATE_SECONDS:
                wrong = f"see what the endpoint answers: antiphon webhooks show {id}"
                yield Reading(f"{says}, tried for {failing:.0f} seconds", wrong)


class SignalsAreAnswered(Check):
    """Routed signals that nobody took on in time, or that were not answered in time. It waits for a team, so that the
    installation is as it should be."""

    name = "signals"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_signals_overdue": "Routed signals that no team took on, or answered, in time, up to 10,000.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """How many."""
        if not is_live(sources.connection, BOARD.name, BOARD.version):
            yield Reading("the board is not live yet")
            return
        ((count,),) = sources.connection.execute(_OVERDUE, {"most": COUNTED}, prepare=False).fetchall()
        more = "" if count == 0 else ": antiphon signals board --overdue"
        yield Reading(f"{count} routed signals are overdue{more}", values={"antiphon_signals_overdue": count})


CHECKS: Sequence[Check] = (
    LogGrows(),
    SubscriptionsKeepUp([(view.name, view.version) for view in VIEWS]),
    WatchesKeepUp(),
    VaultAnswers(),
    DeadLettersWait(),
    ChannelsAreServed(),
    MessagesAreTaken(),
    WebhooksAreTaken(),
    SignalsAreAnswered(),
    MessagesHeld(),
    MailIsFetched(),
    TopicsAreRead(),
    CommandsWait(),
    ProcessesRun(),
    PartsRestart(),
    LogIsProved(),
    BackupsAreMade(),
    DiskHasRoom(),
)
"""All checks, in the order in which doctor prints them."""


def readings(sources: Sources) -> Iterator[tuple[Check, list[Reading]]]:
    """What each check finds. A check that may not look says so, and keeps no other from looking. Raises
    psycopg.OperationalError where the database goes away."""
    for check in CHECKS:
        try:
            found = [*check.read(sources)]
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            wrong = "the login may not look at it: has `antiphon migrate` of this release run as this login?"
            found = [Reading(f"cannot be looked at: {error_code(error)}", wrong)]
        yield check, found
