"""The types of the messages' fields, each with an example for the contract."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

_SOME = "01990000-0000-7000-8000-000000000001"
CustomerId = Annotated[str, Field(examples=[f"customer-{_SOME}"])]
StrangerId = Annotated[str, Field(examples=[f"stranger-{_SOME}"])]
ParticipantId = Annotated[str, Field(examples=[f"stranger-{_SOME}", f"customer-{_SOME}"])]
ConversationId = Annotated[str, Field(examples=[f"conversation-{_SOME}"])]
OrderId = Annotated[str, Field(examples=[f"order-{_SOME}"])]
PromiseId = Annotated[str, Field(examples=[f"promise-{_SOME}"])]
MessageId = Annotated[str, Field(examples=[f"message-{_SOME}"])]
InteractionId = Annotated[str, Field(examples=[f"interaction-{_SOME}"])]
NoteId = Annotated[str, Field(examples=[f"note-{_SOME}"])]
TeamId = Annotated[str, Field(examples=[f"team-{_SOME}"])]
AgentId = Annotated[str, Field(examples=[f"staff-{_SOME}"])]
PolicyId = Annotated[str, Field(examples=[f"policy-{_SOME}"])]
CalendarId = Annotated[str, Field(examples=[f"calendar-{_SOME}"])]
Metric = Annotated[str, Field(examples=["first_reply", "next_reply", "agent_work"])]
Cause = Annotated[str, Field(examples=["time", "policy_change"])]
Channel = Annotated[str, Field(examples=["mail", "chat"])]
Language = Annotated[str, Field(examples=["de", "pt-BR"])]
Label = Annotated[str, Field(examples=["E-Bikes"])]
Kind = Annotated[str, Field(examples=["inquiry", "complaint", "order", "feedback"])]
Status = Annotated[str, Field(examples=["open", "waiting_on_customer", "on_hold", "resolved", "withdrawn"])]
Priority = Annotated[str, Field(examples=["normal", "low", "high", "urgent"])]
Instant = Annotated[AwareDatetime, Field(examples=["2026-01-31T23:59:59.500000Z"])]
Count = Annotated[int, Field(examples=[2])]
Yes = Annotated[bool, Field(examples=[True])]
TemplateName = Annotated[str, Field(examples=["delay"])]
TableVersion = Annotated[int, Field(examples=[3])]
