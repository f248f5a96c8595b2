"""Replies by templates: the approved text of a name, in the conversation's language, with its fields filled in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from commands.conversation.handlers import act
from commands.decision_table import decide_by
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import ChosenContact, SendReply
from domain.conversation.state import CONVERSATION
from domain.conversation.templates import TABLE_NAME, filled, template_of
from domain.decision_table.deciding import TableDecision
from domain.kernel.values import Channel, Frozen, Label, Language


def _sorted(fields: Mapping[str, str]) -> Mapping[str, str]:
    """In one order, whatever the order of the request: a repeat may have another one."""
    return dict(sorted(fields.items()))


class ReplyByTemplate(Frozen):
    """A reply by the template of this name, in `language`, else in the conversation's, with its `fields` filled in.
    `channel`, `to`, `to_contact`: as of `SendReply`."""

    template: Label
    fields: Annotated[Mapping[str, str], AfterValidator(_sorted)] = MappingProxyType({})
    language: Language | None = None
    channel: Channel | None = None
    to: str | None = None
    to_contact: ChosenContact | None = None


def reply(
    executor: CommandExecutor,
    conversation_id: str,
    wanted: ReplyByTemplate,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Answer:
    """Reply by a template, as the table says now. A repeat finds the first answer, whatever the table says by then.

    Raises Refusal `not-found` (the conversation, or no such template), `table-unpublished`, `input-invalid` (the
    fields), or as `commands.conversation.handlers.act`.
    """
    asked = body_of(context, wanted, conversation_id)
    if first := executor.check_command_id(context, asked):
        return first
    said = _filled(executor, conversation_id, wanted)
    return act(executor, conversation_id, said, context, expected_version=expected_version, asked=asked)


def _filled(executor: CommandExecutor, conversation_id: str, wanted: ReplyByTemplate) -> SendReply:
    state = executor.read(CONVERSATION, conversation_id).existing(CONVERSATION.kind).state
    language = wanted.language or state.language

    def decided(of: str | None) -> TableDecision:
        return decide_by(executor, TABLE_NAME, {"name": wanted.template, "language": of}, executor.clock())

    template = template_of(wanted.template, decided, language)
    return SendReply(
        body=filled(template.text, wanted.fields),
        language=language,
        channel=wanted.channel,
        to=wanted.to,
        to_contact=wanted.to_contact,
        template=wanted.template,
        template_version=template.version,
    )
