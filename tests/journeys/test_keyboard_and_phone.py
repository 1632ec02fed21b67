"""The whole loop without a mouse, and once more with one thumb on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tasks.models import Task
from tests.journeys.people import Person
from tests.journeys.test_first_come import choose_mechanism
from tests.people import make_client, make_worker, post

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FAR = 90  # presses of Tab before one gives up
WORDS_OF_FOCUS = """() => {
  const e = document.activeElement;
  return [e.name || "", e.value || "", e.textContent.trim(), e.getAttribute("href") || ""].join("|");
}"""


def tab_to(page: Page, words: str, *, name: str = "") -> None:
    """Press Tab until the focus is on what has these words or name; it has to be visible there."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        focused = page.evaluate(WORDS_OF_FOCUS)
        if focused.startswith(f"{name}|") if name else words in focused:
            ring = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            card = "() => document.activeElement.closest('.card-linked') !== null"
            assert ring != "none" or page.evaluate(card), f"no visible focus on {words}"
            return
    pytest.fail(f"Tab never came to {words!r}")


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name, name=name)
    page.keyboard.type(text)


def press_enter_on(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")


def test_client_and_worker_do_the_whole_loop_by_keyboard_alone(walk_in):
    clara, wim = walk_in(make_client("clara").user), walk_in(make_worker("wim").user)
    clara.open("/tasks/")
    clara.page.keyboard.press("Tab")
    clara.page.keyboard.press("Enter")
    assert clara.page.evaluate("() => document.activeElement.id") == "main"
    press_enter_on(clara.page, "Post a task")
    clara.page.wait_for_url("**/tasks/new/")
    type_into(clara.page, "title", "Carry a box")
    type_into(clara.page, "description", "From the door to the attic.")
    type_into(clara.page, "pay_cents", "10")
    press_enter_on(clara.page, "Post the task")
    clara.gets("Your task is on the board.")

    wim.open("/work/")
    press_enter_on(wim.page, "Carry a box")
    wim.gets("Say")
    press_enter_on(wim.page, "Claim this task")
    wim.gets("It is yours.")
    type_into(wim.page, "content", "Done.")
    press_enter_on(wim.page, "Hand in the work")
    wim.gets("Handed in.")

    clara.sees("Handed in: your verdict")
    press_enter_on(clara.page, "Approve and pay")
    clara.gets("Approved and paid.")
    assert Task.objects.get().state == "completed"


def fits_the_screen(person: Person) -> bool:
    return person.page.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_a_worker_does_it_all_with_one_thumb_on_a_phone(walk_in):
    post(make_client("clara"))
    wim = walk_in(make_worker("wim").user, **PHONE)
    wim.open("/today/")
    wim.page.get_by_label("Thumb bar").get_by_text("Find work").tap()
    wim.page.get_by_role("link", name="Carry a box").tap()
    wim.page.wait_for_url("**/work/*/")
    assert fits_the_screen(wim)
    wim.button("Claim this task").tap()
    wim.gets("It is yours.")
    wim.fill(content="Done.")
    wim.button("Hand in the work").tap()
    wim.gets("Handed in.")
    assert fits_the_screen(wim)


def test_a_client_posts_from_a_phone(walk_in):
    clara = walk_in(make_client("clara").user, **PHONE)
    clara.open("/tasks/")
    clara.page.get_by_label("Thumb bar").get_by_text("Post").tap()
    clara.fill(title="Carry a box", description="To the attic.", pay_cents="9,50")
    choose_mechanism(clara, "lottery")
    expect(clara.page.locator("[data-cost-total]")).to_have_text("€10.45")
    clara.button("Post the task").tap()
    clara.gets("Your task is on the board.")
    assert fits_the_screen(clara)
    assert Task.objects.get().mechanism == "lottery"
