"""Legal holds over HTTP: who asks for an erasure while one stands is told that it waits."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from domain.staff import StaffJoined
from tests.support.serving import Company, client


def test_what_is_held_waits_and_says_so(api: str, company: Company, executor: CommandExecutor) -> None:
    customer, conversation = company.customer, company.conversation
    with client(api, company.privacy) as officer, client(api, company.lead) as lead:
        # Given
        placed = officer.post(f"/conversations/{conversation}/holds", json={"reason": "lawsuit 12"})
        hold_id = placed.raise_for_status().json()["id"]
        # When
        asking = {"reason": "they asked", "requested_by": customer}
        asked = lead.post(f"/customers/{customer}/erasure", json=asking).raise_for_status().json()
        # Then
        assert (asked["id"], asked["erased"]) == (customer, [])
        shown = officer.get(f"/customers/{customer}/holds").raise_for_status().json()
        assert [(each["hold_id"], each["placed_by"], each["reason"]) for each in shown["holds"]] == [
            (hold_id, company.privacy, "lawsuit 12")
        ]
        assert [
            (each["erasure_id"], each["person_id"], each["asked_by"], each["requested_by"]) for each in shown["waiting"]
        ] == [(asked["waits"], customer, company.lead, customer)]
        assert not executor.read(customer).state.erased
        everybody = officer.get("/holds", headers={"At-Least": placed.headers["Position"]}).raise_for_status().json()
        (listed,) = everybody["holds"]
        joined = executor.log.streams([company.privacy])[company.privacy][0].event
        assert isinstance(joined, StaffJoined)
        assert (listed["hold_id"], listed["placed_by_handle"], listed["reason"]) == (
            hold_id, joined.handle, "lawsuit 12",
        )  # fmt: skip
        # And when it is over, the next who asks has it done
        officer.post(f"/holds/{hold_id}/release", json={"reason": "it is over"}).raise_for_status()
        done = lead.post(f"/customers/{customer}/erasure", json=asking).raise_for_status().json()
        assert (done["erased"], done["waits"]) == ([customer], None)
        begun = executor.log.streams([customer], opened=False)[customer][-1]
        assert begun.envelope.on_behalf_of == customer
