"""The contract is what the routes say, whole: nothing undeclared, an example for everything, every code explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from api.contract.examples import catalogue
from api.contract.examples.problems import PROBLEMS
from api.contract.openapi import operations
from api.edge.access import ANYBODY
from api.edge.problems import status_of
from api.server import routes
from tests.support.contract import CONTRACT
from tests.test_errors_page import codes_on_page

OPERATIONS = {operation["operationId"]: operation for operation in operations(CONTRACT)}


def resolved(part: Any) -> Any:
    """What a reference leads to."""
    while isinstance(part, Mapping) and "$ref" in part:
        found: Any = CONTRACT
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def problems(operation: Any) -> Iterator[tuple[int, Any]]:
    """The refusals that an operation declares, by status."""
    for status, answer in operation["responses"].items():
        if status[0] in "45":
            yield int(status), resolved(answer)


def fits(value: Any, schema: Any) -> None:
    """`value` is of this schema of the contract. Raises jsonschema_rs.ValidationError."""
    _checker(json.dumps(schema)).validate(value)


@cache
def _checker(schema: str) -> jsonschema_rs.Draft202012Validator:
    # Only the components that the schema leads to: reading all of them for each was most of the time of these tests.
    whole = {**json.loads(schema), "components": {"schemas": dict(_named_by(schema))}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _named_by(schema: str) -> Iterator[tuple[str, Any]]:
    """The schemas that this one refers to, by however many others."""
    names, seen = re.findall(r'"#/components/schemas/([^"]+)"', schema), set[str]()
    while names:
        if (name := names.pop()) not in seen:
            seen.add(name)
            component = CONTRACT["components"]["schemas"][name]
            names += re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(component))
            yield name, component


def test_the_contract_that_is_kept_is_the_one_that_is_served() -> None:
    assert routes().openapi() == CONTRACT, "if it is meant: antiphon openapi > docs/openapi.json"


def test_it_is_of_the_version_that_is_said() -> None:
    assert CONTRACT["openapi"].startswith("3.1.")
    assert CONTRACT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_operation_ids_are_unique() -> None:
    names = [operation["operationId"] for operation in operations(CONTRACT)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_all_of_itself(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert operation["security"] == [{"token": []}]
    assert operation["x-roles"], "say in api/access.roles who may call it"
    assert set(operation["x-roles"]) <= set(ANYBODY)
    headers = {resolved(each)["name"] for each in operation["parameters"] if resolved(each)["in"] == "header"}
    assert {"Correlation-Id", "traceparent"} <= headers
    assert ("Idempotency-Key" in headers) == ("requestBody" in operation)
    for answer in operation["responses"].values():
        assert "Correlation-Id" in resolved(answer)["headers"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_declares_its_errors_with_codes_of_the_page(name: str) -> None:
    for status, problem in problems(OPERATIONS[name]):
        assert list(problem["content"]) == ["application/problem+json"]
        content = problem["content"]["application/problem+json"]
        assert set(content["examples"]) == set(problem["x-codes"])
        for code in problem["x-codes"]:
            assert code in codes_on_page()
            assert status_of(code) == status
            assert PROBLEMS.get(code), f"say in api/contract/examples/problems.py what the answer {code} says"
            fits(content["examples"][code]["value"], content["schema"])
        assert ("Retry-After" in problem["headers"]) == (status in (425, 429, 503, 504))
        assert ("WWW-Authenticate" in problem["headers"]) == (status == 401)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_examples_that_fit(name: str) -> None:
    operation = OPERATIONS[name]
    if body := operation.get("requestBody", {"content": {}})["content"].get("application/json"):
        assert body["example"], f"tell in api/contract/examples/ what {name} is sent"
        fits(body["example"], body["schema"])
    answers = [resolved(answer) for status, answer in operation["responses"].items() if status.startswith("2")]
    assert answers
    for kind, content in (each for done in answers for each in done["content"].items()):
        assert content["example"], f"tell in api/contract/examples/ what {name} answers"
        if kind == "application/json":
            fits(content["example"], content["schema"])


def test_no_example_is_of_a_route_that_is_gone() -> None:
    assert {*catalogue.REQUESTS, *catalogue.ANSWERS} <= set(OPERATIONS)
    declared = {code for each in OPERATIONS.values() for _, problem in problems(each) for code in problem["x-codes"]}
    assert set(PROBLEMS) <= declared


def in_pascal_case(name: str) -> str:
    """A name as the generators of clients spell a class."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def classes(schema: Any, name: str, within: str = "") -> Iterator[tuple[str, Any]]:
    """The classes that a generator makes of a schema, each with what it is made of: a class has the name of the one
    that it stands in, and then its title, or the name of its property where it has no title."""
    own = within + in_pascal_case(schema.get("title", name))
    if "enum" in schema:
        yield own, schema["enum"]
    if "properties" in schema:
        yield own, schema
    inner = own if within or "properties" in schema else within
    for of, each in schema.get("properties", {}).items():
        yield from classes(each, of, inner)
    if isinstance(items := schema.get("items"), Mapping):
        yield from classes(items, f"{name} item", within)
    for number, each in enumerate(schema.get("anyOf", ())):
        yield from classes(each, f"{name} type {number}", within)


def generated(contract: Any) -> Iterator[tuple[str, Any]]:
    """All classes of the contract's client."""
    for name, schema in contract["components"]["schemas"].items():
        yield from classes(schema, name)
    for operation in operations(contract):
        for parameter in operation["parameters"]:
            if "schema" in parameter:
                yield from classes(parameter["schema"], parameter["name"], in_pascal_case(operation["operationId"]))


def dropped(contract: Any) -> set[str]:
    """The names that two classes have which differ. Generators drop the second, and the operations that name it."""
    found: dict[str, Any] = {}
    return {name for name, made_of in generated(contract) if found.setdefault(name, made_of) != made_of}


def test_no_type_of_a_generated_client_is_dropped() -> None:
    assert len(dict(generated(CONTRACT))) > len(CONTRACT["components"]["schemas"]) / 2
    assert dropped(CONTRACT) == set()


def test_schemas_have_plain_names_and_their_own_titles() -> None:
    schemas = CONTRACT["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []
    assert {name: schema["title"] for name, schema in schemas.items() if schema["title"] != name} == {}


def test_what_a_generator_would_drop_is_found() -> None:
    # Given
    broken = deepcopy(CONTRACT)
    schemas = broken["components"]["schemas"]
    # When a schema has the title of another one, and an enum that of another one beside it
    schemas["Done"]["title"] = "Me"
    schemas["Item"]["properties"]["priority"]["title"] = "Status"
    # Then
    assert dropped(broken) == {"Me", "ItemStatus"}


@pytest.mark.parametrize("wrong", [{}, {"body": ""}, {"body": "a", "bodi": "b"}, {"body": "a", "language": "?"}])
def test_an_example_that_does_not_fit_is_found(wrong: Any) -> None:
    body = OPERATIONS["reply"]["requestBody"]["content"]["application/json"]
    with pytest.raises(jsonschema_rs.ValidationError):
        fits(wrong, body["schema"])
