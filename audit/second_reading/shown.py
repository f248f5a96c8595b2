"""Facts as they count: without merges and splits that were undone, and each message where it is shown now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from audit.second_reading.rules import Fact

CLOSED = ("resolved", "withdrawn")


class Shown:
    """Facts, in the order in which they count. `told`: with what was split off where it was said. `undone`: of each
    conversation that an undone split began, the undo. `returned`: these, and those that were taken out again after the
    undo."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.told = _without_undone(facts)
        self.returned = {str(fact.conversation) for fact in facts if "undo_split" in fact.step}
        self.undone = {str(fact.conversation): fact for fact in self.told if "undo_split" in fact.step}
        self._split_off = {
            (fact.conversation, fact.step["split"])
            for fact in self.told
            if "split" in fact.step and fact.step["into"] not in self.returned
        }
        self._sources = {
            str(fact.step["into"]): str(fact.conversation)
            for fact in self.told
            if "split" in fact.step and fact.step["into"] in self.undone
        }
        self.facts = [counted for fact in self.told if (counted := self._where_it_counts(fact)) is not None]
        self.facts.sort(key=in_turn)
        self._merges = {str(fact.conversation): fact for fact in self.facts if "merge_into" in fact.step}
        self._moves = [fact for fact in self.facts if "merge_into" in fact.step or closes(fact) or answers(fact)]

    def shown_when_recorded(self, fact: Fact) -> str | None:
        """S42: what showed it when it was recorded; None where nothing was merged since it was said."""
        since: list[bool] = []

        def into(name: str) -> str | None:
            if (source := self._sources.get(name)) is not None:
                return source
            merge = self._merges.get(name)
            if merge is None or recorded(merge) >= recorded(fact):
                return None
            since.append(merge.at > fact.at)
            return str(merge.step["merge_into"])

        shows = home(str(fact.conversation), into)
        return shows if any(since) else None

    def is_late(self, fact: Fact, *ends: Callable[[Fact], bool], where: str | None = None) -> bool:
        """S37, S41: said before one of these where it was shown then, or in what showed it later, and recorded after
        it."""
        into = dict(self._sources)
        for other in self._moves:
            if "merge_into" in other.step:
                into.setdefault(str(other.conversation), other.step["merge_into"])
            if not any(each(other) for each in ends) or other.at <= fact.at or recorded(other) >= recorded(fact):
                continue
            if home(where or str(fact.conversation), into.get) == home(str(other.conversation), into.get):
                return True
        return False

    def elsewhere(self, fact: Fact) -> bool:
        """S28: whether it was said in what an undone split began, before the undo: so it left the source's status."""
        undo = self.undone.get(str(fact.conversation))
        return undo is not None and recorded(fact) < recorded(undo)

    def _where_it_counts(self, fact: Fact) -> Fact | None:
        """S28: what was split off counts elsewhere, and nothing of a split that was undone has been."""
        step, name = fact.step, str(fact.conversation)
        if "split" in step:
            if step["into"] in self.undone:
                return None
            return replace(fact, step={**step, "returned": True}) if step["into"] in self.returned else fact
        if "undo_split" in step:
            return replace(fact, step={**step, "waits": self._waits_in(name, fact)})
        if name in self.undone:
            return fact if "say" in step or "note" in step else None
        if "placed" in step and name in self.returned:
            return None
        if "message" in step and (fact.conversation, step["message"]) in self._split_off:
            # The status that the message changed stays changed, as somebody saw it.
            if not step.get("reopened"):
                return None
            return replace(fact, at=fact.recorded_at, span=None, step={"conversation": name, "status": "open"})
        return fact

    def _waits_in(self, name: str, undo: Fact) -> bool:
        """Whether somebody waits for an answer to what was said in what a split began, as the split is undone."""
        status, waits = "open", False
        for fact in sorted(self.told, key=recorded):
            if fact.conversation != name or recorded(fact) >= recorded(undo):
                continue
            if "status" in fact.step:
                status = fact.step["status"]
                waits = waits and status != "resolved"
            elif "withdraw" in fact.step:
                status, waits = "withdrawn", False
            elif "say" in fact.step and not fact.step.get("automatic"):
                if fact.step["by"] == "customer":
                    waits, status = True, status if status == "on_hold" else "open"
                elif fact.step["by"] == "agent":
                    waits = False
        return waits and status == "open"


def home(name: str, into: Callable[[str], str | None]) -> str:
    """Where what arrives at a conversation counts (S23); `into`: what a conversation was merged into. Raises
    ValueError."""
    met = {name}
    while (further := into(name)) is not None:
        if further in met:
            raise ValueError(f"{name} would be a part of itself")
        met.add(name := further)
    return name


def recorded(fact: Fact) -> tuple[int, int]:
    """The order of the log."""
    return fact.recorded_at, fact.position


def in_turn(fact: Fact) -> tuple[int, int, int]:
    """S2: the order in which facts count."""
    return fact.at, fact.recorded_at, fact.position


def closes(fact: Fact) -> bool:
    """Whether it closes a conversation."""
    return fact.step.get("status") in CLOSED or "withdraw" in fact.step


def answers(fact: Fact) -> bool:
    """R5: whether a person answers. What did not count when it was recorded is no answer (S40)."""
    step = fact.step
    return "say" in step and step["by"] == "agent" and not step.get("automatic") and not step.get("aside")


def _without_undone(facts: Sequence[Fact]) -> list[Fact]:
    """S24: a merge that was undone has never been; so it is with the merge of what an undone split began."""
    merges: dict[str, list[Fact]] = {}
    gone: set[int] = set()
    for fact in sorted(facts, key=recorded):  # what was undone had been recorded
        name = fact.conversation
        if name is not None and ("merge_into" in fact.step or "undo_split" in fact.step):
            merges.setdefault(name, []).append(fact)
        elif name is not None and "undo_merge" in fact.step and merges.get(name):
            gone |= {merges[name].pop().position, fact.position}
    return [fact for fact in facts if fact.position not in gone]
