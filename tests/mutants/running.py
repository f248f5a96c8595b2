"""Runs mutants within one pytest session that has imported everything: a fork for each, and in it the tests that reach
the line that is changed, until one fails.

A fork changes the code of a function in place, so that whoever has imported it has the mutant.
"""

from __future__ import annotations

import functools
import gc
import os
import resource
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Literal

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.making import Mutant, Place, codes_within, mutated

Fate = Literal["killed", "survived", "hung", "impossible", "unreached"]

LIVES: tuple[Fate, ...] = ("survived", "unreached")

SECONDS = 20
"""How much of a processor's time the tests of one mutant may take together; what is left then has not killed it."""
HANGS_AFTER = 40
"""What takes so much of it, in one test, is stopped: it hangs, which is noticed."""
WAITS_FOR = 300
"""The same of what takes none, in seconds that pass."""
SLOWEST_TEST = 3.0
"""A test that takes more by itself is left out."""

Line = tuple[str, int]
Kept = list[Any]
"""Caches of functions."""
Live = dict[tuple[str, Place], list[FunctionType]]
"""The functions of the product, by file and place."""


@dataclass
class Reached:
    """Which tests reach a line or a function of the product, and how long each takes."""

    lines: dict[Line, set[str]] = field(default_factory=lambda: defaultdict(set))
    files: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)

    def tests(self, mutant: Mutant) -> list[str]:
        """Those that reach the mutant, the fastest first."""
        found: set[str] = set()
        for line in range(mutant.line, mutant.last_line + 1):
            found |= self.lines.get((mutant.file, line), set())
        return sorted(found, key=lambda test: (self.seconds[test], test))


class Runner:
    """The plugin: goes through the tests once as they are, then through the mutants."""

    def __init__(self, root: Path, mutants: Sequence[Mutant], jobs: int) -> None:
        self._root = root
        self._mutants = mutants
        self._jobs = jobs
        self._files = {str(root / mutant.file): mutant.file for mutant in mutants}
        self.fates: list[tuple[Mutant, Fate]] = []
        self.tests = 0

    def pytest_configure(self, config: pytest.Config) -> None:
        """Where an example fails, that is all there is to know: none is made smaller."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", derandomize=True, deadline=None, database=None, phases=phases, max_examples=50
        )
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests."""
        reached = self._went_through(session.items)
        self.tests = len(reached.seconds)
        items = {item.nodeid: item for item in session.items}
        live, kept = _live_functions(set(self._files)), _kept()
        # What is never collected is never written to, so that forks share it.
        gc.collect()
        gc.freeze()
        running: dict[int, tuple[Mutant, float]] = {}
        for mutant in self._mutants:
            tests = [items[test] for test in reached.tests(mutant)]
            if not tests:
                self._tell(mutant, "unreached")
                continue
            while len(running) >= self._jobs:
                self._collect(running)
            sys.stdout.flush()
            sys.stderr.flush()
            pid = os.fork()
            if pid == 0:
                os._exit(_in_fork(self._root, mutant, tests, live, kept))
            running[pid] = mutant, time.monotonic() + WAITS_FOR
        while running:
            self._collect(running)
        return True

    def _collect(self, running: dict[int, tuple[Mutant, float]]) -> None:
        """Wait until at least one has ended."""
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in running:
                mutant, _ = running.pop(pid)
                self._tell(mutant, _FATES.get(os.waitstatus_to_exitcode(status), "killed"))
                return
            for pid, (mutant, until) in [*running.items()]:
                if time.monotonic() > until:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    del running[pid]
                    self._tell(mutant, "hung")
                    return
            threading.Event().wait(0.005)

    def _tell(self, mutant: Mutant, fate: Fate) -> None:
        self.fates.append((mutant, fate))
        if fate in LIVES:
            print(f"{fate} {mutant}", flush=True)
        if len(self.fates) % 100 == 0:
            print(f"{len(self.fates)} of {len(self._mutants)}", flush=True)

    def _went_through(self, items: Sequence[pytest.Item]) -> Reached:
        """Run each test once, and note what it reaches; without those that fail, are skipped or take long."""
        reached = Reached()
        for item in items:
            began = time.process_time()
            with _traced(self._files) as lines:
                reports = _ran(item)
            took = time.process_time() - began
            if any(report.outcome != "passed" for report in reports) or took > SLOWEST_TEST or not lines:
                continue
            reached.seconds[item.nodeid] = took
            for line in lines:
                reached.lines[line].add(item.nodeid)
        return reached


_FATES: dict[int, Fate] = {
    0: "survived",
    1: "killed",
    2: "impossible",
    -signal.SIGKILL: "hung",
    -signal.SIGXCPU: "hung",
}


def _in_fork(
    root: Path,
    mutant: Mutant,
    tests: Sequence[pytest.Item],
    live: Live,
    kept: Sequence[functools._lru_cache_wrapper[Any]],
) -> int:
    gc.disable()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    try:
        path = root / mutant.file
        place, code = mutated(path, path.read_text(), mutant)
        changed = live[str(path), place]
        for function in changed:
            function.__code__ = code
        # Functions that it made when modules were imported are in use, and it is not called again.
        for made in codes_within(code):
            for function in live.get((str(path), (made.co_qualname, made.co_firstlineno)), ()):
                function.__code__ = made
        for cache in kept:
            cache.cache_clear()
    except (KeyError, ValueError, SyntaxError):
        return 2
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + HANGS_AFTER, used + HANGS_AFTER))
    for test in tests:
        if time.process_time() > used + SECONDS:
            return 0
        if any(report.failed for report in _ran(test)):
            return 1
    return 0


def _ran(item: pytest.Item) -> list[pytest.TestReport]:
    item._initrequest()  # type: ignore[attr-defined]  # a test that runs once more asks for its fixtures anew
    return runtestprotocol(item, log=False, nextitem=None)


def _live_functions(files: set[str]) -> Live:
    """All functions of these files, by file and place."""
    found: dict[tuple[str, Place], list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in files:
            code = each.__code__
            found[code.co_filename, (code.co_qualname, code.co_firstlineno)].append(each)
    return dict(found)


def _kept() -> Kept:
    """What keeps answers of functions, also those of before a change."""
    return [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]


@contextmanager
def _traced(files: dict[str, str]) -> Iterator[set[Line]]:
    """The lines of these files that run, in all threads."""
    found: set[Line] = set()

    def of_function(frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            found.add((files[frame.f_code.co_filename], frame.f_lineno))
        return of_function

    def of_call(frame: FrameType, event: str, argument: object) -> Any:
        code: CodeType = frame.f_code
        if code.co_filename not in files:
            return None
        return of_function

    before = sys.gettrace()
    threading.settrace(of_call)
    sys.settrace(of_call)
    try:
        yield found
    finally:
        sys.settrace(before)
        threading.settrace(None)
