"""Checks the bundle in whose folder this program is: python verify.py [PUBLIC KEY …]

Needs Python 3.11, its standard library and `cryptography`; no database and no network. Without public keys, those in
the bundle count: compare them with a copy of your own. Ends with 0 if all is proved, or with 1 and the first thing that
is wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from audit.bundle import Bundle, wrong
from audit.note import PublicKey, read
from audit.report import html
from audit.zones import SaidZones


def main(folder: Path, given: Sequence[str]) -> str | None:
    """Check the bundle in a folder. Answers the first thing that is wrong."""
    try:
        bundle = Bundle.of(json.loads((folder / "bundle.json").read_text()))
        keys = [PublicKey.parse(each) for each in given or bundle.keys]
        found = wrong(bundle, keys)
        if found is None and (folder / "report.html").read_text() != html(bundle):
            found = "report.html: it is not what the events say"
    except (OSError, ValueError) as error:
        return f"bundle.json: {error}"
    except Exception as error:
        # Who wants a bundle to pass may write anything into it: what cannot be read is wrong, and never a traceback.
        return f"bundle.json: it cannot be read ({type(error).__name__})"
    return found


if __name__ == "__main__":
    here = Path(__file__).parent
    if (found := main(here, sys.argv[1:])) is not None:
        sys.exit(f"WRONG  {found}")
    bundle = Bundle.of(json.loads((here / "bundle.json").read_text()))
    checkpoint = read(bundle.checkpoint)
    sys.stdout.write(f"proved: {len(bundle.events)} events about {bundle.about}\n")
    sys.stdout.write(f"verdicts of clocks, derived again from these events: {len(bundle.verdicts)}\n")
    covered = "covered" if SaidZones.of(checkpoint) else "NOT COVERED"
    sys.stdout.write(f"time zones by which clocks count: {covered} by the checkpoint\n")
    sys.stdout.write(f"by a checkpoint of {checkpoint.size} events at {checkpoint.at}, signed by a key of\n")
    sys.stdout.write("".join(f"  {each}\n" for each in sys.argv[1:] or bundle.keys))
