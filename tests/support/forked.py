"""Processes that are forked from one that has loaded everything already, so that a start costs no second of loading."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess

_STARTER = multiprocessing.get_context("forkserver")
_STARTER.set_forkserver_preload(
    [
        "cli.main",
        "api.server",
        "cli.verbs.importing",
        "cli.verbs.migrate",
        "cli.verbs.rebuild",
        "cli.verbs.run.run",
        "uvloop",
        "httptools",
        "tests.support.host_process",
        "tests.support.publisher_process",
        "tests.support.reacting",
        "tests.support.watch_process",
        "tests.support.writing",
    ]
)


def forked(work: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """Start a process that does this work, with the environment and in the folder of its parent."""
    process = _STARTER.Process(target=_in_place, args=(dict(os.environ), os.getcwd(), work, *arguments), daemon=True)
    process.start()
    return process


def _in_place(environment: Mapping[str, str], folder: str, work: Callable[..., None], *arguments: object) -> None:
    # The process it is forked from has those of the moment when the first one was asked for.
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    work(*arguments)
