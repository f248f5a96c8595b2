"""What is shown of merged customers, to agents and to themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from commands import order as orders
from commands import promise as promises
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from tests.api.test_access_matrix import CALLS, code_of
from tests.support.calling import Place
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.serving import Company, client


def test_merged_customers_are_shown_together_until_they_are_separated(
    api: str, company: Company, executor: CommandExecutor
) -> None:
    # Given two customers, each with conversations, orders and promises, by turns
    threads = [deliver(executor, mail(n, f"t{n}", f"{n % 2}@x"), GATEWAY).id for n in range(2, 8)]
    other, one = (executor.read(id).state.customer_id for id in threads[:2])
    for id in (one, other, one):
        order = orders.place(executor, PlaceOrder(customer_id=id), AGENT).id
        due = datetime.now(UTC) + timedelta(days=1)
        promises.make(executor, MakePromise(customer_id=id, order_id=order, text="Soon", due_at=due), AGENT)
    with client(api, company.agent) as agent:

        def read(id: str, position: int, limit: int = 500) -> dict[str, list[dict[str, object]]]:
            agent.headers["At-Least"] = str(position)
            found: dict[str, list[dict[str, object]]] = {}
            for path in ("", "/orders", "/promises"):
                cursor: str | None = ""
                while cursor is not None:
                    params = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
                    page = agent.get(f"/customers/{id}{path}", params=params).raise_for_status().json()
                    cursor = page["cursor"]
                    for name in ("moments", "orders", "promises"):
                        found.setdefault(name, []).extend(page.get(name, []))
                    found |= {name: page[name] for name in ("links", "conversations") if name in page}
            return found

        alone = {id: read(id, executor.log.position()) for id in (one, other)}
        # When
        answer = agent.post(f"/customers/{one}/merge", json={"into": other, "reason": "the same number"})
        merged = read(other, answer.raise_for_status().json()["position"])
        # Then all of both is there, in one order, and each row says whose it is
        (link,) = merged.pop("links")
        assert (link["customer_id"], link["merged_into"], link["merged_by"]) == (one, other, company.agent)
        for name, by, descending in (
            ("moments", ("at", "place"), True), ("conversations", ("opened_at", "conversation_id"), True),
            ("orders", ("order_id",), False), ("promises", ("promise_id",), False),
        ):  # fmt: skip
            both = [*alone[one][name], *alone[other][name]]
            assert len({row["customer_id"] for row in both}) == 2
            assert merged[name] == sorted(both, key=lambda row: [str(row[each]) for each in by], reverse=descending)
        # Then pages of any size are the same, and the old id answers and names the new one
        assert read(other, 0, limit=2) == {**merged, "links": [link]}
        assert read(one, 0) == {**alone[one], "links": [link]}
        # When
        answer = agent.post(f"/customers/{one}/separation", json={})
        # Then
        position = answer.raise_for_status().json()["position"]
        assert {id: read(id, position) for id in (one, other)} == alone


def test_an_erasure_says_who_was_erased(api: str, company: Company, executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(2, "t2", "2@x"), GATEWAY).id
    one = executor.read(id).state.customer_id
    with client(api, company.lead) as lead:
        lead.post(f"/customers/{one}/merge", json={"into": company.customer}).raise_for_status()
        # When
        answers = [lead.post(f"/customers/{one}/erasure", json={"reason": "asked"}).json() for _ in range(2)]
        # Then
        assert [answer["erased"] for answer in answers] == [[company.customer, one]] * 2
        # Then what they had open is closed
        at = {"At-Least": str(answers[0]["position"])}
        for each in (id, company.conversation):
            page = lead.get(f"/conversations/{each}", headers=at).raise_for_status().json()
            assert page["conversation"]["status"] == "resolved"


def test_a_customer_who_is_merged_gets_at_nothing_of_the_other(
    api: str, company: Company, executor: CommandExecutor
) -> None:
    # Given
    place = Place.furnished(executor, company)
    with client(api, company.agent) as agent:
        agent.post(f"/customers/{place.stranger}/merge", json={"into": company.customer}).raise_for_status()
    # When each calls what customers may call, on what is the other's
    with client(api, place.stranger) as stranger:
        theirs = [call for call in CALLS if "customer" in call.roles and call.kind]
        answers: dict[str, httpx.Response] = {
            call.name: call.made(stranger, place.id(call), place.names) for call in theirs
        }
        # When they read what they are shown
        at = {"At-Least": str(executor.log.position())}
        reads = [call for call in CALLS if call.method == "GET" and call.path.startswith("/me/") and not call.kind]
        shown = [
            stranger.get(call.path, params=call.query, headers=at).raise_for_status().text
            for call in reads
            if not call.path.endswith("/live")
        ]
    # Then
    assert answers
    assert {code_of(answer) for answer in answers.values()} == {"404 not-found"}
    assert len(shown) >= 4
    for text in shown:
        assert company.customer not in text
        assert company.conversation not in text
