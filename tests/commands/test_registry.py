"""The command registry has every command class of `domain/` exactly once, and runs each by its handler."""

from __future__ import annotations

import inspect
import pkgutil
import sys
import types
import typing
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any, Union, get_args, get_origin

import pytest

import commands
import domain
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.registry import BY_CLASS, BY_NAME, COMMANDS, AskedCommand, Ports, RegisteredCommand, ask
from domain.conversation.commands import AddNote, SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.customer import EraseCustomer, GiveConsent
from domain.kernel.event import Event
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.values import Frozen
from domain.order.commands import PlaceOrder, ShipOrder
from domain.staff import JoinStaff, LeaveStaff
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import Shown
from tests.support.recorded import events_of
from tests.support.signal_evidence import NothingSaid


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def modules() -> list[types.ModuleType]:
    """All of `domain/` and `commands/`."""
    found = []
    for room in (domain, commands):
        found += [import_module(each.name) for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]
    return found


def command_classes(where: Iterable[types.ModuleType]) -> set[type[Frozen]]:
    """The classes that functions there take as their `command`; of a base, its subclasses."""
    return {each for module in where for function in functions(module) for each in taken(function)}


def functions(module: types.ModuleType) -> Iterator[types.FunctionType]:
    for owner in (module, *(each for _, each in inspect.getmembers(module, inspect.isclass))):
        if owner is module or owner.__module__ == module.__name__:
            yield from (each for _, each in inspect.getmembers(owner, inspect.isfunction))


def taken(function: types.FunctionType) -> set[type[Frozen]]:
    if "command" not in inspect.signature(function).parameters:
        return set()
    return set(members(typing.get_type_hints(function)["command"]))


def members(annotation: Any) -> list[type[Frozen]]:
    if get_origin(annotation) in (Union, types.UnionType):
        return [each for part in get_args(annotation) for each in members(part)]
    if not inspect.isclass(annotation) or not issubclass(annotation, Frozen) or annotation is Frozen:
        return []
    below = [each for each in annotation.__subclasses__() if each.__module__.startswith("domain.")]
    if not annotation.__name__.endswith("Command"):
        return [annotation]
    return [each for sub in below for each in members(sub)]


def not_once(registered: Iterable[RegisteredCommand[Any]], classes: Iterable[type[Frozen]]) -> set[type[Frozen]]:
    """The classes that are not in the registry exactly once."""
    times = Counter(each.command for each in registered)
    return {each for each in {*times, *classes} if times[each] != 1}


def test_every_command_class_is_registered_exactly_once() -> None:
    found = command_classes(modules())
    assert len(found) > 50
    assert not_once(COMMANDS, found) == set()
    assert set(BY_CLASS) == found
    assert len(BY_NAME) == len(COMMANDS)


def test_a_class_that_is_not_registered_or_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = command_classes(modules())
    # Given registries broken on purpose
    without = [each for each in COMMANDS if each.command is not ShipOrder]
    twice = [*COMMANDS, replace(BY_CLASS[AddNote], name="again")]
    # Then
    assert not_once(without, found) == {ShipOrder}
    assert not_once(twice, found) == {AddNote}

    # Given a command that a new module of domain/ decides on
    class Tag(Frozen):
        tag: str

    def decide(state: None, command: Tag) -> list[Event]:
        return []

    decide.__annotations__["command"] = Tag
    new = types.ModuleType("domain.tagging")
    vars(new)["decide"] = decide
    monkeypatch.setitem(sys.modules, "domain.tagging", new)
    # Then
    assert not_once(COMMANDS, command_classes([*modules(), new])) == {Tag}


@pytest.mark.parametrize("registered", COMMANDS, ids=lambda each: each.name)
def test_each_command_has_a_name_and_a_schema(registered: RegisteredCommand[Any]) -> None:
    assert registered.name == registered.name.lower().strip("-")
    assert registered.schema()["type"] == "object"


@pytest.fixture
def ports(executor: CommandExecutor) -> Ports:
    return Ports(executor, Shown(), NothingSaid())


@pytest.fixture
def written(executor: CommandExecutor) -> str:
    """A conversation with one message."""
    return deliver(executor, mail(1), GATEWAY).id


def test_a_command_is_run_by_its_handler(ports: Ports, log: Log, written: str) -> None:
    # When
    reply = SendReply(body="On its way")
    answer = ask(ports, AskedCommand(reply, AGENT, target=written, expected_version=3))
    # Then
    assert (answer.id, answer.position) == (written, log.position())
    assert "conversation.message-sent" in names(log, written)


def test_every_kind_of_handler_is_given_the_command_and_its_stream(ports: Ports, log: Log, written: str) -> None:
    ada = events_of(log, written)[0].customer_id

    def asked(command: Frozen, target: str = "", **more: Any) -> str:
        answer = ask(ports, AskedCommand(command, AGENT, target=target, **more))
        assert answer.position == log.position()
        return names(log, answer.id)[-1]

    # What begins a stream, or names the stream itself
    order = PlaceOrder(customer_id=ada)
    assert asked(order) == "order.placed"
    other = deliver(ports.executor, mail(2, "t2"), GATEWAY).id
    assert asked(GiveConsent(customer_id=ada, purpose="surveys"), only_of=ada) == "customer.consent-given"
    # What is asked of a stream
    assert asked(ShipOrder(), order.order_id) == "order.shipped"
    assert asked(AddNote(body="x"), written, expected_version=3, only_of=ada) == "conversation.note-added"
    assert asked(MergeInto(into=other), written, expected_version=4) == "conversation.merged"
    # What goes on to what is open
    staff = JoinStaff(handle="bo", name="Bo")
    assert asked(staff) == "staff.joined"
    assert asked(LeaveStaff(staff_id=staff.staff_id)) == "staff.left"
    assert asked(EraseCustomer(customer_id=ada)) == "customer.erased"
    assert log.vault.destroyed([ada]) == {ada}


def test_what_a_caller_says_along_is_heeded_or_an_error(ports: Ports, log: Log, written: str) -> None:
    ada = events_of(log, written)[0].customer_id
    other = deliver(ports.executor, mail(2, "t2"), GATEWAY).id
    end = log.position()
    versioned: list[Frozen] = [AddNote(body="x"), MergeInto(into=other)]
    for command in versioned:
        with pytest.raises(Refusal, match="version-changed"):
            ask(ports, AskedCommand(command, AGENT, target=written, expected_version=1_000))
    customers_own: list[Frozen] = [AddNote(body="x"), GiveConsent(customer_id=ada, purpose="surveys")]
    for command in customers_own:
        with pytest.raises(NotFound):
            ask(ports, AskedCommand(command, AGENT, target=written, only_of="customer-other"))
    not_heeded: list[tuple[Frozen, dict[str, Any]]] = [
        (ShipOrder(), {"expected_version": 1}),
        (ShipOrder(), {"only_of": ada}),
        (PlaceOrder(customer_id=ada), {"expected_version": 1}),
        (PlaceOrder(customer_id=ada), {"only_of": ada}),
        (Separate(), {"only_of": ada}),
        (GiveConsent(customer_id=ada, purpose="surveys"), {"expected_version": 1}),
        (EraseCustomer(customer_id=ada), {"only_of": ada}),
        (LeaveStaff(staff_id="staff-1"), {"expected_version": 1}),
    ]
    for command, more in not_heeded:
        with pytest.raises(TypeError, match=f"{type(command).__name__} does not heed {next(iter(more))}"):
            ask(ports, AskedCommand(command, AGENT, target=written, **more))
    assert log.position() == end
