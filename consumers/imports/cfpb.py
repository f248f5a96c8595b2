"""Complaints to the US Consumer Financial Protection Bureau, in any export of its site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from commands.importing import SourceFact, SourceRecord
from consumers.imports.csv_rows import CsvRows
from consumers.imports.json_elements import elements
from consumers.imports.source import ImportRecord, Reject, Unsound, day, head, read_one, reported_by, unrecognised
from domain.conversation.commands import AddNote, ChangeStatus, JudgeAnswer, OpenConversation, ReceiveMessage, SendReply
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id

_BUREAU = Actor(id="service-cfpb", kind="service")
_COMPANY = Actor(id="service-cfpb-company", kind="service")

_COLUMNS = {
    "complaintid": "id",
    "datereceived": "received",
    "product": "product",
    "issue": "issue",
    "subissue": "sub-issue",
    "consumercomplaintnarrative": "narrative",
    "complaintwhathappened": "narrative",
    "tags": "tags",
    "submittedvia": "channel",
    "companypublicresponse": "public response",
    "companyresponsetoconsumer": "response",
    "companyresponse": "response",
    "timelyresponse": "timely",
    "timely": "timely",
    "consumerdisputed": "disputed",
}
"""Our name for each column that is read, by the column's name without blanks, case and punctuation. The names changed
over the years, and differ in JSON. All other columns go into one note."""

_IGNORED = {"hasnarrative", "complaintwhathappenedsuggest"}
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
_DATE_SHAPE = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(T.*)?")
_ID_SHAPE = re.compile(r"\d{1,15}")
_BEGINS = {"received": re.compile(r'"?\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(T[^,"]*)?"?,'), "id": re.compile(r'"?\d+"?,')}
_ELEMENT = re.compile(r'\{\s*"(?:_index|_source|date_received|product|complaint_id|tags)"\s*:')

Complaint = Mapping[str, str]
"""A record by our names, and by the source's own where we have none. Without empty values."""


class Cfpb:
    """CSV with any order of columns, also of older exports with fewer columns, or JSON. A complaint is identified by
    its number, and each fact by its text: a later export adds the new facts.

    The source names no customers: every complaint has a customer of its own.
    """

    name = "cfpb"
    is_history = True

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """Each complaint as a conversation."""
        if head(file).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
            for found in elements(file, _is_complaint, _ELEMENT):
                if isinstance(found, Reject):
                    yield found
                else:
                    yield read_one(found.place, partial(_record, _from_json(found.value), now))
        else:
            yield from self._read_csv(file, now)

    def _read_csv(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        csv = CsvRows(file)
        names = [_ours(name) for name in csv.header]
        if not {"id", "received"} <= set(names):
            raise unrecognised(self.name, "the first line names the columns, among them Complaint ID and Date received")
        id, received = names.index("id"), names.index("received")

        def plausible(fields: list[str]) -> bool:
            return bool(_ID_SHAPE.fullmatch(fields[id]) and _DATE_SHAPE.fullmatch(fields[received]))

        shortest = 1_000
        for row in csv.rows(plausible, _BEGINS.get(names[0])):
            if isinstance(row, Reject):
                yield row
                continue
            number = row.fields[id].strip()
            cut = not row.ended and id == len(names) - 1 and len(number) < shortest < 1_000
            shortest = min(shortest, len(number))
            yield read_one(row.place, partial(_record, _complaint(zip(names, row.fields, strict=True)), now, cut=cut))


def _ours(column: str) -> str:
    return _COLUMNS.get(re.sub(r"[\W_]", "", column).lower(), column)


def _complaint(fields: Any) -> Complaint:
    return {name: value.strip() for name, value in fields if value.strip() not in ("", "N/A")}


def _is_complaint(value: Any) -> bool:
    return isinstance(value, dict) and {"complaint_id", "date_received"} <= _source(value).keys()


def _source(value: dict[str, Any]) -> dict[str, Any]:
    inner = value.get("_source")
    return inner if isinstance(inner, dict) else value


def _from_json(value: dict[str, Any]) -> Complaint:
    return _complaint(
        (_ours(name), str(text))
        for name, text in _source(value).items()
        if text is not None and re.sub(r"[\W_]", "", name).lower() not in _IGNORED
    )


def _record(complaint: Complaint, now: datetime, *, cut: bool = False) -> SourceRecord:
    number, received = complaint.get("id", ""), complaint.get("received", "")
    if cut:
        raise Unsound("cut-short", "the file ends without a line break, in a number that seems not to be whole")
    if not _ID_SHAPE.fullmatch(number):
        raise Unsound("value-invalid", f"{number or '(empty)'} is no complaint ID")
    on = day(received.partition("T")[0], now, *_DATES)
    customer = RegisterCustomer(customer_id=new_id("customer"), segment=complaint.get("tags"))
    return SourceRecord(
        source="cfpb",
        id=number,
        customer=customer,
        context=reported_by(_BUREAU, on),
        facts=[*_brought(complaint, customer, on), *_answered(complaint, customer)],
    )


def _brought(complaint: Complaint, customer: RegisterCustomer, on: Any) -> Iterator[SourceFact]:
    by_customer, by_bureau = reported_by(Actor(id=customer.customer_id, kind="customer"), on), reported_by(_BUREAU, on)
    opened = OpenConversation(
        customer_id=customer.customer_id,
        kind="complaint",
        channel=_channel(complaint.get("channel", "unknown")),
        subject=complaint.get("sub-issue") or complaint.get("issue"),
        product_area=complaint.get("product"),
        theme=complaint.get("issue"),
        segment=complaint.get("tags"),
    )
    yield SourceFact("opened", opened, by_customer)
    if words := complaint.get("narrative"):
        # The consent to publish may come long after the complaint: then the text is back-dated, and reopens nothing.
        yield SourceFact(f"narrative\x00{words}", ReceiveMessage(body=words, reopens=False), by_customer)
    rest = [f"{name}: {value}" for name, value in complaint.items() if name not in _COLUMNS.values()]
    filed = "\n".join([f"Complaint ID: {complaint['id']}", *sorted(rest)])
    yield SourceFact(f"filed\x00{filed}", AddNote(body=filed), by_bureau)


def _answered(complaint: Complaint, customer: RegisterCustomer) -> Iterator[SourceFact]:
    """The outcome of a complaint. The source has no times for it."""
    by_company, by_bureau = reported_by(_COMPANY), reported_by(_BUREAU)
    public, response = complaint.get("public response"), complaint.get("response", "")
    timely, disputed = complaint.get("timely"), complaint.get("disputed")
    closed = response.startswith("Closed")
    if public:
        yield SourceFact(f"public response\x00{public}", SendReply(body=public), by_company)
    if timely:
        yield SourceFact(f"timely\x00{timely}", AddNote(body=f"Timely response: {timely}"), by_bureau)
    if closed:
        resolved = ChangeStatus(status="resolved", resolution=response)
        yield SourceFact(f"response\x00{response}", resolved, by_company)
    elif response and response != "In progress":
        yield SourceFact(f"response\x00{response}", AddNote(body=f"Company response: {response}"), by_bureau)
    if disputed in ("Yes", "No") and (closed or public):
        by_customer = reported_by(Actor(id=customer.customer_id, kind="customer"))
        yield SourceFact(f"disputed\x00{disputed}", JudgeAnswer(answered=disputed == "No"), by_customer)
    elif disputed:
        yield SourceFact(f"disputed, noted\x00{disputed}", AddNote(body=f"Consumer disputed: {disputed}"), by_bureau)


def _channel(submitted_via: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", submitted_via.lower()).strip("-")
    return {"email": "mail", "e-mail": "mail"}.get(name, name) or "unknown"
