"""`antiphon run`: everything that runs for as long as the process lives; with a sample to look at if the log is
empty."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal, NoReturn

import structlog
import typer

from audit.tree import ProofTree
from cli.display import logs
from cli.verbs.run import opening, sample, trying
from cli.verbs.run.children import Children
from cli.verbs.run.reporting import reporting
from cli.wiring.address import listening
from cli.wiring.address_book import mailboxes
from cli.wiring.composition import SUBSCRIPTIONS, Antiphon, antiphon
from cli.wiring.proof import checkpoints
from cli.wiring.topics import exports, imports, kafka_of, prepare_checkpoints
from cli.wiring.views import wait
from cli.wiring.webhooks import webhooks
from domain.kernel.refusal import Refusal
from infra.embedded.kafka import EmbeddedKafka
from infra.embedded.postgres import EmbeddedPostgres
from infra.kafka.clients import Kafka
from infra.kafka.topics import prepare_topics
from infra.settings.settings import Settings, unknown

POLL_SECONDS = 0.5
"""How often parts and the embedded PostgreSQL are checked."""

_LOGGER = structlog.get_logger("run")


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("run")(run)


def run(
    what: Annotated[
        Literal["all", "api", "followers", "mail", "desk"],
        typer.Argument(help="all: each as a process of its own, and a sample where the log is empty."),
    ] = "all",
    socket_fd: Annotated[int | None, typer.Option(hidden=True, help="The open socket on which to listen.")] = None,
    parent: Annotated[int | None, typer.Option(hidden=True, help="The process with which to end.")] = None,
) -> None:
    """Run the API and the subscriptions until Ctrl-C, SIGTERM or the terminal's end.

    Of either there may be several processes: APIs beside one another, each on a port of its own; subscriptions that
    stand by for each other.
    """
    settings = Settings.load()
    logs.configure(level=settings.logging.level, format=settings.logging.format, part=what)
    for name, meant in unknown() if parent is None else ():
        _LOGGER.warning("setting-unknown", setting=name, meant=meant)
    with _until_signalled():
        match what:
            case "all":
                _all(settings)
            case "api":
                _api(settings, socket_fd, parent)
            case "mail":
                _mail(settings, socket_fd, parent)
            case "desk":
                _desk(settings, socket_fd, parent)
            case "followers":
                kafka = kafka_of(settings)
                with (
                    antiphon(settings, running=True) as parts,
                    exports(parts, kafka) as others,
                    parts.subscriptions(also=[*others, ProofTree()]),
                    parts.watches(),
                    checkpoints(parts),
                    webhooks(parts),
                    imports(parts, kafka) as consumer,
                    reporting(parts, what, consumer=consumer),
                ):
                    _stay(parts, what, _with_parent(parent))


def _all(settings: Settings) -> NoReturn:
    # Bound here, so that a taken port is reported at once, and callers wait while the API restarts.
    with (
        listening(settings.api) as address,
        # Until browsers know it by an origin, any port does: what is printed names it.
        listening(settings.desk, any_port=settings.desk.origin is None) as desk_address,
        _mail_address(settings) as mail_address,
        _topics(settings) as poll_broker,
        antiphon(settings, running=True) as parts,
    ):
        empty = parts.log.position() == 0
        if empty:
            sample.take_in(parts)
        with_us = ("--parent", str(os.getpid()))
        commands = {
            "followers": ("followers", *with_us),
            "api": ("api", "--socket-fd", str(address.fileno()), *with_us),
            "desk": ("desk", "--socket-fd", str(desk_address.fileno()), *with_us),
        }
        shared = [address.fileno(), desk_address.fileno()]
        if mail_address is not None:
            shared.append(mail_address.fileno())
            commands["mail"] = ("mail", "--socket-fd", str(mail_address.fileno()), *with_us)
        with Children(commands, shared) as children, reporting(parts, "all", children=children):
            with parts.database("reader") as database:
                wait(database, SUBSCRIPTIONS, parts.log.position())
                if empty:
                    sample.answer(parts)
                    wait(database, SUBSCRIPTIONS, parts.log.position())
            # A file gets addresses and log lines only: its reader is not meant to see what customers said.
            if sys.stdout.isatty():
                trying.show(parts, sample.invented(parts), mail_address.getsockname()[1] if mail_address else None)
                opening.show(parts, desk_address.getsockname()[1])
            else:
                print(f"The API is at {trying.url(settings.api)}")
                print(f"The desk is at {opening.url(settings.desk, desk_address.getsockname()[1])}", flush=True)
            _stay(parts, "all", children.poll, poll_broker)


@contextmanager
def _topics(settings: Settings) -> Iterator[Callable[[], None]]:
    """Within: all topics exist, at the configured broker or an embedded one. Gives a function that keeps it running."""
    if settings.kafka.bootstrap_servers or not settings.kafka.embedded_kafka:
        if kafka := kafka_of(settings):
            prepare_topics(kafka, settings.kafka.topic_partitions)
            prepare_checkpoints(settings, kafka)
        yield lambda: None
        return
    with EmbeddedKafka(settings.home.folder / "kafka") as broker:
        kafka = Kafka.of(settings.kafka, broker.bootstrap_servers, settings.postgres.deadline_seconds)
        prepare_topics(kafka, settings.kafka.topic_partitions)
        prepare_checkpoints(settings, kafka)
        # For our parts, which find the broker by its setting, as any other.
        os.environ["KAFKA_BOOTSTRAP_SERVERS"] = broker.bootstrap_servers
        print(f"Kafka is at KAFKA_BOOTSTRAP_SERVERS={broker.bootstrap_servers}\n")

        def poll() -> None:
            try:
                if broker.pid is None:
                    broker.start()
                    _LOGGER.warning("kafka-started-again")
            except Refusal as refusal:
                _LOGGER.warning("kafka-away", code=refusal.code)

        try:
            yield poll
        finally:
            del os.environ["KAFKA_BOOTSTRAP_SERVERS"]


def _api(settings: Settings, socket_fd: int | None, parent: int | None) -> NoReturn:
    # Imported here: the process of the subscriptions, and the one that starts both, need none of the API's libraries.
    from cli.wiring.serving import api

    address = listening(settings.api) if socket_fd is None else socket.socket(fileno=socket_fd)
    host, port, *_ = address.getsockname()
    _LOGGER.info("listening", host=host, port=port)
    with (
        address,
        antiphon(settings, running=True) as parts,
        api(parts, address) as thread,
        reporting(parts, "api"),
    ):

        def poll() -> None:
            if not thread.is_alive():
                raise Refusal("api-ended", "the API stopped by itself; the log tells why")

        _stay(parts, "api", poll, _with_parent(parent))


@contextmanager
def _mail_address(settings: Settings) -> Iterator[socket.socket | None]:
    """Within: where mails come in is bound; None where mails are not for us."""
    if not mailboxes(settings):
        yield None
        return
    # For development, any port does: what to try next names it.
    with listening(settings.mail, any_port=not settings.mail.mailboxes) as address:
        yield address


def _mail(settings: Settings, socket_fd: int | None, parent: int | None) -> NoReturn:
    # Imported here: no other process needs the libraries that read mails.
    from cli.wiring.mail import check_runs, mail

    address = listening(settings.mail) if socket_fd is None else socket.socket(fileno=socket_fd)
    host, port, *_ = address.getsockname()
    _LOGGER.info("listening", host=host, port=port)
    with (
        address,
        antiphon(settings, running=True) as parts,
        mail(parts, address) as server,
        reporting(parts, "mail"),
    ):
        _stay(parts, "mail", lambda: check_runs(server), _with_parent(parent))


def _desk(settings: Settings, socket_fd: int | None, parent: int | None) -> NoReturn:
    # Imported here: the door's process needs no database, and no other process its libraries.
    from web.door.serving import door

    address = listening(settings.desk) if socket_fd is None else socket.socket(fileno=socket_fd)
    host, port, *_ = address.getsockname()
    _LOGGER.info("listening", host=host, port=port)
    with address, door(settings, address) as thread:
        _LOGGER.info("running", what="desk")
        while True:
            threading.Event().wait(POLL_SECONDS)
            _with_parent(parent)()
            if not thread.is_alive():
                raise Refusal("desk-ended", "the desk's door stopped by itself; the log tells why")


def _with_parent(pid: int | None) -> Callable[[], None]:
    def poll() -> None:
        if pid not in (None, os.getppid()):
            raise _Stopped

    return poll


def _stay(parts: Antiphon, what: str, *polls: Callable[[], None]) -> NoReturn:
    """Wait until a signal. The parts outlive a database's absence; an embedded PostgreSQL is restarted."""
    _LOGGER.info("running", what=what, position=parts.log.position())
    server = EmbeddedPostgres(parts.settings.home.folder) if parts.settings.postgres.embedded else None
    while True:
        threading.Event().wait(POLL_SECONDS)
        for poll in polls:
            poll()
        try:
            if server and server.revive():
                _LOGGER.warning("postgres-started-again")
        except Refusal as refusal:
            _LOGGER.warning("postgres-away", code=refusal.code)


class _Stopped(BaseException):
    """A signal asked the process to end."""


@contextmanager
def _until_signalled() -> Iterator[None]:
    """Within: the first signal ends the body in order; further signals do not disturb the end."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # else it is meant to outlive its terminal
        signals.append(signal.SIGHUP)

    def stop(*_: Any) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        _LOGGER.info("stopping")
        raise _Stopped

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    except _Stopped:
        _LOGGER.info("stopped")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
