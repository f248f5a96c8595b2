"""The verbs that change something. Each prints an id, and the position at which its effect shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from cli.wiring.actors import As, colleague, context, gateway, operator
from cli.wiring.actors import staff as staff_id
from cli.wiring.actors import team as team_id
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import open_work
from commands.conversation import handlers as conversations
from commands.conversation import templates
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.undelivered import failing_before
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.staff import handlers as staffing
from commands.staff import leaving
from domain import staff
from domain.conversation import commands as c
from domain.conversation.state import CONVERSATION
from domain.customer import ContactKind
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import Refusal

Conversation = Annotated[str, typer.Argument(metavar="conversation-…", help="The conversation's id.")]
WHO = "a customer-… or stranger-…, a mail address or a phone number."
Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="A staff member's handle.")]
Automatic = Annotated[bool, typer.Option("--automatic", help="No person wrote it: nobody waits for an answer.")]
Key = Annotated[str | None, typer.Option("--key", help="A command id: the same one again finds the first answer.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (
        open_, receive, reply, note, assign, hand_over, priority, kind, subject, area,
        language, wait, hold, resolve, reopen, judge,
        team, join, roles, leave,
    ):  # fmt: skip
        app.command(verb.__name__.rstrip("_").replace("_", "-"))(verb)


def open_(
    kind: Annotated[str, typer.Argument(help="inquiry, complaint, order or feedback.")],
    body: Annotated[str, typer.Argument(help="What the customer said.")],
    contact: Annotated[str, typer.Option("--from", help="The customer's mail address or phone number.")],
    subject: str | None = None,
    name: Annotated[str | None, typer.Option(help="The customer's name, should they be new.")] = None,
    channel: str = "mail",
    area: Annotated[str | None, typer.Option(help="The product area.")] = None,
    order: Annotated[str | None, typer.Option(help="The number of the order it is about, new or known.")] = None,
    language: str | None = None,
    automatic: Automatic = False,
    key: Key = None,
) -> None:
    """Open a conversation with the customer's first interaction."""

    def ask(parts: Antiphon) -> Answer:
        delivery = Delivery(
            channel=channel,
            channel_message_id=key or new_id("entered"),
            contact=contact_point(contact, name=name),
            body=body,
            kind=kind,
            subject=subject,
            product_area=area,
            language=language,
            order_number=order,
            automatic=automatic,
            noted=True,
        )
        adjusted.extend(delivery.adjusted)
        return deliver(parts.executor, delivery, Context(gateway(channel)))

    adjusted: list[Adjusted] = []
    carry_out(ask, adjusted)


def receive(
    conversation_id: Conversation,
    body: str,
    by: Annotated[str | None, typer.Option(metavar="WHO", help=f"Who else said it: {WHO}")] = None,
    automatic: Automatic = False,
    as_: As = None,
    key: Key = None,
) -> None:
    """Record what the customer says next, or, with --by, what somebody else says in the conversation."""
    said_by = None if by is None else participant(by)
    command = c.ReceiveMessage(body=body, automatic=automatic, participant=said_by)
    if by is None and as_ is None:
        _act_as_customer(conversation_id, command, key)
    else:  # somebody here took it down
        _act(conversation_id, lambda _: command, as_, key, command.adjusted)


def _act_as_customer(conversation_id: str, command: c.SentCommand, key: str | None) -> None:
    def ask(parts: Antiphon) -> Answer:
        state = parts.executor.read(CONVERSATION, conversation_id).state
        customer = Actor(id=state.customer_id, kind="customer") if state else gateway("mail")
        return conversations.act(parts.executor, conversation_id, command, Context(customer, command_id=key))

    carry_out(ask, command.adjusted)


def reply(
    conversation_id: Conversation,
    body: Annotated[str | None, typer.Argument(help="What it says; or leave it out, and name a --template.")] = None,
    template: Annotated[str | None, typer.Option(help="A template of the table reply-templates.")] = None,
    field: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A field of the template.")] = None,
    to: Annotated[str | None, typer.Option(help="The id of another participant, instead of the customer.")] = None,
    to_contact: Annotated[str | None, typer.Option(help="Which of their mail addresses or phone numbers.")] = None,
    channel: Annotated[str | None, typer.Option(help="Over which channel. Default: as they wish, or wrote.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Answer the customer, or another participant of the conversation."""
    there = contact_point(to_contact) if to_contact else None
    contact = c.ChosenContact(contact_kind=there.kind, contact=there.value) if there else None
    if (body is None) == (template is None) or (template is None and field):
        raise Refusal("input-invalid", "say what the reply says, or name a --template with its fields")

    def ask(parts: Antiphon) -> Answer:
        by = context(parts.executor, as_, key)
        if template is None:
            said = c.SendReply(body=body or "", to=to, to_contact=contact, channel=channel)
            answer = conversations.act(parts.executor, conversation_id, said, by)
        else:
            filled = templates.ReplyByTemplate(
                template=template, fields=_fields(field or ()), to=to, to_contact=contact, channel=channel
            )
            answer = templates.reply(parts.executor, conversation_id, filled, by)
        if failing := failing_before(parts.executor, conversation_id, answer):
            warned.append(failing.code)
        return answer

    warned: list[str] = []
    carry_out(ask)
    for code in warned:
        typer.echo(f"warning: replies to this address did not arrive ({code}); it leaves all the same", err=True)


def _fields(given: Sequence[str]) -> dict[str, str]:
    """The fields of a template as somebody typed them. Raises Refusal `input-invalid`."""
    pairs = [each.partition("=") for each in given]
    if not all(equals for _, equals, _ in pairs):
        raise Refusal("input-invalid", "--field: a name, =, and the value: --field name=Ada")
    return {name: value for name, _, value in pairs}


def note(conversation_id: Conversation, body: str, as_: As = None, key: Key = None) -> None:
    """Write a note for colleagues, which the customer never sees."""
    _act(conversation_id, lambda _: c.AddNote(body=body), as_, key)


def assign(
    conversation_id: Conversation,
    team: Annotated[str | None, typer.Option(help="A team's name.")] = None,
    to: Annotated[str | None, typer.Option(help="A staff member's handle.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Assign the conversation to a team, a person or (without either) nobody."""
    _act(
        conversation_id,
        lambda executor: c.Assign(team_id=team_id(executor, team), agent_id=colleague(executor, to)),
        as_,
        key,
    )


def hand_over(
    conversation_id: Conversation,
    team: Annotated[str, typer.Argument(help="The other team's name.")],
    to: Annotated[str | None, typer.Option(help="A staff member's handle.")] = None,
    because: str | None = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Hand the conversation over to another team, with the reason."""

    def command(executor: CommandExecutor) -> c.ConversationCommand:
        to_team = team_id(executor, team)
        assert to_team is not None
        return c.HandOver(team_id=to_team, agent_id=colleague(executor, to), because=because)

    _act(conversation_id, command, as_, key)


def priority(conversation_id: Conversation, priority: str, as_: As = None, key: Key = None) -> None:
    """Change the priority: low, normal, high, urgent."""
    _act(conversation_id, lambda _: c.ChangePriority.model_validate({"priority": priority}), as_, key)


def kind(conversation_id: Conversation, kind: str, as_: As = None, key: Key = None) -> None:
    """Correct the kind of the interaction: inquiry, complaint, order or feedback."""
    _act(conversation_id, lambda _: c.ChangeKind.model_validate({"kind": kind}), as_, key)


def subject(conversation_id: Conversation, subject: str, as_: As = None, key: Key = None) -> None:
    """Give the conversation another subject."""
    _act(conversation_id, lambda _: c.ChangeSubject(subject=subject), as_, key)


def area(
    conversation_id: Conversation,
    area: Annotated[str | None, typer.Argument(help="The product area; without one, it is about none.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Correct the product area of the conversation."""
    _act(conversation_id, lambda _: c.ChangeProductArea(product_area=area), as_, key)


def language(conversation_id: Conversation, language: str, as_: As = None, key: Key = None) -> None:
    """Correct the language of the conversation, such as de or pt-BR."""
    _act(conversation_id, lambda _: c.ChangeConversationLanguage(language=language), as_, key)


def wait(conversation_id: Conversation, as_: As = None, key: Key = None) -> None:
    """Wait for the customer, who has the next move."""
    _act(conversation_id, lambda _: c.ChangeStatus(status="waiting_on_customer"), as_, key)


def hold(conversation_id: Conversation, as_: As = None, key: Key = None) -> None:
    """Put the conversation on hold: nobody can go on at present."""
    _act(conversation_id, lambda _: c.ChangeStatus(status="on_hold"), as_, key)


def resolve(conversation_id: Conversation, resolution: str | None = None, as_: As = None, key: Key = None) -> None:
    """Resolve the conversation."""
    _act(conversation_id, lambda _: c.ChangeStatus(status="resolved", resolution=resolution), as_, key)


def reopen(conversation_id: Conversation, as_: As = None, key: Key = None) -> None:
    """Reopen the conversation: the company has the next move again."""
    _act(conversation_id, lambda _: c.ChangeStatus(status="open"), as_, key)


def judge(
    conversation_id: Conversation,
    answered: Annotated[bool, typer.Option("--answered/--not-answered")],
    because: str | None = None,
    key: Key = None,
) -> None:
    """Give the customer's verdict: it answered me, or it did not."""
    _act_as_customer(conversation_id, c.JudgeAnswer(answered=answered, because=because), key)


def team(name: str) -> None:
    """Form a team. If a team has the name already, the answer is that team."""
    carry_out(lambda parts: staffing.form_team(parts.executor, staff.FormTeam(name=name), Context(operator())))


def join(
    handle: str,
    name: str,
    team: Annotated[str | None, typer.Option(help="A team's name.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="agent (the default), lead, design, auditor, privacy.")] = None,
) -> None:
    """Add a staff member. The same again finds the owner of the handle; an owner who left comes back."""

    def ask(parts: Antiphon) -> Answer:
        command = staff.JoinStaff.model_validate(
            {"handle": handle, "name": name, "roles": role or ["agent"], "team_id": team_id(parts.executor, team)}
        )
        return staffing.join(parts.executor, command, Context(operator()))

    carry_out(ask)


def roles(
    handle: Handle,
    roles: Annotated[
        list[str], typer.Argument(metavar="ROLE…", help="agent, lead, design, auditor, privacy: all they have.")
    ],
) -> None:
    """Set all roles of a staff member."""

    def ask(parts: Antiphon) -> Answer:
        id = staff_id(parts.executor, handle)
        command = staff.ChangeRoles.model_validate({"staff_id": id, "roles": roles})
        return staffing.change_roles(parts.executor, command, Context(operator()))

    carry_out(ask)


def leave(handle: Handle, reason: Annotated[str | None, typer.Option(help="Why; no personal text.")] = None) -> None:
    """Record that a staff member left; their open conversations go back to the teams, unassigned."""

    def ask(parts: Antiphon) -> Answer:
        id = staff_id(parts.executor, handle)
        assert id is not None
        command = staff.LeaveStaff(staff_id=id)
        with open_work(parts) as open_:
            return leaving.leave(parts.executor, command, Context(operator(), reason=reason), open_)

    carry_out(ask)


def _act(
    conversation_id: str,
    command: Callable[[CommandExecutor], c.ConversationCommand],
    handle: str | None,
    key: str | None,
    adjusted: Sequence[Adjusted] = (),
) -> None:
    def ask(parts: Antiphon) -> Answer:
        by = context(parts.executor, handle, key)
        return conversations.act(parts.executor, conversation_id, command(parts.executor), by)

    carry_out(ask, adjusted)


def contact_point(value: str, kind: ContactKind | None = None, name: str | None = None) -> ContactPoint:
    """The contact point that somebody typed; of the kind that it looks like, where they do not say."""
    return ContactPoint(kind or ("mail" if "@" in value else "phone"), value, name)


def participant(who: str, name: str | None = None) -> c.Participant:
    """Whom somebody typed: an id, or a contact point."""
    if kind_of(who) in ("customer", "stranger"):
        return c.Participant(participant_id=who)
    point = contact_point(who, name=name)
    return c.Participant(contact_kind=point.kind, contact=point.value, name=point.name)


def carry_out(ask: Callable[[Antiphon], Answer], adjusted: Sequence[Adjusted] = ()) -> None:
    """Run a command, and print the id and the position at which its effect shows; then what of the customer's words is
    not recorded in full as it was sent."""
    with antiphon() as parts:
        answer = ask(parts)
    typer.echo(f"{answer.id} at {answer.position}{' (as before)' if answer.repeated else ''}")
    if adjusted:
        typer.echo("adjusted: " + ", ".join(f"{each.field} {each.how}" for each in adjusted))
