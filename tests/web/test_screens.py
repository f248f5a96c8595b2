"""The screens as people meet them: narrow, dark, in other languages, from right to left; and with hostile texts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser

from commands.conversation.delivering import deliver
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from tests.support.chromium import Seen, seen
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.feedback import THEMES, complain
from tests.support.naughty_strings import ORDERS
from tests.support.serving import Company, client
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.processes]

SMALL = """
    [...document.querySelectorAll("a, button, select, textarea, summary, input")]
        .filter((each) => each.checkVisibility() && !each.closest(".hidden, .skip"))
        .map((each) => [each, each.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24)
        .map(([each, box]) => `${each.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`)
"""
"""What one can point at and is smaller than 24 by 24 pixels (WCAG 2.2, 2.5.8)."""
WRITTEN_IN_THE_CODE = """
    [...document.querySelectorAll(".top button, .views span, .welcome li, .welcome dd, .welcome h2, h3,"
        + " .composer button, .composer span, .doing button, .known dt, .happening span:not([dir]), caption,"
        + " thead th, .sheet h2, .chooser a, .lane h2, .form label, .form legend, .preview, .ways button, .then option,"
        + " .ways-to a")]
        .flatMap((each) => [...each.childNodes]).filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent.replace(/\u2068.*?\u2069/g, "")).filter((text) => /[aeiou]/.test(text))
"""
"""Words of the page that no catalogue has: they are not accented in the pseudo-language."""
ATTACKS = [
    "<script>window.__ran=1</script>", "<img src=x onerror=window.__ran=1>", "<svg onload=window.__ran=1>",
    "<iframe srcdoc='<script>parent.__ran=1</script>'>", "<a href='javascript:window.__ran=1'>x</a>",
    "<math><mtext></mtext><script>window.__ran=1</script></math>", "<style>@import 'http://elsewhere.example/x'</style>",
    "<link rel=stylesheet href=http://elsewhere.example/x>", "<img src=http://elsewhere.example/x>",
    "<meta http-equiv=refresh content='0;url=http://elsewhere.example'>", "<base href=http://elsewhere.example/>",
    "<form action=http://elsewhere.example><button>x</button></form>", "{{constructor.constructor('__ran=1')()}}",
    "${window.__ran=1}", "\u202ejavascript:1", "http://elsewhere.example/x", "</textarea><script>__ran=1</script>",
    "<object data=http://elsewhere.example/x>", "<video src=http://elsewhere.example/x onerror=__ran=1>",
    "<details open ontoggle=window.__ran=1>", "<body onpageshow=window.__ran=1>", "A\u0300" * 300, "\u202e" * 50,
]  # fmt: skip


def checked(desk: Seen) -> None:
    """Nothing is too wide, too small or hard to use on the page as it is."""
    page = desk.page
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL) == []
    assert desk.axe() == []


LOOKS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "narrow": ("?lang=de", {"viewport": {"width": 320, "height": 640}}),
    "dark": ("?lang=en", {"color_scheme": "dark", "viewport": {"width": 1024, "height": 768}}),
    "right-to-left": ("?lang=ar-XB", {"viewport": {"width": 1440, "height": 900}}),
}


@pytest.mark.parametrize(
    "look",
    [pytest.param(look, marks=[pytest.mark.long_only, pytest.mark.faults] if look == "dark" else []) for look in LOOKS],
)
def test_both_screens_can_be_used_however_they_look(browser: Browser, door: str, company: Company, look: str) -> None:
    query, options = LOOKS[look]
    with seen(browser, door, **options) as desk:
        page = desk.page
        desk.enter(company.agent, query)
        page.wait_for_selector(".row")
        checked(desk)
        if page.locator(".welcome").is_visible():
            assert look != "right-to-left" or page.evaluate(WRITTEN_IN_THE_CODE) == []
        page.click(".row")
        page.wait_for_selector(".line.theirs")
        checked(desk)
        if look == "right-to-left":
            assert page.evaluate(WRITTEN_IN_THE_CODE) == []
            inbox, pane = page.locator(".inbox").bounding_box(), page.locator(".pane").bounding_box()
            assert inbox is not None
            assert pane is not None
            assert inbox["x"] > pane["x"]
        assert (desk.errors, desk.refused()) == ([], [])


@pytest.mark.long_only
@pytest.mark.faults
@pytest.mark.parametrize("look", LOOKS)
def test_every_further_screen_can_be_used_however_it_looks(
    browser: Browser, door: str, company: Company, look: str
) -> None:
    query, options = LOOKS[look]
    with seen(browser, door, **options) as desk:
        page = desk.page

        def looked(what: str) -> None:
            page.wait_for_selector(what)
            checked(desk)
            assert look != "right-to-left" or page.evaluate(WRITTEN_IN_THE_CODE) == []

        desk.enter(company.lead, query)
        for path, what in (
            (f"/inbox/all/{company.customer}", ".moments li"),
            ("/measures/process-map", ".sheet"),
            ("/measures/first_reply_time", "tbody tr"),
            ("/board", ".lane"),
        ):
            page.goto(f"{door}{path}")
            looked(what)
        desk.open(company.conversation)
        for key in ("h", "m", "s", "/"):
            page.keyboard.press(key)
            looked("dialog")
            page.keyboard.press("Escape")
            page.wait_for_selector("dialog", state="detached")
        page.keyboard.press("p")
        looked(".composer.promise")
        page.keyboard.press("Escape")
        page.click(".doing > button:last-child")
        looked(".then")
        assert (desk.errors, desk.refused()) == ([], [])


def test_hostile_texts_are_texts_and_nothing_else(
    browser: Browser, door: str, company: Company, executor: CommandExecutor
) -> None:
    # Given
    attacks = (ATTACKS + ORDERS + [f"> {each}" for each in ATTACKS])[:200]
    texts = [f"{at} {each}" for at, each in enumerate(attacks * 3)][:200]
    ids = []
    for at, text in enumerate(texts):
        delivery = replace(mail(1000 + at, f"<hostile-{at % 2}>"), body=text, subject=text, product_area=text[:100])
        ids.append(deliver(executor, delivery, GATEWAY).id)
    with seen(browser, door) as desk:
        page = desk.page
        desk.enter(company.agent)
        # When
        shown: list[str] = []
        for id in sorted(set(ids)):
            desk.open(id)
            for button in page.locator(".lines > button").all():
                button.click()
            wait_until(lambda: page.locator(".line.theirs").count() == 100, 20, "all are shown")
            shown += page.locator(".line.theirs .text").all_text_contents()
        # Then
        written = {each.split(" ", 1)[-1].strip() for each in shown}
        assert [each for each in ATTACKS if each.startswith("<") and each not in written] == []
        assert page.evaluate("window.__ran") is None
        assert (desk.errors, desk.refused(), desk.elsewhere()) == ([], [], [])
        assert page.locator("iframe, object, form:not(.composer), meta[http-equiv], base").count() == 0


def test_a_design_team_answers_and_an_auditor_reads_figures(
    browser: Browser, door: str, api: str, company: Company, executor: CommandExecutor
) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    for who in ("ada", "bea"):
        complain(executor, who, "leaks")
    to_us = {"team_id": company.team, "because": "Somebody was scalded"}
    leaking = {"product_area": "kettles", "theme": "leaks", "stage": "production", **to_us}
    with client(api, company.design) as design:
        wait_until(lambda: design.post("/signals", json=leaking).is_success, 10, "the signal has its items")
    with seen(browser, door) as desk:
        page, keys = desk.page, desk.page.keyboard
        desk.enter(company.design)
        # When
        page.focus(".card a")
        keys.press("Enter")
        page.select_option(".answer select", "plan")
        page.fill(".answer textarea", "Another seal")
        page.focus(".answer .send")
        assert desk.axe() == []
        keys.press("Enter")
        # Then
        page.wait_for_selector(".lane:nth-child(3) .card q >> text=Another seal")
        assert page.locator(".finder, .row, .ways-to").count() == 0, "what the role does not show"
        assert (desk.errors, desk.refused(), desk.elsewhere()) == ([], [], [])
    with seen(browser, door) as desk:
        page = desk.page
        desk.enter(company.auditor)
        # When
        page.click(".ways-to a >> text=Measures")
        page.click(".chooser a >> text=Time to the first reply")
        page.wait_for_selector("tbody tr:nth-child(6) >> text=Of fewer than five people")
        # Then
        assert page.locator(".chart").evaluate("each => each.decode().then(() => each.naturalWidth)") > 100
        assert desk.axe() == []
        # When
        page.click(".chooser a >> text=Where work waits")
        page.wait_for_selector(".sheet >> text=Of fewer than five people")
        # Then
        assert (desk.errors, desk.refused(), desk.elsewhere()) == ([], [], [])


HELD = """
    async () => {
        const {items, inbox} = await import("/desk/built/desk.js");
        return {position: inbox.position.value, complete: inbox.complete.value, rows: items.all()};
    }
"""


def test_the_store_holds_what_a_read_shows(
    browser: Browser, door: str, api: str, company: Company, chance: random.Random
) -> None:
    with seen(browser, door) as desk, client(api, company.lead) as other:
        # Given
        page = desk.page
        desk.enter(company.agent)
        ids = [company.conversation]
        position = 0
        # When
        for number in range(60):
            if number % 20 == 10:
                page.context.set_offline(True)
            if number % 20 == 15:
                page.context.set_offline(False)
            id = chance.choice(ids)
            opening = {"customer_id": company.customer, "kind": "inquiry", "channel": "phone", "body": f"More {number}"}
            method, path, body = chance.choice([
                ("POST", "/conversations", opening),
                ("PUT", f"/conversations/{id}/priority", {"priority": chance.choice(["low", "high", "urgent"])}),
                ("PUT", f"/conversations/{id}/status", {"status": chance.choice(["resolved", "open", "on_hold"])}),
                ("PUT", f"/conversations/{id}/assignee", {"team_id": company.team, "agent_id": None}),
                ("POST", f"/conversations/{id}/replies", {"body": f"Answer {number}"}),
            ])  # fmt: skip
            answer = other.request(method, path, json=body)
            if answer.is_success:
                position = max(position, answer.json()["position"])  # of what was so before, an earlier one
                ids += [answer.json()["id"]] if path == "/conversations" else []

        # Then
        def held() -> dict[str, Any]:
            found: dict[str, Any] = page.evaluate(HELD)
            return found if found["complete"] and found["position"] >= position else {}

        rows = {row["conversation_id"]: row for row in wait_until(held, 30, "the page has caught up")["rows"]}
        read = other.get("/inbox", params={"limit": 500}, headers={"At-Least": str(position)}).json()["items"]
        assert len(ids) > 5
        assert rows == {row["conversation_id"]: row for row in read}
