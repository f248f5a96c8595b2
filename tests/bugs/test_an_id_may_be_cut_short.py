"""An id on the command line may be cut short; where several ids begin so, none is guessed."""

from __future__ import annotations

import re

from cli.catalogue import VERBS
from cli.main import application
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]


def test_the_beginning_of_an_id_stands_for_the_id(antiphon: Antiphon) -> None:
    # Given
    first = antiphon("open", "inquiry", "one word", "--from", "ada@x.example").id
    second = antiphon("open", "inquiry", "another word", "--from", "bob@x.example").id
    common = len([*iter_common(first, second)])
    # When
    shown, noted = antiphon("show", first[: common + 1]), antiphon("note", first[: common + 1], first[: common + 1])
    # Then the id is found, and words stay words
    assert first in shown.out
    assert noted.id == first
    assert f"\n    {first[: common + 1]}\n" in antiphon("show", first).out
    # And what begins both is refused, with both of them
    refused = antiphon("show", first[:common])
    assert refused.status == 2
    assert "id-ambiguous" in refused.err
    assert first in refused.err
    assert second in refused.err
    # And what begins none is not known, as before
    assert "not-found" in antiphon("show", "conversation-ffff").err


def iter_common(one: str, other: str) -> list[str]:
    """The signs with which both begin."""
    for length, (a, b) in enumerate(zip(one, other, strict=True)):
        if a != b:
            return list(one[:length])
    return list(one)


def test_every_verb_that_names_an_id_takes_its_beginning() -> None:
    # Given every parameter of every verb that is shown with the kind of an id
    taking, others = set[str](), set[str]()

    def look(command: object, name: str) -> None:
        for each in getattr(command, "params", ()):
            if re.match(r"\[?[a-z]+-…", each.metavar or ""):
                (taking if each.callback is not None else others).add(f"{name} {each.name}")
        for verb, inner in getattr(command, "commands", {}).items():
            look(inner, f"{name} {verb}")

    for verbs in VERBS.values():
        for verb in verbs:
            look(application(verb).commands[verb], verb)  # type: ignore[attr-defined]
    # Then
    assert others == set()
    assert len(taking) > 60
