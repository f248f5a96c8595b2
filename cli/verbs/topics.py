"""`antiphon topics`: shows what is published, and publishes a part of the log once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Annotated, Any

import typer
from kafka import TopicPartition

from cli.display.terminal import safe
from cli.wiring.composition import antiphon
from cli.wiring.topics import kafka_needed
from consumers.publishing.resending import resend
from domain.kernel.refusal import Refusal
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.settings.settings import Settings

SHOWN = tuple(topic.name for topic in TOPICS if topic.direction == "out" and not topic.content)


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    topics = typer.Typer(no_args_is_help=True, help="What is published for other systems in Kafka.")
    topics.command("tail")(tail)
    topics.command("replay")(replay)
    app.add_typer(topics, name="topics")


def tail(
    topic: Annotated[str | None, typer.Argument(metavar="|".join(SHOWN), help="Which topic; all without one.")] = None,
    last: Annotated[int, typer.Option(min=0, help="How many of the messages that are there.")] = 10,
    follow: Annotated[bool, typer.Option(help="Go on with what comes, until Ctrl-C.")] = False,
) -> None:
    """Show the messages of the topics, the latest last."""
    if topic is not None and topic not in SHOWN:
        raise Refusal("topic-unknown", f"there is no topic {topic} to be shown; name one of {', '.join(SHOWN)}")
    kafka = kafka_needed(Settings.load())
    with closing(kafka.consumer()) as consumer:
        for record in sorted(_present(kafka, consumer, [topic] if topic else list(SHOWN), last), key=_place)[-last:]:
            print(_shown(record, kafka))
        while follow:
            for record in _polled(consumer):
                print(_shown(record, kafka), flush=True)


def replay(
    start: Annotated[int, typer.Option("--from", min=1, help="The first position of the log.")],
    to: Annotated[
        str, typer.Option(help="The full name of an existing topic, for the subscriber that lost its state.")
    ],
    of: Annotated[str | None, typer.Option(help="Only what is published in this topic, such as orders.v1.")] = None,
) -> None:
    """Publish the log once more, from a position to the present end, into a topic of a subscriber's own."""
    settings = Settings.load()
    kafka = kafka_needed(settings)
    with antiphon(settings) as parts:
        sent = resend(parts.log, kafka, start, to, of)
        print(f"{sent} messages sent to {to}, from {start} to {parts.log.position()}")


def _present(kafka: Kafka, consumer: Any, topics: list[str], last: int) -> Iterator[Any]:
    """At least the last `last` messages that exist now."""
    partitions = [
        TopicPartition(name, number)
        for name in map(kafka.topic, topics)
        for number in sorted(consumer.partitions_for_topic(name) or ())
    ]
    if not partitions:
        raise Refusal("topic-unknown", "the topics are not there; run: antiphon migrate")
    consumer.assign(partitions)
    begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    for partition in partitions:
        # Twice as many: the marks of transactions take up places, too.
        consumer.seek(partition, max(begins[partition], ends[partition] - 2 * last - 1))
    while last and any(consumer.position(partition) < ends[partition] for partition in partitions):
        yield from _polled(consumer)


def _polled(consumer: Any) -> Iterator[Any]:
    for batch in consumer.poll(500).values():
        yield from batch


def _headers(record: Any) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in record.headers}


def _place(record: Any) -> int:
    return int(_headers(record).get("ce_logposition", 0))


def _shown(record: Any, kafka: Kafka) -> str:
    headers = _headers(record)
    topic = record.topic.removeprefix(kafka.prefix)
    what = headers.get("ce_type", "").removeprefix("antiphon.")
    at = f"{headers.get('ce_time', '')}  {what}  at {headers.get('ce_logposition', '?')}"
    key = f"{(record.key or b'').decode(errors='replace')} version {headers.get('ce_streamversion', '?')}"
    return safe(f"{at}\n  {topic} {record.partition}:{record.offset}  {key}\n  {(record.value or b'').decode()}")
