"""Every route, each role, the conversations of one's own team and of another one: made from the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.edge import visibility as at_the_edge
from commands import decision_table as decision_tables
from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation import merging, participating
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.signal import items
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, Assign, OpenConversation, Participant, SendReply
from domain.conversation.events import MessageReceived
from domain.conversation.merging import MergeInto
from domain.conversation.participants import AddParticipant
from domain.decision_table.written import TableWritten
from domain.kernel.ids import kind_of
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from domain.signal.item import CorrectItem, MarkPassage
from domain.staff import FormTeam, JoinStaff
from infra.log.application import Log
from infra.postgres.database import Database
from projections import visibility
from projections.catalogue import VIEWS
from tests.support.calling import UNKNOWN, Call, calls
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.feedback import LEAKS
from tests.support.serving import OPERATOR, Company, client
from tests.support.waiting import wait_until_followed

SECRET = "quokka"
"""A word that is said in the conversation of the team, and nowhere else."""
TABLE = TableWritten.model_validate(
    {
        "hit_policy": "first",
        "inputs": [{"name": "team", "type": "string"}],
        "outputs": [{"name": "seen_by", "type": "string", "values": '"staff", "team"'}],
        "rules": [{"when": {"team": '"Legal"'}, "then": {"seen_by": '"team"'}}],
        "otherwise": {"seen_by": '"staff"'},
    }
)
CALLS = [call for call in calls() if "agent" in call.roles]
OF_ONE = [call for call in CALLS if call.kind in ("conversation", "promise", "item")]
LISTS = [call for call in CALLS if call.method == "GET" and call.kind not in ("conversation", "promise", "item")]


@dataclass(frozen=True)
class Matter:
    """A conversation with all that belongs to it, by the kind of its ids. `part`: of it. `participant`: a customer who
    wrote in it. `insider`: who may see it."""

    ids: dict[str, str]
    part: str
    participant: str
    insider: str

    @property
    def names(self) -> list[str]:
        """What tells of it."""
        return [SECRET, self.ids["conversation"], self.part]


@pytest.fixture
def matter(executor: CommandExecutor, company: Company) -> Matter:
    """A conversation of the team Legal: a message, an answer, a note, a promise, an order, an item, a participant."""
    decision_tables.put(executor, {"visibility": TABLE}, OPERATOR)
    legal = staffing.form_team(executor, FormTeam(name="Legal"), OPERATOR).id
    join = JoinStaff(handle="ines", name="Ines", roles=("agent",), team_id=legal)
    insider = staffing.join(executor, join, OPERATOR).id
    said = replace(mail(2, "t2", "bea@example.org"), body=f"It is about the {SECRET}", order_number="K-77")
    id = deliver(executor, said, GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    stranger = Participant(contact_kind="mail", contact="cy@example.org", name="Cy")
    participating.add(executor, id, AddParticipant(participant=stranger), AGENT)
    for number, sender in ((3, "cy@example.org"), (4, "ada@example.org")):
        deliver(executor, replace(mail(number, "t2", sender), body=f"My {SECRET}, too"), GATEWAY)
    order_id = orders.place(executor, PlaceOrder(customer_id=customer_id, number="K-77"), AGENT).id
    for command in (SendReply(body=f"Your {SECRET} is well"), AddNote(body=f"A {SECRET}?"), Assign(team_id=legal)):
        conversations.act(executor, id, command, AGENT)
    opening = OpenConversation(customer_id=customer_id, kind="inquiry", channel="mail", body=f"More of the {SECRET}")
    part = conversations.open_conversation(executor, opening, AGENT).id
    merging.merge(executor, part, MergeInto(into=id), AGENT)
    due = datetime.now(UTC) + timedelta(days=1)
    promise = MakePromise(
        customer_id=customer_id, conversation_id=id, order_id=order_id, text=f"A {SECRET} soon", due_at=due
    )
    state = executor.read(id).state
    events = [each.event for each in executor.log.streams([id])[id]]
    message_id = next(each.message_id for each in events if isinstance(each, MessageReceived))
    ids = {
        "conversation": id,
        "customer": customer_id,
        "promise": promises.make(executor, promise, AGENT).id,
        "item": items.mark(executor, id, MarkPassage(message_id=message_id, start=0, end=22), AGENT).id,
        "signal": LEAKS,
        "order": order_id,
        "stranger": next(each for each in state.participants if kind_of(each) == "stranger"),
    }
    placement = CorrectItem(product_area="kettles", theme="leaks", stage="production")
    items.act(executor, ids["item"], placement, AGENT)
    for end in (20, 21):  # a group without a theme
        items.mark(executor, id, MarkPassage(message_id=message_id, start=0, end=end), AGENT)
    return Matter(ids, part, company.customer, insider)


@pytest.fixture
def shown(api: str, matter: Matter, log: Log, projector: Database) -> str:
    """The API's URL, once the views show all of that."""
    wait_until_followed(projector, [(view.name, view.version) for view in VIEWS], log.position(), 30)
    return api


def told(caller: httpx.Client, call: Call, matter: Matter, id: str | None = None) -> tuple[int, str]:
    """The status and the text of an answer; of a live one, of its first event."""
    path = call.path.replace("{id}", id or matter.ids.get(call.kind, f"{call.kind}-{UNKNOWN}"))
    query = {**call.query, **({"words": SECRET} if call.name == "find" else {})}
    if call.name == "read_standing_promises":
        query = {"before": "2200-01-01T00:00:00Z"}
    with caller.stream(call.method, path, params=query, json=call.body) as answer:
        if not answer.headers["Content-Type"].startswith("text/event-stream"):
            return answer.status_code, answer.read().decode()
        return answer.status_code, _first_event(answer)


def _first_event(answer: httpx.Response) -> str:
    lines: list[str] = []
    for line in answer.iter_lines():
        if not line:
            break
        lines.append(line)
    return "\n".join(lines)


def leaks(url: str, who: str, matter: Matter) -> set[str]:
    """The reads of many conversations that tell a caller of this one."""
    found = set()
    with client(url, who) as caller:
        for call in LISTS:
            ids = [matter.ids["customer"], matter.participant] if call.kind == "customer" else [None]
            texts = [told(caller, call, matter, id)[1] for id in ids]
            if any(name in text for text in texts for name in matter.names):
                found.add(call.name)
    return found


def found_by_id(url: str, who: str, matter: Matter, which: list[Call]) -> set[str]:
    """The routes of one conversation, promise or item that answer otherwise than for what does not exist."""
    with client(url, who) as caller:
        caller.headers["Correlation-Id"] = UNKNOWN
        return {
            call.name
            for call in which
            if told(caller, call, matter) != told(caller, call, matter, f"{call.kind}-{UNKNOWN}")
        }


def reads() -> list[Call]:
    """The reads of one conversation, promise or item that need no further id."""
    return [call for call in OF_ONE if call.method == "GET" and not call.query]


EVERYWHERE = {
    "read_inbox", "follow_inbox", "read_customer", "follow_customer", "read_customers_messages", "read_stranger",
    "find", "read_customers_promises", "read_orders_promises", "read_standing_promises", "read_orders", "read_order",
    "read_items", "read_verbatims", "trace_signal", "read_unknown_themes",
}  # fmt: skip
"""Where a conversation with all of that shows, beside the reads of it. The counts hold no word and no id."""


def test_members_and_who_sees_all_see_it_and_others_do_not(shown: str, company: Company, matter: Matter) -> None:
    # Given that members see it as leads, auditors and services do
    assert leaks(shown, matter.insider, matter) >= EVERYWHERE
    for who in (matter.insider, company.lead, company.auditor, company.service):
        assert found_by_id(shown, who, matter, reads()) == {call.name for call in reads()}
    # Then others get, at every route, what they get for what does not exist
    assert leaks(shown, company.agent, matter) == set()
    assert found_by_id(shown, company.agent, matter, OF_ONE) == set()
    # And their own as ever
    with client(shown, company.agent) as agent, client(shown, matter.insider) as insider:
        assert agent.get(f"/conversations/{company.conversation}").status_code == 200
        assert agent.get(f"/conversations/{matter.part}").status_code == 404
        assert agent.get(f"/customers/{matter.ids['customer']}").json()["conversations"] == []
        counts = [each.get("/inbox/counts").json()["counts"] for each in (agent, insider)]
        assert [sum(each["number"] for each in found) for found in counts] == [1, 2]
        # And no command reaches it by another way
        promise = {"customer_id": matter.ids["customer"], "conversation_id": matter.ids["conversation"]}
        refused = [
            agent.post("/promises", json={**promise, "text": "Soon", "due_at": "2100-01-01T00:00:00Z"}),
            agent.post(f"/conversations/{company.conversation}/merge", json={"into": matter.ids["conversation"]}),
        ]
        assert [each.json()["code"] for each in refused] == ["not-found"] * 2


def broken() -> Iterator[tuple[str, Any, str, Any]]:
    """Faults on purpose: what to patch, and with what."""

    async def unchecked(*_: object) -> None:
        return None

    yield "the decision", at_the_edge, "teams_seen", lambda *_: None
    yield "the selections", visibility, "NARROWED", {}
    yield "the look-up", at_the_edge.Visibility, "check", unchecked


def test_each_way_in_which_it_could_leak_is_found(
    shown: str, company: Company, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = leaks(shown, matter.insider, matter)
    for fault, where, name, instead in broken():
        with monkeypatch.context() as patched:
            patched.setattr(where, name, instead)
            listed = leaks(shown, company.agent, matter)
            one = found_by_id(shown, company.agent, matter, reads())
        every = {call.name for call in reads()}
        expected = {
            "the decision": (everywhere, every),
            "the selections": (everywhere - {"find", "read_verbatims", "trace_signal", "read_unknown_themes"}, set()),
            "the look-up": (set(), every),
        }[fault]  # fmt: skip
        assert (listed, one) == expected, fault


def test_what_of_a_selection_is_seen_is_decided_for_each(shown: str) -> None:
    # Given each selection that the API reads for staff
    for selection, narrowed in visibility.NARROWED.items():
        # Then what is narrowed has all of its statements narrowed
        assert selection not in visibility.BY_ID
        own, less = dict(selection.statements()), dict(narrowed.statements())
        assert all("teams_seen" in text and "teams_seen" not in own[what] for what, text in less.items())
