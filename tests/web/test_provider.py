"""People sign in with their company's provider, and no token comes to the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser

from api.edge.tokens import Tokens
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support import desk
from tests.support.api_process import free_port
from tests.support.provider import CLIENT, installed, provider
from tests.support.serving import PLAIN, SECRET, Company, served
from tests.web.test_door import JWT, code
from web.door.provider import Client
from web.door.way_back import screen_of


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the provider is installed."""
    return installed(tmp_path_factory.mktemp("oidc"))


@contextmanager
def company_with_provider(
    executor: CommandExecutor, urls: Urls, node_folder: Path, token_seconds: int = 3600
) -> Iterator[str]:
    """An API, a door before it, and the provider of both. Gives the door's URL."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"

    def client(origin: str) -> Client:
        return Client(issuer, *CLIENT, f"{origin}/signed-in")

    tokens = Tokens(SECRET, issuer, "antiphon")
    with (
        served(executor, urls, tokens=tokens) as api,
        desk.door(api, client=client) as door,
        provider(node_folder, port, f"{door}/signed-in", token_seconds),
    ):
        yield door


def comes_back(page: httpx.Client, subject: str, at: str = "/") -> httpx.URL:
    """Sign in at the provider, whose pages take any name. Gives the URL at which the provider leads back."""
    answer = page.get(f"/sign-in?at={at}")
    login = {"prompt": "login", "login": subject, "password": "any"}
    for form in (None, login, {"prompt": "consent"}):
        if form:
            action = re.search(r'action="([^"]+)"', answer.text)
            assert action, answer.text
            answer = page.post(action[1], data=form)
        while answer.is_redirect and "/signed-in" not in answer.headers["location"]:
            answer = page.get(str(answer.url.join(answer.headers["location"])))
    return httpx.URL(answer.headers["location"])


def test_somebody_signs_in_with_the_provider_and_stays_so(
    executor: CommandExecutor, database_urls: Urls, company: Company, node_folder: Path
) -> None:
    # Given tokens that end at once, so that each call renews them
    with (
        company_with_provider(executor, database_urls, node_folder, token_seconds=1) as door,
        desk.browser(door) as page,
    ):
        assert page.get("/session").json() == {"signed_in": False, "ways": ["provider"]}
        # When
        back = comes_back(page, company.agent, at="/customers")
        # Then
        entered = page.get(str(back))
        assert (entered.status_code, entered.headers["location"]) == (303, "/customers")
        me = [page.get("/api/me") for _ in range(2)]
        assert [each.json()["id"] for each in me] == [company.agent] * 2
        for each in (entered, *me, page.get("/session"), page.get("/")):
            assert JWT not in each.text
            assert JWT not in str(each.headers)
        # When the code comes once more
        with desk.browser(door) as other:
            other.cookies.update(page.cookies)
            again = other.get(str(back))
        # Then
        assert again.headers["location"] == "/?problem=sign-in-expired"


def test_whoever_did_not_begin_to_sign_in_is_not_signed_in(
    executor: CommandExecutor, database_urls: Urls, company: Company, node_folder: Path
) -> None:
    with company_with_provider(executor, database_urls, node_folder) as door, desk.browser(door) as page:
        # Given
        back = str(comes_back(page, company.agent))
        state = parse_qs(urlsplit(back).query)["state"][0]
        expired, refused = "/?problem=sign-in-expired", "/?problem=sign-in-refused"

        def led(url: str, cookies: httpx.Cookies | None = None) -> str:
            with desk.browser(door) as other:
                other.cookies.update(cookies or {})
                answer = other.get(url)
                assert code(other.get("/api/me")) == (401, "token-missing")
                return str(answer.headers["location"])

        # When, then: another browser, so that nobody is signed in as somebody else without knowing
        assert led(back) == expired
        assert led(back.replace(state, "x" * len(state)), page.cookies) == expired
        assert led(back.replace("code=", "code=x"), page.cookies) == refused
        assert led(re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Felsewhere.example", back), page.cookies) == refused
        assert led(re.sub(r"&?iss=[^&]+", "", back), page.cookies) == refused
        assert led(f"/signed-in?error=access_denied&state={state}", page.cookies) == refused
        assert led("/signed-in") == expired


def test_a_provider_that_is_away_is_said(node_folder: Path) -> None:
    def client(origin: str) -> Client:
        return Client(f"http://127.0.0.1:{free_port()}", *CLIENT, f"{origin}/signed-in")

    with desk.door("http://127.0.0.1:9", client=client) as door:
        answer = httpx.get(f"{door}/sign-in", verify=PLAIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?problem=provider-away")


@pytest.mark.parametrize(
    "path", ["//elsewhere.example", "https://elsewhere.example", "/\\x", "/a?b", "/a//b", "///x", "", None]
)
def test_signing_in_leads_nowhere_else(path: str | None) -> None:
    assert screen_of(path) == "/"


def test_a_person_signs_in_by_the_button(
    executor: CommandExecutor, database_urls: Urls, company: Company, node_folder: Path, browser: Browser
) -> None:
    with company_with_provider(executor, database_urls, node_folder) as door:
        page = browser.new_page()
        try:
            page.goto(f"{door}/?problem=sign-in-refused&lang=en")
            # Given
            page.get_by_text("The sign-in was refused").wait_for()
            # When
            page.get_by_role("link", name="Sign in").click()
            page.locator("input[name=login]").fill(company.agent)
            page.locator("input[name=password]").fill("any")
            page.get_by_role("button").first.click()
            page.get_by_role("button").first.click()
            # Then
            page.get_by_role("button", name="Sign out").wait_for()
            assert page.url == f"{door}/"
        finally:
            page.close()
