"""An agent works at the desk, in a real browser: by keyboard alone, beside a colleague, and while the line breaks."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.chromium import seen
from tests.support.serving import Company, client
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.processes]

TOKEN = "eyJ"
"""How every token begins."""


@pytest.fixture
def colleague(api: str, company: Company) -> httpx.Client:
    """Somebody else who acts, over the API."""
    return client(api, company.lead)


def texts(colleague: httpx.Client, conversation: str, kind: str) -> list[str]:
    """What the lines of a kind say."""
    lines = colleague.get(f"/conversations/{conversation}", params={"limit": 500}).json()["lines"]
    return [line["text"] for line in lines if line["kind"] == kind]


def test_an_agent_reads_and_answers_by_keyboard(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        page, keys = desk.page, desk.page.keyboard
        # Given
        desk.enter(company.agent)
        page.wait_for_selector(".row")
        assert desk.axe() == []
        # When
        keys.press("j")
        page.wait_for_selector(".row:focus")
        keys.press("Enter")
        page.wait_for_selector(".line.theirs")
        assert desk.axe() == []
        keys.press("r")
        keys.type("It comes tomorrow. j k n")
        keys.press("Control+Enter")
        # Then
        page.wait_for_selector(".line.ours:not(.pending) >> text=It comes tomorrow. j k n")
        # When
        keys.press("Escape")
        keys.press("n")
        keys.type("The third of this batch.")
        keys.press("Control+Enter")
        page.wait_for_selector(".line.note:not(.pending) >> text=The third of this batch.")
        keys.press("Escape")
        keys.press("u")
        page.wait_for_selector(".welcome")
        # Then
        assert texts(colleague, company.conversation, "sent") == ["It comes tomorrow. j k n"]
        assert texts(colleague, company.conversation, "note") == ["The third of this batch."]
        kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
        told = [str(request.all_headers()) + request.url + (request.post_data or "") for request in desk.requests]
        assert [each for each in (kept, page.content(), *told) if TOKEN in each] == []
        assert (desk.errors, desk.refused(), desk.elsewhere()) == ([], [], [])


def test_an_agent_finds_a_customer_by_keyboard(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        page, keys = desk.page, desk.page.keyboard
        # Given
        of_customer = f"/customers/{company.customer}"
        colleague.put(f"{of_customer}/consents", json={"purpose": "surveys", "given": True}).raise_for_status()
        named = colleague.put(f"{of_customer}/name", json={"name": "Ada Byron", "reason": "by phone"})
        at = {"customer_id": company.customer, "conversation_id": company.conversation}
        colleague.post("/promises", json=at | {"text": "A new one comes", "due_at": "2100-12-31"}).raise_for_status()
        colleague.get("/search", params={"words": "Byron"}, headers={"At-Least": str(named.json()["position"])})
        desk.enter(company.agent)
        # When
        keys.press("Control+k")
        keys.type("byro")
        page.wait_for_selector("#found [aria-selected=true] mark >> text=Byron")
        assert desk.axe() == []
        keys.press("Enter")
        # Then
        page.wait_for_selector(".customer h2 >> text=Ada Byron")
        page.wait_for_selector(".moments >> text=A new one comes")
        assert page.locator(".matters a").count() == 1
        assert desk.axe() == []
        # When
        page.focus(".consent button")
        keys.press("Enter")
        # Then
        page.wait_for_selector(".consent .mark >> text=Refused")
        consents = colleague.get(f"{of_customer}/contact").json()["contact"]["consents"]
        assert [(each["purpose"], each["given"]) for each in consents] == [("surveys", False)]
        # When
        page.focus(".matters a")
        keys.press("Enter")
        page.wait_for_selector(".line.theirs")
        keys.press("c")
        # Then
        page.wait_for_selector(".customer")
        assert (desk.errors, desk.refused(), desk.elsewhere()) == ([], [], [])


def test_an_agent_attaches_promises_and_moves(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        page, keys = desk.page, desk.page.keyboard
        # Given
        colleague.post("/teams", json={"name": "Workshop"}).raise_for_status()
        opening = {
            "customer_id": company.customer,
            "kind": "inquiry",
            "channel": "mail",
            "subject": "The lid",
            "body": "Too",
        }
        other = colleague.post("/conversations", json=opening).json()["id"]
        desk.enter(company.agent)
        desk.open(company.conversation)
        # When: a file goes along, and what it says comes from the store
        page.set_input_files("input[type=file]", {"name": "slip.txt", "mimeType": "text/plain", "buffer": b"as agreed"})
        page.wait_for_selector(".composer .mark >> text=kept")
        page.fill("#composer", "Here is the slip")
        assert desk.axe() == []
        keys.press("Control+Enter")
        # Then
        with page.expect_download() as saved:
            page.click(".line.ours:not(.pending) .files a")
        assert saved.value.path().read_bytes() == b"as agreed"
        # When
        keys.press("p")
        keys.type("A new one comes")
        page.fill("input[type=date]", "2100-12-31")
        page.focus("#composer")
        keys.press("Control+Enter")
        # Then
        page.wait_for_selector(".promise >> text=A new one comes")
        # When
        page.click(".promise button")
        page.click("dialog .send")
        # Then
        page.wait_for_selector(".promise .mark >> text=Kept")
        # When
        page.focus("#composer")
        keys.press("Escape")
        keys.press("h")
        page.wait_for_selector("dialog select:focus")
        keys.press("W")  # as the team's name begins
        assert desk.axe() == []
        page.wait_for_selector(".preview >> text=Workshop")
        page.click("dialog .send")
        page.click(".undo button")
        # Then
        page.wait_for_selector(".happening b >> text=nobody")
        item = colleague.get(f"/conversations/{company.conversation}").json()["conversation"]
        assert item["team_id"] is None
        # When
        keys.press("m")
        page.check(f"input[value={other}]")
        page.wait_for_selector(".preview >> text=The lid")
        assert desk.axe() == []
        keys.press("Enter")
        page.wait_for_selector(".conversation-head .mark >> text=Merged into another")
        page.click(".undo button")
        # Then
        page.wait_for_selector(".conversation-head .mark >> text=Merged into another", state="detached")
        # When
        page.click("text=As it was")
        page.focus("#then")
        keys.press("Home")
        # Then
        page.wait_for_selector(".lines.once .text >> text=Here is the slip", state="detached")
        assert desk.axe() == []
        assert (desk.errors, desk.refused(), desk.elsewhere()) == ([], [], [])


@pytest.mark.long_only
@pytest.mark.faults
def test_two_customers_are_shown_as_one_and_apart_again(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        page, keys = desk.page, desk.page.keyboard
        # Given
        points = [{"kind": "mail", "value": "byron@example.org", "name": "A. Byron"}]
        other = colleague.post("/customers", json={"contacts": points}).json()
        colleague.get("/search", params={"words": "Byron"}, headers={"At-Least": str(other["position"])})
        desk.enter(company.agent)
        page.goto(f"{door}/inbox/all/{company.customer}")
        # When
        page.click(".doing button")
        page.wait_for_selector("dialog input:focus")
        keys.type("byron@example.org")
        keys.press("Enter")
        page.check(f"input[value={other['id']}]")
        assert desk.axe() == []
        page.click("dialog .send")
        # Then
        page.wait_for_selector(".titles >> text=A. Byron")
        links = colleague.get(f"/customers/{company.customer}").json()["links"]
        assert [(each["customer_id"], each["merged_into"]) for each in links] == [(company.customer, other["id"])]
        # When
        page.click(".undo button")
        page.wait_for_selector(".titles li", state="detached")
        # Then
        assert colleague.get(f"/customers/{company.customer}").json()["links"] == []


def test_a_reply_to_what_has_changed_is_held(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        # Given
        page = desk.page
        desk.enter(company.agent)
        desk.open(company.conversation)
        page.fill("#composer", "As I see it now")
        colleague.post(
            f"/conversations/{company.conversation}/replies", json={"body": "Answered already"}
        ).raise_for_status()
        page.wait_for_selector(".line.ours >> text=Answered already")
        # When
        page.click(".send")
        # Then
        assert "Answered already" in page.inner_text(".held")
        assert page.input_value("#composer") == "As I see it now"
        assert texts(colleague, company.conversation, "sent") == ["Answered already"]
        assert desk.axe() == []
        # When
        page.click(".send")
        page.wait_for_selector(".line.ours:not(.pending) >> text=As I see it now")
        # Then
        assert texts(colleague, company.conversation, "sent") == ["Answered already", "As I see it now"]


def test_what_is_written_without_a_line_arrives_once(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        # Given
        page = desk.page
        desk.enter(company.agent)
        desk.open(company.conversation)
        page.context.set_offline(True)
        page.fill("#composer", "From a train")
        # When
        page.click(".send")
        # Then
        page.wait_for_selector(".pending[data-state=waiting]")
        assert texts(colleague, company.conversation, "sent") == []
        # When
        page.context.set_offline(False)
        # Then
        page.wait_for_selector(".line.ours:not(.pending) >> text=From a train")
        assert page.locator(".pending").count() == 0
        assert texts(colleague, company.conversation, "sent") == ["From a train"]


def test_what_is_refused_comes_back_with_its_reason(
    browser: Browser, door: str, company: Company, colleague: httpx.Client
) -> None:
    with seen(browser, door) as desk:
        # Given
        page = desk.page
        desk.enter(company.agent)
        desk.open(company.conversation)
        page.fill("#composer", "Nobody may read this")
        # When: they are no agent any more, which the page cannot know
        roles = colleague.put(f"/staff/{company.agent}/roles", json={"roles": ["auditor"]})
        roles.raise_for_status()
        me = client(str(colleague.base_url), company.agent)
        wait_until(lambda: me.get("/me").json()["roles"] == ["auditor"], 10, "the roles are in force")
        page.click(".send")
        # Then
        page.wait_for_selector(".composer .held >> text=forbidden")
        assert page.input_value("#composer") == "Nobody may read this"
        assert texts(colleague, company.conversation, "sent") == []
