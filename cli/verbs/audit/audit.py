"""`antiphon audit`: proves that the log was not changed, and tells who did and looked at what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from audit.note import NoteInvalid, PublicKey
from audit.other_trees import CheckedTree
from audit.verification import Checked, Wrong
from audit.verifying import VerifiedLog, verify
from cli.display.terminal import safe
from cli.verbs.audit.export import export
from cli.verbs.audit.trail import trail
from cli.verbs.audit.views import views
from cli.wiring.composition import antiphon
from cli.wiring.proof import checkpoints_of, keys_of, place_names, places_of, tree_grown
from domain.kernel.refusal import Refusal
from infra.proof.keys import rotate as rotate_keys
from infra.proof.status import lock

_WRONG = {
    "changed": "the event was changed",
    "missing": "an event is missing here",
    "inserted": "the event was inserted",
    "cut off": "the log was cut off here",
    "somewhere": "an event from here on was changed",
}
_WRONG_LOOK = {
    "changed": "the look was changed",
    "missing": "a look is missing here",
    "inserted": "the look was inserted",
    "cut off": "the trail was cut off here",
    "somewhere": "a look from here on was changed",
}
_WRONG_CLAIM = {
    "changed": "the unique key was changed",
    "missing": "a unique key is missing here",
    "inserted": "the unique key was inserted",
    "cut off": "unique keys are missing from here on",
    "somewhere": "a unique key from here on was changed",
}


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    audit = typer.Typer(
        no_args_is_help=True, help="Prove that nothing in the log was changed; who did and looked at what."
    )
    audit.command("verify")(verify_log)
    audit.command("export")(export)
    audit.command("trail")(trail)
    audit.command("checkpoint")(checkpoint)
    audit.command("keys")(keys)
    audit.command("rotate")(rotate)
    audit.command("views")(views)
    app.add_typer(audit, name="audit")


def verify_log(
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key that counts, as `antiphon audit keys` prints it; default: those of this home."),
    ] = None,
) -> None:
    """Check the whole log against all checkpoints; exit with 1, and name the first position that is wrong."""
    with antiphon() as parts, parts.database("auditor") as auditor:
        places = places_of(parts)
        try:
            public = [PublicKey.parse(each) for each in key] if key else keys_of(parts).public()
            found = verify(auditor, places, public)
        except NoteInvalid as error:
            raise Refusal("checkpoint-key-missing", f"a public key is not one: {error}") from error
        except OSError as error:
            raise Refusal("checkpoint-place-away", f"{error}; see to the places of checkpoints") from error
    _print_found(found)
    if not found.well:
        raise typer.Exit(1)


def checkpoint() -> None:
    """Make a checkpoint of the whole log now. `antiphon run` makes them by itself."""
    with antiphon() as parts, tree_grown(parts) as database:
        places = places_of(parts)
        made = checkpoints_of(parts, database).make()
    if made is None:
        print(f"there is nothing new to be covered; checkpoints are in {place_names(places)}")
        return
    print(f"{made.size} events up to position {made.position}, in {place_names(places)}")


def keys() -> None:
    """Print the public keys that check signatures of checkpoints: those that sign now, and former ones."""
    with antiphon() as parts:
        for each in keys_of(parts).public():
            print(each)


def rotate() -> None:
    """Make a new key that signs checkpoints from now on. The former public keys stay known."""
    with (
        antiphon() as parts,
        parts.database("projector") as database,
        database.connection() as connection,
        connection.transaction(),
    ):
        # Of two processes that rotate at once, the second would not know the first one's key, which may have signed.
        lock(connection)
        keys = keys_of(parts)
        former = tuple(str(each) for each in keys.public() if each.name == keys.origin)
        rotate_keys(keys.file, former)
        print(keys.signers()[0].public_key)


def _print_found(found: VerifiedLog) -> None:
    checked = found.checked
    for each in found.notes.refused:
        print(f"!!  {safe(each)}")
    if (more := found.notes.count - len(found.notes.refused)) > 0:
        print(f"!!  {more} more notes do not count")
    if found.missing is not None:
        print(f"!!  a checkpoint of {found.missing} events was made, and is nowhere now")
    if checked.wrong and checked.by:
        print(f"!!  position {checked.wrong.position}: {_said(checked.wrong)}")
        print(f"    by the checkpoint of {checked.by.size} events at {checked.by.at:%Y-%m-%d %H:%M:%S} UTC")
    else:
        print(f"{'ok' if found.well else '  '}  {_summary(checked)}")
    _print_tree(found.looks, "look", _WRONG_LOOK, "; the oldest {} are kept no more")
    _print_tree(found.claims, "unique key", _WRONG_CLAIM, "; {} of them are kept no more")


def _print_tree(checked: CheckedTree, row: str, wrong: Mapping[str, str], removed: str) -> None:
    if checked.wrong and checked.by:
        until = f", up to {row} {checked.wrong.last}" if checked.wrong.last else ""
        print(f"!!  {row} {checked.wrong.position}: {wrong[checked.wrong.what]}{until}")
        print(f"    by the checkpoint of {checked.by.size} events at {checked.by.at:%Y-%m-%d %H:%M:%S} UTC")
    elif checked.covered:
        less = removed.format(checked.removed) if checked.removed else ""
        print(f"ok  {checked.covered} {row}s equal the checkpoints{less}")


def _said(wrong: Wrong) -> str:
    until = f", up to position {wrong.last}" if wrong.last else ""
    return f"{_WRONG[wrong.what]}{until}"


def _summary(checked: Checked) -> str:
    open_ = checked.events - checked.covered
    later = f"; {open_} events came after the last checkpoint, and nothing is proved of them" if open_ else ""
    return f"{checked.covered} events equal {checked.checkpoints} checkpoints{later}"
