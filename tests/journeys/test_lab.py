"""A visitor asks what would happen, gets an answer in a minute, watches it and compares."""

import pytest
from playwright.sync_api import expect

from simulation.models import Experiment
from tests.journeys.test_keyboard_and_phone import PHONE

pytestmark = pytest.mark.browser
MINUTE_MS = 60_000
PLACES = {"desk": {}, "phone": PHONE}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("who", ["a stranger", "clara"])
def test_an_insight_and_its_pictures_come_within_a_minute(walk_in, clara, who, place):
    """By themselves, also where the bell keeps itself up to date on the same page."""
    visitor = walk_in(clara.user if who == "clara" else None, **PLACES[place])
    page = visitor.open("/")
    page.get_by_role("link", name="Simulate a market").click()
    visitor.press("What if everybody who enters a logo contest gets something?")
    expect(page.locator(".insight-said").first).to_contain_text("instead of", timeout=MINUTE_MS)
    expect(page.locator("[data-course]")).to_be_visible(timeout=MINUTE_MS)
    visitor.gets("From 20 pairs of runs")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_picture_moves_stops_and_stands_still_for_who_wants_calm(walk_in):
    visitor = walk_in(reduced_motion="reduce")
    page = visitor.open("/lab/")
    visitor.press("What if everybody who enters a logo contest gets something?")
    play = page.locator("[data-play]")
    expect(play).to_have_text("Play", timeout=MINUTE_MS)  # calm: nothing moves by itself
    revealed = page.locator("[data-reveal]").first
    assert revealed.get_attribute("width") == "360"
    play.click()
    expect(play).to_have_text("Pause")
    expect(revealed).not_to_have_attribute("width", "360")
    play.click()
    expect(play).to_have_text("Play")
    stood = revealed.get_attribute("width")
    page.wait_for_timeout(200)
    assert revealed.get_attribute("width") == stood


def test_without_scripts_a_change_is_played_and_compared(walk_in):
    visitor = walk_in(java_script_enabled=False, **PHONE)
    page = visitor.open("/lab/new/firm/")
    page.select_option("[name=workers]", label="30 workers")
    visitor.press("Play it")
    key = page.url.rstrip("/").rpartition("/")[2]
    for _ in range(60):
        if Experiment.objects.get(key=key).state == "finished":
            break
        page.wait_for_timeout(500)
    page.reload()
    visitor.gets("Compared")
    visitor.gets("30 workers")
    visitor.press("Compare one more way")
    visitor.gets("It is compared with: As it is · 30 workers")
