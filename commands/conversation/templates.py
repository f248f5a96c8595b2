"""Replies by templates: the approved text of a name, in the conversation's language, with its fields filled in."""

from __future__ import annotations

from collections.abc import Mapping

from commands.decision_table import decide_by
from commands.executor.executor import CommandExecutor
from domain.conversation.state import CONVERSATION
from domain.conversation.templates import TABLE_NAME, filled, text_of
from domain.decision_table.deciding import TableDecision


def words_of(
    executor: CommandExecutor, conversation_id: str, name: str, fields: Mapping[str, str], language: str | None = None
) -> tuple[str, str | None]:
    """What a reply by this template says, and in which language: the given one, else the conversation's.

    Raises Refusal `not-found` (the conversation, or no such template), `table-unpublished`, `input-invalid` (the
    fields), Overloaded.
    """
    state = executor.read(CONVERSATION, conversation_id).existing(CONVERSATION.kind).state
    wanted = language or state.language

    def decided(of: str | None) -> TableDecision:
        return decide_by(executor, TABLE_NAME, {"name": name, "language": of}, executor.clock())

    return filled(text_of(name, decided, wanted), fields), wanted
