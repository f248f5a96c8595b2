"""What subscribers are promised is written down, is so, and is not taken back."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from consumers.inbound.messages import EXAMPLES, TYPES
from consumers.publishing.contract import ASYNCAPI, FOLDER, documents, main, taken_back, written
from consumers.publishing.messages.catalogue import PUBLISHED
from domain.catalogue import EVENTS
from domain.kernel.ids import new_id
from tests.support.marked_events import marked

ROOT = Path(__file__).parents[2]
SCHEMAS = {name: document for name, document in documents().items() if name != ASYNCAPI}
ANY = SCHEMAS["order.placed.v1.json"]


def test_the_committed_documents_are_those_of_the_code() -> None:
    assert {file.name: file.read_text() for file in FOLDER.iterdir()} == {
        name: written(document) for name, document in documents().items()
    }, "python -m consumers.publishing.contract"


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one_and_its_example_fits(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema_rs.meta.validate(schema)
    (example,) = schema["examples"]
    jsonschema_rs.validate(schema, example)
    for field in schema.get("required", ()):
        assert not jsonschema_rs.is_valid(schema, {key: value for key, value in example.items() if key != field})


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_fits_its_schema(name: str) -> None:
    event = marked(EVENTS[name], {"customer_id": new_id("customer")})
    message = PUBLISHED[name](by="agent", **PUBLISHED[name].facts(event))
    jsonschema_rs.validate(SCHEMAS[f"{name}.v1.json"], json.loads(message.model_dump_json()))


# -- AsyncAPI

TEXT = {"type": "string", "minLength": 1}
REFERENCE = {"type": "object", "properties": {"$ref": TEXT}, "required": ["$ref"], "additionalProperties": False}


def entries(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": of, "minProperties": 1}


def thing(required: list[str], **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


STRUCTURE = thing(
    ["asyncapi", "info", "channels", "operations", "components"],
    asyncapi={"const": "3.0.0"},
    info=thing(["title", "version"], title=TEXT, version=TEXT, description=TEXT),
    defaultContentType=TEXT,
    channels=entries(
        thing(["address", "messages"], address=TEXT, messages=entries(REFERENCE), bindings={"type": "object"})
    ),
    operations=entries(thing(["action", "channel"], action={"enum": ["send", "receive"]}, channel=REFERENCE)),
    components=thing(
        ["messages", "schemas"],
        schemas=entries({"type": "object"}),
        messages=entries(
            thing(
                ["name", "payload"],
                **dict.fromkeys(["name", "title", "summary", "contentType"], TEXT),
                **dict.fromkeys(["headers", "payload"], REFERENCE),
                bindings={"type": "object"},
                examples={"type": "array", "items": thing([], headers={"type": "object"}, payload={})},
            )
        ),
    ),
)
"""What AsyncAPI 3.0 asks of the parts that are used."""


def references(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        for each in document.values():
            yield from references(each)
    elif isinstance(document, list):
        for each in document:
            yield from references(each)


def followed(document: Any, reference: str) -> Any:
    if not reference.startswith("#/"):
        return SCHEMAS[reference.removeprefix("./")]
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


def test_the_asyncapi_document_is_whole() -> None:
    document = documents()[ASYNCAPI]
    jsonschema_rs.validate(STRUCTURE, document)
    assert all(followed(document, reference) for reference in references(document))
    in_channels = [name for channel in document["channels"].values() for name in channel["messages"]]
    names = sorted(name.removesuffix(".json") for name in SCHEMAS)
    assert sorted(in_channels) == names == sorted(document["components"]["messages"])
    assert {name: each["action"] for name, each in document["operations"].items()} == {
        f"{'hear' if name.startswith('inbound.') else 'tell'}-{name}": "receive"
        if name.startswith("inbound.")
        else "send"
        for name in document["channels"]
    }
    for message in document["components"]["messages"].values():
        for example in message["examples"]:
            jsonschema_rs.validate(followed(document, message["payload"]["$ref"]), example["payload"])
            jsonschema_rs.validate(followed(document, message["headers"]["$ref"]), example["headers"])


def test_a_document_that_is_not_whole_is_found() -> None:
    document = documents()[ASYNCAPI]
    del document["channels"]["orders.v1"]["address"]
    assert not jsonschema_rs.is_valid(STRUCTURE, document)
    with pytest.raises(KeyError):
        followed(document, "#/components/messages/gone")


# -- nothing is taken back


def committed() -> dict[str, list[dict[str, Any]]]:
    """The schemas of the last commits that changed any, by file; none where there is no history."""

    def git(*arguments: str) -> str:
        ran = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return ran.stdout if ran.returncode == 0 else ""

    found: dict[str, list[dict[str, Any]]] = {}
    for commit in git("log", "-5", "--format=%H", "--", "docs/topics").split():
        for path in git("ls-tree", "-r", "--name-only", commit, "docs/topics/").split():
            if path.endswith(".v1.json"):
                found.setdefault(Path(path).name, []).append(json.loads(git("show", f"{commit}:{path}")))
    return found


@pytest.mark.processes
def test_nothing_that_was_committed_is_taken_back() -> None:
    broken = [
        line for name, all_of in committed().items() for was in all_of for line in taken_back(was, SCHEMAS.get(name))
    ]
    assert broken == []


def change(**changes: Any) -> dict[str, Any]:
    changed = copy.deepcopy(ANY)
    for name, value in changes.items():
        changed["properties"][name] = value
        if value is None:
            del changed["properties"][name]
            changed["required"].remove(name)
    return changed


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (change(currency=None), "currency is gone"),
        (change(order_id={"type": "integer"}), "order_id was"),
        (change(order_id={"anyOf": [{"type": "string"}, {"type": "null"}]}), "order_id was"),
        ({**ANY, "required": []}, "is not always there any more"),
        (None, "the message is gone"),
    ],
)
def test_what_is_taken_back_is_found(after: dict[str, Any] | None, says: str) -> None:
    assert any(says in line for line in taken_back(ANY, after))


def test_a_field_that_inbound_messages_suddenly_need_is_found() -> None:
    # Given
    order = SCHEMAS["inbound.order.v1.json"]
    placed = {**order["$defs"]["OrderPlaced"], "required": ["step", "order_number", "customer", "currency"]}
    # When
    found = taken_back(order, {**order, "$defs": {**order["$defs"], "OrderPlaced": placed}})
    # Then
    assert found == ["urn:antiphon:inbound.order.v1: OrderPlaced.currency has to be there and had not"]
    assert taken_back(order, order) == []


def test_of_what_comes_in_a_field_may_take_more_and_never_less() -> None:
    # Given
    more = SCHEMAS["inbound.delivery.v1.json"]
    at = more["properties"]["occurred_at"]
    fewer = {**at, "anyOf": at["anyOf"][1:]}
    less = {**more, "properties": {**more["properties"], "occurred_at": fewer}}
    # Then
    assert taken_back(less, more) == []
    assert len(taken_back(more, less)) == 1
    assert len(taken_back({**less, "$id": "urn:antiphon:outbound.message.v1"}, more)) == 1


@pytest.mark.parametrize("name", TYPES)
def test_the_example_of_what_comes_in_is_taken_in(name: str) -> None:
    _, adapter = TYPES[name]
    assert adapter.validate_python(EXAMPLES[name]).key


@pytest.mark.parametrize(
    "after", [ANY, change(weight={"type": "number"}), change(order_id={"type": "string", "description": "Its id."})]
)
def test_what_is_added_or_explained_is_not(after: dict[str, Any]) -> None:
    assert taken_back(ANY, after) == []


def test_a_contract_that_takes_something_back_is_not_written(tmp_path: Path) -> None:
    # Given
    promised = change(weight={"type": "number"})
    (tmp_path / "order.placed.v1.json").write_text(json.dumps(promised))
    # When
    with pytest.raises(SystemExit) as ended:
        main(tmp_path)
    # Then
    assert "weight is gone" in str(ended.value.code)
    assert [file.name for file in tmp_path.iterdir()] == ["order.placed.v1.json"]
    assert json.loads((tmp_path / "order.placed.v1.json").read_text()) == promised
