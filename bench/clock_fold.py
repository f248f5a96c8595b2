"""The clocks of a long conversation, judged from its events."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

from bench.rows import Row, Size
from bench.traffic import GATEWAY, SENTENCE, process_over
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.state_cache import folded
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ConversationCommand, ReceiveMessage, SendReply, SetPolicy
from domain.service_level.calendar import WriteCalendar
from domain.service_level.detection import Knowledge
from domain.service_level.evaluation import evaluate
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import METRICS, Terms
from domain.service_level.policy_decisions import WritePolicy
from tests.support.companies import AGENT
from tests.support.databases import Databases

_TIMES = 5


def clock_fold(databases: Databases, size: Size) -> Row:
    """All seven clocks, each reply stopping some and starting others, against the fold that a command needs."""
    ratios, ours, theirs = [], [], []
    with databases.fresh() as urls, process_over(urls) as executor:
        hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",), "sat": ("10:00-14:00",)})
        calendar_id = sla.write_calendar(executor, WriteCalendar(name="BER", opening_hours=hours), AGENT).id
        terms = Terms(calendar_id=calendar_id, targets=dict.fromkeys(METRICS, timedelta(hours=4)))
        policy_id = sla.write_policy(executor, WritePolicy(name="standard", terms=terms), AGENT).id
        begin = Delivery("mail", "1", ContactPoint("mail", "ada@example.org", "Ada"), SENTENCE, "1")
        id = deliver(executor, begin, GATEWAY).id
        conversations.act(executor, id, SetPolicy(policy_id=policy_id), AGENT)
        for number in range(size.fold - 4):
            command: ConversationCommand = ReceiveMessage(body=SENTENCE) if number % 2 else SendReply(body=SENTENCE)
            conversations.act(executor, id, command, AGENT if isinstance(command, SendReply) else GATEWAY)
        recorded_events = executor.log.streams([id])[id]
        policies = Knowledge([], zone="UTC").policies(ClockFacts(executor.log, "UTC").policy_events())
        now = recorded_events[-1].at + timedelta(days=1)
        for _ in range(size.rounds):
            loading, judging = [], []
            for _ in range(_TIMES):
                began = time.perf_counter()
                loaded = folded(id, executor.log.histories([id])[id])
                folded_at = time.perf_counter()
                (found,) = evaluate(recorded_events, policies, now).values()
                done = time.perf_counter()
                assert loaded.version == len(recorded_events)
                assert len(found.clocks) > size.fold
                loading.append((folded_at - began) * 1_000_000 / len(recorded_events))
                judging.append((done - folded_at) * 1_000_000 / len(recorded_events))
            theirs.append(statistics.median(loading))
            ours.append(statistics.median(judging))
            ratios.append(ours[-1] / theirs[-1])
    return Row(
        "clock-fold",
        f"all clocks of a conversation of {size.fold:,} events, every other one a reply, judged from them",
        "the same events selected, decoded and evolved, as a command loads them",
        "<=",
        None,
        ratios,
        {"us an event": statistics.median(ours), "loading us an event": statistics.median(theirs)},
    )
