"""Customers' HTML is shown without whatever runs, loads or hides."""

from __future__ import annotations

import re
import time

import pytest

from infra.mail.safe_html import safe_html, safe_page
from tests.support.mails import raw_mail


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>leak()</script>",
        "<img src=https://leak.example/x.gif>",
        "<img src=x onerror=leak()>",
        '<a href="javascript:leak()">x</a>',
        '<a href="data:text/html,leak">x</a>',
        '<a href="//leak.example">x</a>',
        "<p onclick=leak()>x</p>",
        "<p style='background:url(https://leak.example)'>x</p>",
        "<table background=https://leak.example><tr><td>x</td></tr></table>",
        "<style>@import 'https://leak.example'</style>",
        "<link rel=stylesheet href=https://leak.example>",
        "<meta http-equiv=refresh content='0;url=https://leak.example'>",
        "<base href=https://leak.example>",
        "<iframe src=https://leak.example></iframe>",
        "<form action=https://leak.example><input name=leak></form>",
        "<svg><script>leak()</script></svg>",
        "<svg><style><img src=x onerror=leak()></style></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=leak()>",
        "<noscript><p title='</noscript><img src=x onerror=leak()>'>",
        "<!--<img src=x onerror=leak()>-->",
        "<video poster=https://leak.example src=leak></video>",
        "<object data=leak></object><embed src=leak>",
    ],
)
def test_nothing_runs_and_nothing_is_loaded(hostile: str) -> None:
    shown = safe_html(f"<p>before</p>{hostile}")
    assert shown.startswith("<p>before</p>")
    # What is left of it is text, outside of any tag.
    assert "leak" not in "".join(re.findall(r"<[^>]*>", shown))


def test_what_people_write_is_shown() -> None:
    table = '<table><tr><td colspan="2">c</td></tr></table>'
    html = f'<p dir="rtl"><b>a</b> <a href="https://shop.example">b</a><br></p>{table}'
    link = '<a href="https://shop.example" rel="noopener noreferrer nofollow">b</a>'
    assert f'<p dir="rtl"><b>a</b> {link}<br></p>' in safe_html(html)
    assert '<td colspan="2">c</td>' in safe_html(html)


def test_the_page_of_a_mail_has_a_policy_of_its_own() -> None:
    page = safe_page(
        raw_mail(
            "<p>caf=E9</p>",
            more="Content-Type: text/html; charset=latin-1\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        )
    )
    assert page is not None
    assert "<p>café</p>" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("raw", [raw_mail(), b"", b"\x00\xff"])
def test_a_mail_without_html_has_no_page(raw: bytes) -> None:
    assert safe_page(raw) is None


@pytest.mark.parametrize("piece", ["<div>", "<a href=x", "<<<<", "<table><tr><td>", "&lt;" * 5, "<b><i>"])
def test_hostile_html_takes_little_time(piece: str) -> None:
    began = time.process_time()
    safe_html(piece * (300_000 // len(piece)))
    assert time.process_time() - began < 10
