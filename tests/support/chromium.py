"""A real browser, Debian's Chromium, for tests of the desk: what it did, asked for and refused is kept for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, Request, sync_playwright

from tests.support.chromium_absent import ABSENT
from tests.support.desk import link

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parents[1] / "web" / "axe" / "axe.min.js"
AXE_RUN = "axe.run({resultTypes: ['violations']}).then((result) => result.violations)"
"""What is right is not worked out in full, only what is wrong."""
PATIENCE_MS = 20_000
"""How long something on a page may take on a machine that others use, too."""
WATCHING = """
    window.__refused = [];
    document.addEventListener("securitypolicyviolation", (event) => window.__refused.push(
        `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Seen:
    """One page, and what it did: errors, dialogs, and each request, with its headers."""

    page: Page
    origin: str
    errors: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def refused(self) -> list[str]:
        """What the page's policy refused."""
        found: list[str] = self.page.evaluate("window.__refused")
        return found

    def elsewhere(self) -> list[str]:
        """The URLs of requests that left the desk's own origin."""
        return [each.url for each in self.requests if not each.url.startswith(f"{self.origin}/")]

    def enter(self, subject: str, query: str = "") -> None:
        """Sign in by a link, and wait for the inbox, or the board."""
        self.page.goto(f"{self.origin}{link(subject)}")
        if query:
            self.page.goto(f"{self.origin}/{query}")
        self.page.wait_for_selector(".row, .state, .card")

    def open(self, conversation: str) -> None:
        """Open a conversation, and wait for its lines."""
        self.page.goto(f"{self.origin}/inbox/all/{conversation}")
        self.page.wait_for_selector(".line")

    def axe(self) -> list[str]:
        """What axe-core finds wrong on the page as it is: the rule, and where."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE.read_text() + "; undefined")
        found: list[dict[str, Any]] = self.page.evaluate(AXE_RUN)
        return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; without one the test is skipped, counted and named. Playwright has an event loop run in this thread
    meanwhile, beside which no test of another module could run its own."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def seen(browser: Browser, origin: str, **options: Any) -> Iterator[Seen]:
    """A page in a context of its own: cookies, storage. `options`: of the context, such as its viewport and colours."""
    context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCHING)
    page = context.new_page()
    found = Seen(page, origin)

    def dismissed(dialog: Dialog) -> None:
        found.errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def failed(error: Error) -> None:
        found.errors.append(str(error))

    def asked(request: Request) -> None:
        found.requests.append(request)

    page.on("pageerror", failed)
    page.on("dialog", dismissed)
    page.on("request", asked)
    try:
        yield found
    finally:
        context.close()
