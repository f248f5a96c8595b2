"""Where refusals are provoked: a company in memory, an empty folder, an environment of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.conversation.commands import OpenConversation
from domain.conversation.merging import MergeInto
from domain.order.commands import PlaceOrder
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Place:
    """What a refusal is provoked with."""

    folder: Path
    patch: pytest.MonkeyPatch

    @cached_property
    def executor(self) -> CommandExecutor:
        """Commands over a log in memory."""
        log = MemoryLog(lambda: NOW)
        content = ContentStore(Folder(self.folder / "content"), log.vault, most_bytes=10, most_files=2)
        return CommandExecutor(log, lambda: NOW, content=content)

    def customer(self, mail: str = "ada@example.org") -> str:
        return customers.register(self.executor, [ContactPoint("mail", mail)], GATEWAY).id

    def conversation(self, mail: str = "ada@example.org", body: str | None = None) -> str:
        opening = OpenConversation(customer_id=self.customer(mail), kind="inquiry", channel="mail", body=body)
        return conversations.open_conversation(self.executor, opening, GATEWAY).id

    def merged(self) -> tuple[str, str]:
        """A conversation, and the one that it was merged into."""
        part, target = self.conversation(), self.conversation()
        merging.merge(self.executor, part, MergeInto(into=target), AGENT)
        return part, target

    def order(self, number: str | None = None) -> str:
        place = PlaceOrder(customer_id=self.customer(), number=number)
        return orders.place(self.executor, place, AGENT).id

    def calendar(self, name: str = "Berlin", hours: str = "09:00-17:00") -> str:
        opening_hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": (hours,)})
        return sla.write_calendar(self.executor, WriteCalendar(name=name, opening_hours=opening_hours), AGENT).id

    def close(self) -> None:
        if "executor" in self.__dict__:
            self.executor.close()


Provoke = Callable[[Place], object]
"""Ends with the refusal."""
Table = Mapping[str, Provoke | str]
"""By code: how it is provoked, or, where that takes a server, the file of the tests that do."""
