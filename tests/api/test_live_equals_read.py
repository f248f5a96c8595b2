"""A client that registers and applies every change holds exactly what a fresh GET returns: of every live resource,
whatever command there is, while others write, wherever its connection breaks, and whichever server it comes back to."""

from __future__ import annotations

import itertools
import random
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from api.live import routes as live
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.customer import AddContactPoint, DismissProposal, EraseCustomer, MergeCustomer, SeparateCustomer
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.keys.vault import SubjectErased
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from infra.views.selection import Selection
from process.service_level import ClockTimers
from process.watch import Watch
from projections.catalogue import VIEWS
from tests.support import serving
from tests.support.asking import ask, founded, learn
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.contract import CONTRACT
from tests.support.drawn import Command, Company, command_classes, drawn
from tests.support.live_client import LiveClient, live_clients, read_whole
from tests.support.promising import policy_for_inquiries
from tests.support.serving import client, served
from tests.support.waiting import wait_until

pytestmark = [
    # Other threads draw numbers of their own while hypothesis draws.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]

LIVE = [path.removesuffix("/live") for path in CONTRACT["paths"] if path.endswith("/live") and "/me/" not in path]
"""Of colleagues; customers' windows are in tests/api/test_live_windows.py."""
WHY = replace(AGENT, reason="seen to")
TRIES = 3
"""How often a command is drawn anew where it is refused."""
TURN = 6
"""After so many commands each of the others writes again: as often on a busy machine as on a quiet one."""
OTHERS = 30
"""So many of the commands of other modules are in the short form, drawn by chance; all of them in the long form."""
OWN = ("domain.conversation.commands", "domain.customer.commands")
"""Where the commands are that change what clients follow."""
NOTHING_TO_SEE = {DismissProposal}
"""Commands of these modules that change nothing of it; and here, nobody is taken for somebody else."""
ROUNDS = 8
"""How often at most what was not done yet is asked for once more."""


def last(command: type[Command]) -> bool:
    """Whether it leaves little to do afterwards."""
    return command is EraseCustomer


@dataclass
class Stage:
    """Two servers over one log, followers, whoever writes, and the clients that follow."""

    executor: CommandExecutor
    log: Log
    urls: Sequence[str]
    staff: serving.Company
    portal: BlockingPortal
    chance: random.Random
    patience: float = 30
    """For how many seconds a client may not hold yet what is read."""
    asks: Sequence[type[Command]] = field(default_factory=command_classes)
    """What each story asks for, in any order."""
    tries: int = TRIES
    done: set[type[Command]] = field(default_factory=set)
    clocks: int = 0
    """How many clocks clients were told of, in the end."""
    turns: list[threading.Semaphore] = field(default_factory=list)
    """Whose turn it is to write, besides whoever asks."""

    def watched(self, company: Company) -> Iterator[LiveClient]:
        """Clients of every live resource."""
        at_least = self.log.position()
        for path in LIVE:
            if path == "/inbox":
                (team, person) = (company.ids[kind][0] for kind in ("team", "staff"))
                filters = {"status": "resolved", "kind": "complaint", "product_area": "delivery", "team_id": team}
                filters |= {"agent_id": person, "person_requested": "true"}
                for params in ({}, *({name: value} for name, value in filters.items())):
                    yield LiveClient(self.portal, self.staff.agent, path, params, at_least=at_least)
            elif "{id}" not in path:
                yield LiveClient(self.portal, self.staff.agent, path, {}, at_least=at_least)
            else:
                kind = path.split("/")[1].removesuffix("s")
                yield LiveClient(self.portal, self.staff.agent, path.format(id=company.ids[kind][0]), at_least=at_least)

    def anywhere(self) -> str:
        """One of the servers."""
        return self.chance.choice(self.urls)

    def ask(self, command: Command, stream: str, company: Company) -> bool:
        """Whether the command was done."""
        try:
            answer = ask(self.executor, command, stream, WHY)
        except Refusal:
            return False
        learn(company, command, answer)
        self.done.add(type(command))
        return True

    @contextmanager
    def writers(self, company: Company) -> Iterator[None]:
        """Others write meanwhile: through both servers, and straight into the log."""
        over = threading.Event()
        wrong: list[str] = []

        def calls(turn: threading.Semaphore, url: str, chance: random.Random) -> None:
            with client(url, self.staff.agent) as desk, client(url, self.staff.service) as gateway:
                while turn.acquire() and not over.is_set():
                    path = f"/conversations/{chance.choice([*company.ids['conversation']])}"
                    status = chance.choice(["open", "on_hold", "resolved"])
                    team = chance.choice([*company.ids["team"]])
                    answers = [
                        gateway.post(f"{path}/messages", json={"body": "And now?"}),
                        desk.put(f"{path}/assignee", json={"team_id": team, "agent_id": None}),
                        desk.put(f"{path}/status", json={"status": status}),
                    ]
                    wrong.extend(each.text for each in answers if each.status_code >= 500)

        def deliveries(turn: threading.Semaphore, chance: random.Random) -> None:
            number = 0
            while turn.acquire() and not over.is_set():
                number += 1
                thread = chance.randrange(10)
                told = replace(mail(number, f"{company.ids['team'][0]} {thread}"), kind="complaint")
                with suppress(SubjectErased):  # again and again while it was delivered
                    company.add(deliver(self.executor, told, GATEWAY).id)

        self.turns = [threading.Semaphore(0) for _ in (*self.urls, "deliveries")]
        own = [random.Random(self.chance.random()) for _ in self.turns]
        threads = [
            threading.Thread(target=calls, args=(turn, url, chance))
            for turn, url, chance in zip(self.turns, self.urls, own, strict=False)
        ]
        threads.append(threading.Thread(target=deliveries, args=(self.turns[-1], own[-1])))
        for each in threads:
            each.start()
        try:
            yield
        finally:
            over.set()
            for turn in self.turns:
                turn.release()
            for each in threads:
                each.join()
        assert not wrong

    def tell(self, data: st.DataObject) -> None:
        """One story: what is to be asked for, and clients that lose their connections. Raises AssertionError where one
        of them does not hold what is read."""
        if data.draw(st.integers(0, 10**9)) == 0:
            return  # The simplest example of all, which always comes first, asks the same thing of the same stream.
        company, handle = founded(self.executor), new_id("handle")
        company.add(handle)
        self.ask(
            AddContactPoint(customer_id=company.ids["customer"][0], contact_kind="handle", value=handle), "", company
        )
        other = deliver(self.executor, mail(1, company.ids["team"][0], company.ids["team"][0]), GATEWAY).id
        company.add(self.executor.read(other).state.customer_id)
        clients = [each.connect(self.anywhere()) for each in self.watched(company)]
        with self.writers(company):
            to_ask = deque(sorted(data.draw(st.permutations(self.asks)), key=last)) * self.tries
            numbers = itertools.count()
            while to_ask:
                if next(numbers) % TURN == 0:
                    for turn in self.turns:
                        turn.release()
                command = data.draw(drawn(to_ask[0], company))
                if self.ask(command, data.draw(company.target(to_ask[0])), company):
                    to_ask = deque(each for each in to_ask if each is not type(command))
                else:
                    to_ask.popleft()
                if self.chance.random() < 0.3:
                    self.link(company)
                    self.divide(company)
                if self.chance.random() < 0.5:
                    self.chance.choice(clients).connect(self.anywhere())
                if self.chance.random() < 0.1:
                    path, at_least = self.latest(company), self.log.position()
                    clients.append(LiveClient(self.portal, self.staff.agent, path, at_least=at_least))
                    clients[-1].connect(self.anywhere())
        with client(self.urls[0], self.staff.agent) as http:
            http.headers["At-Least"] = str(self.log.position())
            for each in clients:
                # Read again and again: the watch of clocks may still have something to say.
                wait_until(
                    lambda: each.now_holds() == read_whole(http, each.path, each.params),  # noqa: B023
                    self.patience,
                    f"held as read: {each.path} {each.params}",
                )
                self.clocks += sum(len(row["clocks"]) for row in each.now_holds().get("clocks", {}).values())
                each.drop()

    def link(self, company: Company) -> None:
        """Somebody is merged with the customer who is watched, or separated from them."""
        one, other = company.ids["customer"][0], self.chance.choice(company.ids["customer"][1:])
        if not self.ask(MergeCustomer(customer_id=other, into=one), other, company):
            self.ask(SeparateCustomer(customer_id=other), other, company)

    def divide(self, company: Company) -> None:
        """A message is split off from the conversation that is watched, or comes back."""
        watched = company.ids["conversation"][0]
        states = [(id, self.executor.read(id).state) for id in company.ids["conversation"]]
        split = [id for id, state in states if state is not None and state.split_from == watched]
        said = [recorded.event for recorded in self.log.streams([watched])[watched]]
        messages = [each.message_id for each in said if isinstance(each, MessageReceived)]
        if split and self.chance.random() < 0.5:
            self.ask(UndoSplit(), self.chance.choice(split), company)
        elif messages:
            self.ask(SplitMessage(message_id=self.chance.choice(messages), kind="inquiry"), watched, company)

    def latest(self, company: Company) -> str:
        """The path of a conversation or customer that came later."""
        kind = self.chance.choice(["conversation", "customer"])
        return f"/{kind}s/{company.ids[kind][-1]}"


@pytest.fixture
def stage(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, chance: random.Random,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:  # fmt: skip
    """The company's servers are up."""
    monkeypatch.setattr(live, "PAGE", 3)  # so that all of it goes in several steps
    staff = serving.Company.founded(executor)
    policy_for_inquiries(executor)  # so that there are clocks, whatever else is asked for
    subscriptions = [Projector(view) for view in VIEWS]
    with (
        opened(database_urls) as beside,
        Host(log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2),
        Watch(ClockTimers(executor, projector)),
        served(executor, database_urls) as one,
        served(beside, database_urls) as other,
        live_clients() as portal,
    ):
        yield Stage(executor, log, (one, other), staff, portal, chance)


def run(stage: Stage, examples: int, number: int = 0) -> None:
    """Tell so many stories, others for each `number`. Raises what the first that failed did: AssertionError."""
    failed: list[Exception] = []

    @seed(number)
    @settings(max_examples=1 + examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def stories(data: st.DataObject) -> None:
        try:
            stage.tell(data)
        except HypothesisException:
            raise
        except Exception as error:
            failed.append(error)
            raise

    try:
        stories()
    except Exception:
        # Told once more, a story goes another way, since chance says who is faster: the first time counts.
        if failed:
            raise failed[0] from None
        raise


def test_whoever_applies_every_change_holds_what_is_read(stage: Stage, long: bool) -> None:
    # When every command there is was asked, while others write and connections break
    own = [each for each in command_classes() if each.__module__ in OWN and each not in NOTHING_TO_SEE]
    others = [each for each in command_classes() if each.__module__ not in OWN]
    if not long:
        stage.asks = [*own, *stage.chance.sample(others, OTHERS)]
    run(stage, 60 if long else 1)
    # (What can be done with what they follow is done: what chance left out is asked for once more.)
    to_do = {*own, SplitMessage, UndoSplit}
    for number in range(1, ROUNDS):
        left_out = [each for each in command_classes() if each in to_do - stage.done]
        stage.asks = left_out or ([] if stage.clocks else command_classes())
        if stage.asks:
            run(stage, 1, number)
    # Then each client held what was read in the end
    assert to_do <= stage.done
    assert stage.clocks


def without_a_row(selection: Selection[object]) -> str:
    """Changes that lose what changed first."""
    name = f"%({selection.name}_since)s"
    return selection.sql.changes.replace(name, f"{name} + 1")


def without_what_is_gone(selection: Selection[object]) -> str:
    """Changes that tell of nothing as gone."""
    return selection.sql.changes.replace("FILTER (WHERE NOT fits)", "FILTER (WHERE false)")


@pytest.mark.parametrize(
    "broken",
    [without_a_row, pytest.param(without_what_is_gone, marks=(pytest.mark.faults, pytest.mark.long_only))],
)
def test_changes_that_lose_something_are_caught(stage: Stage, broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    from projections.conversation import history, inbox
    from projections.customer import overview as customers
    from projections.service_level import clocks as sla_clocks

    assert callable(broken)
    for selection in (
        inbox.ITEMS,
        inbox.ONE,
        sla_clocks.ONE,
        history.LINES,
        customers.CONVERSATIONS,
        customers.MOMENTS,
    ):
        assert broken(selection) != selection.sql.changes
        monkeypatch.setattr(selection, "sql", replace(selection.sql, changes=broken(selection)))
    stage.patience, stage.tries = 1, 1
    stage.asks = [each for each in command_classes() if each.__module__ in OWN]
    # Then
    with pytest.raises(AssertionError, match="held as read"):
        run(stage, 3)
