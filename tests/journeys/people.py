"""A person at a browser: one context, one page, and everything the console complained about."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, expect

PATIENCE_MS = 10_000
SOON_MS = 2000  # the promise: each step is visible to the other side within two seconds


class Person:
    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        self.page.on("console", self.listen)
        self.page.on("pageerror", self.note)

    def note(self, error: Error) -> None:
        self.complaints.append(str(error))

    def listen(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx on purpose is named by chromium too; tests ask for those by status.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url} {message.text}")

    def leave(self) -> None:
        """Take everything along: the next person in this context is a stranger."""
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.remove_listener("console", self.listen)
        self.page.remove_listener("pageerror", self.note)
        self.page.goto("/healthz")
        self.page.emulate_media(color_scheme="light")
        for page in self.context.pages[1:]:
            page.close()
        self.context.clear_cookies()

    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def press(self, words: str) -> None:
        """Press the button or follow the link with these words."""
        self.button(words).click()

    def button(self, words: str) -> Locator:
        return self.page.locator("button, a.button, summary").filter(has_text=words).first

    def sees(self, words: str) -> None:
        """The words come into sight, by themselves, within two seconds."""
        expect(self.page.locator("main")).to_contain_text(words, timeout=SOON_MS)

    def gets(self, words: str) -> None:
        """The answer to what this person did themselves; only as fast as the machine is."""
        expect(self.page.locator("main")).to_contain_text(words, timeout=PATIENCE_MS)

    def does_not_see(self, words: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(words, timeout=SOON_MS)

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").first.fill(value)

    def decide(self, waiting: str, verdict: str, reason: str = "") -> None:
        """As an operator: look at the first that waits on this list of the admin, and decide it."""
        self.open(waiting)
        self.page.get_by_role("link", name="Look and decide").click()
        self.page.locator(f"input[value={verdict}]").check()
        if reason:
            self.page.locator("textarea[name=reason]").fill(reason)
        self.page.locator("input[type=submit]").last.click()
