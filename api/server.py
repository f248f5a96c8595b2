"""The application: its routes, its middleware, and the parts that routes work with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from api.contract import docs_page, openapi
from api.edge import computing, problems
from api.edge.access import Access
from api.edge.compression import Compression
from api.edge.conditional import Conditional
from api.edge.correlation import Correlation
from api.edge.cross_origin import cross_origin
from api.edge.exporting import Exporting
from api.edge.head import HeadAsGet
from api.edge.limits import Limiting, Limits
from api.edge.metrics import Metrics
from api.edge.newline import Newline
from api.edge.observing import Observing
from api.edge.parts import LARGE_BODIES_AT_ONCE, Parts
from api.edge.readiness import Readiness
from api.edge.replaying import Replaying
from api.edge.security_headers import SecurityHeaders
from api.edge.straight import Straight
from api.edge.tokens import Tokens
from api.edge.visibility import Visibility
from api.live import own
from api.live import routes as live
from api.live.live_queries import LiveQueries
from api.live.streams import Streams
from api.routes import (
    as_sent,
    attention,
    content,
    mail,
    measure,
    measure_changes,
    measure_citations,
    measure_goals,
    operations,
    queries,
    staff,
    survey,
    webhook_inbound,
)
from api.routes import confirmation as confirmations
from api.routes import decision_table as decision_tables
from api.routes import hold as holds
from api.routes import message as messages
from api.routes import order as orders
from api.routes import outbox as outboxes
from api.routes import process_map as process_maps
from api.routes import promise as promises
from api.routes import search as searching
from api.routes import stranger as strangers
from api.routes import webhook as webhooks
from api.routes.conversation import (
    commands,
    inbox,
    merging,
    participating,
    removing,
    replying,
    splitting,
    suggestions,
)
from api.routes.customer import customer_side, customers, own_matters, proposals, putting_right
from api.routes.customer import export as exports
from api.routes.customer import record as customer_record
from api.routes.service_level import clocks, policies
from api.routes.signal import board, items, signals, themes, trace, unknown_themes
from api.routes.signal import commands as signal_commands
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.company_words import CompanyWords
from domain.service import Services
from domain.webhook import Webhook
from infra.health.check import Thresholds
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.read_your_writes import ReadYourWrites
from infra.trail.looks import LookRecorder
from infra.views.reader import Reader

_LOGGER = structlog.get_logger("api")


def application(
    executor: CommandExecutor,
    reader_url: str,
    tokens: Tokens,
    *,
    pool_size: int = 8,
    deadline_seconds: float = 5.0,
    streams: int = 1000,
    streams_per_caller: int = 50,
    thresholds: Thresholds | None = None,
    metrics_token: str | None = None,
    home: Path | None = None,
    words: CompanyWords | None = None,
    services: Services | None = None,
    replay: Callable[[Log, Database], Replaying],
    export: Exporting,
    limits: Limits,
    origins: Sequence[str] = (),
    posted: Callable[[Webhook, str, bytes], str | None] | None = None,
    text_model: Path | None = None,
) -> FastAPI:
    """The API over these parts. It opens and closes its reader; the other parts belong to the caller.

    `streams`, `streams_per_caller`: the most live streams at once, in all and of one caller. `metrics_token`: the token
    that reads /metrics; without one, requests from this machine may. `home`: the folder whose disk is measured.
    `words`: those that customers may name. `services`: the registered ones. `replay`: makes what answers reads as of
    another time. `export`: exports a person. `origins`: of web pages that may call. `posted`: takes in what gateways
    post. `text_model`: the file of the model that suggests themes, which need not be there.
    """
    metrics = Metrics(metrics_token)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(_unexpected)
        # A command waits in a thread for the commit that it shares with others. So many threads that no command first
        # waits for a thread, which its deadline would not cover.
        to_thread.current_default_thread_limiter().total_tokens = limits.requests
        database = Database(reader_url, "reader", pool_size=pool_size, deadline_seconds=deadline_seconds)
        async with (
            _closing(database),
            Reader(reader_url, pool_size=pool_size, deadline_seconds=deadline_seconds) as reader,
            ReadYourWrites(reader, database) as positions,
            LookRecorder(executor.log.database.url, deadline_seconds) as looks,
        ):
            visibility = Visibility(executor, database)
            app.state.parts = Parts(
                executor,
                database,
                Access(tokens, executor, services or Services(), visibility),
                visibility,
                reader,
                positions,
                Streams(streams, streams_per_caller, LiveQueries(reader)),
                metrics,
                ClockFacts(executor.log, executor.zone),
                replay(executor.log, database),
                looks,
                Readiness(
                    reader,
                    database,
                    executor.log.vault.database,
                    thresholds or Thresholds(),
                    home,
                    executor.channels,
                ),
                CapacityLimiter(LARGE_BODIES_AT_ONCE),
                CapacityLimiter(computing.AT_ONCE),
                CapacityLimiter(computing.AT_ONCE),
                words or CompanyWords(),
                export,
                posted,
                text_model,
            )
            yield

    return routes(lifespan, metrics, [Middleware(Limiting, limits, tokens)], cross_origin(origins))


@cache
def _included() -> list[BaseRoute]:
    """All routes. FastAPI works out what each of them takes at the first request (0.2 s): once for all applications."""
    app = APIRouter(generate_unique_id_function=_operation_id)
    app.include_router(customers.by_contact)
    app.include_router(queries.router)
    app.include_router(inbox.router)
    app.include_router(suggestions.queries)
    app.include_router(mail.router)
    app.include_router(live.router)
    app.include_router(own.router)
    app.include_router(searching.router)
    app.include_router(promises.queries)
    app.include_router(clocks.router)
    app.include_router(orders.queries)
    app.include_router(policies.queries)
    app.include_router(items.queries)
    app.include_router(themes.queries)
    app.include_router(unknown_themes.queries)
    app.include_router(signals.queries)
    app.include_router(board.queries)
    app.include_router(trace.queries)
    app.include_router(attention.queries)
    app.include_router(survey.queries)
    app.include_router(decision_tables.queries)
    app.include_router(measure.queries)
    app.include_router(process_maps.queries)
    app.include_router(measure_changes.queries)
    app.include_router(measure_citations.queries)
    app.include_router(measure_goals.queries)
    app.include_router(measure_citations.router)
    app.include_router(customer_side.queries)
    app.include_router(own_matters.queries)
    app.include_router(customer_record.router)
    app.include_router(strangers.queries)
    app.include_router(holds.queries)
    app.include_router(confirmations.queries)
    app.include_router(exports.queries)
    app.include_router(content.router)
    app.include_router(commands.router)
    app.include_router(replying.router)
    app.include_router(staff.router)
    app.include_router(customers.router)
    app.include_router(strangers.router)
    app.include_router(holds.router)
    app.include_router(confirmations.router)
    app.include_router(exports.router)
    app.include_router(putting_right.router)
    app.include_router(suggestions.router)
    app.include_router(proposals.queries)
    app.include_router(proposals.router)
    app.include_router(merging.router)
    app.include_router(splitting.router)
    app.include_router(removing.router)
    app.include_router(participating.router)
    app.include_router(as_sent.router)
    app.include_router(messages.router)
    app.include_router(outboxes.queries)
    app.include_router(webhooks.queries)
    app.include_router(webhooks.router)
    app.include_router(webhook_inbound.router)
    app.include_router(promises.router)
    app.include_router(orders.router)
    app.include_router(policies.router)
    app.include_router(items.router)
    app.include_router(themes.router)
    app.include_router(signal_commands.router)
    app.include_router(survey.router)
    app.include_router(decision_tables.router)
    app.include_router(customer_side.router)
    app.include_router(own_matters.router)
    app.include_router(operations.router)
    return app.routes


def routes(
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    metrics: Metrics | None = None,
    around: Sequence[Middleware] = (),
    at_the_door: Sequence[Middleware] = (),
) -> FastAPI:
    """The application without any parts, which is enough for its contract."""
    reads = customers.by_contact, queries.router, promises.queries, orders.queries, policies.queries
    app = FastAPIOffline(
        title="Antiphon",
        version="1",
        summary="The conversation between a company and its customers",
        lifespan=lifespan,
        routes=_included(),
        redirect_slashes=False,  # a redirect would go wherever the Host header says; a route has one name
        docs_url=None,
        redoc_url=None,
        # It would log the messages of exceptions, and what was sent.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        middleware=[
            # The outermost first, around everything that answers.
            Middleware(SecurityHeaders),
            Middleware(Correlation),
            *at_the_door,
            Middleware(Observing, metrics or Metrics()),
            Middleware(HeadAsGet),
            Middleware(Compression),
            Middleware(Conditional),
            *around,
            Middleware(Newline),
            Middleware(Straight, reads),
        ],
    )
    problems.install(app)
    openapi.install(app)
    docs_page.install(app)
    return app


@asynccontextmanager
async def _closing(database: Database) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await asyncio.to_thread(database.close)  # waits for the pool's own threads


def _unexpected(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # Not the loop's own message, which shows the arguments of tasks and callbacks.
    _LOGGER.error("loop-failed", exc_info=context.get("exception"))


def _operation_id(route: APIRoute) -> str:
    return route.name
