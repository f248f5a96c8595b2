"""Which lines of a conversation's history customers are shown, and as what: a table of rules, and its SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from domain.conversation.events import CLOSED, Status

LineKind = Literal[
    "opened", "interaction", "message", "participant", "verdict", "person-requested", "status", "split"
]  # fmt: skip
Side = Literal["customer", "company", "participant"]
HistoryKind = Literal[
    "opened", "interaction", "received", "sent", "participant", "change", "verdict", "person-requested"
]  # fmt: skip
"""Those kinds of lines of the history of which something is shown."""


@dataclass(frozen=True, slots=True)
class LineRule:
    """What customers are shown of some lines of the history.

    The rule fits lines of the kind `of`; of changes, those of `field` whose value is one of `new`, or was one of `old`.
    `kind`, `by` and `what` are fields of `CustomerLine`; NEW stands for the line's new value. `text`: whether the
    line's text is shown.
    """

    of: HistoryKind
    kind: LineKind
    by: Side | None = None
    what: Literal["new", "open", "left"] | None = None
    text: bool = False
    field: Literal["split", "status", "participant"] | None = None
    new: Sequence[Status] = ()
    old: Sequence[Status] = ()


NEW: Final = "new"
RULES = (
    LineRule("opened", "opened", text=True),
    LineRule("received", "message", "customer", text=True),
    LineRule("sent", "message", "company", text=True),
    LineRule("participant", "participant", "participant", NEW, text=True),
    LineRule("verdict", "verdict", "customer", NEW, text=True),
    LineRule("person-requested", "person-requested", "customer", text=True),
    LineRule("interaction", "interaction", what=NEW),
    LineRule("change", "split", what=NEW, field="split"),
    LineRule("change", "participant", "participant", "left", field="participant"),
    # Of status changes, only closing and reopening.
    LineRule("change", "status", "customer", NEW, text=True, field="status", new=["withdrawn"]),
    # A resolution is a text for colleagues; customers get messages.
    LineRule("change", "status", "company", NEW, field="status", new=["resolved"]),
    LineRule("change", "status", what="open", field="status", old=CLOSED),
)
"""The first rule that fits a line counts; a line that no rule fits is not shown. The rules are applied in SQL, so that
texts for colleagues do not leave the database."""


def _fits(rule: LineRule) -> str:
    lists = {"kind": [rule.of], "field": [rule.field] if rule.field else (), "new": rule.new, "old": rule.old}
    return " AND ".join(f"t.{name} IN ({', '.join(map(quoted, values))})" for name, values in lists.items() if values)


def quoted(word: str) -> str:
    """A word of the code's own as a literal of SQL."""
    return f"'{word}'"


def by_rule(value: Callable[[LineRule], str | None]) -> str:
    """The value of the first rule that fits a line, in SQL; NULL without one."""
    cases = [f"WHEN {_fits(rule)} THEN {value(rule) or 'NULL'}" for rule in RULES]
    return f"CASE {' '.join(cases)} END"


ANY_FITS = " OR ".join(map(_fits, RULES))
"""Whether customers are shown a line, in SQL."""
