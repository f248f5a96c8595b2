"""The readable report of a bundle: one HTML file that needs no network and can be printed.

Imports the standard library only: a bundle carries this very file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from audit.bundle import Bundle, ProvedEvent
from audit.leaf import StoredRow
from audit.note import read

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 15px/1.4 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid #bbb; padding: .3em .5em; text-align: left; vertical-align: top }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }}
q {{ background: #eee; white-space: pre-wrap; overflow-wrap: anywhere }}
</style></head><body>
<h1>{title}</h1>
<p>{count} events, each of them covered by the checkpoint below. To check this, run <code>python verify.py</code> in the
folder of the bundle. Personal texts, shown like <q>this</q>, are sealed in the log: the company opened them for this
report, and no proof covers them.</p>
<h2>Checkpoint</h2><pre>{checkpoint}</pre>
<p>{earlier}</p>
{verdicts}<h2>Events</h2>
<table><tr><th>position</th><th>recorded (UTC)</th><th>event</th><th>what, by whom</th></tr>
{events}
</table></body></html>
"""


def html(bundle: Bundle) -> str:
    """The report. Raises ValueError where a leaf is not one."""
    earlier = [read(each.note) for each in bundle.earlier]
    said = "".join(f"At {each.at:%Y-%m-%d %H:%M:%S %Z} there was one of {each.size} events. " for each in earlier)
    return _PAGE.format(
        title=escape(f"Events about {bundle.about}"),
        count=len(bundle.events),
        checkpoint=escape(bundle.checkpoint),
        earlier=escape(said or "The bundle has no earlier checkpoint."),
        verdicts=_verdicts(bundle),
        events="\n".join(_event(each, row) for each, row in zip(bundle.events, bundle.rows(), strict=True)),
    )


_CLOCKS = """<h2>Clocks as of {as_of}</h2>
<p>The program that checks the bundle derives each of them again from the events below.</p>
<table><tr><th>of</th><th>clock</th><th>verdict</th><th>started</th><th>due</th><th>stopped</th>
<th>missed</th></tr>
{rows}
</table>
"""


def _verdicts(bundle: Bundle) -> str:
    rows = []
    for each in bundle.verdicts:
        clock = f"{each.get('metric')} {each.get('number')}"
        times = [each.get(name) or "" for name in ("started_at", "due_at", "stopped_at", "breached_at")]
        cells = [each.get("conversation"), clock, each.get("state"), *times]
        rows.append(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>")
    return _CLOCKS.format(as_of=escape(bundle.as_of), rows="\n".join(rows)) if rows else ""


def _event(event: ProvedEvent, row: StoredRow) -> str:
    cells = (
        str(row.position),
        f"{row.recorded_at:%Y-%m-%d %H:%M:%S.%f}",
        f"{escape(row.name)}<br>{escape(row.stream)} version {row.version}",
        "<br>".join(_said(row, event.texts)),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _said(row: StoredRow, texts: dict[str, str]) -> Iterator[str]:
    try:
        state = json.loads(row.state)
        envelope, data = dict(state["e"]), dict(state["d"])
    except (ValueError, KeyError, TypeError):
        yield "cannot be read by this release"
        return
    actor = envelope.get("actor")
    if isinstance(actor, dict):
        yield f"by {escape(str(actor.get('kind')))} {escape(str(actor.get('id')))}"
    for name, value in {**envelope, **data}.items():
        if value is None or name in ("actor", "event_id", "reason_of"):
            continue
        yield f"{escape(name)}: {_shown(name, value, texts)}"


def _shown(path: str, value: Any, texts: dict[str, str]) -> str:
    if path in texts:
        return f"<q>{escape(texts[path])}</q>"
    if isinstance(value, dict):
        return "; ".join(f"{escape(name)} {_shown(f'{path}.{name}', each, texts)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(f"{path}.{number}", each, texts) for number, each in enumerate(value))
    return escape(str(value))
