"""Every path that a verb takes may lead to a device, a pipe, a folder or a link: the verb is refused, and the path
stays what it is. The list of paths is taken from the command line, so that no new one is missed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from cli.catalogue import VERBS
from cli.main import application
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]

AT = "2026-06-12T16:30:00Z"
DAY = "2026-06-12"
TEXTS, TABLES, PAGE = "texts.csv", "tables.yaml", "page.eml"
MAIL = "Content-Type: text/html\n\n<p>kept</p>"
CALLS: dict[str, tuple[str, ...]] = {
    "export-person file": ("export-person", "CUSTOMER", "ODD"),
    "attach file": ("attach", "ODD", "--customer", "CUSTOMER"),
    "fetch file": ("fetch", "CONTENT", "ODD"),
    "mail html file": ("mail", "html", "CONTENT", "ODD"),
    "import file": ("import", "cfpb", "ODD"),
    "import rejects": ("import", "cfpb", TEXTS, "--rejects", "ODD"),
    "backup file": ("backup", "ODD"),
    "restore file": ("restore", "ODD"),
    "retention put file": ("retention", "put", "ODD", "--reason", "x"),
    "retention dry-run file": ("retention", "dry-run", "ODD"),
    "calendar due file": ("calendar", "due", "--file", "ODD", "--calendar", "X", "--from", AT, "--budget", "PT1H"),
    "calendar elapsed file": ("calendar", "elapsed", "--file", "ODD", "--calendar", "X", "--from", AT, "--to", AT),
    "scenario file": ("scenario", "ODD"),
    "sla dry-run file": ("sla", "dry-run", "ODD", "--from", AT, "--to", AT),
    "sla put file": ("sla", "put", "ODD"),
    "themes train file": ("themes", "train", "ODD"),
    "themes train model": ("themes", "train", TEXTS, "--model", "ODD"),
    "themes evaluate file": ("themes", "evaluate", "ODD"),
    "themes evaluate model": ("themes", "evaluate", TEXTS, "--model", "ODD"),
    "themes evaluate plot": ("themes", "evaluate", TEXTS, "--plot", "ODD"),
    "themes suggest model": ("themes", "suggest", "it drips", "--model", "ODD"),
    "themes suggest-items model": ("themes", "suggest-items", "--model", "ODD"),
    "themes unknown model": ("themes", "unknown", "--model", "ODD"),
    "signals try file": ("signals", "try", "ODD"),
    "tables check file": ("tables", "check", "ODD"),
    "tables try file": ("tables", "try", "ODD"),
    "tables try inputs": ("tables", "try", TABLES, "--former", TABLES, "--inputs", "ODD"),
    "tables try former": ("tables", "try", TABLES, "--former", "ODD"),
    "tables put file": ("tables", "put", "ODD", "--reason", "x"),
    "measures show chart_": ("measures", "show", "touches", "--from", DAY, "--to", "2026-06-13", "--chart", "ODD.svg"),
    "measures show out": ("measures", "show", "touches", "--from", DAY, "--to", "2026-06-13", "--out", "ODD.csv"),
    "process map svg": ("process", "map", "--from", DAY, "--to", "2026-06-13", "--svg", "ODD.svg"),
    "audit export out": ("audit", "export", "--customer", "CUSTOMER", "--out", "ODD"),
}
"""A call of each verb for each path that it takes; ODD stands for the path, with the ending that it must have."""
WRITTEN = {
    "export-person file", "fetch file", "mail html file", "import rejects", "backup file", "themes train model",
    "themes evaluate plot", "audit export out", "measures show chart_", "measures show out", "process map svg",
}  # fmt: skip
"""Those that are written. The others are read, and a link to a file may be read."""
CODES = {"file-not-readable", "file-not-writable", "rejects-not-writable"}


def paths() -> Iterator[str]:
    """Every path that a verb takes."""

    def look(command: object, name: str) -> Iterator[str]:
        for each in getattr(command, "params", ()):
            if "Path" in str(each.type_descriptor.annotation):
                yield f"{name} {each.name}"
        for verb, inner in getattr(command, "commands", {}).items():
            yield from look(inner, f"{name} {verb}")

    for verb in {verb for verbs in VERBS.values() for verb in verbs}:
        yield from look(application(verb).commands[verb], verb)  # type: ignore[attr-defined]


ODD: dict[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "link to a file": lambda path: path.symlink_to(PAGE),
}


def untouched(path: Path) -> tuple[int, ...]:
    """What changes where somebody writes. (Reading a link may change when it was last read.)"""
    found = os.lstat(path)
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns


def test_every_path_has_a_call_here() -> None:
    assert sorted(paths()) == sorted(CALLS)


def test_each_path_of_each_verb_is_looked_at_first(antiphon: Antiphon, tmp_path: Path) -> None:
    # Given
    antiphon("open", "inquiry", "it drips", "--from", "ada@x.example")
    customer = antiphon("by-contact", "ada@x.example").out.split()[0]
    (tmp_path / TEXTS).write_text("text,category\n" + "it drips,a\nit leaks,b\n" * 20)
    (tmp_path / TABLES).write_text(
        "tables:\n  a:\n    hit_policy: first\n    inputs: [{name: b, type: boolean}]\n"
        "    outputs: [{name: c, type: boolean}]\n    rules: [{when: {b: 'true'}, then: {c: 'true'}}]\n"
    )
    (tmp_path / PAGE).write_text(MAIL)
    content = antiphon("attach", PAGE, "--customer", customer).id
    names = {"CUSTOMER": customer, "CONTENT": content}
    found = {}
    for what, make in ODD.items():
        odd = {f"ODD{end}": tmp_path / (what.replace(" ", "-") + end) for end in ("", ".svg", ".csv")}
        for path in odd.values():
            make(path)
        before = [untouched(path) for path in odd.values()]
        for place, call in CALLS.items():
            if what == "link to a file" and place not in WRITTEN:
                continue
            # When
            ran = antiphon(*(str(odd[each]) if each in odd else names.get(each, each) for each in call))
            # Then
            code = ran.err.removeprefix("antiphon: ").partition(":")[0]
            if (ran.status, [untouched(path) for path in odd.values()]) != (2, before) or code not in CODES:
                found[place, what] = (ran.status, ran.err[-300:], ran.out[-300:])
    assert found == {}, "\n".join(f"{k}: {v}" for k, v in found.items())
    assert (tmp_path / PAGE).read_text() == MAIL
    assert not (tmp_path / "nowhere").exists()
