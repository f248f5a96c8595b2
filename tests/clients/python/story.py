"""A story over the API, by a client that is generated from the contract; as `../typescript/story.ts` plays it."""

from __future__ import annotations

import json
import sys

from antiphon_client import AuthenticatedClient
from antiphon_client.api.conversations import deliver, read_conversation, read_inbox, reply
from antiphon_client.api.customers_side import open_my_conversation, read_my_conversations
from antiphon_client.models import (
    DeliveredBody,
    OwnOpening,
    OwnOpeningKindType0,
    Problem,
    ReadInboxKindItem,
    Reply,
    SenderBody,
)

url, *tokens = sys.argv[1:]
gateway, agent, customer = (AuthenticatedClient(base_url=url, token=each) for each in tokens)

# A gateway delivers what somebody wrote.
body = DeliveredBody(
    channel="mail",
    channel_message_id="m-77",
    contact=SenderBody(kind="mail", value="bea@example.org", name="Bea"),
    body="Where is my order?",
    kind="complaint",
    subject="late",
)
delivered = deliver.sync(client=gateway, body=body)

# An agent finds it in the inbox, and answers what they saw.
inbox = read_inbox.sync(client=agent, kind=[ReadInboxKindItem.COMPLAINT], at_least=delivered.position)
(id,) = [item.conversation_id for item in inbox.items if item.conversation_id == delivered.id]
seen = read_conversation.sync_detailed(id, client=agent, at_least=delivered.position)
tag = seen.headers["ETag"]
replied = reply.sync(id, client=agent, body=Reply(body="It comes tomorrow."), idempotency_key="k1", if_match=tag)

# With the same key and other words, the answer is a problem with a code.
refused = reply.sync(id, client=agent, body=Reply(body="It came yesterday."), idempotency_key="k1")
assert isinstance(refused, Problem)

# Both of them are in the history.
after = read_conversation.sync(id, client=agent, at_least=replied.position)

# A customer opens a matter of their own, and reads what is theirs.
opened = open_my_conversation.sync(
    client=customer, body=OwnOpening(kind=OwnOpeningKindType0.INQUIRY, body="Do you mend kettles?")
)
mine = read_my_conversations.sync(client=customer, at_least=opened.position)

told = {
    "subject": seen.parsed.conversation.subject,
    "code": refused.code,
    "spoken": [line.text for line in after.lines if line.kind in ("received", "sent")],
    "opened": opened.id in [each.conversation_id for each in mine.conversations],
}
sys.stdout.write(json.dumps(told))
