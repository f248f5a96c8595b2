"""The examples of live streams, by operation id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from api.contract.examples.conversation import INBOX_ITEM, LINES
from api.contract.examples.customer import LINK, moment
from api.contract.examples.customer_side import MY_CONVERSATION, MY_LINE
from api.contract.examples.message import RECEIPT
from api.contract.examples.service_level import RECORDED_CLOCKS
from api.contract.examples.signal import BOARD_ROW
from api.contract.examples.story import KETTLE


def _event(name: str, position: int, **collections: tuple[list[Any], list[Any]]) -> str:
    fields = {each: {"changed": changed, "gone": gone} for each, (changed, gone) in collections.items()}
    data = json.dumps({"position": position, "complete": True, **fields})
    return f"event: {name}\nid: WyI0ZjVhIixbW{position}XV0=\ndata: {data}\n\n"


ANSWERS: Mapping[str, Any] = {
    "follow_inbox": _event("state", 4711, items=([INBOX_ITEM], [])) + _event("change", 4714, items=([], [[KETTLE]])),
    "follow_my_conversations": _event("state", 4711, conversations=([MY_CONVERSATION], [])),
    "follow_my_conversation": _event(
        "state", 4711, conversation=([MY_CONVERSATION], []), lines=([MY_LINE], []), receipts=([], [])
    ),
    "follow_conversation": _event(
        "state",
        4711,
        conversation=([INBOX_ITEM], []),
        clocks=([RECORDED_CLOCKS], []),
        lines=(LINES, []),
        receipts=([], []),
    )
    + _event(
        "change",
        4720,
        conversation=([], []),
        clocks=([], []),
        lines=([], []),
        receipts=([RECEIPT], []),
    ),
    "follow_customer": _event("state", 4711, links=([LINK], []), conversations=([INBOX_ITEM], []), moments=([], []))
    + _event(
        "change",
        4714,
        links=([], []),
        conversations=([], []),
        moments=([moment(4714, KETTLE, "status", what="resolved")], []),
    ),
    "follow_board": _event("state", 4711, signals=([BOARD_ROW], [])),
}
