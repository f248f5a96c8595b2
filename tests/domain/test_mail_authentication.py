"""What our own mail server found of SPF, DKIM and DMARC is read; what anybody else wrote there is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.authentication import MOST_RESULTS, MethodResult, checked, failed

OURS = ["mx.shop.example"]


def found(*fields: str) -> list[tuple[str, str]]:
    return [(each.method, each.result) for each in checked(fields, OURS)]


@pytest.mark.parametrize(
    "field",
    [
        "mx.shop.example; spf=pass smtp.mailfrom=a.example; dkim=fail",
        "MX.Shop.Example 1; SPF=Pass; dkim=FAIL (bad; dmarc=pass) header.d=a.example",
        '"mx.shop.example"; spf = pass reason="a; dmarc=pass"; dkim/1=fail',
        "(us) mx.shop.example (again (and again)); spf=pass; iprev=fail; auth=pass; dkim=fail",
    ],
)
def test_what_our_server_found_is_read(field: str) -> None:
    assert found(field) == [("spf", "pass"), ("dkim", "fail")]


@pytest.mark.parametrize(
    "field",
    [
        "mx.eve.example; dmarc=pass",
        "mx.shop.example.eve.example; dmarc=pass",
        "(mx.shop.example); dmarc=pass",
        "dmarc=pass; mx.shop.example",
        "mx.shop.example",
        "mx.shop.example; none",
        "mx.shop.example; (dmarc=pass)",
        "",
        ";",
    ],
)
def test_what_others_wrote_there_is_not_read(field: str) -> None:
    assert found(field) == []


def test_without_a_server_of_ours_nothing_is_read() -> None:
    assert checked(["mx.shop.example; dmarc=pass", "; dmarc=pass"], []) == ()


def test_the_topmost_field_of_a_method_counts() -> None:
    fields = ["mx.shop.example; dmarc=fail", "mx.shop.example; spf=pass", "mx.shop.example; dmarc=pass; spf=fail"]
    assert sorted(found(*fields)) == [("dmarc", "fail"), ("spf", "pass")]


def test_a_result_of_another_word_is_unknown() -> None:
    assert found("mx.shop.example; spf=hardfail") == [("spf", "unknown")]


@pytest.mark.parametrize(
    ("results", "fails"),
    [
        ("dmarc=fail; spf=pass; dkim=pass", True),
        ("dmarc=pass; spf=fail; dkim=fail", False),
        ("dmarc=none; spf=fail; dkim=none", True),
        ("dmarc=none; spf=softfail", True),
        ("spf=fail; dkim=pass", False),
        ("dkim=fail; dkim=pass", False),
        ("dkim=fail; spf=none", True),
        ("spf=neutral; dkim=none", False),
        ("dmarc=temperror; spf=temperror", False),
        ("none", False),
    ],
)
def test_who_did_not_send_a_mail_is_told_by_dmarc_or_by_both_others(results: str, fails: bool) -> None:
    assert failed(checked([f"mx.shop.example; {results}"], OURS)) is fails


@given(st.lists(st.text(alphabet='mx.shop.example;=()"\\ dkimfaslpc', max_size=200), max_size=5))
def test_no_field_makes_the_reader_fail(fields: list[str]) -> None:
    assert all(isinstance(each, MethodResult) for each in checked(fields, OURS))


def test_results_are_bounded() -> None:
    assert len(checked(["mx.shop.example" + "; dkim=fail" * 10_000], OURS)) <= MOST_RESULTS
    assert checked(["(" * 100_000 + "mx.shop.example; dmarc=pass"], OURS) == ()
