"""`antiphon dead-letters`: messages of topics that could not be taken in, and decisions about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import program, safe
from cli.wiring.actors import As, actor
from cli.wiring.composition import Antiphon, antiphon
from consumers.inbound import consumer as inbound
from consumers.inbound.dead_letters import DeadLetters, State
from domain.kernel.refusal import Refusal

LetterId = Annotated[str, typer.Argument(metavar="letter-…", help="As `antiphon dead-letters list` names it.")]
Letters = Annotated[
    list[str] | None, typer.Argument(metavar="[letter-…]", help="As `antiphon dead-letters list` names them.")
]
Code = Annotated[str | None, typer.Option(help="All that wait for this reason, such as customer-unknown.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the letter. No personal text.")]
AT_ONCE = 1000
"""How many letters a retry or a discard by their reason takes at once."""


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="See, retry or discard what came in and could not be taken in.")
    group.command("list")(list_)
    group.command("show")(show)
    group.command("retry")(retry)
    group.command("discard")(discard)
    app.add_typer(group, name="dead-letters")


def list_(
    every: Annotated[bool, typer.Option("--all", help="Also letters that are settled.")] = False,
    code: Code = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the oldest first: the place of each, and why it was not taken in; never its content. Where
    there are more than the limit, how many there are for each reason follows."""
    which: State | None = None if every else "waiting"
    with antiphon() as parts:
        letters = DeadLetters(parts.executor)
        found, numbers = letters.all(which, limit, code), letters.numbers(which, code)
    if as_json:
        print_documents(found)
        return
    if not found:
        print("no dead letters wait")
        return
    for each in found:
        state = "" if each.state == "waiting" else f"  {each.state}"
        if each.held_until and not state:
            state = f"  held until {each.held_until:%Y-%m-%d %H:%M:%S} UTC"
        place = f"{each.topic}/{each.partition}@{each.offset}"
        print(safe(f"{each.id}  {each.arrived_at:%Y-%m-%d %H:%M:%S} UTC  {place}  {each.code}{state}"))
    if (letters_in_all := sum(numbers.values())) > len(found):
        print(f"\nthese are the first {len(found)} of {letters_in_all}:")
        for why, number in numbers.items():
            print(safe(f"{number:>8}  {why}"))
    if waiting := next((each for each in found if each.state == "waiting"), None):
        print(f"\nwhat was sent: {program()} dead-letters show {waiting.id}")


def show(letter: LetterId) -> None:
    """Show the content, as far as it is kept, and the decisions about it. It may hold personal text."""
    with antiphon() as parts:
        letters = DeadLetters(parts.executor)
        found = letters.letter(letter)
        print(safe(f"{found.id}: {found.state}"))
        print(safe(f"stood at   {found.topic}, partition {found.partition}, offset {found.offset}"))
        print(safe(f"arrived    {found.arrived_at:%Y-%m-%d %H:%M:%S} UTC"))
        print(safe(f"reason     {found.code}"))
        if found.state == "waiting":
            opened = letters.open(letter)
            received = opened.received
            print(safe(f"           {opened.why}"))
            print(safe(f"key        {_text(received.key)}"))
            for name, value in received.headers:
                print(safe(f"header     {name}: {_text(value)}"))
            print(safe(f"value      {_text(received.value)}"))
        for each in letters.decisions(letter):
            what = f"{each.what} by {each.who}: {each.why}" + (f" ({each.code})" if each.code else "")
            print(safe(f"{each.at:%Y-%m-%d %H:%M:%S} UTC {what}"))


def retry(reason: Reason, letters: Letters = None, code: Code = None, as_: As = None) -> None:
    """Take in letters as if they came now. A letter that still cannot be taken in goes on waiting."""
    with antiphon() as parts:
        left = _each(parts, letters, code, lambda each, kept: _again(parts, kept, each, reason, as_))
    if left:
        raise typer.Exit(1)


def discard(reason: Reason, letters: Letters = None, code: Code = None, as_: As = None) -> None:
    """Discard letters: their content is wiped; that they came, and who discarded them and why, is kept."""
    with antiphon() as parts:
        who = actor(parts.executor, as_).id

        def give_up(each: str, kept: DeadLetters) -> bool:
            kept.settle(each, "discarded", who, reason)
            print(f"{each} is discarded")
            return True

        _each(parts, letters, code, give_up)


def _again(parts: Antiphon, kept: DeadLetters, id: str, reason: str, as_: str | None) -> bool:
    who = actor(parts.executor, as_).id
    refusal = inbound.retry(parts.executor, kept, id, who, reason)
    print(safe(f"{id} is taken in" if refusal is None else f"{id} still cannot be taken in: {refusal}"))
    return refusal is None


def _each(
    parts: Antiphon, ids: list[str] | None, code: str | None, do: Callable[[str, DeadLetters], bool]
) -> list[str]:
    """The letters with which `do` did not succeed."""
    if bool(ids) == bool(code):
        raise Refusal("letters-not-named", "name the letters, or all that wait for one reason with --code")
    kept = DeadLetters(parts.executor)
    named = ids or [each.id for each in kept.all("waiting", AT_ONCE, code)]
    if not named:
        print("no dead letters wait for that reason")
    left = [id for id in named if not do(id, kept)]
    if not ids and len(named) == AT_ONCE:
        print(f"these were the first {AT_ONCE}; give the same command again for the rest")
    return left


def _text(value: bytes | None) -> str:
    return "(none)" if value is None else value.decode(errors="backslashreplace")
