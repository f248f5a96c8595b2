"""What is one is shown as one, from the command line, and apart again."""

from __future__ import annotations

import re

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.cli.test_promising import once


def test_two_conversations_are_merged_and_separated(antiphon: Antiphon, log: Log) -> None:
    # Given
    target = antiphon("open", "complaint", "It leaks", "--from", "ada@example.org").id
    part = antiphon("open", "complaint", "It still leaks", "--from", "ada@example.org").id
    antiphon("join", "mia", "Mia Sandberg")
    # When
    once(antiphon, log, "merge-conversation", part, target, "--reason", "one matter", "--as", "mia")
    # Then
    assert "It still leaks" in antiphon("show", target).out
    assert f"into {target}" in " ".join(antiphon("show", part).out.split())
    assert part not in antiphon("inbox").out
    assert antiphon("merge-conversation", target, part, "--as", "mia").err.startswith("antiphon: merge-cycle")
    # When
    once(antiphon, log, "separate-conversation", part, "--reason", "two kettles", "--as", "mia")
    # Then
    assert "It still leaks" not in antiphon("show", target).out
    assert antiphon("separate-conversation", part, "--as", "mia").err.startswith("antiphon: not-merged")


def test_a_message_is_split_off_and_comes_back(antiphon: Antiphon, log: Log) -> None:
    # Given
    source = antiphon("open", "complaint", "It leaks", "--from", "ada@example.org").id
    antiphon("receive", source, "And the toaster burns")
    antiphon("join", "mia", "Mia Sandberg")
    messages = re.findall(r"message-[0-9a-f-]{36}", antiphon("show", source, "--ids").out)
    # When
    once(antiphon, log, "split", source, messages[1], "inquiry", "--area", "toasters", "--as", "mia")
    # Then
    said = " ".join(antiphon("show", source).out.split())
    new = re.findall(r"split off into (conversation-[0-9a-f-]{36})", said)[0]
    assert "the toaster burns" not in said
    said = " ".join(antiphon("show", new).out.split())
    assert "And the toaster burns" in said
    assert f"split off from {source}" in said
    assert new in antiphon("inbox").out
    assert antiphon("split", source, messages[1], "inquiry", "--as", "mia").err.startswith("antiphon: split-already")
    # When
    once(antiphon, log, "undo-split", new, "--as", "mia")
    # Then
    assert "And the toaster burns" in antiphon("show", source).out
    assert new not in antiphon("inbox").out
    assert antiphon("undo-split", new, "--as", "mia").err.startswith("antiphon: not-split")


def test_two_customers_are_merged_and_separated(antiphon: Antiphon, executor: CommandExecutor, log: Log) -> None:
    # Given
    conversations = [antiphon("open", "inquiry", "Where is it?", "--from", f"ada{n}@example.org").id for n in (1, 2)]
    part, target = (executor.read(each).state.customer_id for each in conversations)
    antiphon("join", "mia", "Mia Sandberg")
    # When
    once(antiphon, log, "merge-customer", part, target, "--reason", "the same order", "--as", "mia")
    # Then
    assert f"merged into {target}" in " ".join(antiphon("show", part).out.split())
    assert f"merged with {part}" in " ".join(antiphon("show", target).out.split())
    assert antiphon("merge-customer", part, part, "--as", "mia").status == 2
    # When their conversations are merged, too, each line names who said it
    antiphon("merge-conversation", *conversations, "--as", "mia")
    shown = antiphon("show", conversations[1]).out
    assert ("ada1@example.org  customer" in shown, "ada2@example.org  customer" in shown) == (True, True)
    antiphon("separate-conversation", conversations[0], "--as", "mia")
    # When
    once(antiphon, log, "separate-customer", part, "--as", "mia")
    # Then
    assert f"merged with {part}" not in " ".join(antiphon("show", target).out.split())
    assert antiphon("separate-customer", part, "--as", "mia").err.startswith("antiphon: not-merged")
