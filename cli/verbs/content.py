"""The verbs of files of people: `attach` and `fetch`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from cli.verbs.conversation.acting import Key
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from commands import content as contents
from domain.content import COMPANY
from domain.kernel.refusal import Refusal
from infra.content.folder import PART
from infra.file_to_read import regular_file
from infra.file_to_write import file_there
from infra.keys.sealing import SealBroken


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    app.command("attach")(attach)
    app.command("fetch")(fetch)


def attach(
    file: Annotated[Path, typer.Argument(help="The file.")],
    customer: Annotated[str | None, typer.Option(metavar="customer-…", help="Whose it is; or a stranger-….")] = None,
    company: Annotated[bool, typer.Option("--company", help="The file is the company's own.")] = False,
    as_: As = None,
    key: Key = None,
) -> None:
    """Keep a file of a customer, or one of the company's own, so that a message can name it by its content id."""
    if (customer is None) != company:
        raise Refusal("owner-not-named", "say whose file it is: --customer customer-…, or --company")
    with regular_file(file, "a file that you may read") as opened, antiphon() as parts:
        read = iter(lambda: opened.read(PART), b"")
        kept = contents.keep(parts.executor, customer or COMPANY, read, context(parts.executor, as_, key))
    print(f"{kept.answer.id} at {kept.answer.position}")
    print(f"{kept.size} bytes, {kept.type}, sha256 {kept.sha256}")
    if kept.quarantined:
        print("quarantined: it did not pass the check (ANTIPHON_CONTENT_CHECK)")


def fetch(
    content_id: Annotated[str, typer.Argument(metavar="content-…", help="The content's id.")],
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    quarantined: Annotated[bool, typer.Option("--quarantined", help="Also if it did not pass the check.")] = False,
) -> None:
    """Write a file that is kept to a path, readable by its owner only."""
    with antiphon() as parts:
        read = contents.read(parts.executor, content_id, quarantined=quarantined)
        with new_file(file, overwrite=force) as written:
            size = sum(map(written.write, read))
    print(f"{file}: {size} bytes")


@contextmanager
def new_file(file: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Within: a file that is being written, which is at its path afterwards, whole, unless an error came. Raises
    Refusal `file-exists`, `file-not-writable`, `content-missing`."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        file_there(unfinished)
        if file_there(file) and not overwrite:
            raise Refusal("file-exists", f"{file} is there already; name another, or overwrite it with --force")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            yield written
        file_there(file)  # the path may have changed since
        unfinished.rename(file)
    except SealBroken as error:
        raise Refusal("content-missing", f"{error}; nothing was written: antiphon doctor") from None
    except OSError as error:
        raise Refusal("file-not-writable", f"{error}; name a file in a folder you may write to") from error
    finally:
        unfinished.unlink(missing_ok=True)
