"""Decision tables are published by name: each version an event, a file in one append."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.decision_table import publish, put
from commands.executor.executor import CommandExecutor
from domain.decision_table.published import TABLE, PublishTable
from domain.decision_table.written import TableWritten
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.companies import AGENT, names


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def table(cell: str, hit_policy: str = "first") -> TableWritten:
    return TableWritten.model_validate(
        {
            "hit_policy": hit_policy,
            "inputs": [{"name": "n", "type": "number"}],
            "outputs": [{"name": "team", "type": "string"}],
            "rules": [{"when": {"n": cell}, "then": {"team": '"sales"'}}],
        }
    )


def test_another_version_goes_to_the_table_of_the_name(executor: CommandExecutor, log: Log) -> None:
    # When
    first = publish(executor, PublishTable(name="routing", table=table("> 1")), AGENT)
    second = publish(executor, PublishTable(name="routing", table=table("> 2")), replace(AGENT, reason="We have grown"))
    other = publish(executor, PublishTable(name="other", table=table("> 2")), AGENT)
    # Then
    assert first.id == second.id != other.id
    assert names(log, first.id) == ["table.published"] * 2
    reasons = [each.envelope.reason for each in log.of_kind(TABLE.kind) if each.originator_id == first.id]
    assert reasons == [None, "We have grown"]
    state = executor.read(TABLE, first.id).existing(TABLE.kind).state
    assert [each.content.rules[0].when for each in state.versions] == [{"n": "> 1"}, {"n": "> 2"}]


def test_the_same_again_adds_nothing(executor: CommandExecutor, log: Log) -> None:
    ((_, first),) = put(executor, {"routing": table("> 1")}, AGENT)
    end = log.position()
    ((_, again),) = put(executor, {"routing": table("> 1")}, AGENT)
    assert again.id == first.id
    assert log.position() == end


def test_a_file_is_published_whole_or_not_at_all(executor: CommandExecutor, log: Log) -> None:
    # When
    both = put(executor, {"a": table("> 1"), "b": table("> 2")}, AGENT)
    # Then
    assert [name for name, _ in both] == ["a", "b"]
    assert len({answer.id for _, answer in both}) == 2
    assert {answer.position for _, answer in both} == {log.position()}
    # When one of them cannot be read, or none is there
    end = log.position()
    for tables, says in (
        ({"a": table("> 3"), "b": table("> x")}, "table-not-understood: table b: rule 1, n, character 3"),
        ({"a": table("> 3"), "b": table("> 3", "priority")}, "table-invalid: table b: "),
        ({}, "input-invalid: "),
    ):
        with pytest.raises(Refusal, match=says):
            put(executor, tables, AGENT)
    with pytest.raises(Refusal, match="effective-from-past"):
        put(executor, {"a": table("> 3")}, AGENT, "2020-01-01")
    assert log.position() == end


def test_a_repeat_of_a_file_gets_the_first_answer(executor: CommandExecutor, log: Log) -> None:
    once = replace(AGENT, command_id="k1")
    first = put(executor, {"a": table("> 1"), "b": table("> 2")}, once)
    end = log.position()
    again = put(executor, {"a": table("> 1"), "b": table("> 2")}, once)
    assert [(name, each.id) for name, each in again] == [(name, each.id) for name, each in first]
    assert log.position() == end
    with pytest.raises(Refusal, match="idempotency-key-reused"):
        put(executor, {"a": table("> 3")}, once)
