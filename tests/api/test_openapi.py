"""The contract is what the routes say, whole: nothing undeclared, an example for everything, every code explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from api.contract import examples
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
    whole = {**schema, "components": CONTRACT["components"]}
    jsonschema_rs.validate(whole, value, validate_formats=True)


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
            assert examples.PROBLEMS.get(code), f"say in api/contract/examples.py what the answer {code} says"
            fits(content["examples"][code]["value"], content["schema"])
        assert ("Retry-After" in problem["headers"]) == (status in (425, 429, 503, 504))
        assert ("WWW-Authenticate" in problem["headers"]) == (status == 401)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_examples_that_fit(name: str) -> None:
    operation = OPERATIONS[name]
    if body := operation.get("requestBody", {"content": {}})["content"].get("application/json"):
        assert body["example"], f"tell in api/contract/examples.py what {name} is sent"
        fits(body["example"], body["schema"])
    answers = [resolved(answer) for status, answer in operation["responses"].items() if status.startswith("2")]
    assert answers
    for kind, content in (each for done in answers for each in done["content"].items()):
        assert content["example"], f"tell in api/contract/examples.py what {name} answers"
        if kind == "application/json":
            fits(content["example"], content["schema"])


def test_no_example_is_of_a_route_that_is_gone() -> None:
    assert {*examples.REQUESTS, *examples.ANSWERS} <= set(OPERATIONS)
    declared = {code for each in OPERATIONS.values() for _, problem in problems(each) for code in problem["x-codes"]}
    assert set(examples.PROBLEMS) <= declared


@pytest.mark.parametrize("wrong", [{}, {"body": ""}, {"body": "a", "bodi": "b"}, {"body": "a", "language": "?"}])
def test_an_example_that_does_not_fit_is_found(wrong: Any) -> None:
    body = OPERATIONS["reply"]["requestBody"]["content"]["application/json"]
    with pytest.raises(jsonschema_rs.ValidationError):
        fits(wrong, body["schema"])
