"""`/docs` needs nothing from elsewhere, and every answer tells browsers to take it for what it is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from api.server import routes


def get(path: str) -> httpx.Response:
    """What a browser gets, of an API with nothing behind it."""

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(routes()), base_url="http://antiphon.test"
        ) as client:
            return await client.get(path)

    return asyncio.run(asked())


class Links(HTMLParser):
    """What a page fetches."""

    def __init__(self, page: httpx.Response) -> None:
        super().__init__()
        self.urls: list[str] = []
        self._base = str(page.url)
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag may name what is fetched."""
        self.urls += [urljoin(self._base, value) for name, value in attrs if name in ("href", "src") and value]


def policy(answer: httpx.Response) -> dict[str, list[str]]:
    """What a page may fetch and run."""
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def test_the_page_leads_nowhere_else_and_all_it_needs_is_there() -> None:
    # When
    page = get("/docs")
    # Then
    links = Links(page)
    assert any(url.endswith(".js") for url in links.urls)
    for url in links.urls:
        assert urlsplit(url).netloc == "antiphon.test", url
        assert get(url).status_code == 200, url
    assert re.findall(r"https?://", page.text) == []
    # And the contract it shows is fetched from here, and judged by no server elsewhere
    assert re.search(r"url: '([^']+)'", page.text)[1] == "openapi.json"  # type: ignore[index]
    assert '"validatorUrl": null' in page.text
    contract = get("/openapi.json")
    assert contract.json()["openapi"].startswith("3.1")


def test_a_browser_is_told_to_run_nothing_else_in_the_page() -> None:
    # When
    page = get("/docs")
    # Then only what the page itself has, unchanged, and files of ours
    directives = policy(page)
    (inline,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    fingerprint = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert directives["script-src"] == ["'self'", f"'sha256-{fingerprint}'"]
    assert directives["default-src"] == ["'none'"]
    assert all(source.startswith("'") or source == "data:" for sources in directives.values() for source in sources)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/static-offline-docs/swagger-ui.css", "/nowhere"])
def test_every_answer_is_to_be_taken_for_what_it_says_it_is(path: str) -> None:
    answer = get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert policy(answer)["default-src"] == ["'none'"]
    assert policy(answer)["frame-ancestors"] == ["'none'"]
