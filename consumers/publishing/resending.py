"""Publishes a part of the log once more, into a topic of its own, for one subscriber that lost its state."""

from __future__ import annotations

from collections.abc import Callable

from kafka.errors import KafkaError

from consumers.publishing.messages.catalogue import PUBLISHED, as_message
from domain.kernel.refusal import Overloaded, Refusal
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.log.application import Log


def resend(
    log: Log,
    kafka: Kafka,
    start: int,
    to: str,
    of: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Send the events of the log from position `start` to its present end into the topic `to` (its full name).

    `of`: only the events of this topic of ours, named without prefix. Answers how many messages were sent; a repeat
    sends the same messages again. `progress` is called with positions. Raises Refusal `topic-unknown`,
    `topic-reserved`, Overloaded.
    """
    if of is not None and of not in {kind.topic for kind in PUBLISHED.values()}:
        raise Refusal("topic-unknown", f"nothing is published in {of}; docs/topics.md lists the topics")
    if to in {kafka.topic(topic.name) for topic in TOPICS}:
        raise Refusal("topic-reserved", f"everybody reads {to}; make a topic for the one who lost their state")
    with kafka.admin() as admin:
        if to not in admin.list_topics():
            raise Refusal("topic-unknown", f"there is no topic {to}; make it with the settings its reader wants")
    end, position, sent = log.position(), start - 1, 0
    producer = kafka.producer()
    try:
        while position < end and (records := log.read(position)):
            recorded_events = [each for each in log.recorded_events(records) if each.position <= end]
            wanted = [each for each in recorded_events if each.event.stored_name in PUBLISHED]
            futures = []
            for recorded in wanted:
                if of is None or PUBLISHED[recorded.event.stored_name].topic == of:
                    value, headers = as_message(recorded)
                    futures.append(producer.send(to, value, recorded.originator_id.encode(), headers))
            producer.flush()
            for future in futures:
                future.get(timeout=kafka.deadline_seconds)
            sent += len(futures)
            position = records[-1].id
            progress(position)
    except KafkaError as error:
        raise Overloaded(f"Kafka did not take all of it ({type(error).__name__}); begin again") from error
    finally:
        producer.close()
    return sent
