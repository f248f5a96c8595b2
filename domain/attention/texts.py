"""The texts of closing messages, read out of the published decision table `closing-messages`: by outcome and language.

Who publishes a version approves its texts. A text may name the product area and the theme: `{area}`, `{theme}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.attention.contacts import ClosingOwed, Outcome
from domain.decision_table.deciding import TableDecision
from domain.kernel.refusal import Refusal
from domain.kernel.text import is_legible

TABLE_NAME = "closing-messages"
"""The table's inputs are `outcome` and `language`, its output is `text`."""
MOST_CHARACTERS = 4_000
"""The longest text, with area and theme in it, so that a message about several outcomes can be sent."""


Decided = Callable[[Outcome, str | None], TableDecision | None]
"""What the table decides for an outcome and a language; None where no version is in force. Raises Refusal."""


class Texts:
    """The texts of the version in force. Without a version there are none. `version`: of those that were asked for."""

    def __init__(self, decided: Decided) -> None:
        self.version = 0
        self._decided_by_table = decided
        self._known: dict[tuple[str, str | None], str | None] = {}
        """The texts that were asked for, before area and theme are in them: many outcomes have the same."""

    def of(self, owed: ClosingOwed, language: str | None) -> str | None:
        """The text about an outcome in a language: in exactly this one, else in the language without its region, else
        what the table says otherwise. None where there is no text, or one that is too long."""
        asked = owed.outcome, language
        if asked not in self._known:
            self._known[asked] = self._said(owed, language)
        text = self._known[asked]
        if text is None:
            return None
        text = text.replace("{area}", owed.area).replace("{theme}", owed.theme)
        return text if len(text) <= MOST_CHARACTERS else None

    def message(self, owed: Iterable[ClosingOwed], language: str | None) -> str:
        """One message about several outcomes: each text once, in order. Those without a text are left out."""
        texts = (self.of(each, language) for each in owed)
        return "\n\n".join(dict.fromkeys(text for text in texts if text is not None))

    def _said(self, owed: ClosingOwed, language: str | None) -> str | None:
        exact = self._decided(owed, language)
        if exact is None or (exact.otherwise and language and "-" in language):
            exact = self._decided(owed, (language or "").partition("-")[0].lower() or None) or exact
        results = exact.results() if exact else []
        text = results[0].get("text") if len(results) == 1 else None
        return text if isinstance(text, str) and is_legible(text) else None

    def _decided(self, owed: ClosingOwed, language: str | None) -> TableDecision | None:
        try:
            found = self._decided_by_table(owed.outcome, language)
        except Refusal:  # such a language does not come into the table, or its rules contradict each other
            return None
        if found is None:
            return None
        self.version = found.version
        return found if found.outputs else None
