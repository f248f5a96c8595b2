"""Contact points are compared by what they are, kind by kind; what is none is compared as it was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customer import ContactKind
from domain.customer.contact_point import Comparing, compared

ONE_ADDRESS = [
    "ada@bücher.example", " ADA@BÜCHER.example ", "Ada@xn--bcher-kva.EXAMPLE", "Ada Lovelace <ada@bücher.example>",
    "<ada@bücher.example>", "mailto:ada@bücher.example", "MAILTO:Ada@bücher.example?subject=kettle",
    "ada@bu\u0308cher.example", "ada@bücher.example.", "a\u00adda@bü\u200bcher.example", "\ufeffada@bücher。example",
]  # fmt: skip
ONE_NUMBER = [
    "+49 30 1234567", "030 1234567", "(030) 123-4567", "+49 (0)30 1234567", "0049301234567", "tel:+49-30-1234567",
    "030/1234567", "+49\u200b301234567", "٠٣٠١٢٣٤٥٦٧", "＋４９ ３０ １２３４５６７", "030 123 45 67",
]  # fmt: skip


@pytest.mark.parametrize("said", ONE_ADDRESS)
def test_an_address_is_one_however_it_is_written(said: str) -> None:
    assert compared("mail", said, Comparing()) == "ada@xn--bcher-kva.example"


@pytest.mark.parametrize("said", ONE_NUMBER)
def test_a_number_is_one_however_it_is_written(said: str) -> None:
    assert compared("phone", said, Comparing("DE")) == "+49301234567"


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("mail", "a@straße.example", "a@strasse.example"),
        ("mail", "a@faß.example", "a@fass.example"),
        ("mail", "straße@x.example", "strasse@x.example"),
        ("mail", "ÄDA@x.example", "äda@x.example"),
        ("mail", "ﬁ@x.example", "fi@x.example"),
        ("mail", "ada@example.org", "ada@example.com"),
        ("mail", "a.da@example.org", "ada@example.org"),
        ("mail", "ada+1@example.org", "ada@example.org"),
        ("mail", "a@نامه\u200cای.example", "a@نامهای.example"),
        ("phone", "030 1234567", "040 1234567"),
        ("phone", "+49 30 1234567", "+43 30 1234567"),
        ("phone", "+49 30 1234567 ext 5", "+49 30 1234567 ext 6"),
        ("phone", "anonymous", "unknown"),
        ("handle", "@ada", "@Ada"),
        ("account", "shop:Å", "shop:å"),
        ("handle", "👨\u200d👩", "👨👩"),
    ],
)
def test_what_reaches_two_people_is_two(kind: ContactKind, one: str, other: str) -> None:
    assert compared(kind, one, Comparing("DE")) != compared(kind, other, Comparing("DE"))


@pytest.mark.parametrize(
    ("kind", "said", "form"),
    [
        ("mail", "Ada", "Ada"),
        ("mail", "@x", "@x"),
        ("mail", "Ada@[192.0.2.1]", "ada@[192.0.2.1]"),
        ("mail", "Ada@my_host.EXAMPLE", "ada@my_host.example"),
        ("mail", "a@" + "x" * 300 + ".example", "a@" + "x" * 300 + ".example"),
        ("phone", "anonymous", "anonymous"),
        ("phone", "1", "1"),
        ("phone", "+1", "+1"),
        ("phone", "9" * 400, "9" * 400),
        ("handle", " @ada\u200b ", "@ada"),
        ("account", "", ""),
    ],
)
def test_what_cannot_be_read_is_compared_as_it_was_said(kind: ContactKind, said: str, form: str) -> None:
    assert compared(kind, said, Comparing("DE")) == form


def test_without_a_region_a_number_is_compared_by_its_digits() -> None:
    assert {compared("phone", said, Comparing()) for said in ("030 123-4567", "(030) 1234567", "٠٣٠1234567")} == {
        "0301234567"
    }
    assert (
        compared("phone", "+49 30 1234567", Comparing())
        == compared("phone", "0049301234567", Comparing())
        == "+49301234567"
    )


@pytest.mark.parametrize(
    ("kind", "caseless", "same", "other"),
    [
        ("handle", {"handle"}, ("@Ada", "@ADA", "@ada", " @adA​"), "@ada1"),
        ("handle", {"handle"}, ("JÜRGEN", "jürgen", "Jürgen"), "jurgen"),
        ("handle", {"handle"}, ("maß",), "MASS"),
        ("handle", {"handle"}, ("ILK", "ilk"), "ılK"),
        ("handle", {"telegram"}, ("telegram:Ada", "Telegram:ADA"), "matrix:Ada"),
        ("account", {"account"}, ("K-2", "k-2"), "k2"),
    ],
)
def test_a_channel_may_ignore_case(kind: ContactKind, caseless: set[str], same: tuple[str, ...], other: str) -> None:
    by = Comparing(caseless=caseless)
    assert len({compared(kind, said, by) for said in same}) == 1
    assert compared(kind, other, by) not in {compared(kind, said, by) for said in same}
    # And nothing else does
    assert compared(kind, "matrix:Ada", Comparing(caseless={"telegram"})) == "matrix:Ada"
    assert compared("mail", "Ada@Ä.example", by) == compared("mail", "Ada@Ä.example", Comparing())


@given(
    st.sampled_from(["mail", "phone", "handle", "account"]),
    st.text(max_size=60),
    st.sampled_from([None, "DE", "US"]),
    st.sampled_from([frozenset(), frozenset({"handle", "account"})]),
)
def test_any_text_has_a_form_and_the_form_is_its_own(
    kind: ContactKind, said: str, region: str | None, caseless: frozenset[str]
) -> None:
    by = Comparing(region, caseless)
    form = compared(kind, said, by)
    assert compared(kind, form, by) == form
