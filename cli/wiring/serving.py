"""The API server in a process."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

from api.edge.exporting import Exporting
from api.edge.limits import Limits
from api.edge.serving import STOP_SECONDS, Server
from api.edge.tokens import Tokens
from api.server import application
from audit.person import READS, PersonExport
from audit.replay import MOST_EVENTS_SERVED, Replay
from cli.wiring.composition import Antiphon
from consumers.inbound.posted import PostedInbound
from infra.health.check import Thresholds
from infra.insight.extra import MODEL_FILE
from infra.settings.api import ApiSettings
from infra.settings.settings import Settings


def tokens(settings: Settings) -> Tokens:
    """The issuer and checker of tokens. Raises Refusal `token-key-missing`, `token-key-invalid`."""
    return Tokens(settings.tokens.read_key(settings.own_home), settings.tokens.issuer, settings.tokens.audience)


def limits(settings: ApiSettings) -> Limits:
    """The limits of callers of one API process."""
    return Limits(**{field.name: getattr(settings, field.name) for field in fields(Limits)})


EXPORTING = Exporting(lambda *given: PersonExport(*given).parts(), READS)
"""What exports a person in the API."""

OTHER_FILES = 500
"""The most files that a process has open beside its connections: databases, above all."""


@contextmanager
def api(parts: Antiphon, address: socket.socket) -> Iterator[threading.Thread]:
    """Within: the API listens at this address, in a thread that ends only if it fails.

    Not in the main thread, which waits for signals and restarts an embedded PostgreSQL.
    """
    settings = parts.settings.api
    postgres = parts.settings.postgres
    app = application(
        parts.executor,
        parts.urls.of("reader"),
        tokens(parts.settings),
        pool_size=postgres.pool_size,
        deadline_seconds=postgres.deadline_seconds,
        streams=settings.streams,
        streams_per_caller=settings.streams_per_caller,
        thresholds=Thresholds(settings.ready_lag_seconds, settings.ready_parked),
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
        home=parts.settings.home.folder,
        words=parts.settings.company.words,
        services=parts.settings.tokens.services,
        replay=lambda log, reader: Replay(log, reader, MOST_EVENTS_SERVED),
        export=EXPORTING,
        limits=limits(settings),
        origins=settings.origins,
        posted=PostedInbound(parts.executor).take,
        text_model=parts.settings.home.folder / MODEL_FILE,
    )
    _open_files(settings.connections + OTHER_FILES)
    server = Server(app, limits(settings), loop="uvloop")
    thread = threading.Thread(target=server.run, args=([address],), name="api", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join(timeout=2 * STOP_SECONDS)


def _open_files(number: int) -> None:
    """Raise the limit of open files to `number`, as far as the process may: each connection is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        most = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
