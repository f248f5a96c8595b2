"""BANKING77: customers' questions to a bank, each labelled with its subject. The source has no names and no times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO

from commands.importing import SourceFact, SourceRecord
from consumers.imports.csv_rows import CsvRows, Row
from consumers.imports.source import ImportRecord, Reject, Unsound, read_one, reported_by, unrecognised
from domain.conversation.commands import OpenConversation, ReceiveMessage
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id

_SERVICE = Actor(id="service-banking77", kind="service")
_LABEL = re.compile(r"[A-Za-z]+(_[A-Za-z]+)+\??")


class Banking77:
    """Columns `text` and `category`. A question is identified by its text, and by how often that text came before."""

    name = "banking77"
    is_history = True

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """Each row as an inquiry of a new customer."""
        csv = CsvRows(file)
        if sorted(csv.header) != ["category", "text"]:
            raise unrecognised(self.name, "the first line reads text,category")
        text, category = csv.header.index("text"), csv.header.index("category")
        asked: Counter[str] = Counter()
        labels: set[str] = set()
        for row in csv.rows(lambda fields: _LABEL.fullmatch(fields[category]) is not None):
            if isinstance(row, Reject):
                yield row
            else:
                question, label = row.fields[text], row.fields[category].strip()
                yield read_one(row.place, partial(_record, row, question, label, asked, labels))


def _record(row: Row, question: str, label: str, asked: Counter[str], labels: set[str]) -> SourceRecord:
    if not question.strip():
        raise Unsound("text-missing", "there is no question")
    if not label:
        raise Unsound("cut-short", "there is no label")
    if not row.ended and labels and label not in labels:
        raise Unsound("cut-short", "the file ends without a line break, in a label that is not whole")
    labels.add(label)
    asked[question] += 1
    customer = RegisterCustomer(customer_id=new_id("customer"), language="en")
    opened = OpenConversation(
        customer_id=customer.customer_id, kind="inquiry", channel="unknown", language="en", theme=label
    )
    message = ReceiveMessage(body=question, language="en")
    return SourceRecord(
        source="banking77",
        id=f"{question}\x00{asked[question]}",
        customer=customer,
        context=reported_by(_SERVICE),
        facts=[
            SourceFact("opened", opened, reported_by(_SERVICE)),
            SourceFact("asked", message, reported_by(Actor(id=customer.customer_id, kind="customer"))),
        ],
    )
