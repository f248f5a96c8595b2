"""A message of the customer's over HTTP, from a gateway: all of the API and all of the command path."""

from __future__ import annotations

import json
import statistics
import threading
import time

from bench.rows import Row, Size, percentile
from bench.serving import Keen, api_processes
from bench.traffic import CALLERS, SENTENCE, Caller, all_at_once, process_over
from domain.kernel.ids import new_id
from tests.support.databases import Databases

_MESSAGES = 10
"""In a conversation, before the next one is opened."""


def post(databases: Databases, size: Size) -> Row:
    """Messages a second through one API process, against the same command path without HTTP."""
    ratios, ours, theirs, latencies = [], [], [], list[float]()
    with databases.fresh() as urls, databases.fresh() as bare:
        callers = [Caller(number) for number in range(CALLERS)]
        with api_processes(urls) as ports, process_over(bare) as executor:
            for number in range(size.rounds + 1):
                load = all_at_once(executor, callers, seconds=size.seconds)
                posted, taken = _post(ports, size.seconds)
                if number:  # the first round fills caches
                    theirs.append(len(load.latencies_ms) / load.seconds)
                    ours.append(posted)
                    latencies += taken
                    ratios.append(ours[-1] / theirs[-1])
    return Row(
        "post",
        f"messages posted to one API process by {CALLERS} callers, requests/s",
        f"the append row's commands in a process without HTTP, {CALLERS} callers, commands/s",
        ">=",
        None,
        ratios,
        {
            "requests/s": statistics.median(ours),
            "commands/s": statistics.median(theirs),
            "p50 ms": percentile(latencies, 0.5),
            "p99 ms": percentile(latencies, 0.99),
        },
    )


def post_two(databases: Databases, size: Size) -> Row:
    """Messages a second through two API processes beside one another, against one."""
    ratios, two, one, latencies = [], [], [], list[float]()
    with databases.fresh() as urls, api_processes(urls, 2) as ports:
        _post(ports, 1)
        for _ in range(size.rounds):
            one.append(_post(ports[:1], size.seconds)[0])
            posted, taken = _post(ports, size.seconds)
            two.append(posted)
            latencies += taken
            ratios.append(two[-1] / one[-1])
    return Row(
        "post-two",
        f"messages posted to two API processes by {CALLERS} callers, requests/s",
        "the same to one",
        ">=",
        None,
        ratios,
        {
            "requests/s": statistics.median(two),
            "one/s": statistics.median(one),
            "p50 ms": percentile(latencies, 0.5),
            "p99 ms": percentile(latencies, 0.99),
        },
    )


def _post(ports: list[int], seconds: float) -> tuple[float, list[float]]:
    """Messages a second, and milliseconds that each took."""
    taken: list[float] = []
    failures: list[BaseException] = []
    until = time.perf_counter() + seconds

    def call(number: int) -> None:
        try:
            with Keen(ports[number % len(ports)]) as caller:
                sent, thread = 0, ""
                while (began := time.perf_counter()) < until:
                    if sent % _MESSAGES == 0:
                        thread = new_id("thread")
                    sent += 1
                    caller.post("/deliveries", _message(thread))
                    taken.append((time.perf_counter() - began) * 1000)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return len(taken) / seconds, taken


def _message(thread: str) -> bytes:
    return json.dumps(
        {
            "channel": "mail",
            "channel_message_id": new_id("mail"),
            "contact": {"kind": "mail", "value": f"{thread}@example.org"},
            "thread": thread,
            "body": SENTENCE,
        }
    ).encode()
