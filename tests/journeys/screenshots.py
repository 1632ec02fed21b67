"""Pictures of a running demo for the docs: on a desk by day and by night, on a phone at night.

python -m tests.journeys.screenshots http://127.0.0.1:8000 docs/pictures
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DESK = {"viewport": {"width": 1200, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
# End of the file's name → how it looks.
LOOKS = {
    "desk": DESK | LIGHT,
    "desk-dark": DESK | DARK,
    "phone": PHONE | DARK,
    "phone-light": PHONE | LIGHT,
}
# Of the other looks the pages that a reader of the docs meets.
ONLY = {
    "desk-dark": {"home", "market", "lab", "client-task", "task", "wages", "provides"},
    "phone-light": {"today"},
}
# Of these pages only the slip with this heading.
PARTS = {"provides": "#who-provides"}
PEOPLE = ("", "clara", "wim")


def main(base_url: str, folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for person in PEOPLE:
            pages: dict[str, str] = {}
            for name, options in LOOKS.items():
                take_pictures(
                    chromium, options | {"base_url": base_url}, person, pages, folder, name
                )
        chromium.close()


def take_pictures(
    chromium: Browser, options: dict, person: str, pages: dict[str, str], folder: str, look: str
) -> None:
    """All pages of a person in one look; the first look finds out which pages there are."""
    context = chromium.new_context(reduced_motion="reduce", **options)
    page = context.new_page()
    if person:
        page.goto("/accounts/login/")
        page.locator(f"button[name=slug][value={person}]").click()
        page.wait_for_load_state()
    if not pages:
        pages |= pages_of(person, page)
    for name, path in pages.items():
        if name not in ONLY.get(look, pages):
            continue
        page.goto(path)
        page.wait_for_load_state("load")
        picture = f"{folder}/{name}-{look}.png"
        if part := PARTS.get(name):
            page.locator("section.card", has=page.locator(part)).screenshot(path=picture)
        else:
            page.screenshot(path=picture)
    context.close()


def pages_of(person: str, page: Page) -> dict[str, str]:
    """Name of the picture → address. A task's address is read from the list it stands in."""
    if not person:
        return {"home": "/", "market": "/work/", "lab": played(page)}
    if person == "clara":
        return {
            "my-tasks": "/tasks/",
            "post": "/tasks/new/",
            "client-task": first_link(page, "/tasks/"),
        }
    return {
        "today": "/today/",
        "task": first_link(page, "/work/"),
        "wages": "/earnings/wages/",
        "provides": link_called(page, "Assemble six stools"),
    }


def played(page: Page) -> str:
    """An experiment of the lab, with its answer: press the first question and wait for it."""
    page.goto("/lab/")
    page.locator("main form button").first.click()
    page.get_by_role("heading", name="Compared").wait_for(timeout=120_000)
    return page.url


def first_link(page: Page, path: str) -> str:
    page.goto(path)
    return page.locator("main .live a").first.get_attribute("href") or path


def link_called(page: Page, words: str) -> str:
    page.goto(f"/work/?q={words}")
    return page.get_by_role("link", name=words).first.get_attribute("href") or "/work/"


if __name__ == "__main__":
    main(*sys.argv[1:3])
