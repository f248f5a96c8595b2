"""A verb imports what it needs: the table by which its module is found says what each module has."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

import cli.verbs
from cli.catalogue import PANELS, VERBS
from cli.main import application, main

ROOT = Path(cli.verbs.__file__).parent
PARTS = {
    "measures.citations",
    "service_level.policies",
    "service_level.what_if",
    "signal.limits",
    "signal.reading",
    "themes.catalogue",
    "themes.from_log",
    "themes.model",
    "themes.suggestions",
    "themes.unknown",
}
"""Modules whose verbs another one puts among its own."""
WITHOUT = {"fastapi", "kafka", "uvicorn"}


@pytest.mark.parametrize("module", VERBS)
def test_the_list_says_which_verbs_a_module_has_and_what_they_do(module: str) -> None:
    app = typer.Typer()
    import_module(f"cli.verbs.{module}").verbs(app)
    app.callback()(lambda: None)
    loaded = get_command(app)
    assert isinstance(loaded, TyperGroup)
    first = {verb: inspect.cleandoc(each.help or "").split("\n\n")[0] for verb, each in loaded.commands.items()}
    assert {verb: " ".join(line.split()) for verb, line in first.items()} == VERBS[module]


def test_the_list_has_every_module_that_has_verbs() -> None:
    found = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in ROOT.rglob("*.py")}
    with_verbs = {name for name in found if "def verbs(" in (ROOT / f"{name.replace('.', '/')}.py").read_text()}
    assert with_verbs == VERBS.keys() | PARTS


def test_the_list_has_headings_and_no_line_that_breaks_in_two(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a terminal wide enough for each line
    monkeypatch.setenv("COLUMNS", "300")
    # When
    shown = [help_of(capsys, *verb) for verb in ((), ("sla",), ("audit",))]
    # Then
    assert all(heading in shown[0] for heading in PANELS.values())
    assert {module.partition(".")[0] for module in VERBS} == PANELS.keys()
    for each in shown:
        rows = [line for line in each.splitlines() if line.startswith("│")]
        assert rows
        assert [row for row in rows if row[1:4].isspace()] == [], "a row without a verb goes on from the one before"


def help_of(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    application.cache_clear()
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    return capsys.readouterr().out


def test_the_release_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((ROOT.parents[1] / "pyproject.toml").read_text())["project"]
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"antiphon {project['version']}\n")


IMPORTS = """
import contextlib, io, sys
from cli.main import main
for verb in sys.argv[1:]:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        main([verb, "--help"])
    print(verb, *sys.modules)
"""


@pytest.fixture(scope="module")
def imported() -> dict[str, set[str]]:
    """The modules that one process has imported once it showed the help of each of these, one after another."""
    verbs = ["--help", "inbox", "open", "sla", "topics", "token"]
    ran = subprocess.run([sys.executable, "-c", IMPORTS, *verbs], capture_output=True, text=True, check=True)
    return {verb: set(modules) for verb, *modules in map(str.split, ran.stdout.splitlines())}


@pytest.mark.processes
@pytest.mark.parametrize("verb", ["inbox", "open", "sla"])
def test_a_verb_leaves_the_libraries_of_the_api_and_of_kafka_alone(imported: dict[str, set[str]], verb: str) -> None:
    (module,) = (module for module, verbs in VERBS.items() if verb in verbs)
    assert f"cli.verbs.{module}" in imported[verb]
    assert not imported[verb] & WITHOUT


@pytest.mark.processes
@pytest.mark.parametrize(("before", "verb", "library"), [("sla", "topics", "kafka"), ("topics", "token", "fastapi")])
def test_a_library_that_a_verb_imports_is_seen(
    imported: dict[str, set[str]], before: str, verb: str, library: str
) -> None:
    assert library in imported[verb] - imported[before]


@pytest.mark.processes
def test_the_list_of_verbs_loads_no_verb_and_no_database(imported: dict[str, set[str]]) -> None:
    assert not imported["--help"] & {"cli.verbs", "psycopg", "pydantic", "structlog", "domain"}


def test_a_verb_is_listed_whether_it_is_loaded_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    listed = []
    for arguments in (["--help"], ["--help", "inbox"], ["-h"]):
        with pytest.raises(SystemExit):
            main(arguments)
        listed.append(capsys.readouterr().out)
    assert listed[0] == listed[1] == listed[2]
    assert "inbox" in listed[0]
