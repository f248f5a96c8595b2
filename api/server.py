"""The application: routes, what stands around them, and what they work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline

from api import commands, docs_page, live, openapi, problems, queries
from api.access import Access
from api.correlation import Correlation
from api.parts import Parts
from api.security_headers import SecurityHeaders
from api.streams import Streams
from api.tokens import Tokens
from commands.context import Context
from commands.handling import Handling
from commands.proposal import Answer
from infra.arrivals import Arrivals
from infra.postgres import Database
from infra.reader import Reader

THREADS = 128
"""How many commands may be under way at once; each waits in a thread for the commit it shares with others."""


def application(
    handling: Handling,
    database_url: str,
    tokens: Tokens,
    erase: Callable[[Handling, str, Context, Iterable[str]], Answer],
    *,
    pool_size: int = 8,
    deadline_seconds: float = 5.0,
    streams: int = 1000,
    streams_per_caller: int = 50,
) -> FastAPI:
    """The API over these parts. It opens and closes what it reads with; the rest is the caller's.

    `streams`: how many live streams there may be at once, in all and of one caller.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        listening = Database(database_url, "reader", pool_size=1, deadline_seconds=deadline_seconds)
        async with (
            Reader(database_url, pool_size=pool_size, deadline_seconds=deadline_seconds) as reader,
            Arrivals(reader, listening) as arrivals,
        ):
            app.state.parts = Parts(
                handling, erase, Access(tokens, handling), reader, arrivals, Streams(streams, streams_per_caller)
            )
            yield

    return routes(lifespan)


def routes(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """The application with nothing behind it yet, which is enough to tell its contract."""
    app = FastAPIOffline(
        title="Antiphon",
        version="1",
        summary="The conversation between a company and its customers",
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(queries.router)
    app.include_router(live.router)
    app.include_router(commands.router)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Correlation)
    problems.install(app)
    openapi.install(app)
    docs_page.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
