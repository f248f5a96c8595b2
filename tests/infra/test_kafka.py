"""A broker of our own, its clients and its topics."""

from __future__ import annotations

import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError

from domain.kernel.refusal import Overloaded, Refusal
from infra.embedded import kafka_jars
from infra.embedded.kafka import EmbeddedKafka
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS, prepare_topics
from infra.settings.kafka import KafkaSettings
from infra.settings.settings import Settings
from tests.support import cli
from tests.support.brokers import PARTITIONS, Brokers
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]


class Told(BaseException):
    """Somebody wants it to end."""


def on_alarm(*_: Any) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    raise Told


def processes_of(folder: Path) -> list[list[str]]:
    return [each for each in _commands() if any(str(folder) in part for part in each)]


def _commands() -> list[list[str]]:
    found = []
    for pid in psutil.pids():
        try:
            found.append(psutil.Process(pid).cmdline())
        except psutil.Error:
            continue
    return found


@pytest.mark.faults
@pytest.mark.long_only
def test_a_killed_broker_starts_again_at_its_address_with_what_it_had(brokers: Brokers) -> None:
    # Given
    with brokers.own() as broker:
        kafka = Kafka(broker.bootstrap_servers, prefix="here.")
        prepare_topics(kafka, 1)
        producer = kafka.producer()
        producer.send(kafka.topic("orders.v1"), b"kept").get(timeout=10)
        producer.close()
        # When
        broker.kill()
        with pytest.raises(Overloaded), Kafka(broker.bootstrap_servers, deadline_seconds=0.5).admin():
            pass
        broker.start()
        # Then
        consumer = kafka.consumer(kafka.topic("orders.v1"))
        found = wait_until(lambda: [m for ms in consumer.poll(200).values() for m in ms], 20, "the message is read")
        consumer.close()
        assert [message.value for message in found] == [b"kept"]
        pid = broker.pid
        assert pid is not None
    assert not psutil.pid_exists(pid)


def test_whenever_a_signal_comes_no_broker_is_left_behind(brokers: Brokers, tmp_path: Path) -> None:
    # Given
    brokers.need_java()
    jars = kafka_jars.jars()
    before = signal.getsignal(signal.SIGALRM)
    try:
        for milliseconds in (3, 30, 300, 1300):
            signal.signal(signal.SIGALRM, on_alarm)
            folder = tmp_path / str(milliseconds)
            # When
            signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
            with pytest.raises(Told), EmbeddedKafka(folder, jars=jars):
                signal.pause()
            # Then
            assert processes_of(folder) == []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="the kernel is asked through setpriv (util-linux)")
def test_a_broker_ends_with_the_process_that_started_it(brokers: Brokers, tmp_path: Path) -> None:
    # Given
    brokers.need_java()
    code = "import sys,signal,pathlib;from infra.embedded.kafka import EmbeddedKafka as K;"
    code += "k=K(pathlib.Path(sys.argv[1]));k.start();print(k.pid,flush=True);signal.pause()"
    owner = subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    assert psutil.pid_exists(pid)
    # When
    owner.kill()
    owner.communicate()
    # Then
    wait_until(lambda: processes_of(tmp_path) == [], 10, "the broker is gone")


def test_topics_are_made_once_as_the_table_says(kafka: Kafka) -> None:
    # Given the topics of this test, made by its fixture; when they are to be made again
    assert prepare_topics(kafka, PARTITIONS + 1) == []
    # Then
    with kafka.admin() as admin:
        for topic in TOPICS:
            name = kafka.topic(topic.name)
            (described,) = admin.describe_topics([name])
            assert len(described["partitions"]) == PARTITIONS
            resource = ConfigResource(ConfigResourceType.TOPIC, name)
            (settings,) = admin.describe_configs([resource])["topic"].values()
            found = {key: value["value"] for key, value in settings.items()}
            expected = topic.settings | {"min.insync.replicas": "1"}
            assert {key: found.get(key, expected[key]) for key in expected} == expected


def test_migrate_makes_them(broker: str, database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    prefix = f"m{secrets.token_hex(6)}."
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", broker)
    monkeypatch.setenv("ANTIPHON_TOPIC_PREFIX", prefix)
    monkeypatch.setenv("ANTIPHON_TOPIC_PARTITIONS", "1")
    # When
    first, second = (cli.finished(database_urls, tmp_path, "migrate").out.split() for _ in range(2))
    # Then
    assert [line for line in first if line.startswith("topics/")] == [f"topics/{prefix}{each.name}" for each in TOPICS]
    assert second == ["nothing", "to", "do"]


def test_a_topic_is_never_made_by_writing_to_it_or_reading_it(kafka: Kafka) -> None:
    name = kafka.topic("not-made.v1")
    # When
    producer = kafka.producer(max_block_ms=500)
    with pytest.raises((KafkaTimeoutError, UnknownTopicOrPartitionError)):
        producer.send(name, b"lost").get(timeout=5)
    producer.close()
    consumer = kafka.consumer(name)
    consumer.poll(200)
    consumer.close()
    # Then
    with kafka.admin() as admin:
        assert name not in admin.list_topics()


def test_consumers_have_none_of_the_librarys_own_settings(kafka: Kafka) -> None:
    consumer = kafka.consumer(group="g")
    found = {name: consumer.config[name] for name in ("enable_auto_commit", "isolation_level", "auto_offset_reset")}
    consumer.close()
    assert found == {
        "enable_auto_commit": False,
        "isolation_level": "read_committed",
        "auto_offset_reset": "earliest",
    }


# -- settings


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> KafkaSettings:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return Settings.load().kafka


@pytest.mark.parametrize("servers", ["127.0.0.1:9092", "localhost:9092,[::1]:9093"])
def test_this_machine_is_talked_to_in_the_clear(monkeypatch: pytest.MonkeyPatch, servers: str) -> None:
    given = settings(monkeypatch, KAFKA_BOOTSTRAP_SERVERS=servers)
    assert Kafka.of(given, servers).security == {"security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize("servers", ["kafka.example:9092", "10.0.0.7:9092", "127.0.0.1:9092,kafka.example:9092"])
def test_no_other_machine_is(monkeypatch: pytest.MonkeyPatch, servers: str) -> None:
    given = settings(monkeypatch, KAFKA_BOOTSTRAP_SERVERS=servers)
    with pytest.raises(Refusal) as refused:
        Kafka.of(given, servers)
    assert refused.value.code == "kafka-not-secured"


def test_scram_and_certificates_are_passed_through(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = settings(
        monkeypatch,
        KAFKA_BOOTSTRAP_SERVERS="kafka.example:9093",
        ANTIPHON_KAFKA_SECURITY_PROTOCOL="SASL_SSL",
        ANTIPHON_KAFKA_USERNAME="antiphon",
        ANTIPHON_KAFKA_PASSWORD="secret-quince",
        ANTIPHON_KAFKA_CA_FILE=str(tmp_path / "ca.pem"),
        ANTIPHON_KAFKA_CERTIFICATE_FILE=str(tmp_path / "us.pem"),
        ANTIPHON_KAFKA_KEY_FILE=str(tmp_path / "us.key"),
        ANTIPHON_KAFKA_KEY_PASSWORD="secret-medlar",
    )
    kafka = Kafka.of(given, "kafka.example:9093")
    assert kafka.security == {
        "security_protocol": "SASL_SSL",
        "ssl_check_hostname": True,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "antiphon",
        "sasl_plain_password": "secret-quince",
        "ssl_cafile": str(tmp_path / "ca.pem"),
        "ssl_certfile": str(tmp_path / "us.pem"),
        "ssl_keyfile": str(tmp_path / "us.key"),
        "ssl_password": "secret-medlar",
    }
    assert not {"secret-quince", "secret-medlar"} & set(re.findall(r"[\w-]+", repr(kafka) + repr(given)))


@pytest.mark.parametrize(
    "given",
    [
        {"ANTIPHON_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"},
        {"ANTIPHON_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"},
        {"ANTIPHON_KAFKA_CERTIFICATE_FILE": "us.pem"},
        {"KAFKA_BOOTSTRAP_SERVERS": "kafka.example"},
        {"ANTIPHON_TOPIC_PREFIX": "with space."},
    ],
)
def test_what_cannot_work_is_refused(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        settings(monkeypatch, **given)
    assert refused.value.code == "settings-invalid"


# -- jars


def test_jars_that_differ_from_what_is_pinned_are_not_run(brokers: Brokers, tmp_path: Path) -> None:
    # Given
    brokers.need_java()
    shutil.copytree(kafka_jars.jars(), tmp_path / "antiphon" / kafka_jars.jars().name)
    assert kafka_jars.jars(tmp_path / "antiphon").is_dir()
    # When
    next((tmp_path / "antiphon").glob("*/kafka_2.13-*.jar")).write_bytes(b"another")
    # Then
    with pytest.raises(Refusal, match=r"kafka_2\.13") as refused:
        kafka_jars.jars(tmp_path / "antiphon")
    assert refused.value.code == "kafka-jars-differ"


# -- without a broker


RUN_TWICE = """
import os, sys, pytest
for ci in ("", "true"):
    os.environ["CI"] = ci
    print("status", int(pytest.main(["-p", "no:cacheprovider", *sys.argv[1:]])), flush=True)
"""


@pytest.mark.processes
def test_without_a_broker_and_java_tests_are_named_and_in_ci_they_fail() -> None:
    # When a test that needs a broker runs where there is none and no Java; and then with CI=true
    test = f"{Path(__file__).relative_to(ROOT)}::test_consumers_have_none_of_the_librarys_own_settings"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI"))}
    ran = subprocess.run(
        [sys.executable, "-c", RUN_TWICE, test],
        cwd=ROOT,
        env=inherited | {"PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    # Then
    skipped, rest = ran.stdout.split("status 0")
    assert "1 tests not run: no KAFKA_BOOTSTRAP_SERVERS, and no Java with Maven" in skipped
    assert skipped.count("tests/infra/test_kafka.py::test_consumers_have_none_of_the_librarys_own_settings") == 1
    assert "1 skipped" in skipped
    failed, _ = rest.split("status 1")
    assert "no java and no mvn; with CI=true all has to be there" in failed


def test_keys_go_to_the_partitions_that_other_clients_choose(kafka: Kafka, chance: random.Random) -> None:
    # Given a producer as the library makes it
    theirs = KafkaProducer(bootstrap_servers=kafka.bootstrap_servers)
    ours = kafka.producer()
    topic = kafka.topic("orders.v1")
    try:
        for key in (chance.randbytes(chance.randrange(1, 60)) for _ in range(30)):
            one, other = (each.send(topic, b"v", key).get(timeout=10).partition for each in (theirs, ours))
            assert one == other
    finally:
        theirs.close()
        ours.close()
