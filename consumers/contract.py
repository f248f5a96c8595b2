"""The contract of the topics: a JSON Schema for each message and one AsyncAPI document, from the classes themselves.

`python -m consumers.contract` writes them into docs/topics. It refuses to take back what subscribers were promised.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from consumers.messages import SOURCE, TOLD, example, schema_of, topic_of, type_of
from infra.topics import TOPICS, Topic

FOLDER = Path(__file__).parents[1] / "docs" / "topics"
ASYNCAPI = "asyncapi.json"

_HEADERS = {
    "ce_specversion": ("The version of CloudEvents.", "1.0"),
    "ce_id": ("The event's id: the same however often it is sent.", "event-01990000-0000-7000-8000-000000000001"),
    "ce_type": ("What happened.", "antiphon.conversation.opened.v1"),
    "ce_source": ("Where it comes from.", SOURCE),
    "ce_subject": ("The id of the stream; it is the key, too.", "conversation-01990000-0000-7000-8000-000000000001"),
    "ce_time": ("When it happened.", "2026-01-31T23:59:59.500000Z"),
    "ce_dataschema": ("The schema of the value.", "urn:antiphon:conversation.opened.v1"),
    "ce_streamversion": ("1, 2, 3… within the key. Drop what is not above the last one seen.", "1"),
    "ce_logposition": ("The place in the log: rising, with gaps.", "4711"),
    "ce_recordedat": ("When the log took it in.", "2026-02-01T00:00:00.250000Z"),
    "content-type": ("Always JSON.", "application/json"),
}
_MAYBE = {
    "ce_correlationid": ("What it belongs to, where that is known.", "c-1"),
    "ce_causationid": ("The event it came from.", "event-01990000-0000-7000-8000-000000000000"),
    "ce_traceparent": ("W3C Trace Context.", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
}


@dataclass(frozen=True, slots=True)
class Described:
    """A message as the contract has it: `name` is its CloudEvents type without its beginning, and its file's name."""

    name: str
    type_name: str
    schema: str
    topic: str
    model: type[BaseModel]


def described() -> Iterator[Described]:
    """Every message of the contract."""
    for name, model in TOLD.items():
        yield Described(f"{name}.v1", type_of(name), schema_of(name), topic_of(name) or "", model)


def documents() -> dict[str, dict[str, Any]]:
    """Every document of the contract, by its file's name."""
    found = {f"{each.name}.json": _schema(each) for each in described()}
    return found | {ASYNCAPI: _asyncapi(list(described()))}


def written(document: Mapping[str, Any]) -> str:
    """How a document stands in its file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def taken_back(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> list[str]:
    """What a schema promised that its successor (None: there is none) does not: fields that are gone, or of another
    type, or not always there any more."""
    if after is None:
        return [f"{before.get('$id')}: the message is gone"]
    found = []
    for field, was in before.get("properties", {}).items():
        now = after.get("properties", {}).get(field)
        if now is None:
            found.append(f"{before.get('$id')}: {field} is gone")
        elif (old := _type(was, before)) != (new := _type(now, after)):
            found.append(f"{before.get('$id')}: {field} was {old} and is {new}")
        elif field in before.get("required", []) and field not in after.get("required", []):
            found.append(f"{before.get('$id')}: {field} is not always there any more")
    return found


def _type(schema: Any, root: Mapping[str, Any]) -> Any:
    """A schema without what only explains it."""
    if isinstance(schema, list):
        return [_type(each, root) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        return _type(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    explaining = {"title", "description", "examples"}
    return {
        name: {field: _type(each, root) for field, each in value.items()}
        if name == "properties"
        else _type(value, root)
        for name, value in schema.items()
        if name not in explaining
    }


def _schema(each: Described) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": each.schema,
        **each.model.model_json_schema(mode="serialization"),
        "examples": [example(each.model)],
    }


def _asyncapi(messages: list[Described]) -> dict[str, Any]:
    topics = [topic for topic in TOPICS if any(each.topic == topic.name for each in messages)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Antiphon",
            "version": "1.0.0",
            "description": "What is told of the conversation between a company and its customers: one message for each "
            "event, at least once, in order within a key. Before each topic's name stands ANTIPHON_TOPIC_PREFIX.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, messages) for topic in topics},
        "operations": {
            f"tell-{topic.name}": {"action": "send", "channel": {"$ref": f"#/channels/{topic.name}"}}
            for topic in topics
        },
        "components": {
            "messages": {each.name: _message(each) for each in messages},
            "schemas": {
                "headers": {
                    "type": "object",
                    "properties": {
                        name: {"type": "string", "description": what, "examples": [value]}
                        for name, (what, value) in (_HEADERS | _MAYBE).items()
                    },
                    "required": list(_HEADERS),
                }
            },
        },
    }


def _channel(topic: Topic, messages: list[Described]) -> dict[str, Any]:
    own = [each.name for each in messages if each.topic == topic.name]
    settings = topic.settings
    configuration: dict[str, Any] = {"cleanup.policy": [settings["cleanup.policy"]]}
    if "retention.ms" in settings:
        configuration["retention.ms"] = int(settings["retention.ms"])
    return {
        "address": topic.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in own},
        "bindings": {"kafka": {"topicConfiguration": configuration, "bindingVersion": "0.5.0"}},
    }


def _message(each: Described) -> dict[str, Any]:
    headers = {name: value for name, (_, value) in _HEADERS.items()}
    headers |= {"ce_type": each.type_name, "ce_dataschema": each.schema}
    return {
        "name": each.type_name,
        "title": each.model.__name__,
        "summary": (each.model.__doc__ or "").strip(),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"$ref": f"./{each.name}.json"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
        "examples": [{"headers": headers, "payload": example(each.model)}],
    }


def main(folder: Path = FOLDER) -> None:
    """Write all of it anew. Exits with what would be taken back, having written nothing."""
    new = documents()
    before = {file.name: json.loads(file.read_text()) for file in folder.glob("*.json") if file.name != ASYNCAPI}
    if broken := [line for name, was in before.items() for line in taken_back(was, new.get(name))]:
        sys.exit("\n".join([*broken, "what was promised stays: add a field, or a message of another version, instead"]))
    folder.mkdir(exist_ok=True)
    for name, document in new.items():
        (folder / name).write_text(written(document))


if __name__ == "__main__":
    main()
