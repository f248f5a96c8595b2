"""Computations for a caller: a few at a time, each with a deadline, and none for a caller who is gone."""

from __future__ import annotations

import time
from collections.abc import Callable

from anyio import from_thread
from fastapi import Request

from domain.kernel.refusal import Overloaded

AT_ONCE = 2
"""How many computations run at the same time: more of them would only take the interpreter from one another, and from
the event loop."""
SECONDS = 20.0
"""How long a caller waits for a computation, at most."""
LOOK_SECONDS = 0.2
"""How long a computation goes on before it looks whether its caller is still there."""


def while_wanted(request: Request) -> Callable[[], None]:
    """What a computation in a thread asks again and again. From now on until the deadline, and while the caller is
    there, it may go on; then Overloaded is raised."""
    until, look_at = time.monotonic() + SECONDS, 0.0

    def go_on() -> None:
        nonlocal look_at
        now = time.monotonic()
        if now < look_at:
            return
        look_at = now + LOOK_SECONDS
        if now > until:
            raise Overloaded("this takes longer than one call may; ask again when less is going on")
        if from_thread.run(request.is_disconnected):
            raise Overloaded("the caller is gone")

    return go_on
