"""The bodies of requests about messages."""

from __future__ import annotations

from api.contract.bodies.fields import Dated, IdText
from domain.kernel.told import ToldByOthers
from domain.message import SentCode, SentState


class DeliveryReport(ToldByOthers, Dated):
    """How far a message to a customer has come, as its channel reports. `occurred_at`: when, if the channel knows
    better than the log. A date means that day in the company's zone. `code`: why the delivery
    failed. A service's state or code that is none of ours is taken in, too, and kept."""

    conversation_id: IdText
    state: SentState
    code: SentCode | None = None
