"""Templates of replies, read out of the published decision table `reply-templates`: by name and language.

Who publishes a version approves its texts. A text has fields, `{name}`, which whoever replies fills in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.conversation.interaction import BODY_CHARACTERS
from domain.decision_table.deciding import TableDecision
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.text import is_legible, readable

TABLE_NAME = "reply-templates"
"""The table's inputs are `name` and `language`, its output is `text`."""
MOST_CHARACTERS = 500
"""The longest value of a field."""
_FIELD = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}", re.ASCII)
_MARKDOWN = re.compile(r"[\\`*\[\]<>]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown may take for more than text: a reply by mail has HTML by it, where that is wanted."""

Decided = Callable[[str | None], TableDecision]
"""What the table decides for the template in a language. Raises Refusal, `table-unpublished` where none is in force."""


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a template, with its fields as they stand, and the version of the table that has it."""

    text: str
    version: int


def template_of(name: str, decided: Decided, language: str | None) -> Template:
    """The template in exactly this language, else in the language without its region, else what the table says
    otherwise. Raises NotFound where there is none, Refusal `table-unpublished`."""
    found: list[TableDecision] = []
    for each in dict.fromkeys((language, (language or "").partition("-")[0].lower() or None)):
        try:
            found.append(decided(each))
        except Refusal as refusal:
            if refusal.code == "table-unpublished":
                raise
            # Such a name or language does not come into the table, or its rules contradict each other.
    for decision in sorted(found, key=lambda each: each.otherwise):
        results = decision.results()
        text = results[0].get("text") if len(results) == 1 else None
        if isinstance(text, str) and is_legible(text):
            return Template(text, decision.version)
    where = f"in the language {readable(language)}" if language else "where no language is known"
    raise NotFound(
        f"a template of this name {where}", check=f"the table {TABLE_NAME}: antiphon tables show {TABLE_NAME}"
    )


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The text with its fields filled in. What a value holds is text: a line, no field of its own and no Markdown.
    Raises Refusal `input-invalid`, which names the fields that are missing, of no use, no text, or too long."""
    wanted = dict.fromkeys(_FIELD.findall(text))
    wrong = {
        "are missing": [name for name in wanted if name not in fields],
        "are none of the template": [name for name in fields if name not in wanted],
        f"hold no text, or more than {MOST_CHARACTERS} characters": [
            name for name in wanted if name in fields and not _is_value(fields[name])
        ],
    }
    for how, names in wrong.items():
        if names:
            named = ", ".join(readable(name)[:40] for name in names[:10])
            raise Refusal("input-invalid", f"fields: {named} {how}; the template has: {', '.join(wanted) or 'none'}")
    whole = _FIELD.sub(lambda field: _escaped(fields[field[1]]), text)
    if len(whole) > BODY_CHARACTERS:
        limit = f"a reply has at most {BODY_CHARACTERS} characters, and with these it has {len(whole)}"
        raise Refusal("input-invalid", f"fields: {limit}; shorten them")
    return whole


def _is_value(value: str) -> bool:
    return is_legible(value) and len(value) <= MOST_CHARACTERS


def _escaped(value: str) -> str:
    line = " ".join(readable(value).split())
    return _MARKDOWN.sub(lambda sign: "\\" + sign[0], line)
