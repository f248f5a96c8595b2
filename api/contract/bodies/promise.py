"""The bodies of requests about promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from api.contract.bodies.fields import Dated, IdText
from domain import promise
from domain.kernel.time import WrittenDayOrInstant
from domain.kernel.values import Flag, Frozen, Remark


class PromiseBody(Frozen):
    """What will happen by when, in a conversation or about an order. `due_at`: a date means the end of that day in the
    company's zone. `delivery`: the promise says when the order will be with the customer."""

    customer_id: IdText
    text: Remark
    due_at: WrittenDayOrInstant
    conversation_id: IdText | None = None
    order_id: IdText | None = None
    delivery: Flag = False


class RevisionBody(Frozen):
    """Another date (its end counts) or instant, and the reason, which the customer reads."""

    due_at: WrittenDayOrInstant
    because: Remark


class Outcome(Dated):
    """The outcome of a promise. `because`, which the customer reads, is for broken promises, not for kept ones.
    `occurred_at`: when the promise was kept, say, if a gateway knows better than the log. A date means that day in the
    company's zone."""

    outcome: Literal["kept", "broken", "withdrawn"]
    because: Remark | None = None

    def command(self) -> promise.PromiseCommand:
        """The command for this body. Raises pydantic.ValidationError."""
        command = _OUTCOMES[self.outcome]
        return command.model_validate(self.model_dump(include={"because"}, exclude_none=True))


_OUTCOMES: Mapping[str, type[promise.PromiseCommand]] = {
    "kept": promise.KeepPromise,
    "broken": promise.BreakPromise,
    "withdrawn": promise.WithdrawPromise,
}
